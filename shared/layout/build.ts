/** Places every tensor of a network on its sheet: bands of columns from left to right, channels downward, captions in
 *  row 1. */
import { MAX_COLUMNS } from '../address.ts';
import { UserError } from '../errors.ts';
import type { Maps, Vector } from './blocks.ts';
import { indexLayout } from './index.ts';
import type { PlacedBand } from './index.ts';
import { kindOf } from '../layers/kinds.ts';
import type { Layout } from './layout.ts';
import { scoresLayer } from '../network.ts';
import type { Layer, LayerId, NetworkSpec, Shape, TensorId, TensorInfo } from '../network.ts';
import type { Placing } from './placing.ts';
import { sentences } from '../messages/sentences.ts';

/** Builds the layout. `classes` are the row names of the class scores. Throws UserError that names the layer if the
 *  network doesn't fit the sheet. */
export function buildLayout(
  network: NetworkSpec,
  shapes: ReadonlyMap<LayerId, Shape>,
  tensors: readonly TensorInfo[],
  classes: readonly string[] = [],
): Layout {
  const layers = new Map(network.layers.map(layer => [layer.id, layer]));
  const ids = new Set(tensors.map(tensor => tensor.id));
  const scores = scoresLayer(network);
  const firstRow = inputRow(network, shapes);
  const places = new Map<LayerId, Maps | Vector>();
  const bands: PlacedBand[] = [];
  let next = 0;
  const placingOf = (layer: Layer): Placing => ({
    layer,
    inputs: layer.inputs.map(id => ({ name: layers.get(id)!.name, shape: shapes.get(id)! })),
    sources: layer.inputs.map(id => places.get(id)!),
    shape: shapes.get(layer.id)!,
    firstRow,
    isScores: layer === scores,
    has: name => ids.has(`${layer.id}/${name}` satisfies TensorId),
    className: unit => (layer === scores ? classes[unit] : undefined),
    band(caption, blocksAt) {
      const { regions, labels, width } = blocksAt(next);
      if (next + width > MAX_COLUMNS) throw new UserError(sentences.network.tooWide(layer.name));
      bands.push({ layer: layer.id, column: next, width, ...caption, regions, labels });
      next += width + 1;
    },
    standAt: place => void places.set(layer.id, place),
  });
  for (const layer of network.layers) kindOf(layer).place(layer, placingOf(layer));
  return indexLayout(bands);
}

/** The input's first row: row 2, or row 3 if the input or a map beside it needs row 2 for a label. */
function inputRow({ layers }: NetworkSpec, shapes: ReadonlyMap<LayerId, Shape>): number {
  const offsets = new Map<LayerId, number>();
  for (const layer of layers) {
    const [source] = layer.inputs;
    const own = source === undefined ? 0 : (kindOf(layer).centring?.(layer, shapes.get(source)!) ?? 0);
    const offset = own + (offsets.get(source) ?? 0);
    offsets.set(layer.id, offset);
    const [, , channels] = shapes.get(layer.id)!;
    if (offset === 0 && channels > (source === undefined ? 1 : 0)) return 2;
  }
  return 1;
}
