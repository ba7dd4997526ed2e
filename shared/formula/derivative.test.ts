import { expect, test } from 'vitest';
import { createRandom, type Random } from '../random.ts';
import { compile, isOneCell, type Read } from './compile.ts';
import { derivativeOf, slopesOf } from './derivative.ts';
import { call, cellsBetween, type CellsReference, type Expression, operation, type Operator } from './expression.ts';
import { a1 } from './notation.ts';
import { parseFormula } from './parse.ts';
import { print } from './print.ts';
import type { CellReader, RangeReader } from './readers.ts';
import { toNumber } from './value.ts';

const WIDTH = 3;

/** Reads rows of three numbers, from A1 on. */
function readerOf(read: Read, numbers: readonly number[]): CellReader | RangeReader {
  const { first, last } = read as CellsReference;
  const at = (row: number, column: number) => numbers[(first.row + row) * WIDTH + first.column + column];
  if (isOneCell(read)) return { value: () => at(0, 0) };
  const [height, width] = [last.row - first.row + 1, last.column - first.column + 1];
  const each: RangeReader['each'] = take => {
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) if (take(at(row, column), row, column)) return;
  };
  return { height, width, at, each };
}

/** The value of a formula; NaN for an error. */
function valueOf(expression: Expression, numbers: readonly number[]): number {
  const program = compile(expression)!;
  const value = toNumber(program.run(program.reads.map(read => readerOf(read, numbers))));
  return typeof value === 'number' ? value : Number.NaN;
}

function treeOf(text: string): Expression {
  const parsed = parseFormula(text);
  if (parsed.problem !== undefined) throw new Error(`${text} can't be read.`);
  return parsed.expression;
}

const printed = (tree: Expression | undefined) =>
  tree === undefined
    ? undefined
    : print(
        tree,
        a1(reference => reference as CellsReference),
      ).text;
const isAt = (row: number, column: number) => (read: Read) =>
  read.kind === 'cells' && read.first.row === row && read.first.column === column;
/** The derivative by A1, as a text. */
const byA1 = (text: string) => printed(derivativeOf(treeOf(text), isAt(0, 0)));

test('the derivative of a formula is a formula, without terms of 0 and factors of 1', () => {
  expect(byA1('=-A1')).toBe('=-1');
  expect(byA1('=3*A1+B1')).toBe('=3');
  expect(byA1('=A1*B1-C1/A1')).toBe('=C1/(A1*A1)+B1');
  expect(byA1('=A1^2')).toBe('=2*A1');
  expect(byA1('=50%*A1')).toBe('=50%');
  expect(byA1('=TANH(2*A1)')).toBe('=(1+(-(TANH(2*A1)*TANH(2*A1))))*2');
  expect(byA1('=IF(A1>0,A1,0.1*A1)')).toBe('=IF(A1>0,1,0)+IF(A1>0,0,0.1)');
  expect(byA1('=IF(A1>0,LN(A1),0)')).toBe('=IF(A1>0,1/A1,0)');
  expect(byA1('=SQRT(A1)')).toBe('=IF(A1=0,0,0.5/SQRT(A1))');
  expect(byA1('=EXP(B1)+ROUND(A1,2)+(A1>3)')).toBe('=0');
});

test('what a formula does with texts has no derivative, and what makes no difference needs none', () => {
  expect(byA1('=LEN(A1)')).toBeUndefined();
  expect(byA1('=(A1&"")*2')).toBeUndefined();
  expect(byA1('=IF(LEN(B1)>2,A1,0)')).toBe('=IF(LEN(B1)>2,1,0)');
});

test('ranges have one factor for all their cells, whatever they hold', () => {
  const slopes = (text: string) =>
    slopesOf(treeOf(text)).map(({ read, factor, share }) => [
      printed(read as Expression),
      printed(factor),
      typeof share === 'string' ? share : share.map(each => printed(each as Expression)),
    ]);
  expect(slopes('=AVERAGE(A1:C400)')).toEqual([['=A1:C400', '=1/COUNT(A1:C400)', 'same']]);
  expect(slopes('=2*SUMPRODUCT(A1:B2,C1:D2)')).toEqual([
    ['=A1:B2', '=2', ['=C1:D2']],
    ['=C1:D2', '=2', ['=A1:B2']],
  ]);
  expect(slopes('=SUMSQ(A1:A3)')).toEqual([['=A1:A3', '=2', 'own']]);
  expect(slopes('=MAX(A1:A3,B1)')).toEqual([
    ['=A1:A3', '=IF(AND(MAX(A1:A3)>=MAX(B1)),1,0)', 'largest'],
    ['=B1', '=IF(AND(MAX(B1)>MAX(A1:A3)),1,0)', 'largest'],
  ]);
});

test('a formula so long that its derivatives would fill the memory has none', () => {
  const product = (count: number) => treeOf(`=${Array.from({ length: count }, () => 'A1').join('*')}`);
  expect(slopesOf(product(100)).every(({ factor }) => factor !== undefined)).toBe(true);
  expect(slopesOf(product(1000)).some(({ factor }) => factor === undefined)).toBe(true);
  const sum = treeOf(`=${Array.from({ length: 1000 }, () => 'A1').join('+')}`);
  expect(slopesOf(sum).filter(({ factor }) => factor === 1)).toHaveLength(1000);
});

const SINGLE = 'ABS EXP LN LOG10 SQRT SIN COS TAN ASIN ACOS ATAN SINH COSH TANH DEGREES RADIANS INT SIGN'.split(' ');
const DOUBLE = 'POWER ATAN2 MOD LOG ROUND IFERROR'.split(' ');
const RANGES = 'SUM AVERAGE SUMSQ PRODUCT MAX MIN'.split(' ');

function randomTree(random: Random, depth: number): Expression {
  const cell = () => ({ row: random.integer(3), column: random.integer(WIDTH) });
  const one = () => {
    const at = cell();
    return cellsBetween(at, at);
  };
  const of = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  if (depth === 0) return random.integer(3) === 0 ? random.integer(7) - 3 : one();
  const inner = () => randomTree(random, random.integer(depth));
  switch (random.integer(8)) {
    case 0:
      return call(of(SINGLE), inner());
    case 1:
      return call(of(DOUBLE), inner(), inner());
    case 2:
      return call('IF', operation(of(['<', '>=', '='] as Operator[]), inner(), inner()), inner(), inner());
    case 3:
      return call(
        of(RANGES),
        ...Array.from({ length: 1 + random.integer(2) }, () => of([cellsBetween(cell(), cell()), inner()])),
      );
    case 4: {
      const [top, other] = [random.integer(3), random.integer(3)];
      const row = (at: number) => cellsBetween({ row: at, column: 0 }, { row: at, column: 2 });
      return call('SUMPRODUCT', row(top), row(other));
    }
    case 5:
      return operation(of(['-', '%'] as Operator[]), inner());
    default:
      return operation(of(['+', '-', '*', '/', '^'] as Operator[]), inner(), inner());
  }
}

/** The derivatives by all nine cells, from the slopes. */
function gradientOf(tree: Expression, numbers: readonly number[]): number[] {
  const gradient = numbers.map(() => 0);
  for (const { read, factor, share } of slopesOf(tree)) {
    const amount = valueOf(factor!, numbers);
    const { first, last } = read as CellsReference;
    const places: number[] = [];
    for (let row = first.row; row <= last.row; row++)
      for (let column = first.column; column <= last.column; column++) places.push(row * WIDTH + column);
    const values = places.map(place => numbers[place]);
    for (const [i, place] of places.entries()) {
      // An error as a factor stands where another part of the formula decides.
      if (!Number.isFinite(amount)) continue;
      let own = amount;
      if (share === 'own') own *= values[i];
      else if (share === 'others')
        own *= values.reduce((product, value, j) => (j === i ? product : product * value), 1);
      else if (share === 'largest') own *= Number(values.indexOf(Math.max(...values)) === i);
      else if (share === 'smallest') own *= Number(values.indexOf(Math.min(...values)) === i);
      else if (typeof share !== 'string') {
        for (const other of share as CellsReference[])
          own *= numbers[(other.first.row + Math.floor(i / WIDTH)) * WIDTH + other.first.column + (i % WIDTH)];
      }
      gradient[place] += own;
    }
  }
  return gradient;
}

test('derivatives of 3,000 random formulas equal finite differences, but at jumps and kinks', () => {
  const random = createRandom(9);
  const mismatches: string[] = [];
  let [compared, excused, flat] = [0, 0, 0];
  for (let n = 0; n < 3000; n++) {
    const tree = randomTree(random, 1 + random.integer(4));
    const numbers = Array.from({ length: 3 * WIDTH }, () => random.normal());
    const value = valueOf(tree, numbers);
    if (!Number.isFinite(value) || Math.abs(value) > 1e6) continue;
    const gradient = gradientOf(tree, numbers);
    for (const [place, found] of gradient.entries()) {
      const at = (step: number) => valueOf(tree, numbers.with(place, numbers[place] + step));
      const [near, far] = [1e-5, 2e-5].map(step => (at(step) - at(-step)) / (2 * step));
      const [right, left] = [(at(1e-5) - value) / 1e-5, (value - at(-1e-5)) / 1e-5];
      const scale = 1e-4 * Math.max(1, Math.abs(near), Math.abs(value) * 0.01);
      // At a kink the two sides differ, and near a pole everything does.
      if (!(Math.abs(near - far) < scale && Math.abs(right - left) < 100 * scale)) excused++;
      else if (Math.abs(found - near) > scale) mismatches.push(`${printed(tree)} by ${place}: ${found}, not ${near}`);
      else compared++;
      if (found === 0) flat++;
    }
  }
  expect(mismatches).toEqual([]);
  expect(compared).toBeGreaterThan(10_000);
  expect(compared - flat).toBeGreaterThan(3000);
  expect(excused).toBeLessThan(compared / 20);
});
