import { expect, test } from 'vitest';
import { compile, isOneCell } from './compile.ts';
import type { CellsReference } from './expression.ts';
import { parseFormula } from './parse.ts';
import type { CellReader, RangeReader } from './readers.ts';
import { ERRORS, type Value } from './value.ts';

/** The cells of a small sheet, row by row, from A1 on. */
type Grid = readonly (readonly Value[])[];

function calculated(text: string, grid: Grid = []): Value | undefined {
  const parsed = parseFormula(text);
  if (parsed.problem !== undefined) throw new Error(`${text} can't be read.`);
  const program = compile(parsed.expression);
  const contentAt = (row: number, column: number): Value => grid[row]?.[column] ?? null;
  const readers = program?.reads.map((reference): CellReader | RangeReader => {
    const { first, last } = reference as CellsReference;
    if (isOneCell(reference)) return { value: () => contentAt(first.row, first.column) };
    const at = (row: number, column: number) => contentAt(first.row + row, first.column + column);
    const [height, width] = [last.row - first.row + 1, last.column - first.column + 1];
    return {
      height,
      width,
      at,
      each(take) {
        for (let i = 0; i < height * width; i++) {
          const [row, column] = [Math.floor(i / width), i % width];
          const content = at(row, column);
          if (content !== null && take(content, row, column)) return;
        }
      },
    };
  });
  return program?.run(readers!);
}

test('operators calculate with numbers and with what counts as a number', () => {
  expect(calculated('=A1*2+B1/4-C1^2', [[3, 2, 5]])).toBe(-18.5);
  expect(calculated('=A1+B1+C1&"!"', [['2', true, null]])).toBe('3!');
  expect(calculated('=-50%')).toBe(-0.5);
  expect(calculated('=1/0')).toBe(ERRORS['#DIV/0!']);
  expect(calculated('=10^308*10')).toBe(ERRORS['#NUM!']);
  expect(calculated('="a"+1')).toBe(ERRORS['#VALUE!']);
  expect(calculated('=A1', [[null]])).toBe(0);
});

test('an error spreads to everything that reads it, the one on the left first', () => {
  const grid = [[ERRORS['#N/A'], ERRORS['#REF!'], 3]];
  expect(calculated('=A1+B1', grid)).toBe(ERRORS['#N/A']);
  expect(calculated('=SUM(B1:C1)', grid)).toBe(ERRORS['#REF!']);
  expect(calculated('=IFERROR(A1,7)', grid)).toBe(7);
  expect(calculated('=IF(TRUE,C1,A1)', grid)).toBe(3);
  expect(calculated('=COUNT(A1:C1)', grid)).toBe(1);
});

test('ranges count numbers only; texts, truth values and blanks in them are passed over', () => {
  const grid = [
    [1, 'x', 4],
    [true, null, -2],
  ];
  expect(calculated('=SUM(A1:C2)', grid)).toBe(3);
  expect(calculated('=AVERAGE(A1:C2)', grid)).toBe(1);
  expect(calculated('=MAX(A1:C2,10)', grid)).toBe(10);
  expect(calculated('=COUNTA(A1:C2)', grid)).toBe(5);
  expect(calculated('=COUNTBLANK(A1:C2)', grid)).toBe(1);
  expect(calculated('=SUMPRODUCT(A1:C1,A2:C2)', grid)).toBe(-7);
  expect(calculated('=SUMPRODUCT(A1:C1,A1:C2)', grid)).toBe(ERRORS['#VALUE!']);
  expect(calculated('=AND(A1:B1)', [[null, 'x']])).toBe(ERRORS['#VALUE!']);
});

test('where Excel and LibreOffice agree against HyperFormula, their rule holds', () => {
  expect(calculated('=INT(-2.5)')).toBe(-3);
  expect(calculated('=ROUND(1.005,2)')).toBe(1.01);
  expect(calculated('=""+1')).toBe(ERRORS['#VALUE!']);
  expect(calculated('=0.1+0.2&""')).toBe('0.3');
  expect(calculated('="é"="e"')).toBe(false);
  expect(calculated('="ABC"="abc"')).toBe(true);
  expect(calculated('="1/2/2020"="01/02/2020"')).toBe(false);
  expect(calculated('=AND(A1:A2)', [[true], [null]])).toBe(true);
});

test('statistics take the numbers of cells and ranges, and no blanks', () => {
  const grid = [
    [3, null, 'x', 1],
    [true, 8, 4, null],
  ];
  expect(calculated('=MEDIAN(A1:D2)', grid)).toBe(3.5);
  expect(calculated('=MEDIAN(B1,A1)', grid)).toBe(3);
  expect(calculated('=MEDIAN(B1)', grid)).toBe(ERRORS['#NUM!']);
  expect(calculated('=LARGE(A1:D2,2)', grid)).toBe(4);
  expect(calculated('=SMALL(A1:D2,5)', grid)).toBe(ERRORS['#NUM!']);
  expect(calculated('=VAR.P(A1:D2)', grid)).toBe(6.5);
  expect(calculated('=STDEV(A1:D2)', grid)).toBeCloseTo(Math.sqrt(26 / 3), 14);
  expect(calculated('=STDEV(A1,B1)', grid)).toBe(ERRORS['#DIV/0!']);
  expect(calculated('=GEOMEAN(2,8)+HARMEAN(2,6)+AVEDEV(1,3)+DEVSQ(1,3)')).toBeCloseTo(4 + 3 + 1 + 2, 14);
  expect(calculated('=PRODUCT(B1:C1)', grid)).toBe(0);
});

test('what needs an array or another function is not compiled', () => {
  for (const text of ['=A1:A3*2', '=SUM(A1:A3*2)', '=IF(A1:A2,1,2)', '={1,2}', '=MODE(A1:A3)', '=ROUND(1,2,3)'])
    expect(calculated(text)).toBeUndefined();
  // This is one cell here, but a range where it is copied to.
  expect(calculated('=A1:$A$1+1')).toBeUndefined();
});

test('a sum of thousands of terms is calculated', () => {
  const text = `=${Array.from({ length: 2700 }, () => 'A1').join('+')}`;
  expect(calculated(text, [[0.5]])).toBe(1350);
});
