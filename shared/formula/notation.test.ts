import { expect, test } from 'vitest';
import type { CellContent } from '../cell-content.ts';
import { buildSheet } from '../layout/sheet.ts';
import { parseNetwork } from '../network.ts';
import { expressionOf } from './derive.ts';
import type { CellsReference, Expression } from './expression.ts';
import { a1, r1c1, withNumbers } from './notation.ts';
import { parseFormula } from './parse.ts';
import { print, type FormulaLanguage } from './print.ts';
import { locateIn } from './ranges.ts';

const locate = (reference: unknown) => reference as CellsReference;

function treeOf(text: string): Expression {
  const result = parseFormula(text);
  if (result.problem !== undefined) expect.fail(text);
  return result.expression;
}

/** Cells of a small sheet; row 3 has a text, an error and a blank. */
const cells: CellContent[][] = [
  [0.25, -2, 0.1],
  [1e-7, 3, -0.5],
  ['map 2', { error: '#NUM!' }, null],
];
const valueAt = ({ row, column }: { row: number; column: number }) => cells[row]?.[column] ?? null;

test.each([
  ['=MAX(0,A1)', '=MAX(0,0.25)'],
  ['=SUMPRODUCT(A1:B2,$B$1:$C$2)+$A$1', '=SUMPRODUCT({0.25,-2;1E-7,3},{-2,0.1;3,-0.5})+0.25'],
  // A negative number after a minus needs brackets.
  ['=A1-B1', '=0.25-(-2)'],
  ['=B1^2', '=(-2)^2'],
  ['=-B1', '=-(-2)'],
  ['=A3&B3&C3', '="map 2"&#NUM!&0'],
  ['=SUM(A3:C3)', '=SUM({"map 2",#NUM!,""})'],
])('%s with the numbers put in is %s', (text, expected) => {
  expect(print(treeOf(text), withNumbers(locate, valueAt)).text).toBe(expected);
});

test('Numbers are put in as the reader writes them, and each knows which reference it stands for', () => {
  const german: FormulaLanguage = { decimal: ',', list: ';', column: '.' };
  const notation = withNumbers(locate, valueAt, { language: german });
  const { text, references } = print(treeOf('=MAX(0.5,A1:B1,$C$1)'), notation);
  expect(text).toBe('=MAX(0,5;{0,25.-2};0,1)');
  expect(references.map(({ start, end }) => text.slice(start, end))).toEqual(['{0,25.-2}', '0,1']);
});

test('Of a long range the first rows and columns are put in, and no more are read', () => {
  let read = 0;
  const count = ({ row, column }: { row: number; column: number }) => {
    read++;
    return 10 * row + column;
  };
  const numbers = (text: string) => print(treeOf(text), withNumbers(locate, count)).text;
  expect(numbers('=SUM(A:XFD)')).toBe('=SUM({0,1,2,3,…;10,11,12,13,…;20,21,22,23,…;30,31,32,33,…;…})');
  expect(read).toBe(16);
  expect(numbers('=SUM(A1:A50)')).toBe('=SUM({0;10;20;30;…})');
  expect(numbers('=SUM(A1:G7)')).not.toContain('…');
});

test('The cells of one map have one formula in R1C1, parameters by their numbers', () => {
  const sheet = buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [6, 6, 1] },
        {
          id: 'conv',
          name: 'conv',
          inputs: ['in'],
          kind: 'conv2d',
          filters: 1,
          kernelSize: [3, 3],
          strides: [1, 1],
          padding: 'valid',
          useBias: true,
        },
      ],
    }),
  );
  const texts = Array.from({ length: 16 }, (_, index) => {
    const tree = expressionOf(sheet, { tensor: 'conv/output', index })!;
    return print(tree, r1c1(locateIn(sheet), sheet.layout.cellOf('conv/output', index))).text;
  });
  const [first] = new Set(texts);
  expect(new Set(texts).size).toBe(1);
  expect(first).toMatch(/^=SUMPRODUCT\(R\[-1\]C\[-\d+\]:R\[1\]C\[-\d+\],R\d+C\d+:R\d+C\d+\)\+R\d+C\d+$/);
  const tree = expressionOf(sheet, { tensor: 'conv/output', index: 0 })!;
  expect(print(tree, a1(locateIn(sheet))).text).toMatch(/^=SUMPRODUCT\(A2:C4,\$[A-Z]+\$\d+:\$[A-Z]+\$\d+\)\+\$/);
});
