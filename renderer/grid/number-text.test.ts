import { expect, test } from 'vitest';
import { numberText } from './number-text.ts';

test('cells without room leave out the zero before the point, and no other one', () => {
  const shown = (value: number) => numberText(value, 16, 16, false);
  expect([0.25, -0.25, 1.5, 10.06, 20.1, -30.4, 100.2].map(shown)).toEqual([
    '.25',
    '−.25',
    '1.50',
    '10.1',
    '20.1',
    '−30.4',
    '100',
  ]);
  expect(numberText(0.25, 24, 24, false)).toBe('0.25');
});

test('an exact zero is told from a small number, and parameters read as they were typed', () => {
  expect(numberText(0, 16, 16, false)).toBe('0');
  expect(numberText(0.001, 16, 16, false)).toBe('.00');
  expect(numberText(-0.001, 16, 16, false)).toBe('.00');
  expect(numberText(-3, 16, 16, true)).toBe('−3');
  expect(numberText(123_456, 16, 16, false)).toBe('1e5');
});

test('larger numbers give up decimals before they give up digits', () => {
  expect(
    [9.994, 9.996, 99.94, 99.96, 12_345, 99_999, 2.5e12, -3e38].map(value => numberText(value, 20, 20, false)),
  ).toEqual(['9.99', '10.0', '99.9', '100', '12345', '99999', '3e12', '−3e38']);
});

test('scores stand in wide columns with four decimals', () => {
  expect([0.98417, 11.4253, -26.95774, 0, 0.00001, 437.5].map(value => numberText(value, 16, 48, false))).toEqual([
    '0.9842',
    '11.4253',
    '−26.9577',
    '0',
    '0.0000',
    '437.500',
  ]);
});
