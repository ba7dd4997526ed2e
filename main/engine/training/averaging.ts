/** Averaging of weights (SWA): a run may end with the mean of its weights after several cycles or epochs, which is
 *  often better than any of them. Source: Izmailov et al. 2018, arxiv.org/abs/1803.05407 */
import type { DataSet } from '../../../shared/data.ts';
import type { TensorId } from '../../../shared/network.ts';
import { phasesOf } from '../../../shared/phases.ts';
import { restartSteps } from '../../../shared/schedule.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import type { RunPlace } from '../../../shared/workbook.ts';
import { metricOf } from '../evaluation/metrics.ts';
import type { InParts } from '../kernels/pool.ts';
import { copyOf, type createLearner, dropoutRandom, type TensorValues } from './learner.ts';

export type Mean = NonNullable<RunPlace['mean']>;

/** The part of the last phase whose epochs are averaged: the last quarter. */
const LAST_PART = 0.75;

/** Whether the weights after so many epochs are among those that are averaged. cycles: after the last step of each
 *  cycle of the last phase. epochs: after each epoch of the last quarter of the last phase. A cycle that ends within an
 *  epoch counts with that epoch. */
export function isAveraged(config: TrainingConfig, epochs: number, stepsPerEpoch: number): boolean {
  const { first } = phasesOf(config).at(-1)!;
  if (config.averaging === 'epochs') return epochs - first > LAST_PART * (config.epochs - first);
  if (config.averaging !== 'cycles' || epochs <= first) return false;
  const [after, until] = [(epochs - 1) * stepsPerEpoch, epochs * stepsPerEpoch];
  const ends = [...restartSteps(config, stepsPerEpoch), config.epochs * stepsPerEpoch];
  return ends.some(step => step > after && step <= until);
}

/** The mean of what it was and one more set of weights. */
export function meanWith(mean: Mean | undefined, parameters: TensorValues): Mean {
  if (!mean) return { count: 1, parameters: copyOf(parameters) };
  const count = mean.count + 1;
  const next = copyOf(mean.parameters);
  for (const [tensor, values] of parameters) {
    const own = next.get(tensor)!;
    for (let i = 0; i < own.length; i++) own[i] += (values[i] - own[i]) / count;
  }
  return { count, parameters: next };
}

type Learner = ReturnType<typeof createLearner>;

/** The averages that batch normalization has to have with these weights: the means over the batches of an epoch, as
 *  PyTorch's update_bn. Empty if no such layer learns. One batch is a part. */
export function* movingAverages(
  { network, batches, batchNetworkOf }: Learner,
  { parameters, config, epoch }: { parameters: TensorValues; config: TrainingConfig; epoch: number },
): InParts<Map<TensorId, Float32Array>> {
  const norms = network.layers.filter(({ id, kind }) => kind === 'batchNorm' && config.layerRates[id] !== 0);
  const found = new Map<TensorId, Float32Array>();
  if (norms.length === 0) return found;
  // Without momentum, what a batch leaves are its own statistics.
  const layers = network.layers.map(layer => (layer.kind === 'batchNorm' ? { ...layer, momentum: 0 } : layer));
  const batchNetwork = batchNetworkOf({ ...network, layers });
  const trained = new Set(norms.flatMap(({ id }): TensorId[] => [`${id}/gamma`, `${id}/beta`]));
  try {
    batchNetwork.setParameters(parameters);
    for (let position = 0; position < batches.count; position++) {
      const batch = yield* batches.inParts(epoch, position);
      const random = dropoutRandom(config.seed, epoch, position);
      const { statistics } = yield* batchNetwork.gradientsInParts(batch, { trained, random, lent: 'untilNextBegins' });
      for (const [tensor, values] of statistics) {
        const own = found.get(tensor) ?? new Float32Array(values.length);
        for (let i = 0; i < own.length; i++) own[i] += (values[i] - own[i]) / (position + 1);
        found.set(tensor, own);
      }
      yield;
    }
    return found;
  } finally {
    batchNetwork.dispose();
  }
}

/** The mean loss and metric of the validation images with these weights. undefined if there are none. One batch is a
 *  part. */
export function* validationOf(
  { network, validation, batchNetworkOf }: Learner,
  { parameters, data }: { parameters: TensorValues; data: DataSet },
): InParts<{ loss: number; metric: number } | undefined> {
  if (validation.count === 0) return undefined;
  const batchNetwork = batchNetworkOf(network);
  const sums = { count: 0, loss: 0, metric: 0 };
  try {
    batchNetwork.setParameters(parameters);
    for (let position = 0; position < validation.count; position++) {
      const { images, targets, count } = validation.at(0, position);
      const { probabilities, losses } = batchNetwork.evaluate(images, targets, count);
      sums.count += count;
      sums.loss += losses.reduce((sum, loss) => sum + loss, 0);
      sums.metric += metricOf(probabilities, targets, data.classes.length, data.severalLabels) * count;
      yield;
    }
  } finally {
    batchNetwork.dispose();
  }
  return { loss: sums.loss / sums.count, metric: sums.metric / sums.count };
}
