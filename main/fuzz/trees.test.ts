import { expect, test } from 'vitest';
import { compareTrees } from './trees.ts';

test('80 random formulas have the values of doubles, and their derivatives are those of differences', async () => {
  const { faults, largest, ...counts } = await compareTrees(11, 80, () => {});
  expect(faults).toEqual([]);
  expect(counts.trees).toBe(80);
  expect(counts.values).toBeGreaterThan(3000);
  expect(counts.slopes).toBeGreaterThan(3000);
  expect(counts.errors).toBeGreaterThan(100);
  expect(counts.kinks).toBeLessThan(counts.values / 5);
  expect(largest).toBeLessThan(1e-6);
});
