import { expect, test } from 'vitest';
import { shortNumber } from '../panels/training-rate.ts';
import { createAxis, tickLabels } from './scales.ts';

const twoDigits = (value: number) => String(Number(value.toPrecision(2)));

test('marks of an axis read as numbers read elsewhere', () => {
  expect(tickLabels([0.1, 0.2, 0.5], twoDigits)).toEqual(['0.1', '0.2', '0.5']);
});

test('marks close together get the digits that tell them apart: a loss that hardly moves does not read 2.3, 2.3, 2.3', () => {
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
