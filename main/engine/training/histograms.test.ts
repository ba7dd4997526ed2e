import { expect, test } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { histogramOf, layerHistograms } from './histograms.ts';

test('values fall into equal intervals from the smallest to the largest, which is in the last one', () => {
  expect(histogramOf([Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5, 4)], 4)).toEqual({
    from: 0,
    to: 4,
    counts: [2, 2, 2, 1],
    nonFinite: 0,
  });
});

test('values of several arrays, as a layer has them, are counted together', () => {
  const arrays = [Float32Array.of(0, 1), new Float32Array(0), Float32Array.of(3, 4)];
  expect(histogramOf(arrays, 2)).toEqual({ from: 0, to: 4, counts: [2, 2], nonFinite: 0 });
  expect(histogramOf([], 1)).toEqual({ from: -0.5, to: 0.5, counts: [0], nonFinite: 0 });
});

test('values that aren’t finite are counted apart and don’t widen the range', () => {
  const values = Float32Array.of(-1, Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0);
  expect(histogramOf([values], 2)).toEqual({ from: -1, to: 1, counts: [1, 2], nonFinite: 3 });
});

test('equal values, no values and no finite values have a range too', () => {
  expect(histogramOf([new Float32Array(5)], 3)).toEqual({ from: -0.5, to: 0.5, counts: [0, 5, 0], nonFinite: 0 });
  expect(histogramOf([Float32Array.of(-4, -4)], 3)).toEqual({ from: -6, to: -2, counts: [0, 2, 0], nonFinite: 0 });
  expect(histogramOf([new Float32Array(0)], 2)).toEqual({ from: -0.5, to: 0.5, counts: [0, 0], nonFinite: 0 });
  expect(histogramOf([Float32Array.of(Number.NaN)], 2)).toEqual({ from: -0.5, to: 0.5, counts: [0, 0], nonFinite: 1 });
});

test('the largest and the smallest float32s are counted like any others', () => {
  const largest = 3.4028234663852886e38;
  expect(histogramOf([Float32Array.of(-largest, 0, largest)], 3).counts).toEqual([1, 1, 1]);
  expect(histogramOf([Float32Array.of(largest, largest)], 3).counts).toEqual([0, 2, 0]);
  expect(histogramOf([Float32Array.of(0, 2 ** -149)], 2).counts).toEqual([1, 1]);
});

test('each of many weights is counted once, most of them in the middle', () => {
  const { normal } = createRandom(8);
  const { counts } = histogramOf([Float32Array.from({ length: 50_000 }, normal)]);
  expect(counts).toHaveLength(40);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50_000);
  expect(Math.max(...counts)).toBe(Math.max(...counts.slice(15, 25)));
});

test('each layer has one histogram of all its parameters, and one of their gradients if it has some', () => {
  const parameters = new Map([
    ['conv1/kernel', Float32Array.of(0, 1, 2)],
    ['conv1/bias', Float32Array.of(4)],
    ['drop/rate', Float32Array.of(0.5)],
  ] as const);
  const gradients = new Map([['conv1/bias', Float32Array.of(8)]] as const);
  const found = layerHistograms(parameters, gradients);
  expect(found.map(({ layer }) => layer)).toEqual(['conv1', 'drop']);
  expect(found[0].weights).toEqual(histogramOf([Float32Array.of(0, 1, 2, 4)]));
  expect(found[0].gradients).toEqual(histogramOf([Float32Array.of(8)]));
  // All its values are equal, so they are in the middle of a range.
  expect(found[1].weights).toMatchObject({ from: 0.25, to: 0.75, nonFinite: 0 });
  expect(found[1].gradients).toBeUndefined();
});
