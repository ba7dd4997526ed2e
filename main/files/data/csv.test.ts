import { expect, test } from 'vitest';
import { parseCsv } from './csv.ts';

const rowsOf = (text: string) => [...parseCsv(text, 'labels.csv')];
const fieldsOf = (text: string) => rowsOf(text).map(({ fields }) => fields);

test('fields end at commas and rows at any kind of line end, the last one with or without it', () => {
  const rows = [
    ['a', 'b'],
    ['1', ''],
    ['', '2'],
  ];
  for (const text of ['a,b\n1,\n,2', 'a,b\r\n1,\r\n,2\r\n', 'a,b\r1,\r,2\r', 'a,b\n\n1,\n   \n,2\n\n'])
    expect(fieldsOf(text)).toEqual(rows);
  expect(fieldsOf('')).toEqual([]);
});

test('quoted fields may have commas, quotes and line ends, and rows know the line they begin in', () => {
  const text = 'file,label\n"a,1.png","say ""hi"""\n"two\r\nlines.png",""\nlast,x';
  expect(rowsOf(text)).toEqual([
    { line: 1, fields: ['file', 'label'] },
    { line: 2, fields: ['a,1.png', 'say "hi"'] },
    { line: 3, fields: ['two\r\nlines.png', ''] },
    { line: 5, fields: ['last', 'x'] },
  ]);
  expect(fieldsOf('a,5" disk')).toEqual([['a', '5" disk']]);
});

test('a file with more semicolons or tabs in its first line is separated by those', () => {
  expect(fieldsOf('file;"a,b,c";label\n1;2,5;3')).toEqual([
    ['file', 'a,b,c', 'label'],
    ['1', '2,5', '3'],
  ]);
  expect(fieldsOf('file\tlabel\na b\tc,d')).toEqual([
    ['file', 'label'],
    ['a b', 'c,d'],
  ]);
});

test('a first line that says what separates fields, as Excel has it, is no row', () => {
  expect(rowsOf('sep=;\r\nfile;label\r\na,b.png;x\r\n')).toEqual([
    { line: 2, fields: ['file', 'label'] },
    { line: 3, fields: ['a,b.png', 'x'] },
  ]);
});

test('quotes that are never closed, or followed by text, give a sentence with the line', () => {
  for (const text of ['a,b\n"1,2\n3,4\n', 'a,b\n"1"x,2'])
    expect(() => rowsOf(text)).toThrow('labels.csv, line 2: a quoted field is never closed');
});

test('rows come one at a time, so that none is in memory before it is wanted', () => {
  const rows = parseCsv('file,label\na,x\n"b', 'labels.csv');
  expect(rows.next().value).toEqual({ line: 1, fields: ['file', 'label'] });
  expect(rows.next().value).toEqual({ line: 2, fields: ['a', 'x'] });
  expect(() => rows.next()).toThrow('line 3');
});

test('a table of more rows or columns than fit is refused where it goes beyond', () => {
  const count = (text: string) => {
    let rows = 0;
    for (const _ of parseCsv(text, 'labels.csv')) rows++;
    return rows;
  };
  expect(count(',\n'.repeat(1_000_001))).toBe(1_000_001);
  for (const text of [',\n', '\n'])
    expect(() => count(text.repeat(1_000_002))).toThrow('labels.csv has more than 1,000,000 rows');
  expect(count(','.repeat(65_535))).toBe(1);
  expect(() => count(`a,b\n${','.repeat(65_536)}`)).toThrow('labels.csv, line 2: there are more than 65,536 columns');
});
