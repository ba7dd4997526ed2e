/** Runs that end with the mean of their weights. */
import { beforeAll, describe, expect, test } from 'vitest';
import { initialValues } from '../../../shared/initial-values.ts';
import { english } from '../../../shared/messages/render.ts';
import type { NetworkSpec, TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { configProblems } from '../../../shared/training-check.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import { startBackend } from '../backend/backend.ts';
import { smallConfig, smallDigits } from '../data/testing/small-digits.ts';
import { createBatches } from '../data/batches.ts';
import { chain } from '../oracle/example-network.ts';
import { allParts } from '../kernels/pool.ts';
import { isAveraged, movingAverages } from './averaging.ts';
import { createLearner, type TrainerSnapshot } from './learner.ts';
import { createTrainer, type Trainer } from './trainer.ts';

beforeAll(startBackend);

const data = smallDigits(160, 64);
const network: NetworkSpec = chain(
  { kind: 'input', shape: [28, 28, 1] },
  { kind: 'conv2d', filters: 3, kernelSize: [5, 5], strides: [2, 2], padding: 'valid', useBias: true },
  { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
  { kind: 'relu' },
  { kind: 'flatten' },
  { kind: 'dense', units: 10, useBias: true },
  { kind: 'softmax' },
);
const [conv, norm] = [network.layers[1].id, network.layers[2].id];
const start = initialValues(network, createRandom(7));
const base: Partial<TrainingConfig> = { epochs: 8, batchSize: 32, learningRate: 0.01, schedule: { kind: 'constant' } };

const trainer = (changes: Partial<TrainingConfig>, from?: TrainerSnapshot) =>
  createTrainer({ network, parameters: start, data, config: smallConfig({ ...base, ...changes }), from });
type Values = Map<TensorId, Float32Array>;
const copied = (run: Trainer): Values => new Map([...run.parameters()].map(([id, own]) => [id, own.slice()]));
const finish = (run: Trainer) => {
  while (run.advance() !== 'ended');
  return copied(run);
};

/** What the convolution gives: [count, 12, 12, 3]. */
function mapsOf(weights: Values, images: Float32Array, count: number): number[] {
  const [kernel, bias] = [weights.get(`${conv}/kernel`)!, weights.get(`${conv}/bias`)!];
  const found: number[] = [];
  for (let image = 0; image < count; image++)
    for (let y = 0; y < 12; y++)
      for (let x = 0; x < 12; x++)
        for (let filter = 0; filter < 3; filter++) {
          let sum = bias[filter];
          for (let i = 0; i < 25; i++) {
            const [row, column] = [2 * y + Math.floor(i / 5), 2 * x + (i % 5)];
            sum += images[image * 784 + row * 28 + column] * kernel[i * 3 + filter];
          }
          found.push(sum);
        }
  return found;
}

describe('Which weights are averaged', () => {
  const averaged = (changes: Partial<TrainingConfig>) => {
    const config = smallConfig({ ...base, ...changes });
    return Array.from({ length: config.epochs }, (_, i) => i + 1).filter(epochs => isAveraged(config, epochs, 5));
  };
  const cosine = (cycle: number, multiplier: number) => ({ kind: 'cosine', cycle, multiplier }) as const;

  test('epochs: those of the last quarter', () => {
    expect(averaged({ averaging: 'epochs' })).toEqual([7, 8]);
    expect(averaged({ averaging: 'epochs', epochs: 3 })).toEqual([3]);
    expect(averaged({})).toEqual([]);
  });

  test('cycles: where cycles end; of phases, only in the last one', () => {
    expect(averaged({ averaging: 'cycles', epochs: 7, schedule: cosine(1, 2) })).toEqual([1, 3, 7]);
    const phase = (epochs: number) => ({
      name: '',
      epochs,
      learningRate: 0.01,
      schedule: cosine(1, 1),
      groupRates: [],
    });
    expect(averaged({ averaging: 'cycles', epochs: 5, phases: [phase(3), phase(2)] })).toEqual([4, 5]);
    expect(averaged({ averaging: 'epochs', epochs: 10, phases: [phase(2), phase(8)] })).toEqual([9, 10]);
  });
});

test('the weights are the mean of those of the epochs, and batch normalization is measured anew with them', () => {
  const plain = trainer({});
  const seen: Values[] = [];
  while (plain.advance() !== 'ended') if (plain.history.epochs.length > seen.length) seen.push(copied(plain));
  seen.push(copied(plain));
  const run = trainer({ averaging: 'epochs' });
  const weights = finish(run);
  const last = seen.slice(-2);
  for (const tensor of [`${conv}/kernel`, `${norm}/gamma`] as const)
    for (const [i, value] of weights.get(tensor)!.entries())
      expect(value).toBeCloseTo((last[0].get(tensor)![i] + last[1].get(tensor)![i]) / 2, 6);

  // By hand: the means and variances of the convolution's maps, over the batches of the next epoch.
  const config = smallConfig({ ...base });
  const batches = createBatches(data, {
    indices: data.split.training,
    batchSize: 32,
    seed: config.seed,
    augmentation: config.augmentation,
  });
  const sums = { mean: [0, 0, 0], variance: [0, 0, 0] };
  for (let position = 0; position < batches.count; position++) {
    const { images, count } = batches.at(8, position);
    const found = mapsOf(weights, images, count);
    for (let filter = 0; filter < 3; filter++) {
      const own = found.filter((_, i) => i % 3 === filter);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      sums.mean[filter] += mean / batches.count;
      sums.variance[filter] += own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length / batches.count;
    }
  }
  for (let filter = 0; filter < 3; filter++) {
    expect(weights.get(`${norm}/movingMean`)![filter]).toBeCloseTo(sums.mean[filter], 4);
    expect(weights.get(`${norm}/movingVariance`)![filter]).toBeCloseTo(sums.variance[filter], 4);
  }
  expect(english(run.sentence!)).toMatch(
    /^The weights are the mean of 2 sets\. With them the validation loss is [\d.]+ and the metric [\d.]+ %\.$/,
  );
});

test('dropout draws new masks for every batch that batch normalization is measured with', () => {
  const dropping = chain(
    { kind: 'input', shape: [28, 28, 1] },
    { kind: 'flatten' },
    { kind: 'dropout' },
    { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
    { kind: 'dense', units: 10, useBias: true },
    { kind: 'softmax' },
  );
  const parameters = initialValues(dropping, createRandom(7)).set('dropout2/rate', Float32Array.of(0.5));
  const config = smallConfig(base);
  const learner = createLearner({ network: dropping, parameters, data, config });
  const batch = learner.batches.at(0, 0);
  /** The averages over so many batches, which are all the same one. */
  const over = (count: number) => {
    // oxlint-disable-next-line require-yield -- a batch that is there
    const inParts = function* () {
      return batch;
    };
    const batches = { ...learner.batches, count, inParts };
    return allParts(movingAverages({ ...learner, batches }, { parameters, config, epoch: 0 }));
  };
  const [one, two] = [over(1), over(2)].map(found => found.get('batchNorm3/movingMean')!);
  expect(two).not.toEqual(one);
  learner.dispose();
});

test('another trainer goes on from a snapshot after any piece of work, also while weights are averaged', () => {
  const changes = { averaging: 'cycles', epochs: 4, schedule: { kind: 'cosine', cycle: 1, multiplier: 1 } } as const;
  const whole = trainer(changes);
  const weights = finish(whole);
  let run = trainer(changes);
  const goOn = () => (run = trainer(changes, structuredClone(run.snapshot())));
  for (let pieces = 0; run.history.epochs.length < 4; pieces++) {
    run.advance();
    if (pieces % 3 === 0) goOn();
  }
  for (let parts = 0; parts < 40; parts++) expect(run.advance(0)).toBe('rest');
  run.takeBack();
  goOn();
  expect(run.step).toBe(whole.step);
  finish(run);
  expect(run.parameters()).toEqual(weights);
  expect([run.end, run.sentence]).toEqual([whole.end, whole.sentence]);
});

test('what is typed during the run stays in the mean as it was typed', () => {
  const run = trainer({ averaging: 'epochs', layerRates: { [conv]: 0 } });
  while (run.history.epochs.length < 7) run.advance();
  run.edit([{ tensor: `${conv}/kernel`, indices: Uint32Array.of(3), values: Float32Array.of(0.25) }]);
  expect(finish(run).get(`${conv}/kernel`)![3]).toBe(0.25);
});

test('the best weights can’t be kept and averaged as well', () => {
  const both = smallConfig({ ...base, averaging: 'epochs', keepBest: true });
  expect([...configProblems(both).values()].map(sentence => english(sentence))).toEqual([
    'averaging of weights or the best weights, not both',
  ]);
});
