import { expect, test } from 'vitest';
import { messages } from '../messages.ts';

test('a probability reads 100 % only where it is 1, and 0 % only where it is 0', () => {
  const shares = [0, 1e-9, 0.00049, 0.0006, 0.5, 0.9994, 0.9995, Math.fround(0.99996), 1];
  const shown = shares.map(share => messages.panels.probability(share));
  expect(shown).toEqual([
    '0.0 %',
    '< 0.1 %',
    '< 0.1 %',
    '0.1 %',
    '50.0 %',
    '99.9 %',
    '> 99.9 %',
    '> 99.9 %',
    '100.0 %',
  ]);
});

test('the first calculation is no recalculation', () => {
  const { panels } = messages;
  expect(panels.calculated(137.4, true)).toBe('Calculated in 137 ms');
  expect(panels.calculated(1.2345, false)).toBe('Recalculated in 1.23 ms');
});

test('the figures of a selection count errors of every name', () => {
  const none = { count: 0, sum: 0, average: Number.NaN, minimum: 0, maximum: 0 };
  expect(messages.panels.figures({ ...none, errors: 1352 })).toBe('1,352 errors');
  expect(messages.panels.figures({ ...none, errors: 1 })).toBe('1 error');
});
