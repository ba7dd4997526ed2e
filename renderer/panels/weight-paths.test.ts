import { expect, test } from 'vitest';
import { createWeightPaths } from './weight-paths.ts';

test('a path has every value while it is short, and the last move of each', () => {
  const paths = createWeightPaths(Float32Array.of(1, 5));
  paths.record(Float32Array.of(1.5, 5));
  paths.record(Float32Array.of(1.25, 7));
  expect(paths.path(0)).toEqual([1, 1.5, 1.25]);
  expect(paths.path(1)).toEqual([5, 5, 7]);
  expect([paths.move(0), paths.move(1)]).toEqual([-0.25, 2]);
});

test('a long path stays short, begins where the run began, ends at now, and goes on evenly', () => {
  const paths = createWeightPaths(Float32Array.of(0));
  for (let i = 1; i <= 5000; i++) paths.record(Float32Array.of(i));
  const path = paths.path(0);
  expect(path.length).toBeLessThanOrEqual(65);
  expect(path.length).toBeGreaterThan(20);
  expect(path[0]).toBe(0);
  expect(path.at(-1)).toBe(5000);
  const steps = path.slice(1, -1).map((value, i) => value - path[i]);
  expect(Math.max(...steps) / Math.min(...steps)).toBeLessThanOrEqual(2);
});
