import { beforeAll, describe, expect, test } from 'vitest';
import { usualAugmentation } from '../../../shared/data.ts';
import { initialValues } from '../../../shared/initial-values.ts';
import type { LayerOf, TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import { english } from '../../../shared/messages/render.ts';
import { countHandles, startBackend } from '../backend/backend.ts';
import { PER_PARAMETER } from '../batch/batch-memory.ts';
import { smallConfig, smallDigits, smallNetwork, smallWorkbook } from '../data/testing/small-digits.ts';
import { fusesHere } from '../kernels/modules.ts';
import { sharedPool } from '../kernels/pool.ts';
import { chain } from '../oracle/example-network.ts';
import { createRateFinder } from './rate-finder.ts';
import { copyOf, type TrainerSnapshot } from './learner.ts';
import { createTrainer, type Trainer } from './trainer.ts';

beforeAll(startBackend);

const data = smallDigits(160, 64);
const parameters = (): Map<TensorId, Float32Array> =>
  new Map([...smallWorkbook().values].filter(([id]) => !/^(input|softmax)\//.test(id)));
const trainer = (changes: Partial<TrainingConfig> = {}, images = data, from?: TrainerSnapshot) =>
  createTrainer({ network: smallNetwork, parameters: parameters(), data: images, config: smallConfig(changes), from });
const finish = (run: Trainer) => {
  while (run.advance() !== 'ended');
  return new Map([...run.parameters()].map(([id, values]) => [id, values.slice()]));
};
const same = {
  augmentation: { ...usualAugmentation, shift: 0.1, rotate: 10, zoom: 0.1, flip: false, light: 0.1, symmetries: false },
  sampling: 'balanced' as const,
  labelSmoothing: 0.1,
};

describe('The same set-up, start and data', () => {
  test('give the same weights and history, bit for bit; another seed gives different ones', () => {
    const [one, other] = [trainer(same), trainer(same)];
    const [weights, again] = [finish(one), finish(other)];
    expect(again).toEqual(weights);
    expect(other.history.points).toEqual(one.history.points);
    expect(finish(trainer({ ...same, seed: 6 }))).not.toEqual(weights);
  });

  test('a run that began without fused products goes on without them, as before', () => {
    const run = trainer();
    for (let step = 0; step < 2; step++) run.advance();
    const snapshot = structuredClone(run.snapshot());
    expect(snapshot.place.fused).toBe(fusesHere() ? true : undefined);
    const fused = finish(trainer({}, data, structuredClone(snapshot)));
    const unfused = { ...snapshot, place: { ...snapshot.place, fused: undefined } };
    const [one, other] = [0, 1].map(() => trainer({}, data, structuredClone(unfused)));
    const weights = finish(one);
    expect(finish(other)).toEqual(weights);
    expect(other.snapshot().place.fused).toBeUndefined();
    if (fusesHere()) expect(weights).not.toEqual(fused);
    expect(other.history.notes).toEqual([]);
    for (const each of [run, one, other]) each.dispose();
  });

  test.each(['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'] as const)(
    'give the same weights with %s when another trainer goes on from a snapshot after any piece of work',
    kind => {
      const settings = {
        sgd: { kind: 'sgd' },
        momentum: { kind: 'momentum', momentum: 0.9, nesterov: true },
        rmsprop: { kind: 'rmsprop', rho: 0.9, momentum: 0.5, epsilon: 1e-7 },
        adam: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
        adamw: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      } as const;
      const changes = { ...same, optimizer: settings[kind], weightDecay: 1e-3, clipNorm: 1, keepBest: true };
      const whole = trainer(changes);
      const weights = finish(whole);
      let run = trainer(changes);
      for (let pieces = 0; run.advance() !== 'ended'; pieces++) {
        if (pieces % 2 === 0) run = trainer(changes, data, structuredClone(run.snapshot()));
      }
      expect(run.parameters()).toEqual(weights);
      expect(run.memory('run1')).toEqual(whole.memory('run1'));
      expect(run.history.points).toEqual(whole.history.points);
      expect(run.history.epochs.map(({ seconds: _seconds, ...rest }) => rest)).toEqual(
        whole.history.epochs.map(({ seconds: _seconds, ...rest }) => rest),
      );
      expect(run.confusion).toEqual(whole.confusion);
      expect([run.end, run.sentence]).toEqual([whole.end, whole.sentence]);
    },
  );
});

test('the loss falls and the digits are learned', () => {
  const run = trainer({ epochs: 12 }, smallDigits(640, 128));
  finish(run);
  expect(run.history.epochs.at(-1)!.validationMetric).toBeGreaterThan(0.75);
  expect(run.history.epochs[0].validationMetric).toBeLessThan(0.6);
  const confusion = run.confusion!;
  expect(confusion.reduce((sum, count) => sum + count, 0)).toBe(128);
  const right = Array.from({ length: 10 }, (_, i) => confusion[11 * i]).reduce((sum, count) => sum + count, 0);
  expect(right / 128).toBeCloseTo(run.history.epochs.at(-1)!.validationMetric!, 12);
});

test('a run with more classes than a matrix can show is validated without a confusion matrix', () => {
  const classes = Array.from({ length: 5005 }, (_, label) => String(label));
  const layers = smallNetwork.layers.map(layer => (layer.kind === 'dense' ? { ...layer, units: 5005 } : layer));
  const network = { ...smallNetwork, layers };
  const start = new Map([...initialValues(network, createRandom(3)), ['drop/rate', Float32Array.of(0.25)] as const]);
  const config = smallConfig({ epochs: 1 });
  const run = createTrainer({ network, parameters: start, data: { ...data, classes }, config });
  finish(run);
  expect(run.confusion).toBeUndefined();
  expect(run.history.epochs[0].validationLoss).toBeLessThan(Math.log(5005));
});

test('a frozen layer keeps its weights, and a layer’s rate is multiplied by its factor', () => {
  const sgd = { optimizer: { kind: 'sgd' }, epochs: 1, batchSize: 160 } as const;
  const before = parameters();
  const moved = (changes: Partial<TrainingConfig>, id: TensorId) =>
    finish(trainer({ ...sgd, ...changes }))
      .get(id)!
      .map((value, i) => value - before.get(id)![i]);
  expect(moved({ layerRates: { conv: 0 } }, 'conv/kernel').every(change => change === 0)).toBe(true);
  const [full, half] = [moved({}, 'conv/kernel'), moved({ layerRates: { conv: 0.5 } }, 'conv/kernel')];
  const largest = Math.max(...full.map(Math.abs));
  full.forEach((change, i) => expect(Math.abs(half[i] - change / 2)).toBeLessThan(1e-4 * largest + 1e-8));
  expect(moved({ layerRates: { conv: 0.5 } }, 'scores/kernel')).toEqual(moved({}, 'scores/kernel'));
});

test('images of a class with a larger weight count for more in the loss', () => {
  const weights = Array.from({ length: 10 }, (_, label) => (label === 3 ? 2 : 1));
  const first = (changes: Partial<TrainingConfig>) => {
    const run = trainer({ batchSize: 160, ...changes });
    run.advance();
    return run.history.points[0].loss;
  };
  expect(first({ classWeights: weights })).toBeGreaterThan(first({}));
  expect(first({ classWeights: weights.map(() => 2) })).toBeCloseTo(2 * first({}), 6);
});

test('a run without a better validation loss for the patience ends early, with the best weights if kept', () => {
  const changes = { epochs: 200, learningRate: 0.05, schedule: { kind: 'constant' }, patience: 3 } as const;
  const run = trainer({ ...changes, keepBest: true });
  const best = new Map<number, ReadonlyMap<TensorId, Float32Array>>();
  for (let progress = run.advance(); progress !== 'ended'; progress = run.advance()) {
    if (progress === 'epoch') best.set(run.history.epochs.length, structuredClone(run.parameters()));
  }
  const losses = run.history.epochs.map(({ validationLoss }) => validationLoss!);
  const bestEpoch = losses.indexOf(Math.min(...losses)) + 1;
  expect(run.end).toBe('early');
  expect(losses.length).toBe(bestEpoch + 3);
  expect(run.parameters()).toEqual(best.get(bestEpoch));
  expect(english(run.sentence!)).toBe(
    `The validation loss was not better than that of epoch ${bestEpoch} for 3 epochs. The weights are those of epoch ` +
      `${bestEpoch}, which had the best validation loss.`,
  );
});

test('a run that keeps its best weights ends with them when it is stopped within an epoch', () => {
  const run = trainer({ epochs: 10, keepBest: true });
  while (run.advance() !== 'epoch');
  const best = new Map([...run.parameters()].map(([id, values]) => [id, values.slice()]));
  run.advance();
  expect(run.parameters()).not.toEqual(best);
  run.stop('stopped');
  expect(run.parameters()).toEqual(best);
  expect(run.sentence).toEqual('The weights are those of epoch 1, which had the best validation loss.');

  const between = trainer({ epochs: 10, keepBest: true });
  while (between.advance() !== 'epoch');
  between.stop('stopped');
  expect(between.parameters()).toEqual(best);
  expect(between.sentence).toBeUndefined();
});

test('only a run with the weights of its last step can go on, so only such a run says where it is', () => {
  const begun = (changes: Partial<TrainingConfig> = {}) => {
    const run = trainer({ epochs: 10, keepBest: true, ...changes });
    while (run.advance() !== 'epoch');
    run.advance();
    return run;
  };
  const interrupted = begun();
  const weights = structuredClone(interrupted.parameters());
  interrupted.interrupt();
  expect([interrupted.end, interrupted.sentence, interrupted.advance()]).toEqual([
    'stopped',
    'The weights are those of the last step; the best ones so far, those of epoch 1, are kept in the file for when ' +
      'it goes on.',
    'ended',
  ]);
  expect(interrupted.parameters()).toEqual(weights);
  const { run, place } = interrupted.memory('run1')!;
  expect(run).toBe('run1');
  expect(place).toMatchObject({ step: 6, epoch: 1, position: 1, images: { training: 160, validation: 64 } });
  expect(place!.best).toMatchObject({ epoch: 1, loss: interrupted.history.epochs[0].validationLoss });
  expect(place!.best!.parameters).not.toEqual(weights);

  const last = begun({ keepBest: false });
  last.stop('stopped');
  expect(last.memory('run1')!.place).toMatchObject({ step: 6 });
  const best = begun();
  best.stop('stopped');
  expect(best.memory('run1')).toMatchObject({ step: 6, place: undefined });
  const complete = trainer();
  finish(complete);
  expect(complete.memory('run1')!.place).toBeUndefined();
});

test('a run doesn’t go on with images other than it began with', () => {
  const run = trainer();
  run.advance();
  const snapshot = structuredClone(run.snapshot());
  const handles = countHandles();
  expect(() => trainer({}, smallDigits(150, 64), snapshot)).toThrow(
    'The run began with 160 images to train and 64 to validate with, but digits now has 150 images to train and 64 ' +
      'to validate with. Put its images back as they were, or start from here.',
  );
  expect(() => trainer({}, smallDigits(160, 0), snapshot)).toThrow(/now has 160 images to train and 0 to validate/);
  expect(countHandles()).toBe(handles);
});

test('weights that overflow end the run with the weights before', () => {
  const run = trainer({ optimizer: { kind: 'sgd' }, learningRate: 100, weightDecay: 1e38, layerRates: { conv: 1000 } });
  const before = parameters();
  expect(run.advance()).toBe('ended');
  expect(run.end).toBe('failed');
  expect(english(run.sentence!)).toMatch(/^Weights or gradients grew beyond all numbers in step 1,/);
  expect(run.parameters()).toEqual(before);
});

test('an overflow that a ReLU and a pool would hide ends the run at its first step, without changing weights', () => {
  const start = parameters();
  start.get('conv/kernel')!.fill(-3e38, 0, 5);
  const run = createTrainer({ network: smallNetwork, parameters: start, data, config: smallConfig() });
  expect(run.advance()).toBe('ended');
  expect(run.end).toBe('failed');
  expect(english(run.sentence!)).toMatch(/^The loss was no longer a number in step 1/);
  expect(run.parameters()).toEqual(start);
});

test('squares of gradients that overflow end the run too, and leave no memory', () => {
  const run = trainer({ weightDecay: 1e25 });
  const before = parameters();
  expect(run.advance()).toBe('ended');
  expect(english(run.sentence!)).toMatch(/^Weights or gradients grew beyond all numbers in step 1,/);
  expect(run.parameters()).toEqual(before);
  expect(run.memory('run1')).toBeUndefined();
});

test('a validation loss of NaN ends the run with a sentence, and is not recorded', () => {
  const run = trainer({}, smallDigits(64, 300));
  while (run.advance() !== 'validation');
  run.edit([
    { tensor: 'conv/kernel', indices: Uint32Array.of(...Array(100).keys()), values: new Float32Array(100).fill(3e38) },
  ]);
  run.takeBack();
  while (run.advance() !== 'ended');
  expect(run.end).toBe('failed');
  expect(english(run.sentence!)).toMatch(/^The validation loss was no longer a number after epoch 1, so the run ended/);
  expect(run.history.epochs).toEqual([]);
});

test('each point of a long run stands for several steps, and none is lost', () => {
  const run = trainer({ epochs: 3 });
  finish(run);
  expect(run.history.points.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
});

test('the learning-rate finder tries growing rates on a copy of the weights', () => {
  const own = parameters();
  const finder = createRateFinder({ network: smallNetwork, parameters: own, data, config: smallConfig() });
  let steps = 1;
  while (finder.advance()) steps++;
  const { points, suggestion } = finder.curve();
  expect(points.length).toBe(steps);
  expect(points.at(-1)!.learningRate).toBeGreaterThan(0.01);
  expect(suggestion).toBeGreaterThan(1e-4);
  expect(own).toEqual(parameters());
  finder.dispose();
});

describe('A step made in parts', () => {
  const inParts = (run: Trainer) => {
    let parts = 1;
    while (run.advance(0) === 'rest') parts++;
    return parts;
  };
  const now = (run: Trainer) => {
    const { place, parameters: weights, optimizer } = run.snapshot();
    const { seconds: _seconds, ...epochTotals } = place.epochTotals;
    return {
      shown: [run.step, copyOf(run.parameters()), copyOf(run.gradients()), [...run.history.points]],
      kept: [{ ...place, epochTotals }, copyOf(weights), copyOf(optimizer.slots)],
    };
  };

  test('has the bits of the whole one, and shows nowhere before its end', () => {
    const [whole, run] = [trainer(same), trainer(same)];
    let parts = 0;
    while (run.end === undefined) {
      const before = now(run);
      while (run.advance(0) === 'rest') {
        expect(now(run)).toEqual(before);
        parts++;
      }
    }
    // Each image is a part, and so is each layer, forward and backward.
    expect(parts).toBeGreaterThan(run.samples + run.steps * smallNetwork.layers.length);
    expect(run.parameters()).toEqual(finish(whole));
    expect(run.memory('run1')).toEqual(whole.memory('run1'));
    expect(run.history.points).toEqual(whole.history.points);
  });

  test('can be taken back, or be cut short with the run, and leaves no tensor behind', () => {
    const handles = countHandles();
    const [whole, run] = [trainer(same), trainer(same)];
    const weights = finish(whole);
    inParts(run);
    const held = countHandles();
    inParts(run);
    // How many parts a step has depends on how fast it is made. The last one is not taken back.
    for (let some = 1; ; some++) {
      let parts = 0;
      while (parts < some && run.advance(0) === 'rest') parts++;
      if (parts < some) break;
      run.takeBack();
      expect(countHandles()).toBe(held);
    }
    run.advance(0);
    const other = trainer(same, data, structuredClone(run.snapshot()));
    run.dispose();
    expect(finish(other)).toEqual(weights);
    other.dispose();
    whole.dispose();
    expect(countHandles()).toBe(handles);
  });

  test('doesn’t know what is edited meanwhile, which comes into its result', () => {
    const [plain, run] = [trainer(), trainer()];
    const edit = (index: number, value: number) =>
      run.edit([{ tensor: 'conv/kernel', indices: Uint32Array.of(index), values: Float32Array.of(value) }]);
    const kernel = (of: Trainer) => [...of.parameters().get('conv/kernel')!];
    run.advance(0);
    const before = kernel(run);
    edit(7, 5);
    edit(8, 6);
    expect(kernel(run)).toEqual(before.with(7, 5).with(8, 6));
    expect([...run.snapshot().parameters.get('conv/kernel')!]).toEqual(kernel(run));
    inParts(run);
    plain.advance();
    expect(kernel(run)).toEqual(kernel(plain).with(7, 5).with(8, 6));
    expect(run.history.points).toEqual(plain.history.points);
    run.advance();
    expect(kernel(run)[7]).not.toBe(5);
  });

  test('is not made with what is edited when it is taken back', () => {
    const [first, run] = [trainer(), trainer()];
    const edits = [{ tensor: 'conv/kernel' as const, indices: Uint32Array.of(7), values: Float32Array.of(5) }];
    first.edit(edits);
    first.advance();
    run.advance(0);
    run.edit(edits);
    run.takeBack();
    run.advance();
    expect(run.parameters()).toEqual(first.parameters());
  });
});

test('a validation ends with the weights that it began with; then what was edited comes into them', () => {
  const images = smallDigits(64, 300);
  const [plain, run] = [trainer({}, images), trainer({}, images)];
  for (const each of [plain, run]) {
    while (each.advance() !== 'validation');
    expect(each.advance()).toBe('validation');
  }
  run.edit([{ tensor: 'conv/kernel', indices: Uint32Array.of(7), values: Float32Array.of(5) }]);
  expect(run.parameters().get('conv/kernel')![7]).toBe(5);
  for (const each of [plain, run]) while (each.advance() === 'validation');
  const [found, wanted] = [run, plain].map(({ history }) =>
    history.epochs.map(({ seconds: _seconds, ...rest }) => rest),
  );
  expect(found).toEqual(wanted);
  run.advance();
  expect(run.parameters().get('conv/kernel')![7]).toBeCloseTo(5, 1);
});

test('training leaves no tensor behind in the wasm heap', () => {
  const before = countHandles();
  const run = trainer({ epochs: 100 });
  for (let i = 0; i < 20; i++) run.advance();
  const held = countHandles();
  for (let i = 0; i < 300; i++) run.advance();
  expect(countHandles()).toBe(held);
  run.dispose();
  expect(countHandles()).toBe(before);
});

test('training keeps as many numbers for each parameter as its memory is estimated by', () => {
  const dense = (units: number) => ({ kind: 'dense', units, useBias: true }) as const;
  const relu = { kind: 'relu' } as const;
  const { shape } = smallNetwork.layers[0] as LayerOf<'input'>;
  const ends = [dense(data.classes.length), { kind: 'softmax' }] as const;
  const network = chain({ kind: 'input', shape }, { kind: 'flatten' }, dense(4200), relu, dense(4200), relu, ...ends);
  const values = initialValues(network, createRandom(1));
  const bytes = [...values.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const pool = sharedPool.join();
  const size = () => pool.heap.memory.buffer.byteLength;
  const before = size();
  const run = createTrainer({ network, parameters: values, data, config: smallConfig() });
  for (let step = 0; step < 3; step++) run.advance();
  const numbers = (size() - before) / bytes;
  expect(numbers).toBeLessThan(PER_PARAMETER + 0.5);
  expect(numbers).toBeGreaterThan(PER_PARAMETER - 1);
  run.dispose();
  sharedPool.leave(pool);
});
