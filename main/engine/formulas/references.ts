/** Finds the cells that a formula reads where it stands. Copies of one formula share what can be shared. */
import { type CellAddress, MAX_COLUMNS, MAX_ROWS } from '../../../shared/address.ts';
import type { Names } from '../../../shared/cells.ts';
import type { CellError } from '../../../shared/cell-content.ts';
import { compile, isOneCell, type Program, type Read, readsOf } from '../../../shared/formula/compile.ts';
import { type Anchors, type Expression, isReference } from '../../../shared/formula/expression.ts';
import { isElement } from '../../../shared/formula/placed.ts';
import { locateIn } from '../../../shared/formula/ranges.ts';
import { ERRORS } from '../../../shared/formula/value.ts';
import { isVolatile } from '../../../shared/formula/volatile.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { SheetId } from '../../../shared/places.ts';
import type { Rectangle } from './graph.ts';

/** What a read means where the formula stands. */
export type Found = Rectangle | { tensor: TensorId } | CellError;

/** A formula as all cells share it that it was copied to. `program` is undefined if it can't be compiled. */
export type Shared = {
  expression: Expression;
  program: Program | undefined;
  reads: readonly Located[];
  /** Whether it draws random numbers or asks for the time. */
  volatile: boolean;
};

/** A read of the formula where it was written. */
type Located = {
  oneCell: boolean;
  cells?: { sheet: SheetId; first: CellAddress; last: CellAddress; anchors: Anchors };
  tensor?: TensorId;
};

/** `own` is the sheet that the formula stands on. */
export function shared(sheet: Sheet, names: Names, formula: Expression, own: SheetId): Shared {
  const expression = withoutOffsets(sheet, withoutNames(formula, names), own);
  const program = compile(expression);
  const reads = readsOf(expression).map(read => located(sheet, read, own));
  return { expression, program, reads, volatile: program === undefined && isVolatile(expression) };
}

/** The formula with the cells that OFFSET means, where its numbers stand in the formula. (HyperFormula refuses all
 *  others.) */
function withoutOffsets(sheet: Sheet, expression: Expression, own: SheetId): Expression {
  if (typeof expression !== 'object') return expression;
  const inner = (each: Expression) => withoutOffsets(sheet, each, own);
  if (expression.kind === 'operation') return { ...expression, operands: expression.operands.map(inner) };
  if (expression.kind !== 'call') return expression;
  const [reference, ...numbers] = expression.arguments;
  const [rows, columns, height, width] = numbers.map(constantOf);
  const isStatic = rows !== undefined && columns !== undefined && numbers.length <= 4;
  const isOffset = expression.name === 'OFFSET' && reference !== undefined && isReference(reference);
  if (!isOffset || !isStatic || numbers.some(number => constantOf(number) === undefined))
    return { ...expression, arguments: expression.arguments.map(inner) };
  const { cells } = located(sheet, reference, own);
  if (!cells) return { kind: 'error', name: '#REF!' };
  const first = { row: cells.first.row + rows, column: cells.first.column + columns };
  const last = {
    row: height === undefined ? cells.last.row + rows : first.row + height - 1,
    column: width === undefined ? cells.last.column + columns : first.column + width - 1,
  };
  if (last.row < first.row || last.column < first.column || first.row < 0 || first.column < 0)
    return { kind: 'error', name: '#REF!' };
  return { kind: 'cells', sheet: cells.sheet, first, last, anchors: cells.anchors };
}

/** A number as it stands in a formula. */
function constantOf(expression: Expression): number | undefined {
  return typeof expression === 'number' && Number.isInteger(expression) ? expression : undefined;
}

function located(sheet: Sheet, read: Read, own: SheetId): Located {
  const oneCell = isOneCell(read);
  if (read.kind === 'tensor') return sheet.tensors.has(read.tensor) ? { oneCell, tensor: read.tensor } : { oneCell };
  const { anchors } = read;
  if (read.kind === 'cells') {
    const { first, last } = read;
    return { oneCell, cells: { sheet: read.sheet ?? own, first, last, anchors } };
  }
  if (![read.first, read.last].every(index => isElement(sheet, read.tensor, index))) return { oneCell };
  const { first, last } = locateIn(sheet)(read);
  return { oneCell, cells: { sheet: sheet.id, first, last, anchors } };
}

/** What a read means in a copy of the formula, so many rows and columns further. #REF! if that is no cell. */
export function foundAt({ cells, tensor }: Located, rows: number, columns: number): Found {
  if (tensor !== undefined) return { tensor };
  if (!cells) return ERRORS['#REF!'];
  const { sheet, first, last, anchors } = cells;
  const top = first.row + (anchors.first.row ? 0 : rows);
  const bottom = last.row + (anchors.last.row ? 0 : rows);
  const left = first.column + (anchors.first.column ? 0 : columns);
  const right = last.column + (anchors.last.column ? 0 : columns);
  const row = Math.min(top, bottom);
  const column = Math.min(left, right);
  const [height, width] = [Math.abs(bottom - top) + 1, Math.abs(right - left) + 1];
  if (row < 0 || column < 0 || row + height > MAX_ROWS || column + width > MAX_COLUMNS) return ERRORS['#REF!'];
  return { sheet, row, column, height, width };
}

/** How deep names may stand for one another. */
const DEEPEST = 32;

/** The formula with what its names stand for. An unknown name is #NAME?. */
export function withoutNames(expression: Expression, names: Names, depth = 0): Expression {
  if (typeof expression !== 'object' || isReference(expression)) return expression;
  if (expression.kind === 'name') {
    const named = names.get(expression.name.toLowerCase());
    if (!named || depth >= DEEPEST) return { kind: 'error', name: '#NAME?' };
    return withoutNames(named.formula, names, depth + 1);
  }
  const inner = (each: Expression) => withoutNames(each, names, depth);
  if (expression.kind === 'call') return { ...expression, arguments: expression.arguments.map(inner) };
  return expression.kind === 'operation' ? { ...expression, operands: expression.operands.map(inner) } : expression;
}
