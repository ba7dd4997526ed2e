import { expect, test } from 'vitest';
import { shortNumber } from '../training/training-rate.ts';
import { createAxis, tickLabels, withRoom } from './scales.ts';

const twoDigits = (value: number) => String(Number(value.toPrecision(2)));

test('marks of an axis read as numbers read elsewhere', () => {
  expect(tickLabels([0.1, 0.2, 0.5], twoDigits)).toEqual(['0.1', '0.2', '0.5']);
});

test('marks close together get the digits that tell them apart: a flat loss does not read 2.3, 2.3, 2.3', () => {
  const { ticks } = createAxis('log', [2.298, 2.307], 100, 0, 6);
  const labels = tickLabels(ticks, twoDigits);
  expect(labels.length).toBeGreaterThan(2);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels.map(Number)).toEqual(ticks.map(tick => expect.closeTo(tick, 6)));
});

test('numbers below zero have a true minus, also where more digits tell them apart', () => {
  expect(tickLabels([-2.401, -2.402], shortNumber)).toEqual(['−2.401', '−2.402']);
  expect([-0.5, -2e-7, 1e-5].map(shortNumber)).toEqual(['−0.5', '−2e−7', '1e−5']);
});

test('labels along an axis keep apart, and the last one stays', () => {
  // The rates of a learning-rate finder after a few steps.
  const { at, ticks } = createAxis('log', [1e-6, 1.9e-6], 36, 352, 6.5);
  const labels = tickLabels(ticks, shortNumber).map((label, i) => [at(ticks[i]), label] as const);
  const shown = withRoom(labels);
  expect(labels.length).toBeGreaterThan(shown.length);
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.at(-1)).toEqual(labels.at(-1));
  // A digit is about six pixels wide.
  const ends = shown.map(([middle, label]) => [middle - 3 * label.length, middle + 3 * label.length]);
  for (const [i, [left]] of ends.entries()) if (i > 0) expect(left - ends[i - 1][1]).toBeGreaterThan(5);
});

test('labels with room enough all stay', () => {
  const labels = ['0', '1', '2', 'epoch 3'].map((label, i) => [36 + 100 * i, label] as const);
  expect(withRoom(labels)).toEqual(labels);
  expect(withRoom([])).toEqual([]);
});

test.each([
  [0.028, 0.125],
  [0.05, 0.3],
  [2.1, 2.9],
  [1, 9],
])('marks of a logarithmic axis from %d to %d keep apart, also where they crowd', (low, high) => {
  // 108 px have room for six ticks of 18 px.
  const { at, ticks } = createAxis('log', [low, high], 116, 8, 6);
  expect(ticks.length).toBeGreaterThan(2);
  for (const [i, tick] of ticks.entries()) if (i > 0) expect(at(ticks[i - 1]) - at(tick)).toBeGreaterThan(13);
});
