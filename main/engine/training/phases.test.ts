/** Runs in phases. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import { initialValues } from '../../../shared/initial-values.ts';
import { english } from '../../../shared/messages/render.ts';
import type { NetworkSpec, TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { createResampler } from '../../../shared/resample.ts';
import type { Phase, TrainingConfig } from '../../../shared/training.ts';
import { startBackend } from '../backend/backend.ts';
import { smallConfig, smallDigits } from '../data/testing/small-digits.ts';
import { chain } from '../oracle/example-network.ts';
import type { TrainerSnapshot } from './learner.ts';
import { createTrainer, type Trainer } from './trainer.ts';

beforeAll(startBackend);

const data = smallDigits(160, 64);
/** Two convolutions with batch normalization and a global pool, so that its weights fit images of any size. */
const network: NetworkSpec = chain(
  { kind: 'input', shape: [...data.shape] },
  { kind: 'conv2d', filters: 3, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true },
  { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
  { kind: 'relu' },
  { kind: 'conv2d', filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true },
  { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
  { kind: 'relu' },
  { kind: 'globalAveragePool2d' },
  { kind: 'dense', units: 10, useBias: true },
  { kind: 'softmax' },
);
const ids = network.layers.map(({ id }) => id);
const [, conv1, norm1, , conv2, norm2, , , dense] = ids;
const phase = (changes: Partial<Phase> = {}): Phase => ({
  name: '',
  epochs: 1,
  learningRate: 0.05,
  schedule: { kind: 'constant' },
  groupRates: [],
  ...changes,
});
const SGD = { kind: 'sgd' } as const;

function trainer(changes: Partial<TrainingConfig>, from?: TrainerSnapshot, images: DataSet = data, net = network) {
  const { phases } = changes;
  const epochs = phases?.reduce((sum, each) => sum + each.epochs, 0) ?? changes.epochs ?? 2;
  const config = smallConfig({ schedule: { kind: 'constant' }, ...changes, epochs });
  return createTrainer({
    network: net,
    parameters: initialValues(network, createRandom(7)),
    data: images,
    config,
    from,
  });
}
const copied = (run: Trainer) => new Map([...run.parameters()].map(([id, values]) => [id, values.slice()]));
const finish = (run: Trainer) => {
  while (run.advance() !== 'ended');
  return copied(run);
};
/** The layers that differ between two sets of parameters. */
const changed = (a: ReadonlyMap<TensorId, Float32Array>, b: ReadonlyMap<TensorId, Float32Array>) =>
  new Set(
    [...a].flatMap(([id, values]) => (values.some((value, i) => value !== b.get(id)![i]) ? [id.split('/')[0]] : [])),
  );
const untilEpoch = (run: Trainer, epochs: number) => {
  while (run.history.epochs.length < epochs) run.advance();
  return copied(run);
};

test('two phases with the settings of a run give its weights bit for bit, where the optimizer keeps nothing', () => {
  const settings = { optimizer: SGD, learningRate: 0.05, weightDecay: 1e-3 };
  const whole = trainer({ ...settings, epochs: 3 });
  const parts = trainer({ ...settings, phases: [phase({ epochs: 2 }), phase()] });
  const weights = finish(whole);
  expect(finish(parts)).toEqual(weights);
  expect(parts.history.points).toEqual(whole.history.points);
  expect(parts.history.notes.map(({ step, sentence }) => [step, english(sentence)])).toEqual([
    [0, 'From here on: Phase 1.'],
    [2 * whole.stepsPerEpoch, 'From here on: Phase 2.'],
  ]);
});

test('a phase begins with a fresh optimizer', () => {
  const optimizer = { kind: 'momentum', momentum: 0.9, nesterov: false } as const;
  const run = trainer({ optimizer, phases: [phase(), phase()] });
  untilEpoch(run, 1);
  const { step, slots } = run.snapshot().optimizer;
  expect(step).toBe(0);
  expect([...slots.values()].every(slot => slot.every(value => value === 0))).toBe(true);
});

test('groups that are frozen in a phase keep every bit, and learn in the next one', () => {
  const phases = [
    phase({ groupRates: [0, 0, 1] }),
    phase({ groupRates: [0, 0.1, 1] }),
    phase({ groupRates: [0.01, 0.1, 1], freezeNorms: true }),
  ];
  const run = trainer({ groups: [conv2, dense], phases });
  const start = copied(run);
  const first = untilEpoch(run, 1);
  expect(changed(start, first)).toEqual(new Set([dense]));
  const second = untilEpoch(run, 2);
  expect(changed(first, second)).toEqual(new Set([conv2, norm2, dense]));
  const third = finish(run);
  expect(changed(second, third)).toEqual(new Set([conv1, conv2, dense]));
  expect(changed(second, third).has(norm1)).toBe(false);
});

test('rates of single layers are factors of those of their groups', () => {
  const same = { optimizer: SGD, groups: [conv2] };
  const one = finish(trainer({ ...same, layerRates: { [dense]: 0.5 }, phases: [phase({ groupRates: [1, 0.2] })] }));
  const rates = { [conv2]: 0.2, [norm2]: 0.2, [dense]: 0.1 };
  const other = finish(trainer({ optimizer: SGD, learningRate: 0.05, layerRates: rates, epochs: 1 }));
  expect(one).toEqual(other);
});

test('another trainer goes on from a snapshot after any piece of work, bit for bit', () => {
  const phases = [
    phase({ groupRates: [0, 1], imageSize: [8, 8] }),
    phase({ epochs: 2, groupRates: [0.1, 1], schedule: { kind: 'oneCycle', rise: 0.3 } }),
  ];
  const changes = { groups: [dense], phases, keepBest: true, augmentation: smallConfig({}).augmentation };
  const whole = trainer(changes);
  const weights = finish(whole);
  let run = trainer(changes);
  for (let pieces = 0; run.advance() !== 'ended'; pieces++)
    if (pieces % 2 === 0) run = trainer(changes, structuredClone(run.snapshot()));
  expect(run.parameters()).toEqual(weights);
  expect(run.history.points).toEqual(whole.history.points);
  expect([run.end, run.sentence]).toEqual([whole.end, whole.sentence]);
});

test('a rate that is set during a phase is that phase’s, also after going on from a snapshot', () => {
  const phases = [phase({ epochs: 2 }), phase({ learningRate: 0.01 })];
  const run = trainer({ phases });
  run.advance();
  run.setLearningRate(0.003);
  const other = trainer({ phases }, structuredClone(run.snapshot()));
  for (const each of [run, other]) {
    finish(each);
    expect(each.history.points.map(({ learningRate }) => learningRate)).toEqual([
      0.05,
      ...Array.from({ length: 2 * run.stepsPerEpoch - 1 }, () => 0.003),
      ...Array.from({ length: run.stepsPerEpoch }, () => 0.01),
    ]);
    expect(each.config.phases!.map(({ learningRate }) => learningRate)).toEqual([0.003, 0.01]);
  }
});

describe('A phase with images of another size', () => {
  test('learns what a network with that input learns from the resized images, bit for bit', () => {
    const [height, width, channels] = data.shape;
    const to = [8, 10, channels] as const;
    const bytes = new Uint8Array(data.count * 8 * 10 * channels);
    const resample = createResampler(data.shape, to, 'stretch');
    for (let i = 0; i < data.count; i++)
      resample(data.bytes, i * height * width * channels, bytes, i * 8 * 10 * channels);
    const [input, ...others] = network.layers;
    const smaller = { ...network, layers: [{ ...input, kind: 'input' as const, shape: to }, ...others] };
    const expected = finish(
      trainer({ learningRate: 0.05, epochs: 1 }, undefined, { ...data, shape: to, bytes }, smaller),
    );
    const run = trainer({ phases: [phase({ imageSize: [8, 10] })] });
    expect(finish(run)).toEqual(expected);
  });

  test('is refused where weights depend on the size, or where nothing would be left of the images', () => {
    const flat = chain(
      { kind: 'input', shape: [...data.shape] },
      { kind: 'flatten' },
      { kind: 'dense', units: 10, useBias: true },
      { kind: 'softmax' },
    );
    const sized = { phases: [phase(), phase({ name: 'small', imageSize: [8, 8] })] };
    expect(() => trainer(sized, undefined, data, flat)).toThrow(
      'small makes the images 8×8, but the weights of dense2 depend on the size of the images.',
    );
    expect(() => trainer({ phases: [phase({ imageSize: [3, 3] })] })).toThrow(
      'Phase 1 makes the images 3×3, which doesn’t fit the network: ',
    );
  });
});

test('phases whose batches don’t fit the memory, or can’t be changed so, are refused before the run begins', () => {
  const large = { phases: [phase(), phase({ imageSize: [1024, 1024] })] };
  expect(() => trainer({ ...large, batchSize: 64 })).toThrow(/^There is no memory for batches of 64 images/);
  const augmentation = { ...smallConfig({}).augmentation, symmetries: true };
  const wide = { phases: [phase(), phase({ imageSize: [8, 10] })], augmentation };
  expect(() => trainer(wide)).toThrow('8×10');
});

test('phases that can’t learn are refused before the run begins', () => {
  expect(() => trainer({ phases: [phase(), phase({ groupRates: [0] })] })).toThrow(
    'Every layer is frozen in Phase 2, so there is nothing to train.',
  );
  expect(() => trainer({ groups: ['gone'], phases: [phase()] })).toThrow(
    'A group of layers begins with gone, which the network doesn’t have.',
  );
});

test('patience counts from the beginning of the last phase, and ends only that one', () => {
  // Such a rate changes no weight, so the validation loss never gets better.
  const rest = { learningRate: 1e-30, optimizer: SGD, patience: 2, layerRates: { [norm1]: 0, [norm2]: 0 } };
  const endOf = (run: Trainer) => {
    finish(run);
    return [run.end, run.history.epochs.length];
  };
  expect(endOf(trainer({ ...rest, epochs: 8 }))).toEqual(['early', 3]);
  const still = phase({ epochs: 4, learningRate: 1e-30 });
  expect(endOf(trainer({ ...rest, phases: [still, still] }))).toEqual(['early', 6]);
});
