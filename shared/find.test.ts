import { expect, test } from 'vitest';
import { type FindQuery, matcherOf, replacedIn, shownInFormat, shownOfElement } from './find.ts';
import { formatFloat32 } from './numbers.ts';

const query = (text: string, more: Partial<FindQuery> = {}): FindQuery => ({
  text,
  look: 'values',
  matchCase: false,
  whole: false,
  ...more,
});
const finds = (text: string, value: number, more: Partial<FindQuery> & { decimalComma?: boolean } = {}) => {
  const float = Math.fround(value);
  const { decimalComma, ...rest } = more;
  return matcherOf(query(text, rest), { decimalComma }).number(float, formatFloat32(float), shownOfElement(float));
};

test.each([
  ['what is shown', '0.98', 0.9843137],
  ['what is shown without its zero', '.98', 0.9843137],
  ['what is shown, rounded up', '0.99', 0.9868],
  ['the beginning of the full number', '0.9843', 0.9843137],
  ['the full number', '0.9843137', 0.9843137],
  ['a rounded number', '0.984', 0.9838],
  ['a real minus sign', '−0.5', -0.5],
  ['a whole number', '7', 7],
  ['a part of what is shown', '7', 0.07],
  ['another writing of the number', '1e-3', 0.001],
])('a number is found by %s', (_what, text, value) => {
  expect(finds(text, value)).toBe(true);
});

test.each([
  ['digits that nobody sees', '31', 0.9843137],
  ['another number', '0.97', 0.9843137],
  ['0.00 in an exact 0', '0.00', 0],
  ['a beginning, if all of the cell is asked for', '0.9', 0.9843137, true],
])('a number is not found by %s', (_what, text, value, whole = false) => {
  expect(finds(text, value, { whole })).toBe(false);
});

test('whole cells are found by what they show and by all digits; German numbers have a comma', () => {
  expect(finds('0.98', 0.9843137, { whole: true })).toBe(true);
  expect(finds('0.9843137', 0.9843137, { whole: true })).toBe(true);
  expect(finds('0,98', 0.9843137, { decimalComma: true })).toBe(true);
  expect(finds('0.98', 0.9843137, { decimalComma: true })).toBe(false);
  expect(matcherOf(query('25%'), {}).number(0.25, '0.25', shownInFormat(0.25, { kind: 'percent', digits: 0 }))).toBe(
    true,
  );
});

test('texts are found in any case unless it counts, in part or whole', () => {
  const { text } = matcherOf(query('sum('), {});
  expect(text('=SUM(A1:A3)')).toBe(true);
  expect(matcherOf(query('sum(', { matchCase: true }), {}).text('=SUM(A1:A3)')).toBe(false);
  expect(matcherOf(query('total', { whole: true }), {}).text('Total')).toBe(true);
  expect(matcherOf(query('total', { whole: true }), {}).text('Totals')).toBe(false);
});

test('all places in a text are replaced, sparing its other letters; signs of patterns mean themselves', () => {
  expect(replacedIn('=A1*2+a1', query('A1'), 'B2')).toBe('=B2*2+B2');
  expect(replacedIn('=A1*2+a1', query('A1', { matchCase: true }), 'B2')).toBe('=B2*2+a1');
  expect(replacedIn('a.b.c', query('.'), '$&')).toBe('a$&b$&c');
  expect(replacedIn('0.125', query('0.1'), '0.2')).toBe('0.225');
  expect(replacedIn('0.125', query('0.1', { whole: true }), '0.2')).toBeUndefined();
  expect(replacedIn('İstanbul', query('stan'), 'x')).toBe('İxbul');
});
