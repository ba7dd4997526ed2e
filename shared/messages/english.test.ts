import { expect, test } from 'vitest';
import { messages } from '../messages.ts';
import { readable } from './format.ts';

test('a probability reads 100 % only where it is 1, and 0 % only where it is 0', () => {
  const shares = [0, 1e-9, 0.00049, 0.0006, 0.5, 0.9994, 0.9995, Math.fround(0.99996), 1];
  const shown = shares.map(share => messages.panels.probability(share));
  expect(shown).toEqual([
    '0.0 %',
    '<\u00A00.1 %',
    '<\u00A00.1 %',
    '0.1 %',
    '50.0 %',
    '99.9 %',
    '>\u00A099.9 %',
    '>\u00A099.9 %',
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

test('numbers in sentences have three digits; only beyond a billion and a billionth they have a power of ten', () => {
  expect([0, 4.3e-8, -1.23456e-6, 0.05, 0.99999, -2, 12.345, 123456, 1e-9].map(each => readable(each))).toEqual(
    '0|0.000000043|−0.00000123|0.05|1|−2|12.3|123000|0.000000001'.split('|'),
  );
  expect([4.32e-12, -9.999e-13, 3.4e38, 1e9].map(each => readable(each))).toEqual(
    '4.32 · 10⁻¹²|−1 · 10⁻¹²|3.4 · 10³⁸|1 · 10⁹'.split('|'),
  );
  for (let power = -40; power < 39; power++)
    for (const digits of [1, 3, 4]) {
      const value = -Math.PI * 10 ** power;
      const [size, raised = ''] = readable(value, digits).split(' · 10');
      const exponent = raised.replaceAll(/./g, each => '-0123456789'['⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(each)]);
      const read = Number(size.replace('−', '-')) * 10 ** Number(exponent);
      expect(Math.abs(read / value - 1)).toBeLessThan(10 ** (1 - digits));
    }
});

test('what is smaller than rounding is told to be practically nothing, with its number', () => {
  const { gradients, why } = messages.explain;
  expect(gradients.claim(0.01, -4.3e-8)).toBe(
    'If this number were 0.01 larger, the loss would practically stay the same: about 0.000000043 smaller.',
  );
  expect(gradients.claim(0.01, 0.002)).toBe('If this number were 0.01 larger, the loss would be about 0.002 larger.');
  expect(why.claims.ahead('class 3', 'class 5', 4.3e-8)).toBe(
    'The scores of class 3 and class 5 are practically the same: 0.000000043 apart.',
  );
});
