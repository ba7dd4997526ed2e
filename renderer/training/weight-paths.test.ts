import { expect, test } from 'vitest';
import { createWeightPaths } from './weight-paths.ts';

test('a path has every value while it is short, and the last move of each', () => {
  const paths = createWeightPaths(Float32Array.of(1, 5), 0);
  paths.take(Float32Array.of(1.5, 5), 3);
  paths.take(Float32Array.of(1.25, 7), 4);
  expect(paths.path(0)).toEqual([1, 1.5, 1.25]);
  expect(paths.path(1)).toEqual([5, 5, 7]);
  expect([paths.move(0), paths.move(1)]).toEqual([-0.25, 2]);
});

test('a long path stays short, begins where the run began, ends at now, and goes on evenly', () => {
  const paths = createWeightPaths(Float32Array.of(0), 0);
  for (let i = 1; i <= 5000; i++) paths.take(Float32Array.of(i), i);
  const path = paths.path(0);
  expect(path.length).toBeLessThanOrEqual(65);
  expect(path.length).toBeGreaterThan(20);
  expect(path[0]).toBe(0);
  expect(path.at(-1)).toBe(5000);
  const steps = path.slice(1, -1).map((value, i) => value - path[i]);
  expect(Math.max(...steps) / Math.min(...steps)).toBeLessThanOrEqual(2);
});

test('values that are shown again are no move, nor are those that come later than their step', () => {
  const paths = createWeightPaths(Float32Array.of(1), 0);
  paths.take(Float32Array.of(1.5), 1);
  // The user scrolls while the run is paused.
  paths.take(Float32Array.of(1.5), 1);
  expect([paths.path(0), paths.move(0)]).toEqual([[1, 1.5], 0.5]);
  paths.take(Float32Array.of(1.5), 2);
  paths.take(Float32Array.of(1.75), 2);
  expect([paths.path(0), paths.move(0)]).toEqual([[1, 1.5, 1.75], 0.25]);
});

test('an edit is where the value is now, but no move of the training', () => {
  const paths = createWeightPaths(Float32Array.of(1, 5), 0);
  paths.take(Float32Array.of(1.5, 5), 1);
  paths.take(Float32Array.of(-2, 5), 1);
  expect([paths.path(0), paths.move(0), paths.move(1)]).toEqual([[1, -2], 0.5, 0]);
  paths.take(Float32Array.of(-1.75, 5), 2);
  expect([paths.path(0), paths.move(0)]).toEqual([[1, -2, -1.75], 0.25]);
});
