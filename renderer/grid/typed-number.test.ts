import { expect, test } from 'vitest';
import { typedNumber } from './typed-number.ts';

test('a setting takes whole thousands as the sentences about settings write them', () => {
  const typed = ['10,000', ' 4,294,967,295 ', '1,234.5', '10000', '0.002', '1e-3', '2.125'];
  expect(typed.map(text => typedNumber(text, false))).toEqual([
    10_000, 4_294_967_295, 1234.5, 10_000, 0.002, 0.001, 2.125,
  ]);
  for (const text of ['', '0,002', '0,500', '1,5', '1,0000', '10,00', '1,000,00', 'ten'])
    expect(typedNumber(text, false), text).toBeNaN();
});

test('where one half is written 0,5, the points of 10.000 make its groups, and 0.002 is still two thousandths', () => {
  const typed = ['10.000', '4.294.967.295', '1.234,5', '10000', '0,002', '0.002', '1,5', '1.5'];
  expect(typed.map(text => typedNumber(text, true))).toEqual([
    10_000, 4_294_967_295, 1234.5, 10_000, 0.002, 0.002, 1.5, 1.5,
  ]);
  for (const text of ['', '0,0.1', '1,2,3', '1.000.00']) expect(typedNumber(text, true), text).toBeNaN();
});
