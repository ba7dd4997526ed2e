/** Edits of layers that wait for "Apply". */
import { inferShapes, describeTensors, type NetworkSpec } from '../../shared/network.ts';
import type { LayerId } from '../../shared/tensor.ts';

/** A layer before and after the edits. Left out where there is none. */
export type Consequence = { layer: LayerId; name: string; before?: Figures; after?: Figures };
export type Figures = { shape: readonly number[]; parameters: number };

/** What edits make of each layer, in the order of the network after them. Removed layers stand where they were. */
export function consequencesOf(before: NetworkSpec, after: NetworkSpec): Consequence[] {
  const [was, is] = [figuresOf(before), figuresOf(after)];
  const rows = after.layers.map(({ id, name }) => ({ layer: id, name, before: was.get(id), after: is.get(id) }));
  for (const [place, { id, name }] of before.layers.entries()) {
    if (is.has(id)) continue;
    const ahead = rows.findIndex(({ layer }) => layer === before.layers[place - 1]?.id);
    rows.splice(ahead + 1, 0, { layer: id, name, before: was.get(id), after: undefined });
  }
  return rows;
}

/** How many layers are new, gone or another in the second network. */
export function changesIn(before: NetworkSpec, after: NetworkSpec): number {
  const was = new Map(before.layers.map(layer => [layer.id, JSON.stringify(layer)]));
  const is = new Map(after.layers.map(layer => [layer.id, JSON.stringify(layer)]));
  const ids = new Set([...was.keys(), ...is.keys()]);
  return [...ids].filter(id => was.get(id) !== is.get(id)).length;
}

/** How many bytes all tensors take for one image, as 32-bit floats. */
export function bytesOf(network: NetworkSpec): number {
  return 4 * describeTensors(network).reduce((sum, { size }) => sum + size, 0);
}

function figuresOf(network: NetworkSpec): Map<LayerId, Figures> {
  const parameters = new Map<LayerId, number>();
  for (const { layer, role, size } of describeTensors(network))
    if (role === 'parameter') parameters.set(layer, (parameters.get(layer) ?? 0) + size);
  const shapes = inferShapes(network);
  return new Map([...shapes].map(([id, shape]) => [id, { shape, parameters: parameters.get(id) ?? 0 }]));
}
