import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { learningRateAt, momentumAt, restartSteps } from './schedule.ts';
import { optimizerDefaults } from './training-defaults.ts';
import type { Schedule, TrainingConfig } from './training.ts';

/** Rates Keras and PyTorch give for every step of a run; main/engine/training/keras/schedules.py made them. */
type Reference = {
  config: Pick<TrainingConfig, 'epochs' | 'learningRate' | 'schedule' | 'warmupSteps' | 'optimizer'>;
  stepsPerEpoch: number;
  rates: number[];
  momenta?: number[];
};
const file = new URL('../main/engine/training/keras/schedules.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Reference[] };

/** A run of 4 epochs of 10 steps at the rate 1. */
const run = (schedule: Schedule, warmupSteps = 0) => ({
  epochs: 4,
  learningRate: 1,
  schedule,
  warmupSteps,
  optimizer: optimizerDefaults.adam,
});
const ratesOf = (config: ReturnType<typeof run>, steps: readonly number[], stepsPerEpoch = 10) =>
  steps.map(step => learningRateAt(config, step, stepsPerEpoch));
const expectClose = (found: readonly number[], wanted: readonly number[], digits = 12) => {
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(found[i], `item ${i}`).toBeCloseTo(value, digits);
};

test.each(cases)('rates of $config.schedule equal those of Keras or PyTorch at every step', reference => {
  const { config, stepsPerEpoch, rates, momenta } = reference;
  expect(rates.length).toBe(config.epochs * stepsPerEpoch);
  // Keras computes them in float32.
  for (const [step, rate] of rates.entries()) {
    expect(Math.abs(learningRateAt(config, step, stepsPerEpoch) - rate), `step ${step}`).toBeLessThan(5e-7 * 0.002);
  }
  for (const [step, momentum] of (momenta ?? []).entries()) {
    expect(momentumAt(config, step, stepsPerEpoch), `step ${step}`).toBeCloseTo(momentum, 12);
  }
});

test('a constant schedule keeps the rate, and a warm-up of four steps leads up to it in quarters', () => {
  expect(ratesOf(run({ kind: 'constant' }), [0, 1, 39])).toEqual([1, 1, 1]);
  expect(ratesOf(run({ kind: 'constant' }, 4), [0, 1, 2, 3, 4, 39])).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
});

test('a step schedule drops at the first step of every second epoch', () => {
  const config = run({ kind: 'step', every: 2, factor: 0.1 });
  expectClose(ratesOf(config, [0, 19, 20, 39]), [1, 1, 0.1, 0.1]);
});

test('cosine cycles of one, then two epochs start at the full rate and are near 0 at their last step', () => {
  const config = run({ kind: 'cosine', cycle: 1, multiplier: 2 });
  const nearEnd = (steps: number) => (1 + Math.cos((Math.PI * (steps - 1)) / steps)) / 2;
  expectClose(ratesOf(config, [0, 5, 9, 10, 20, 29, 30]), [1, 0.5, nearEnd(10), 1, 0.5, nearEnd(20), 1]);
  expect(restartSteps(config, 10)).toEqual([10, 30]);
});

test('a warm-up multiplies what the schedule says', () => {
  const config = run({ kind: 'cosine', cycle: 1, multiplier: 1 }, 10);
  expectClose(ratesOf(config, [0, 5, 10]), [0.1, 0.6 * 0.5, 1]);
});

test('every cycle begins at the full rate where its length is no whole number of steps', () => {
  // 0.07 × 100 is 7.000000000000001 in doubles; 1.3-fold cycles of 7, 9.1, 11.83 … steps.
  for (const schedule of [
    { kind: 'cosine', cycle: 0.07, multiplier: 1 },
    { kind: 'cosine', cycle: 0.07, multiplier: 1.3 },
    { kind: 'cosine', cycle: 0.07, multiplier: 1 + 1e-12 },
  ] as const) {
    const config = run(schedule);
    const restarts = restartSteps(config, 100);
    expect(restarts.slice(0, 2)).toEqual(schedule.multiplier === 1.3 ? [7, 16] : [7, 14]);
    expect(ratesOf(config, restarts, 100)).toEqual(restarts.map(() => 1));
    // The rate rises nowhere else.
    const rates = ratesOf(
      config,
      Array.from({ length: 400 }, (_, step) => step),
      100,
    );
    expect(rates.flatMap((rate, step) => (step > 0 && rate > rates[step - 1] ? [step] : []))).toEqual(restarts);
  }
});

test('a cycle shorter than a step is one step, and restarts too many to show are not listed', () => {
  const config = run({ kind: 'cosine', cycle: 1e-9, multiplier: 1 });
  expect(ratesOf(config, [0, 1, 39])).toEqual([1, 1, 1]);
  expect(restartSteps(config, 10)).toHaveLength(39);
  expect(restartSteps(config, 1000)).toEqual([]);
});

test('one-cycle rises from a 25th, peaks after its share and ends at a 10,000th; momentum mirrors it', () => {
  // 40 steps: the peak is at step 0.3 · 40 − 1.
  const config = run({ kind: 'oneCycle', rise: 0.3 });
  expectClose(ratesOf(config, [0, 11, 39]), [0.04, 1, 4e-6]);
  expectClose(ratesOf(config, [25]), [(1 + 4e-6) / 2]);
  expectClose(
    [0, 11, 25, 39].map(step => momentumAt(config, step, 10)),
    [0.95, 0.85, 0.9, 0.95],
  );
  expect(restartSteps(config, 10)).toEqual([]);
});

test('a run of one step, and steps beyond the end, have a finite rate', () => {
  const config = { ...run({ kind: 'oneCycle', rise: 0.3 }), epochs: 1 };
  expect(learningRateAt(config, 0, 1)).toBe(1);
  expect(momentumAt(config, 0, 1)).toBeCloseTo(0.85, 12);
  expectClose(ratesOf(config, [9, 10, 1000]), [4e-6, 4e-6, 4e-6]);
});

test('momentum stays as set outside one-cycle, and none stays none', () => {
  const cosine: Schedule = { kind: 'cosine', cycle: 1, multiplier: 1 };
  expect(momentumAt(run(cosine), 5, 10)).toBe(0.9);
  for (const optimizer of [optimizerDefaults.sgd, optimizerDefaults.rmsprop]) {
    expect(momentumAt({ ...run({ kind: 'oneCycle', rise: 0.3 }), optimizer }, 11, 10)).toBe(0);
  }
  // One and a half times the distance of a small momentum from 1 would be below 0.
  const small = { ...optimizerDefaults.momentum, momentum: 0.1 };
  expect(momentumAt({ ...run({ kind: 'oneCycle', rise: 0.3 }), optimizer: small }, 11, 10)).toBe(0);
});
