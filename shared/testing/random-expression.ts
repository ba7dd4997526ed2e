/** Random formulas, for tests that cross every operator with every other. */
import { MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { call, cellsBetween, type Expression, operation, type Operator } from '../formula/expression.ts';
import { type CellsReference, ERROR_NAMES } from '../formula/expression.ts';
import type { Random } from '../random.ts';

const BINARY: Operator[] = ['+', '-', '*', '/', '^', '&', '=', '<>', '<', '>', '<=', '>='];

/** A random tree as the parser would make it, at most so many levels deep. */
export function randomExpression(random: Random, depth: number): Expression {
  const pick = <T>(...choices: readonly T[]): T => choices[random.integer(choices.length)];
  const inner = () => randomExpression(random, random.integer(depth));
  if (depth === 0) {
    return pick<() => Expression>(
      () => randomNumber(random),
      () => randomReference(random),
      () => pick('', 'a "quoted" text', 'a;b,c', "it's", '{1}'),
      () => pick(true, false),
      () => ({ kind: 'error', name: pick(...ERROR_NAMES) }),
      () => {
        const width = 1 + random.integer(3);
        const row = () => Array.from({ length: width }, () => pick<number | string>(randomNumber(random), 'x'));
        return { kind: 'array', rows: Array.from({ length: 1 + random.integer(3) }, row) };
      },
    )();
  }
  return pick<() => Expression>(
    () => operation(pick(...BINARY), inner(), inner()),
    () => operation(pick(...BINARY), inner(), inner()),
    () => {
      const operand = inner();
      // A minus before a number belongs to the number.
      return operation(typeof operand === 'number' ? '%' : pick<Operator>('-', '+', '%'), operand);
    },
    () =>
      call(
        pick('SUM', 'MAX', 'IF', 'SUMPRODUCT', 'LOG10', 'T.TEST'),
        inner(),
        ...Array.from(
          { length: random.integer(4) },
          (): Expression => (random.integer(8) === 0 ? { kind: 'omitted' } : inner()),
        ),
      ),
  )();
}

function randomNumber(random: Random): number {
  const size = random.uniform() * 10 ** (random.integer(30) - 15);
  return random.integer(2) === 0 ? random.integer(100) : random.integer(3) === 0 ? -size : size;
}

/** Random cells, ranges, whole columns and rows, with every mixture of $, sometimes on another sheet. */
export function randomReference(random: Random, { rows = MAX_ROWS, columns = MAX_COLUMNS } = {}): CellsReference {
  const flag = () => random.integer(2) === 0;
  const corner = () => ({ row: random.integer(rows), column: random.integer(columns) });
  const anchor = () => ({ row: flag(), column: flag() });
  const sheets = ['Network', 'My sheet', "Ann's", 'A1', 'R1C1', 'é'];
  const sheet = random.integer(3) === 0 ? sheets[random.integer(sheets.length)] : undefined;
  const anchors = { first: anchor(), last: anchor() };
  const [from, to] = [corner(), corner()];
  switch (random.integer(8)) {
    case 0:
      return cellsBetween(
        { row: 0, column: from.column },
        { row: MAX_ROWS - 1, column: to.column },
        { first: { ...anchors.first, row: true }, last: { ...anchors.last, row: true } },
        sheet,
      );
    case 1:
      return cellsBetween(
        { row: from.row, column: 0 },
        { row: to.row, column: MAX_COLUMNS - 1 },
        { first: { ...anchors.first, column: true }, last: { ...anchors.last, column: true } },
        sheet,
      );
    case 2:
    case 3:
      return cellsBetween(from, to, anchors, sheet);
    default:
      return cellsBetween(from, from, { first: anchors.first, last: anchors.first }, sheet);
  }
}
