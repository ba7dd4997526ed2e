/** Finds the channels of one network in another. Each has a name that stays the same while layers around it change. */
import type { Layer } from '../layers/kinds.ts';
import { inferShapes, sizeOf } from '../network.ts';
import type { NetworkSpec } from '../network-schema.ts';
import type { LayerId, Shape } from '../tensor.ts';

/** The shape of a layer's output, and the names of its channels or units in their order. No two are the same. */
export type Units = { shape: Shape; names: readonly string[] };

/** The units of each layer. Convolutions and dense layers make their own: `conv1#0`, `conv1#1`, … Other kinds pass on
 *  those of their input. A layer of `inserted` passes on its input's as far as they reach, so that what reads it keeps
 *  its weights. */
export function unitsOf(network: NetworkSpec, inserted: ReadonlySet<LayerId> = new Set()): Map<LayerId, Units> {
  const all = new Map<LayerId, Units>();
  const shapes = inferShapes(network);
  for (const layer of network.layers) {
    const shape = shapes.get(layer.id)!;
    const inputs = layer.inputs.map(id => all.get(id)!);
    all.set(layer.id, { shape, names: namesOf(layer, shape, inputs, inserted.has(layer.id)) });
  }
  return all;
}

function namesOf(layer: Layer, shape: Shape, inputs: readonly Units[], isInserted: boolean): readonly string[] {
  const count = shape.at(-1)!;
  const own = (unit: number) => `${layer.id}#${unit}`;
  const [first] = inputs;
  const { kind } = layer.kind === 'formula' ? layer.instead : layer;
  if (kind === 'concatenate') return apart(ofInstead(layer, inputs).flatMap(({ names }) => names));
  if (kind === 'conv2d' || kind === 'dense' || !first)
    return Array.from({ length: count }, (_, unit) => (isInserted && first?.names[unit]) || own(unit));
  if (first.names.length === count) return first.names;
  if (sizeOf(first.shape) === count) return flattened(first);
  return Array.from({ length: count }, (_, unit) => own(unit));
}

/** The inputs without those that only formulas read. */
function ofInstead(layer: Layer, inputs: readonly Units[]): readonly Units[] {
  return layer.kind === 'formula' ? inputs.slice(0, inputs.length - (layer.besides ?? 0)) : inputs;
}

/** The numbers of maps one after the other, row by row. Each is named by its place and its channel. */
function flattened({ shape: [height, width], names }: Units): string[] {
  const all: string[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (const name of names) all.push(`${y},${x},${name}`);
  return all;
}

/** The names, in which each that was there before gets a sign more. */
function apart(names: readonly string[]): string[] {
  const all = new Set<string>();
  for (const name of names) {
    let free = name;
    while (all.has(free)) free += '~';
    all.add(free);
  }
  return [...all];
}
