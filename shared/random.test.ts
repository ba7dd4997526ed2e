import { expect, test } from 'vitest';
import { createRandom, createRandomFor } from './random.ts';

const take = (count: number, draw: () => number) => Array.from({ length: count }, draw);

test('the same seed gives the same numbers and another seed gives others', () => {
  expect(take(8, createRandom(7).uniform)).toEqual(take(8, createRandom(7).uniform));
  for (const seed of [8, 7.5, -7, 0])
    expect(take(8, createRandom(seed).uniform)).not.toEqual(take(8, createRandom(7).uniform));
});

test('the first numbers of seed 1 stay what they are from version to version', () => {
  const random = createRandom(1);
  expect(take(3, () => random.integer(2 ** 32))).toEqual([1_834_405_855, 3_812_913_033, 3_514_519_567]);
});

test('a generator goes on from a saved state', () => {
  const random = createRandom(3);
  take(100, random.normal);
  const saved = JSON.parse(JSON.stringify(random.state()));
  expect(take(5, createRandom(saved).normal)).toEqual(take(5, random.normal));
});

test('uniform numbers fill ten equal bins evenly', () => {
  const random = createRandom(11);
  const bins = take(10, () => 0);
  for (let i = 0; i < 100_000; i++) bins[Math.floor(random.uniform() * 10)]++;
  // 10,000 expected in each with a standard deviation of 95.
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(475);
});

test('normal numbers have mean 0, variance 1 and the tails they should', () => {
  const random = createRandom(12);
  const draws = take(100_000, random.normal);
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.016);
  expect(Math.abs(variance - 1)).toBeLessThan(0.025);
  expect(draws.filter(x => Math.abs(x) > 1.959964).length / draws.length).toBeCloseTo(0.05, 2);
  expect(draws.every(Number.isFinite)).toBe(true);
});

test('a shuffle keeps every item and makes every order of three', () => {
  const random = createRandom(5);
  const orders = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle(['a', 'b', 'c']).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('every pair of numbers under a seed has a generator of its own, and its first numbers are evenly spread', () => {
  const draw = (seed: number, first: number, second: number) => take(4, createRandomFor(seed, first, second).uniform);
  expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3));
  const starts = [draw(1, 2, 3), draw(2, 1, 3), draw(1, 3, 2), draw(1, 2, 4), draw(1, 2, 2 ** 32 - 1)];
  expect(new Set(starts.map(([first]) => first)).size).toBe(5);
  const firsts = Array.from({ length: 10_000 }, (_, i) => draw(0, i % 100, Math.floor(i / 100))[0]);
  const bins = take(10, () => 0);
  for (const first of firsts) bins[Math.floor(first * 10)]++;
  // 1,000 expected in each with a standard deviation of 30.
  for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
