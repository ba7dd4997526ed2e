/** Histograms of the weights of each layer, and of the gradients of the last step. */
import type { LayerId, TensorId } from '../../../shared/network.ts';
import type { Histogram, LayerHistograms } from '../../../shared/training.ts';

type TensorValues = ReadonlyMap<TensorId, Float32Array>;

/** One histogram of all of a layer's parameters, and one of their gradients if it has some. The layers are in network
 *  order. */
export function layerHistograms(parameters: TensorValues, gradients: TensorValues): LayerHistograms[] {
  const layers = groupByLayer(parameters).size;
  return Array.from({ length: layers }, (_, place) => layerHistogram(parameters, gradients, place)!);
}

/** The histograms of one layer, by its place among the layers with parameters. Undefined after the last one. */
export function layerHistogram(
  parameters: TensorValues,
  gradients: TensorValues,
  place: number,
): LayerHistograms | undefined {
  const found = [...groupByLayer(parameters)].at(place);
  if (!found) return undefined;
  const [layer, values] = found;
  const own = groupByLayer(gradients).get(layer);
  return { layer, weights: histogramOf(values), gradients: own && histogramOf(own) };
}

function groupByLayer(tensors: TensorValues): Map<LayerId, Float32Array[]> {
  const layers = new Map<LayerId, Float32Array[]>();
  for (const [tensor, values] of tensors) {
    const layer = tensor.slice(0, tensor.lastIndexOf('/'));
    layers.set(layer, [...(layers.get(layer) ?? []), values]);
  }
  return layers;
}

/** Counts the values of all arrays in equal intervals from the smallest value to the largest. The last interval
 *  includes the largest. Values that aren't finite are counted apart. If all values are the same, they are in the
 *  middle interval of a range around that value. */
export function histogramOf(arrays: readonly Float32Array[], intervals = 40): Histogram {
  let from = Infinity;
  let to = -Infinity;
  let nonFinite = 0;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      // For NaN and infinities the difference isn't 0 but NaN.
      if (value - value !== 0) nonFinite++;
      else {
        if (value < from) from = value;
        if (value > to) to = value;
      }
    }
  }
  if (from > to) [from, to] = [0, 0];
  if (from === to) {
    const margin = Math.abs(from) / 2 || 0.5;
    from -= margin;
    to += margin;
  }
  // One interval more, which first counts the largest values. They are added to the last interval at the end.
  const counts = new Uint32Array(intervals + 1);
  const scale = intervals / (to - from);
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      const place = (values[i] - from) * scale;
      if (place - place === 0) counts[place | 0]++;
    }
  }
  counts[intervals - 1] += counts[intervals];
  return { from, to, counts: [...counts.subarray(0, intervals)], nonFinite };
}
