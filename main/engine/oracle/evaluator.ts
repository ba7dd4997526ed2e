/** Holds compiled formulas against HyperFormula: random trees over random cells. For tests. */
import { type DetailedCellError, HyperFormula, type RawCellContent } from 'hyperformula';
import { compile } from '../../../shared/formula/compile.ts';
import {
  call,
  cellsBetween,
  type CellsReference,
  type Expression,
  isReference,
  operation,
  type Operator,
} from '../../../shared/formula/expression.ts';
import { a1 } from '../../../shared/formula/notation.ts';
import { print } from '../../../shared/formula/print.ts';
import { isOneCell } from '../../../shared/formula/compile.ts';
import type { CellReader, RangeReader } from '../../../shared/formula/readers.ts';
import { isError } from '../../../shared/cell-content.ts';
import { ERRORS, numberText, type Value } from '../../../shared/formula/value.ts';
import { createRandomFor, type Random } from '../../../shared/random.ts';
import { CONFIGURATION, withTruthFunctions } from '../formulas/configuration.ts';

/** A sheet of few cells, row by row. */
type Grid = readonly (readonly Value[])[];
const [ROWS, COLUMNS] = [6, 4];
/** Formulas that are tried on one sheet. */
const FORMULAS = 25;

/** What was compared. `explained` differ by a rule that HyperFormula has otherwise than Excel and LibreOffice. */
export type Held = { formulas: number; explained: number; errors: number; wrong: string[] };

export function compareEvaluators(seed: number, number: number): Held {
  const random = createRandomFor(seed, number, 9);
  const grid = Array.from({ length: ROWS }, () => Array.from({ length: COLUMNS }, () => randomContent(random)));
  const cells = grid.map(row => row.map(rawContent));
  const engine = HyperFormula.buildFromSheets({ Network: cells }, CONFIGURATION);
  const held: Held = { formulas: 0, explained: 0, errors: 0, wrong: [] };
  for (let n = 0; n < FORMULAS; n++) {
    const expression = randomFormula(random, 1 + random.integer(4));
    const found = valueOf(expression, grid);
    if (found === undefined) continue;
    const { text } = print(
      withTruthFunctions(expression),
      a1(reference => reference as CellsReference),
    );
    const expected = readValue(engine.calculateFormula(text, 0)) ?? 0;
    held.formulas++;
    if (isError(found)) held.errors++;
    if (same(found, expected)) continue;
    if (parts(expression).some(part => isKnown(part, grid))) held.explained++;
    else
      held.wrong.push(
        `${text} over ${JSON.stringify(grid)}: ${JSON.stringify(found)}, HyperFormula ${JSON.stringify(expected)}`,
      );
  }
  engine.destroy();
  return held;
}

/** What a formula gives; undefined if it can't be compiled. */
function valueOf(expression: Expression, grid: Grid): NonNullable<Value> | undefined {
  const program = compile(expression);
  return program?.run(
    program.reads.map(reference => (isOneCell(reference) ? cellOf(reference, grid) : rangeOf(reference, grid))),
  );
}

const cellOf = (reference: Expression, grid: Grid): CellReader => {
  const { first } = reference as CellsReference;
  return { value: () => grid[first.row]?.[first.column] ?? null };
};

function rangeOf(reference: Expression, grid: Grid): RangeReader {
  const { first, last } = reference as CellsReference;
  const at = (row: number, column: number) => grid[first.row + row]?.[first.column + column] ?? null;
  const [height, width] = [last.row - first.row + 1, last.column - first.column + 1];
  return {
    height,
    width,
    at,
    each(take) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const content = at(row, column);
          if (content !== null && take(content, row, column)) return;
        }
      }
    },
    // Half of the ranges are read as pieces of a tensor.
    ...((first.row + last.column) % 2 === 0 && {
      block: {
        values: () => grid.flat().map(content => (typeof content === 'number' ? content : Number.NaN)),
        offset: first.row * COLUMNS + first.column,
        rowStride: COLUMNS,
        columnStride: 1,
      },
    }),
  };
}

function same(found: Value, expected: Value): boolean {
  if (typeof found === 'number' && typeof expected === 'number')
    return Math.abs(found - expected) <= 1e-12 * Math.max(1, Math.abs(expected));
  if (isError(found) && isError(expected)) return found.error === expected.error;
  return found === expected;
}

function readValue(result: unknown): Value {
  const error = result as DetailedCellError | null;
  if (typeof error === 'object' && error !== null) return ERRORS[error.value as keyof typeof ERRORS];
  return result as Value;
}

const RAW_ERRORS: Record<string, string> = {
  '#DIV/0!': '=1/0',
  '#N/A': '=NA()',
  '#VALUE!': '=1+"a"',
  '#NUM!': '=SQRT(-1)',
  '#REF!': '=#REF!',
  '#NAME?': '=NOTHING(1)',
};

function rawContent(content: Value): RawCellContent {
  if (isError(content)) return RAW_ERRORS[content.error];
  if (content === '') return '=""';
  return typeof content === 'string' ? `'${content}` : content;
}

const TEXTS = ['abc', 'ABC', 'b', 'é', 'e', '3', ' 4 ', '50%', '-1.5', 'true', 'x y', '$2'];

function randomContent(random: Random): Value {
  const kind = random.integer(40);
  if (kind < 22) return randomNumber(random);
  if (kind < 27) return null;
  if (kind < 32) return TEXTS[random.integer(TEXTS.length)];
  if (kind < 35) return random.integer(2) === 0;
  if (kind === 35) return ERRORS[Object.keys(RAW_ERRORS)[random.integer(6)] as keyof typeof ERRORS];
  if (kind === 36) return random.integer(3) === 0 ? '' : 'b';
  return random.integer(5);
}

function randomNumber(random: Random): number {
  switch (random.integer(8)) {
    case 0:
      return random.normal();
    case 1:
      return random.normal() * 10 ** (random.integer(40) - 20);
    case 2:
      return Math.fround(random.normal());
    case 3:
      return 1e300 * random.normal();
    case 4:
      return random.integer(100) / 4 - 10;
    default:
      return random.integer(11) - 5;
  }
}

const BINARY: Operator[] = ['+', '-', '*', '/', '^', '&', '=', '<>', '<', '>', '<=', '>=', '+', '-', '*'];
/** Functions of single values, by the least and the largest number of their arguments. */
const SCALAR: Record<string, readonly [number, number]> = {
  ...Object.fromEntries(
    ['ABS', 'SIGN', 'EXP', 'LN', 'LOG10', 'SQRT', 'SIN', 'COS', 'TAN', 'ASIN', 'ACOS', 'ATAN', 'SINH', 'COSH', 'TANH']
      .concat(['DEGREES', 'RADIANS', 'INT', 'NOT', 'ISERROR', 'ISERR', 'ISNA', 'ISBLANK', 'ISNUMBER', 'ISTEXT'])
      .concat(['ISNONTEXT', 'ISLOGICAL', 'LEN', 'UPPER', 'LOWER', 'TRIM'])
      .map(name => [name, [1, 1] as const]),
  ),
  ...Object.fromEntries(['POWER', 'ATAN2', 'MOD', 'QUOTIENT', 'EXACT', 'IFERROR', 'IFNA'].map(name => [name, [2, 2]])),
  ...Object.fromEntries(['LOG', 'ROUND', 'ROUNDUP', 'ROUNDDOWN', 'TRUNC', 'LEFT', 'RIGHT'].map(name => [name, [1, 2]])),
  ...Object.fromEntries(['PI', 'TRUE', 'FALSE', 'NA'].map(name => [name, [0, 0]])),
  IF: [2, 3],
  MID: [3, 3],
  CONCATENATE: [1, 3],
};
const AGGREGATES = ['SUM', 'SUMSQ', 'PRODUCT', 'MAX', 'MIN', 'AVERAGE', 'COUNT', 'COUNTA', 'AND', 'OR', 'XOR'];

function randomFormula(random: Random, depth: number): Expression {
  const pick = <T>(choices: readonly T[]): T => choices[random.integer(choices.length)];
  const inner = () => randomFormula(random, random.integer(depth));
  if (depth === 0) {
    const leaf = random.integer(12);
    if (leaf < 3) return randomNumber(random);
    if (leaf < 10) return randomCell(random);
    return leaf === 10 ? pick<Expression>([...TEXTS, true, false]) : random.integer(4);
  }
  switch (random.integer(6)) {
    case 0:
    case 1:
      return operation(pick(BINARY), inner(), inner());
    case 2:
      return operation(pick<Operator>(['-', '+', '%']), inner());
    case 3: {
      const name = pick(Object.keys(SCALAR));
      const [least, most] = SCALAR[name];
      const given = Array.from({ length: least + random.integer(most - least + 1) }, inner);
      if (given.length > 1 && random.integer(25) === 0) given[given.length - 1] = { kind: 'omitted' };
      return call(name, ...given);
    }
    case 4:
      return call(
        pick(AGGREGATES),
        ...Array.from({ length: 1 + random.integer(3) }, () => randomArgument(random, inner)),
      );
    default:
      return random.integer(4) === 0
        ? call('COUNTBLANK', randomRange(random))
        : call('SUMPRODUCT', ...rangesOfOneSize(random));
  }
}

const randomArgument = (random: Random, inner: () => Expression): Expression =>
  random.integer(3) === 0 ? inner() : randomRange(random);

function randomCell(random: Random): Expression {
  const cell = { row: random.integer(ROWS + 1), column: random.integer(COLUMNS) };
  return cellsBetween(cell, cell);
}

function randomRange(random: Random): Expression {
  const corner = () => ({ row: random.integer(ROWS), column: random.integer(COLUMNS) });
  return cellsBetween(corner(), corner());
}

function rangesOfOneSize(random: Random): Expression[] {
  const [height, width] = [1 + random.integer(3), 1 + random.integer(3)];
  const grow = random.integer(20) === 0 ? 1 : 0;
  return Array.from({ length: 1 + random.integer(3) }, (_, position) => {
    const first = { row: random.integer(ROWS - height), column: random.integer(COLUMNS - width) };
    const last = { row: first.row + height - 1 + (position === 1 ? grow : 0), column: first.column + width - 1 };
    return cellsBetween(first, last);
  });
}

/** All parts of a formula, itself among them. */
function parts(expression: Expression): Expression[] {
  if (typeof expression !== 'object') return [expression];
  const inner =
    expression.kind === 'call' ? expression.arguments : expression.kind === 'operation' ? expression.operands : [];
  return [expression, ...inner.flatMap(parts)];
}

/** What HyperFormula may take for a date or a time. */
const DATE = /\d[-./: ]+\d/;

/** Whether this part alone may differ, because HyperFormula has a rule of its own. `value.ts` and `functions.ts` name
 *  these rules: empty texts, dates, INT below 0, rounding of ties, blanks and texts in AND, digits in texts. */
function isKnown(part: Expression, grid: Grid): boolean {
  const value = (each: Expression) => valueOf(each, grid) ?? null;
  if (isReference(part) && !isOneCell(part)) return contentsOf(part, grid).includes('');
  const own = value(part);
  if (typeof own === 'string' && (own === '' || DATE.test(own))) return true;
  if (typeof part !== 'object' || (part.kind !== 'call' && part.kind !== 'operation')) return false;
  const given = part.kind === 'call' ? part.arguments : part.operands;
  const values = given.map(value);
  const [first, places = 0] = values;
  const name = part.kind === 'call' ? part.name : part.operator;
  if (name === 'INT') return Number(first) < 0;
  if (/^(ROUND|TRUNC)/.test(name)) {
    const scaled = Math.abs(Number(first)) * 10 ** Number(places);
    return !Number.isInteger(Number(places)) || Math.abs(scaled - Math.round(2 * scaled) / 2) <= 1e-14 * scaled;
  }
  if (name === 'AND' || name === 'OR' || name === 'XOR')
    return given.some(each => isReference(each) && contentsOf(each, grid).some(isNoTruth));
  if (name === 'SUMPRODUCT')
    return given.some(each => contentsOf(each, grid).some(content => typeof content === 'string'));
  const joins =
    name === '&' || name === 'CONCATENATE' || name === 'EXACT' || /^(LEN|LEFT|RIGHT|MID|TRIM|UPPER|LOWER)$/.test(name);
  return joins && values.some(each => typeof each === 'number' && numberText(each) !== String(each));
}

const isNoTruth = (content: Value) => content === null || typeof content === 'string';

function contentsOf(reference: Expression, grid: Grid): Value[] {
  const { first, last } = reference as CellsReference;
  return Array.from({ length: last.row - first.row + 1 }, (_, row) =>
    Array.from(
      { length: last.column - first.column + 1 },
      (__, column) => grid[first.row + row]?.[first.column + column] ?? null,
    ),
  ).flat();
}
