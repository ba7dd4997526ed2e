import { expect, test } from 'vitest';
import { formatTable, parseTable } from './clipboard.ts';

test('what Excel copies is read cell by cell', () => {
  expect(parseTable('1\t0\t-1\r\n2\t0\t-2\r\n', false)).toEqual([
    ['1', '0', '-1'],
    ['2', '0', '-2'],
  ]);
  expect(parseTable('0,5\t-1,25\r\n', true)).toEqual([['0,5', '-1,25']]);
  expect(parseTable('5', false)).toEqual([['5']]);
  expect(parseTable('1\t\t3', false)).toEqual([['1', '', '3']]);
});

test('quoted cells may hold tabs, line breaks and quotes', () => {
  expect(parseTable('"a\tb"\t"say ""hi"""\n"two\nlines"\tx', false)).toEqual([
    ['a\tb', 'say "hi"'],
    ['two\nlines', 'x'],
  ]);
});

test('files separated by commas or semicolons are read, too', () => {
  expect(parseTable('1,2,3\n4,5,6', false)).toEqual([
    ['1', '2', '3'],
    ['4', '5', '6'],
  ]);
  expect(parseTable('0,5;1,5\n2,5;3,5', true)).toEqual([
    ['0,5', '1,5'],
    ['2,5', '3,5'],
  ]);
});

test('a lone 0,5 stays one text, to be refused where the decimal separator is a point', () => {
  expect(parseTable('0,5', false)).toEqual([['0,5']]);
  expect(parseTable('0,5\n0,7', true)).toEqual([['0,5'], ['0,7']]);
});

test('what is copied reads back', () => {
  const table = [
    ['0.1', '-2', ''],
    ['map 1', 'with\ttab', 'and "quotes"'],
  ];
  expect(parseTable(formatTable(table), false)).toEqual(table);
});
