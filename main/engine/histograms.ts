/** How the weights of each layer and the gradients of the last step are spread. */
import type { LayerId, TensorId } from '../../shared/network.ts';
import type { Histogram, LayerHistograms } from '../../shared/training.ts';

type TensorValues = ReadonlyMap<TensorId, Float32Array>;

const BINS = 40;

/** A histogram of each layer's parameters together, and of their gradients where it has some, in network order. */
export function layerHistograms(parameters: TensorValues, gradients: TensorValues): LayerHistograms[] {
  const trained = groupByLayer(gradients);
  return [...groupByLayer(parameters)].map(([layer, values]) => {
    const own = trained.get(layer);
    return { layer, weights: histogram(values), gradients: own && histogram(own) };
  });
}

function groupByLayer(tensors: TensorValues): Map<LayerId, Float32Array[]> {
  const layers = new Map<LayerId, Float32Array[]>();
  for (const [tensor, values] of tensors) {
    const layer = tensor.slice(0, tensor.lastIndexOf('/'));
    layers.set(layer, [...(layers.get(layer) ?? []), values]);
  }
  return layers;
}

/** Counts in equal intervals between the smallest and the largest finite value. */
export function histogram(arrays: readonly Float32Array[]): Histogram {
  let [from, to, nonFinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] - values[i] !== 0) nonFinite++;
      else {
        if (values[i] < from) from = values[i];
        if (values[i] > to) to = values[i];
      }
    }
  }
  if (from > to) return { from: 0, to: 0, counts: [], nonFinite };
  const counts = Array.from({ length: BINS }, () => 0);
  const scale = to > from ? BINS / (to - from) : 0;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      // The largest value belongs to the last interval.
      if (values[i] - values[i] === 0) counts[Math.min(BINS - 1, Math.floor((values[i] - from) * scale))]++;
    }
  }
  return { from, to, counts, nonFinite };
}
