/** A formula as a tree. Everything else about a formula, its texts, what it reads, what it is worth, follows from it. */
import type { CellAddress } from '../address.ts';
import type { TensorId } from '../tensor.ts';

/** Numbers, texts and truth values stand for themselves. Plain data, as it stands in a file. */
export type Expression =
  | number
  | string
  | boolean
  | Reference
  | Call
  | Operation
  | { kind: 'array'; rows: readonly (readonly Constant[])[] }
  | { kind: 'error'; name: ErrorName }
  /** An argument that was left out, as the second of IF(A1,,2). */
  | { kind: 'omitted' };

export type Constant = number | string | boolean;
export type ErrorName = (typeof ERROR_NAMES)[number];
export const ERROR_NAMES = ['#REF!', '#NUM!', '#DIV/0!', '#VALUE!', '#N/A', '#NAME?', '#NULL!'] as const;

/** A function with its arguments. */
export type Call = { kind: 'call'; name: string; arguments: readonly Expression[] };
/** + and - take one or two operands, % one, all others two. */
export type Operation = { kind: 'operation'; operator: Operator; operands: readonly Expression[] };
export type Operator = '+' | '-' | '*' | '/' | '^' | '&' | '=' | '<>' | '<' | '>' | '<=' | '>=' | '%';

/** The rectangle of cells between two corners, either by what stands in them or by where they are. */
export type Reference = ElementsReference | CellsReference;
export type ElementsReference = {
  kind: 'elements';
  tensor: TensorId;
  /** The elements in the top left and the bottom right corner, as flat indices. */
  first: number;
  last: number;
  anchors: Anchors;
};
export type CellsReference = {
  kind: 'cells';
  /** The sheet's name; without one, the formula's own sheet. */
  sheet?: string;
  first: CellAddress;
  last: CellAddress;
  anchors: Anchors;
};
/** Which coordinates of a corner stay put when the formula is copied: those with a $ before them. */
export type Anchor = { row: boolean; column: boolean };
export type Anchors = { first: Anchor; last: Anchor };

const free: Anchor = { row: false, column: false };
const fixed: Anchor = { row: true, column: true };
/** A reference that moves with its formula: A1. */
export const RELATIVE: Anchors = { first: free, last: free };
/** A reference that stays put: $A$1. */
export const ABSOLUTE: Anchors = { first: fixed, last: fixed };

export function call(name: string, ...args: readonly Expression[]): Call {
  return { kind: 'call', name, arguments: args };
}

export function operation(operator: Operator, ...operands: readonly Expression[]): Operation {
  return { kind: 'operation', operator, operands };
}

/** The terms added from left to right. */
export function sum(terms: readonly Expression[]): Expression {
  return terms.reduce((left, right) => operation('+', left, right));
}

/** Every reference of a formula, in the order in which they stand in its text. */
export function referencesOf(expression: Expression): Reference[] {
  const found: Reference[] = [];
  // Of a sum of a thousand terms, each is one level deeper than the next: an own stack holds them.
  const waiting = [expression];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object') continue;
    if (next.kind === 'elements' || next.kind === 'cells') found.push(next);
    else waiting.push(...partsOf(next).toReversed());
  }
  return found;
}

/** What an expression is made of, from left to right. */
export function partsOf(expression: Expression): readonly Expression[] {
  if (typeof expression !== 'object') return [];
  if (expression.kind === 'call') return expression.arguments;
  return expression.kind === 'operation' ? expression.operands : [];
}
