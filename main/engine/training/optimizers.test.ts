import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import type { ParameterName, TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { learningRateAt, momentumAt } from '../../../shared/schedule.ts';
import { optimizerDefaults } from '../../../shared/training-defaults.ts';
import type { OptimizerSettings, TrainingConfig } from '../../../shared/training.ts';
import { largestAbsolute } from '../layers/bounding.ts';
import { built } from '../kernels/modules.ts';
import { createPool, type Pool } from '../kernels/pool.ts';
import { createSpace } from '../kernels/space.ts';
import { createOptimizer } from './optimizers.ts';

type Values = Record<TensorId, number[]>;
type Config = Omit<TrainingConfig, 'data' | 'augmentation' | 'batchSize' | 'seed' | 'classWeights'>;
/** The parameters that Keras calculates from ten gradients. `after` has them after so many steps. Made by
 *  keras/optimizers.py. */
type Reference = {
  stepsPerEpoch: number;
  start: Values;
  gradients: Values[];
  cases: { name: string; config: Config; after: Record<string, Values> }[];
};
const reference = JSON.parse(readFileSync(new URL('keras/optimizers.json', import.meta.url), 'utf8')) as Reference;

const read = (values: Values) =>
  new Map(Object.entries(values).map(([id, numbers]) => [id as TensorId, Float32Array.from(numbers)]));
const tensorsOf = (values: Values) =>
  Object.entries(values).map(([id, { length }]) => {
    return { id: id as TensorId, name: id.split('/')[1] as ParameterName, size: length };
  });
const tensors = tensorsOf(reference.start);
const gradients = reference.gradients.map(read);
const settingsOf = (optimizer: OptimizerSettings) => ({ optimizer, weightDecay: 0, clipNorm: 0 });
const same = (rate: number) => () => rate;

/** The parameters that a trainer's optimizer calculates, after some of the ten steps. */
function run(config: Config, kept: readonly number[]): Map<number, Map<TensorId, Float32Array>> {
  const parameters = read(reference.start);
  const optimizer = createOptimizer(config, tensors);
  const after = new Map<number, Map<TensorId, Float32Array>>();
  for (const [step, gradient] of gradients.entries()) {
    const rate = learningRateAt(config, step, reference.stepsPerEpoch);
    const rateOf = (id: TensorId) => rate * (config.layerRates[id.split('/')[0]] ?? 1);
    optimizer.step(parameters, gradient, rateOf, { momentum: momentumAt(config, step, reference.stepsPerEpoch) });
    if (kept.includes(step + 1))
      after.set(step + 1, new Map([...parameters].map(([id, values]) => [id, values.slice()])));
  }
  return after;
}

test.each(reference.cases)('$name: ten stored gradients give Keras’s weights', ({ config, after }) => {
  const ours = run(config, [1, 4, 10]);
  expect(Object.keys(after)).toEqual(['1', '4', '10']);
  for (const [step, wanted] of Object.entries(after)) {
    for (const [id, values] of read(wanted)) {
      const found = ours.get(Number(step))!.get(id)!;
      const largest = Math.max(...values.map((value, i) => Math.abs(value - found[i])));
      expect(largest, `${id} after ${step} steps`).toBeLessThanOrEqual(1e-6);
    }
  }
});

test('the stored cases distinguish every setting: no two of them end in the same weights', () => {
  const ends = new Set(reference.cases.map(({ after }) => JSON.stringify(after[10])));
  expect(ends.size).toBe(reference.cases.length);
  expect(new Set(reference.cases.map(({ config }) => config.optimizer.kind))).toEqual(
    new Set(Object.keys(optimizerDefaults)),
  );
});

test.each(Object.values(optimizerDefaults))('a new $kind goes on bit for bit from an old one’s state', settings => {
  const config = { ...settingsOf(settings), weightDecay: 0.01, clipNorm: 1 };
  const undisturbed = read(reference.start);
  const first = createOptimizer(config, tensors);
  for (const gradient of gradients) first.step(undisturbed, gradient, same(0.01));

  const parameters = read(reference.start);
  const before = createOptimizer(config, tensors);
  for (const gradient of gradients.slice(0, 4)) before.step(parameters, gradient, same(0.01));
  const state = before.state();
  const resumed = createOptimizer(config, tensors);
  resumed.restore(state);
  for (const gradient of gradients.slice(4)) resumed.step(parameters, gradient, same(0.01));
  expect(parameters).toEqual(undisturbed);
  expect(resumed.state()).toEqual(first.state());
});

test("slots have Keras's names", () => {
  const kernel = tensors.slice(0, 1);
  const slots = (optimizer: OptimizerSettings) =>
    [...createOptimizer(settingsOf(optimizer), kernel).state().slots.keys()].map(key => key.split('/')[2]);
  expect(slots(optimizerDefaults.sgd)).toEqual([]);
  expect(slots(optimizerDefaults.momentum)).toEqual(['momentum']);
  expect(slots(optimizerDefaults.rmsprop)).toEqual(['velocity']);
  expect(slots({ ...optimizerDefaults.rmsprop, momentum: 0.5 })).toEqual(['velocity', 'momentum']);
  expect(slots(optimizerDefaults.adamw)).toEqual(['momentum', 'velocity']);
});

test('the state of another optimizer or of other tensors is refused with a sentence', () => {
  const state = createOptimizer(settingsOf(optimizerDefaults.adam), tensors).state();
  const restoreInto = (optimizer: OptimizerSettings, into = tensors) =>
    createOptimizer(settingsOf(optimizer), into).restore(state);
  expect(() => restoreInto(optimizerDefaults.adam)).not.toThrow();
  expect(() => restoreInto(optimizerDefaults.momentum)).toThrow(UserError);
  expect(() => restoreInto(optimizerDefaults.adam, tensors.slice(1))).toThrow(/were changed\. Start from/);
  const wider = tensors.map(tensor => ({ ...tensor, size: tensor.size + 1 }));
  expect(() => restoreInto(optimizerDefaults.adam, wider)).toThrow(UserError);
});

test('tensors without a gradient, as in frozen layers, don’t change, and gradients are only read', () => {
  const parameters = read(reference.start);
  const optimizer = createOptimizer(
    { ...settingsOf(optimizerDefaults.adamw), weightDecay: 0.1, clipNorm: 0.1 },
    tensors,
  );
  const gradient = new Map([...read(reference.gradients[0])].filter(([id]) => id.startsWith('conv/')));
  const given = new Map([...gradient].map(([id, values]) => [id, values.slice()]));
  optimizer.step(parameters, gradient, same(0.1));
  expect(gradient).toEqual(given);
  for (const [id, values] of read(reference.start)) {
    if (id.startsWith('conv/')) expect(parameters.get(id)).not.toEqual(values);
    else expect(parameters.get(id)).toEqual(values);
  }
});

test('gradients within the norm are not clipped, and zero gradients give finite weights', () => {
  const [free, clipped] = [0, 1e6].map(clipNorm => {
    const parameters = read(reference.start);
    const optimizer = createOptimizer({ ...settingsOf(optimizerDefaults.sgd), clipNorm }, tensors);
    optimizer.step(parameters, gradients[0], same(0.1));
    return parameters;
  });
  expect(clipped).toEqual(free);

  const parameters = read(reference.start);
  const zeros = new Map(tensors.map(({ id, size }) => [id, new Float32Array(size)]));
  const optimizer = createOptimizer({ ...settingsOf(optimizerDefaults.adam), clipNorm: 1 }, tensors);
  optimizer.step(parameters, zeros, same(0.1));
  expect(parameters).toEqual(read(reference.start));
});

test.each([...Object.values(optimizerDefaults), { ...optimizerDefaults.rmsprop, momentum: 0.5 }])(
  'a gradient that is not finite, or whose square is not, shows in weights or slots, clipped or not: %o',
  optimizer => {
    for (const clipNorm of [0, 1]) {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        const weights = Float32Array.of(1, 2, 0);
        const made = createOptimizer({ ...settingsOf(optimizer), clipNorm }, [
          { id: 'dense/kernel', name: 'kernel', size: 3 },
        ]);
        const gradient = new Map<TensorId, Float32Array>([['dense/kernel', Float32Array.of(value, 1, 0)]]);
        made.step(new Map([['dense/kernel', weights]]), gradient, same(0.1));
        expect(Number.isFinite(weights[0])).toBe(false);
      }
    }
    const weights = Float32Array.of(1);
    const made = createOptimizer(settingsOf(optimizer), [{ id: 'dense/kernel', name: 'kernel', size: 1 }]);
    made.step(new Map([['dense/kernel', weights]]), new Map([['dense/kernel', Float32Array.of(1e38)]]), same(1e-40));
    // An optimizer that keeps squares can't keep this one. The others have moved the weight.
    expect(made.isFinite()).toBe(optimizer.kind === 'sgd' || optimizer.kind === 'momentum');
  },
);

test('each optimizer finds the minimum of a small quadratic function', () => {
  const rates = { sgd: 0.1, momentum: 0.02, rmsprop: 0.01, adam: 0.05, adamw: 0.05 };
  const random = createRandom(9);
  for (const settings of Object.values(optimizerDefaults)) {
    const weights = Float32Array.from({ length: 20 }, random.normal);
    const parameters = new Map<TensorId, Float32Array>([['dense/kernel', weights]]);
    const optimizer = createOptimizer(settingsOf(settings), [{ id: 'dense/kernel', name: 'kernel', size: 20 }]);
    const target = 0.5;
    for (let step = 0; step < 500; step++) {
      const gradient = weights.map(weight => weight - target);
      optimizer.step(parameters, new Map([['dense/kernel', gradient]]), same(rates[settings.kind]));
    }
    for (const weight of weights) expect(Math.abs(weight - target), settings.kind).toBeLessThan(0.02);
  }
});

const optimizers = [
  ...Object.values(optimizerDefaults),
  { ...optimizerDefaults.momentum, nesterov: true },
  { ...optimizerDefaults.rmsprop, momentum: 0.5 },
];

/** Five steps of an optimizer for parameters of some sizes: in the memory of a pool, or without one. */
async function stepsOf(optimizer: OptimizerSettings, pool: Pool | undefined) {
  const space = pool && createSpace(pool);
  const many = [1, 5, 30_000].map((size, n) => ({ id: `layer${n}/kernel` as TensorId, name: 'kernel' as const, size }));
  const made = createOptimizer({ optimizer, weightDecay: 0.01, clipNorm: 1 }, many, space);
  const random = createRandom(8);
  const filled = () =>
    new Map(
      many.map(({ id, size }) => {
        const values = space?.take(size) ?? new Float32Array(size);
        for (let i = 0; i < size; i++) values[i] = random.normal();
        return [id, values] as const;
      }),
    );
  const weights = filled();
  const before = filled();
  let largest = new Map<TensorId, number>();
  let last: Float32Array[] = [];
  for (let step = 0; step < 5; step++) {
    last = [...weights.values()].map(values => values.slice());
    largest = made.step(weights, filled(), same(0.01), { before });
    await pause(1);
  }
  expect([...before.values()]).toEqual(last);
  for (const [id, most] of largest) expect(most).toBe(largestAbsolute(weights.get(id)!));
  expect(largest.size).toBe(pool ? many.length : 0);
  const after = [...weights.values(), ...made.state().slots.values()].map(values => values.slice());
  space?.giveUp();
  return after;
}

test.each(optimizers)('In memory that threads share, steps give the same bits: %o', async optimizer => {
  const alone = await stepsOf(optimizer, undefined);
  for (const threads of [1, 2, 3]) {
    const pool = createPool({ threads });
    pool.start();
    expect(await stepsOf(optimizer, pool)).toEqual(alone);
    pool.end();
  }
});

test.each(optimizers)('In that memory, what is not finite is told wherever it comes up: %o', optimizer => {
  const pool = createPool({ threads: 1 });
  for (const at of [0, 2, 8191, 8192, 20_001]) {
    for (const value of [Number.NaN, Infinity, 1e38]) {
      const space = createSpace(pool);
      const [weights, gradient, kept] = [0, 1, 2].map(() => space.take(20_002));
      gradient[at] = value;
      const id: TensorId = 'dense/kernel';
      const made = createOptimizer(settingsOf(optimizer), [{ id, name: 'kernel', size: weights.length }], space);
      const alone = createOptimizer(settingsOf(optimizer), [{ id, name: 'kernel', size: weights.length }]);
      const own = weights.slice();
      alone.step(new Map([[id, own]]), new Map([[id, gradient.slice()]]), same(1e-40));
      const before = new Map([[id, kept]]);
      const largest = made.step(new Map([[id, weights]]), new Map([[id, gradient]]), same(1e-40), { before });
      expect(largest.get(id)).toBe(largestAbsolute(own));
      expect(made.isFinite()).toBe(alone.isFinite());
      space.giveUp();
    }
  }
  pool.end();
});

test.each(optimizers)(
  'So they do if a thread dies when it has changed its parameters but hasn’t said so: %o',
  async optimizer => {
    const program = `
    const store = Atomics.store;
    let left = 3;
    Atomics.store = (array, index, value) => (--left === 0 ? process.exit() : store(array, index, value));
    await import(${JSON.stringify(built('pool-thread.mjs')!.href)});`;
    const pool = createPool({
      threads: 2,
      program: new URL(`data:text/javascript,${encodeURIComponent(program)}`),
      patience: { times: 10, more: 300 },
    });
    pool.start();
    const alone = await stepsOf(optimizer, undefined);
    for (let round = 0; round < 50 && pool.threads > 0; round++) expect(await stepsOf(optimizer, pool)).toEqual(alone);
    expect(pool.threads).toBe(0);
    pool.end();
  },
);
