/** Who reads a layer's output, and what follows from it for how the layers are calculated. */
import { type Layer, type LayerId, layersBehind, type NetworkSpec } from '../../../shared/network.ts';
import { engineKindOf } from '../layers/kinds.ts';

/** The layers that the last one depends on, in network order and without the last. */
export function layersUnder(network: NetworkSpec, last: Layer): Layer[] {
  const behind = layersBehind(network, last.id);
  return network.layers.filter(({ id }) => id !== last.id && behind.has(id));
}

/** How many times each layer's output is read by the others. */
export function countReaders(layers: readonly Layer[]): Map<LayerId, number> {
  const readers = new Map<LayerId, number>();
  for (const { inputs } of layers) for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  return readers;
}

/** The layers that can do the work of the ReLU that alone reads them. */
export function layersBeforeRelu(layers: readonly Layer[]): ReadonlySet<LayerId> {
  return new Set(pairsOf(layers, fusesRelu, isRelu).map(([sums]) => sums.id));
}

/** ReLUs, and layers that end in one, that are read by a pool alone which can do their work on the way back; and these
 *  pools. */
export function reluPools(layers: readonly Layer[]): ReadonlySet<LayerId> {
  return new Set(pairsOf(layers, endsInRelu, fusesReluGradient).flatMap(pair => pair.map(({ id }) => id)));
}

type IsOf = (layer: Layer) => boolean;
const isRelu: IsOf = ({ kind }) => kind === 'relu';
const endsInRelu: IsOf = layer => engineKindOf(layer).endsInRelu?.(layer) ?? isRelu(layer);
const fusesRelu: IsOf = layer => engineKindOf(layer).fusesRelu === true;
const fusesReluGradient: IsOf = layer => engineKindOf(layer).fusesReluGradient === true;

/** Pairs of a layer and its only reader. The layer satisfies `under`, the reader `readBy`. */
function pairsOf(layers: readonly Layer[], under: IsOf, readBy: IsOf): Layer[][] {
  const byId = new Map(layers.map(layer => [layer.id, layer]));
  const readers = countReaders(layers);
  return layers
    .filter(readBy)
    .map(layer => [byId.get(layer.inputs[0])!, layer])
    .filter(([read]) => under(read) && readers.get(read.id) === 1);
}
