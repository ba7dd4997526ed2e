import { expect, test } from 'vitest';
import { formatAddress, formatRange } from '../address.ts';
import type { CellContent } from '../cell-content.ts';
import { derive, expressionOf } from '../formula/derive.ts';
import type { Expression, Reference } from '../formula/expression.ts';
import { ENGLISH, print } from '../formula/print.ts';
import { readFormula } from '../formula/typed.ts';
import type { Value } from '../formula/value.ts';
import { buildSheet, placeOf, type Sheet } from '../layout/sheet.ts';
import { type LayerSettings, parseNetwork, type TensorId } from '../network.ts';
import { createRandom } from '../random.ts';
import { claimsOf } from './claims.ts';
import { explain, readsIn } from './explain.ts';
import { type Source, valueOf } from './numbers.ts';

const conv = { kind: 'conv2d', kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true } as const;

/** input 6×6 → first → dilated → in groups → + first → padded → dense → softmax. */
function exampleSheet(): Sheet {
  const layers: [id: string, inputs: string[], settings: LayerSettings][] = [
    ['in', [], { kind: 'input', shape: [6, 6, 1] }],
    ['first', ['in'], { ...conv, filters: 2 }],
    ['dilated', ['first'], { ...conv, filters: 2, dilationRate: [2, 2] }],
    ['grouped', ['dilated'], { ...conv, filters: 2, groups: 2 }],
    ['sum', ['grouped', 'first'], { kind: 'add' }],
    ['leaky', ['sum'], { kind: 'leakyRelu', negativeSlope: 2 }],
    [
      'padded',
      ['leaky'],
      {
        kind: 'zeroPadding2d',
        padding: [
          [1, 0],
          [0, 0],
        ],
      },
    ],
    ['flatten', ['padded'], { kind: 'flatten' }],
    ['dense', ['flatten'], { kind: 'dense', units: 3, useBias: true }],
    ['softmax', ['dense'], { kind: 'softmax' }],
  ];
  return buildSheet(
    parseNetwork({ version: 1, layers: layers.map(([id, inputs, own]) => ({ id, name: id, inputs, ...own })) }),
  );
}

const sheet = exampleSheet();
const random = createRandom(5);
const numbers = new Map<TensorId, number[]>(
  [...sheet.tensors.values()].map(({ id, size }) => [id, Array.from({ length: size }, () => random.uniform() - 0.5)]),
);
const cells = new Map<string, Value>();
const source: Source = {
  sheet,
  sheets: [{ id: sheet.id, name: 'Network' }],
  element: ({ tensor, index }): CellContent | undefined => numbers.get(tensor)?.[index],
  cell: ({ row, column }) => cells.get(`${row} ${column}`) ?? null,
};
const free = { sheet: sheet.id, row: sheet.layout.rows + 8, column: 0 };

function typed(text: string): Expression {
  const read = readFormula(text, { sheet, sheets: source.sheets, names: new Map(), on: sheet.id });
  if (read.problem !== undefined) throw new Error(text);
  return read.expression;
}
const told = (expression: Expression) => explain(source, free, expression)!;

/** The explanation of one of the network's own cells, and what is said of it. */
function ofElement(tensor: TensorId, index: number) {
  const found = explain(source, placeOf(sheet, tensor, index), expressionOf(sheet, { tensor, index })!)!;
  const { way } = found;
  const value = way.kind === 'sum' ? way.terms.reduce((sum, term) => sum + term.sum, 0) : 0;
  return { found, claims: claimsOf(source, { tensor, index }, found, value) };
}

test('each reference of a formula is that of its own cells, also where a formula reads a cell twice', () => {
  const element = { tensor: 'softmax/crossEntropy', index: 1 } as const;
  for (const [expression, text] of [
    [typed('=A9+A9*B9+C9'), '=A9+A9*B9+C9'],
    [expressionOf(sheet, element)!, derive(sheet, element)!.text.replaceAll('$', '')],
  ] as const) {
    const read = readsIn(expression, told(expression));
    const reference = (each: Reference) => read(each)?.address ?? '';
    expect(print(expression, { language: ENGLISH, reference, tensorName: String }).text).toBe(text);
  }
});

test('a sum tells of every number that its formula adds up, or is told step by step', () => {
  const [top, below] = [sheet.layout.cellOf('first/output', 0), sheet.layout.cellOf('first/output', 1)];
  const column = { column: top.column, width: 2 };
  const maps = formatRange({ ...column, row: top.row, height: below.row - top.row + 1 });
  const beside = formatRange({ column: 0, row: top.row, width: top.column + 2, height: below.row - top.row + 1 });
  const place = { row: free.row, column: 0 };
  const at = (by: number) => formatAddress({ ...place, column: by });
  const put = (by: number, value: Value) => cells.set(`${place.row} ${by}`, value);
  for (const [by, value] of [3, 0.5, true, 4, 'x'].entries()) put(by + 1, value);
  const sums = [
    `=${at(1)}*${at(2)}*2+${at(4)}`,
    `=${at(1)}*2+${at(4)}`,
    `=${at(1)}+${at(3)}`,
    `=${at(1)}*${at(3)}+${at(4)}`,
    `=${at(1)}+SUM(${at(3)}:${at(5)})+${at(6)}`,
    `=SUM(${maps})+${at(1)}`,
    `=SUM(${beside})+${at(1)}`,
    `=SUMPRODUCT(${at(1)}:${at(4)},${at(2)}:${at(5)})`,
  ];
  cells.set(`${top.row} 0`, 100);
  for (const text of sums) {
    const expression = typed(text);
    const found = told(expression);
    const value = valueOf(expression, readsIn(expression, found));
    const { way } = found;
    if (way.kind === 'sum') {
      const total = way.terms.reduce((sum, term) => sum + term.sum, 0);
      expect(total, text).toBeCloseTo(value as number, 12);
    } else expect(way.kind === 'steps' && way.steps.at(-1)?.value, text).toBe(value);
  }
  cells.clear();
});

test('steps leave out what IF doesn’t take, go on after an error, and tell nothing of chance', () => {
  const stepsOf = (text: string) => {
    const { way } = told(typed(text));
    return way.kind === 'steps' || way.kind === 'curve' ? way.steps.map(step => [step.text, step.value]) : way.kind;
  };
  cells.set(`${free.row} 1`, 0);
  const zero = formatAddress({ ...free, column: 1 });
  expect(stepsOf(`=IF(${zero}=0,5,1/${zero})`)).toEqual([
    [`${zero}=0`, true],
    [`IF(TRUE,5,1/${zero})`, 5],
  ]);
  expect(stepsOf(`=IFERROR(1/${zero},7)`)).toEqual([
    [`1/${zero}`, { error: '#DIV/0!' }],
    ['IFERROR(#DIV/0!,7)', 7],
  ]);
  expect(stepsOf(`=${zero}+RAND()`)).toEqual([]);
  // Results are short where they are written again, and calculated with in full.
  expect(stepsOf(`=(${zero}+2)/3*3e6`)).toEqual([
    [`${zero}+2`, 2],
    ['2/3', 2 / 3],
    ['0.6667*3000000', 2e6],
  ]);
  cells.clear();
});

test('what is added up is counted as it is: with dilation, in groups, over maps, and in one’s own formulas', () => {
  const first = (tensor: TensorId, index = 0) => ofElement(tensor, index).claims[0];
  const inMiddle = (tensor: TensorId) => indexIn(tensor, 3);
  const bias = { kind: 'products', bias: true } as const;
  expect(first('first/output', inMiddle('first/output'))).toEqual({ ...bias, cells: 9, maps: 1, of: 1, layer: 'in' });
  expect(first('dilated/output', inMiddle('dilated/output'))).toEqual({
    ...bias,
    cells: 9,
    maps: 2,
    of: 2,
    layer: 'first',
  });
  expect(first('grouped/output', inMiddle('grouped/output'))).toEqual({
    ...bias,
    cells: 9,
    maps: 1,
    of: 2,
    layer: 'dilated',
  });
  expect(first('dense/output')).toEqual({ ...bias, cells: 42, maps: 2, of: 2, layer: 'padded' });
  const own = told(typed('=SUMPRODUCT(A9:C9,A10:C10)+A9'));
  expect(claimsOf(source, undefined, own, 1)[0]).toEqual({ kind: 'parts', products: 3, cells: 1 });
});

test('of products that cancel each other out, none is said to make the sum', () => {
  const row = free.row + 20;
  for (const [column, value] of [1, 1, 1, -1].entries()) cells.set(`${row} ${column}`, value);
  const [one, other] = [0, 2].map(column => formatRange({ row, column, height: 1, width: 2 }));
  const own = told(typed(`=SUMPRODUCT(${one},${other})+SUMPRODUCT(${other},${one})`));
  expect(claimsOf(source, undefined, own, 0)).toEqual([{ kind: 'parts', products: 4, cells: 0 }]);
});

test('parts of a sum have names of their own', () => {
  for (const tensor of ['sum/output', 'dilated/output', 'first/output', 'dense/output'] as const) {
    const { way } = ofElement(tensor, 0).found;
    const labels = way.kind === 'sum' ? way.terms.map(({ label }) => label) : [];
    expect(labels.length).toBeGreaterThan(1);
    expect(new Set(labels).size).toBe(labels.length);
    if (tensor === 'sum/output') expect(labels).toEqual(['grouped · map 1', 'first · map 1']);
  }
});

test('a leaky ReLU that makes numbers below 0 larger holds none back, and lets none through unchanged', () => {
  const index = numbers.get('sum/output')!.findIndex(each => each < 0);
  const input = numbers.get('sum/output')![index];
  const element = { tensor: 'leaky/output', index } as const;
  const found = explain(source, placeOf(sheet, element.tensor, index), expressionOf(sheet, element)!)!;
  expect(claimsOf(source, element, found, 2 * input)).toEqual([{ kind: 'function', layer: 'leaky', input }]);
  // What is written over a cell isn't what its layer does.
  expect(claimsOf(source, undefined, found, 0)).toEqual([{ kind: 'function', layer: '', input }]);
});

/** An element in the middle of a tensor's first map. */
const indexIn = (tensor: TensorId, at: number) => {
  const [, width, channels] = sheet.tensors.get(tensor)!.shape;
  return (at * width + at) * channels;
};
