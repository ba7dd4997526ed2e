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
