/** Templates made by hand: what an average image of each class looks like to the last layer. */
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { type LayerId, scoresLayer, sourceOf } from '../../../shared/network.ts';
import { fitForEvaluation } from '../training/fit.ts';
import type { Between, Model } from './evaluate.ts';
import { outputsOf } from './outputs.ts';

/** For each class, the weights [features, units] of the dense layer that gives the scores: the mean of what it reads
 *  for the training images of the class, minus the mean for all images, brought to length 1. With the biases, an
 *  average image scores 0: a score says how much an image differs from the average in the way its class does. Throws
 *  UserError if the scores don't come from a dense layer, if an image may have several labels, or if network and data
 *  set don't fit. */
export async function classMeans(
  { network, classes, parameters }: Pick<Model, 'network' | 'classes' | 'parameters'>,
  images: DataSet,
  between: Between,
): Promise<{ layer: LayerId; kernel: Float32Array; bias: Float32Array }> {
  const dense = scoresLayer(network);
  if (dense?.kind !== 'dense' || images.severalLabels) throw new UserError(sentences.explain.means.noTemplates);
  const { data } = fitForEvaluation(network, classes, images, 'training');
  const source = sourceOf(new Map(network.layers.map(layer => [layer.id, layer])), dense);
  const units = data.classes.length;
  const counts = new Float64Array(units);
  let sums: Float64Array[] = [];
  await outputsOf(
    { network, parameters },
    data,
    { layer: source.id, indices: data.split.training },
    (output, index) => {
      const label = data.labels[index];
      if (sums.length === 0) sums = Array.from({ length: units }, () => new Float64Array(output.length));
      counts[label]++;
      const own = sums[label];
      for (let i = 0; i < output.length; i++) own[i] += output[i];
    },
    between,
  );
  if (sums.length === 0) throw new UserError(sentences.runs.emptySplit(data.name, 'training'));
  const features = sums[0].length;
  const total = counts.reduce((all, count) => all + count, 0);
  const mean = Float64Array.from({ length: features }, (_, i) => sums.reduce((all, each) => all + each[i], 0) / total);
  const kernel = new Float32Array(features * units);
  const bias = new Float32Array(units);
  for (let unit = 0; unit < units; unit++) {
    const own = sums[unit].map((sum, i) => (counts[unit] > 0 ? sum / counts[unit] - mean[i] : 0));
    const length = Math.sqrt(own.reduce((all, each) => all + each * each, 0)) || 1;
    for (let i = 0; i < features; i++) kernel[i * units + unit] = own[i] / length;
    bias[unit] = -own.reduce((sum, each, i) => sum + (each / length) * mean[i], 0);
  }
  return { layer: dense.id, kernel, bias };
}
