import { NUMBER_ERROR } from '../../shared/cell-content.ts';
import { expect, test } from 'vitest';
import { formatRange, parseRange } from '../../shared/address.ts';
import { lessonSheet } from '../grid/testing/lesson-sheet.ts';
import { figuresOf, selectedBlocks, selectedCells } from './selection-figures.ts';

const sheet = lessonSheet();
const cellsIn = (range: string) =>
  selectedBlocks(
    sheet,
    range.split(' ').map(each => ({ sheet: sheet.id, ...parseRange(each)! })),
  )?.reduce((sum, { height, width }) => sum + height * width, 0);

test.each([
  ['AD11:AF13', 9, 'a kernel'],
  ['AD10:AF15', 10, 'a kernel with its label, its bias and blanks'],
  ['A2:AB29', 784, 'the input'],
  ['A2:AF29', 794, 'the input and what stands beside it'],
  ['A1:XFD1048576', 9088, 'the whole sheet'],
  ['AD11:AF42', 18, 'both kernels, and not the bias between them'],
  ['AD11', undefined, 'one cell'],
  ['AD11:AF13 AD15', 10, 'a kernel and its bias'],
  ['AD11 AF13', 2, 'two cells'],
  ['AD11 AC1', undefined, 'a cell and a blank'],
  ['AC1:AC40', undefined, 'blanks'],
  ['C60:E90', undefined, 'beyond what is used'],
] as [string, number | undefined, string][])(
  'the status bar adds up the cells of %s: %s, %s (habit 27)',
  (range, cells) => {
    expect(cellsIn(range)).toBe(cells);
  },
);

test('free cells and cells of own sheets count too, also those of several ranges (habit 27)', () => {
  expect(figuresOf([{ numbers: Float32Array.of(1) }], [2.5, 'text', true, NUMBER_ERROR])).toEqual({
    count: 2,
    sum: 3.5,
    average: 1.75,
    minimum: 1,
    maximum: 2.5,
    errors: 1,
  });
  const range = (text: string) => ({ sheet: 'notes', ...parseRange(text)! });
  const used = { rows: 50, columns: 4 };
  const around = (...ranges: string[]) => {
    const found = selectedCells(ranges.map(range), used);
    return found && formatRange(found);
  };
  expect(around('B2')).toBeUndefined();
  expect(around('B2:C4')).toBe('B2:C4');
  expect(around('B2', 'D9:E9')).toBe('B2:E9');
  // Whole columns and sheets end where something stands.
  expect(around('B1:C1048576')).toBe('B1:C50');
  expect(around('A1:XFD1048576')).toBe('A1:D50');
});

test('sums are made in double precision; errors are counted apart, and empty cells not at all (habit 27)', () => {
  const tenths = new Float32Array(1000).fill(0.1);
  expect(figuresOf([{ numbers: tenths }])!.sum).toBeCloseTo(1000 * Math.fround(0.1), 9);
  expect(
    figuresOf([
      { numbers: Float32Array.of(1, Number.NaN, -3), others: [undefined, NUMBER_ERROR, undefined] },
      { numbers: Float32Array.of(Number.NaN, 8), others: [null, undefined] },
    ]),
  ).toEqual({ count: 3, sum: 6, average: 2, minimum: -3, maximum: 8, errors: 1 });
  expect(figuresOf([{ numbers: Float32Array.of(Number.NaN), others: [null] }])).toBeUndefined();
});
