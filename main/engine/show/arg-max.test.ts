import { expect, test } from 'vitest';
import { argMax } from './arg-max.ts';

test('finds the first of the largest numbers in a part of an array, and nothing if one is NaN', () => {
  expect(argMax([0.2, 0.5, 0.3])).toBe(1);
  expect(argMax([0.1, 0.45, 0.45])).toBe(1);
  expect(argMax(Float32Array.of(9, 0, -2, -1, -1, 9), 2, 3)).toBe(1);
  expect(argMax([9, 1, 2, Number.NaN], 1, 2)).toBe(1);
  expect(argMax([0, Number.NaN])).toBeUndefined();
  expect(argMax([Number.NaN, 0])).toBeUndefined();
});
