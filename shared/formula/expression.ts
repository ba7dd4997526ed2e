/** A formula as a tree. Its texts, the cells it reads and its value all follow from the tree. */
import { type CellAddress, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import type { TensorId } from '../tensor.ts';

/** Numbers, texts and truth values stand for themselves. Plain data, the same as in a file. */
export type Expression =
  | number
  | string
  | boolean
  | Reference
  | Call
  | Operation
  | { kind: 'array'; rows: readonly (readonly Constant[])[] }
  | { kind: 'error'; name: ErrorName }
  | Named
  /** An argument that was left out, such as the second of IF(A1,,2). */
  | { kind: 'omitted' };

export type Constant = number | string | boolean;
export type ErrorName = (typeof ERROR_NAMES)[number];
export const ERROR_NAMES = ['#REF!', '#NUM!', '#DIV/0!', '#VALUE!', '#N/A', '#NAME?', '#NULL!'] as const;

/** A whole tensor by its name, as in =SUM(conv1_kernel), or a name of the user's own. */
export type Named = { kind: 'tensor'; tensor: TensorId } | { kind: 'name'; name: string };
/** A function with its arguments. */
export interface Call<Part = Expression> {
  kind: 'call';
  name: string;
  arguments: readonly Part[];
}
/** + and - take one or two operands, % one, all others two. */
export interface Operation<Part = Expression> {
  kind: 'operation';
  operator: Operator;
  operands: readonly Part[];
}
export type Operator = '+' | '-' | '*' | '/' | '^' | '&' | '=' | '<>' | '<' | '>' | '<=' | '>=' | '%';

/** A rectangle of cells between two corners. The corners are named either by the elements that stand there or by their
 *  addresses. */
export type Reference = ElementsReference | CellsReference;
export type ElementsReference = {
  kind: 'elements';
  tensor: TensorId;
  /** The elements in the top left and the bottom right corner, as flat indices. */
  first: number;
  last: number;
  anchors: Anchors;
  /** Given if the loss's gradients by these elements are meant, and not their values. */
  plane?: 'gradient';
};
export type CellsReference = {
  kind: 'cells';
  /** The sheet: by its name as the parser reads it, by its id once the formula is stored. Left out for the formula's
   *  own sheet. */
  sheet?: string;
  first: CellAddress;
  last: CellAddress;
  anchors: Anchors;
};
/** Which coordinates of a corner stay when the formula is copied: the ones with a $ before them. */
export type Anchor = { row: boolean; column: boolean };
export type Anchors = { first: Anchor; last: Anchor };

const free: Anchor = { row: false, column: false };
const fixed: Anchor = { row: true, column: true };
/** The anchors of a reference that moves with its formula, such as A1. */
export const RELATIVE: Anchors = { first: free, last: free };
/** The anchors of a reference that stays, such as $A$1. */
export const ABSOLUTE: Anchors = { first: fixed, last: fixed };

export function call<Part = Expression>(name: string, ...args: readonly NoInfer<Part>[]): Call<Part> {
  return { kind: 'call', name, arguments: args };
}

export function operation<Part = Expression>(
  operator: Operator,
  ...operands: readonly NoInfer<Part>[]
): Operation<Part> {
  return { kind: 'operation', operator, operands };
}

/** The terms added from left to right. */
export function sum(terms: readonly Expression[]): Expression {
  return terms.reduce((left, right) => operation('+', left, right));
}

export function isReference(expression: Expression): expression is Reference {
  return typeof expression === 'object' && (expression.kind === 'elements' || expression.kind === 'cells');
}

export function isBinary(expression: Expression): expression is Operation {
  return typeof expression === 'object' && expression.kind === 'operation' && expression.operands.length === 2;
}

/** A copy of the formula in which `change` has replaced each reference. */
export function mapReferences(expression: Expression, change: (reference: Reference) => Expression): Expression {
  return mapLeaves(expression, leaf => (isReference(leaf) ? change(leaf) : leaf));
}

/** A copy of the formula in which `change` has replaced everything that has no operands or arguments. */
export function mapLeaves(expression: Expression, change: (leaf: Expression) => Expression): Expression {
  // The tree of a sum of a thousand terms is a thousand levels deep on its left side, so a loop goes down there.
  const outer: Operation[] = [];
  let inner = expression;
  while (typeof inner === 'object' && inner.kind === 'operation') {
    outer.push(inner);
    [inner] = inner.operands;
  }
  let mapped: Expression;
  if (typeof inner === 'object' && inner.kind === 'call')
    mapped = { ...inner, arguments: inner.arguments.map(argument => mapLeaves(argument, change)) };
  else mapped = change(inner);
  for (const { operator, operands } of outer.toReversed()) {
    mapped = operation(operator, mapped, ...operands.slice(1).map(operand => mapLeaves(operand, change)));
  }
  return mapped;
}

/** The names of the functions that a formula calls, each once. */
export function calledIn(expression: Expression): string[] {
  const names = new Set<string>();
  const left = [expression];
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (typeof each !== 'object') continue;
    if (each.kind === 'call') {
      names.add(each.name);
      left.push(...each.arguments);
    } else if (each.kind === 'operation') left.push(...each.operands);
  }
  return [...names];
}

/** Every reference of a formula, in the order of its text. */
export function referencesOf(expression: Expression): Reference[] {
  const found: Reference[] = [];
  mapReferences(expression, reference => {
    found.push(reference);
    return reference;
  });
  return found;
}

/** The cells between two opposite corners, given in any order. Each anchor stays with its coordinate. */
export function cellsBetween(
  a: CellAddress,
  b: CellAddress,
  anchors: Anchors = RELATIVE,
  sheet?: string,
): CellsReference {
  const on = sheet === undefined ? {} : { sheet };
  const [rows, columns] = [a.row <= b.row, a.column <= b.column];
  // The text of whole columns names no rows, so these stay put: A1:B1048576 is A:B. With whole rows it's the reverse.
  const wholeColumns = Math.abs(a.row - b.row) === MAX_ROWS - 1;
  const wholeRows = Math.abs(a.column - b.column) === MAX_COLUMNS - 1;
  const kept = (anchor: Anchor) => ({ row: wholeColumns || anchor.row, column: wholeRows || anchor.column });
  const own = wholeColumns || wholeRows ? { first: kept(anchors.first), last: kept(anchors.last) } : anchors;
  if (rows && columns) return { kind: 'cells', ...on, first: a, last: b, anchors: own };
  const { first, last } = own;
  const [top, bottom] = rows ? [a, b] : [b, a];
  const [left, right] = columns ? [a, b] : [b, a];
  const [above, below] = rows ? [first, last] : [last, first];
  const [before, after] = columns ? [first, last] : [last, first];
  return {
    kind: 'cells',
    ...on,
    first: { row: top.row, column: left.column },
    last: { row: bottom.row, column: right.column },
    anchors: {
      first: { row: above.row, column: before.column },
      last: { row: below.row, column: after.column },
    },
  };
}

/** The formula after it was copied or filled so many cells further. Relative references move along, and a reference
 *  that leaves the sheet becomes #REF!. `locate` finds the cells of elements. */
export function shift(
  expression: Expression,
  { rows, columns }: { rows: number; columns: number },
  locate: (reference: Reference) => CellsReference,
): Expression {
  return mapReferences(expression, reference => {
    const { first, last, anchors, sheet } = locate(reference);
    const all = [anchors.first, anchors.last];
    if (all.every(anchor => anchor.row || rows === 0) && all.every(anchor => anchor.column || columns === 0))
      return reference;
    const moved = (cell: CellAddress, anchor: Anchor) => ({
      row: anchor.row ? cell.row : cell.row + rows,
      column: anchor.column ? cell.column : cell.column + columns,
    });
    const corners = [moved(first, anchors.first), moved(last, anchors.last)] as const;
    const isOnSheet = ({ row, column }: CellAddress) =>
      row >= 0 && row < MAX_ROWS && column >= 0 && column < MAX_COLUMNS;
    return corners.every(isOnSheet) ? cellsBetween(...corners, anchors, sheet) : { kind: 'error', name: '#REF!' };
  });
}
