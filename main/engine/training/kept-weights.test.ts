import { expect, test } from 'vitest';
import type { TensorId } from '../../../shared/network.ts';
import type { RunRecord, RunWeights } from '../../../shared/training.ts';
import { createWeightsKeeper, withinBounds, withLast } from './kept-weights.ts';

/** Weights that tell their step. */
const at = (step: number, size = 2) =>
  new Map<TensorId, Float32Array>([['conv/kernel', new Float32Array(size).fill(step)]]);
/** What a run of so many steps keeps. It is cut short after some of them and goes on with what it had kept. */
function run(steps: number, cut?: number): readonly RunWeights[] {
  let keeper = createWeightsKeeper();
  const values = at(0);
  for (let step = 0; step <= steps; step++) {
    values.get('conv/kernel')!.fill(step);
    keeper.show(step, values);
    if (step === cut) keeper = createWeightsKeeper(withLast(keeper.weights, step, values).weights);
  }
  return withLast(keeper.weights, steps, values).weights!;
}

test('a run of any length keeps its first and last weights and some between, as evenly as it can, 16 at most', () => {
  for (let steps = 1; steps < 300; steps++) {
    const kept = run(steps);
    const numbers = kept.map(({ step }) => step);
    expect([numbers[0], numbers.at(-1)]).toEqual([0, steps]);
    expect(numbers.length).toBeLessThanOrEqual(16);
    expect(numbers.length).toBeGreaterThanOrEqual(Math.min(steps + 1, 8));
    const gaps = numbers.slice(1, -1).map((step, nth) => step - numbers[nth]);
    expect(new Set(gaps).size).toBeLessThanOrEqual(1);
    for (const { step, values } of kept) expect([...values.get('conv/kernel')!]).toEqual([step, step]);
  }
});

test('a run that was cut short and goes on keeps the same as one that never stopped', () => {
  for (const steps of [5, 16, 17, 40, 200])
    for (let cut = 2; cut < steps; cut++) expect(run(steps, cut)).toEqual(run(steps));
});

test('large networks keep nothing, nor does a run whose beginning nobody knows', () => {
  const large = createWeightsKeeper();
  for (let step = 0; step < 3; step++) large.show(step, at(step, 100_001));
  expect(large.weights).toBeUndefined();
  const later = createWeightsKeeper();
  later.show(7, at(7));
  expect(withLast(later.weights, 7, at(7))).toEqual({});
});

test('if all runs have too many, the oldest forget theirs', () => {
  const weights = [{ step: 0, values: at(0, 7_000_000) }];
  const runs = ['a', 'b', 'c'].map(id => ({ id, weights }) as unknown as RunRecord);
  expect(withinBounds(runs).map(({ id, weights: kept }) => [id, kept !== undefined])).toEqual([
    ['a', false],
    ['b', true],
    ['c', true],
  ]);
});
