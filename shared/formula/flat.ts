/** A formula's tree as a list, for messages and files: every part comes after its own parts. So a list is never deep,
 *  however deep its tree is, and it can be checked before anything is made of it. */
import { MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { CELL_LIMITS } from '../cells.ts';
import type { TensorId } from '../tensor.ts';
import {
  type Anchors,
  type Constant,
  ERROR_NAMES,
  type ErrorName,
  type Expression,
  isReference,
  operation,
  type Operator,
  type Reference,
} from './expression.ts';

/** Numbers and truth values are themselves, null is an argument that was left out. A text begins with a sign that says
 *  what it is: "text, eERROR, tTENSOR, nNAME, operators such as 2+ and 1-, functions with the number of their
 *  arguments such as f2 SUM. Lists are cells, elements, or the rows of an array after the sign {. */
export type Flat = readonly FlatPart[];
type FlatPart = number | boolean | string | null | FlatReference | readonly ['{', readonly (readonly Constant[])[]];
type FlatReference =
  | readonly [sheet: string | null, row: number, column: number, row: number, column: number, anchors: number]
  | readonly [tensor: string, first: number, last: number, anchors: number];

export function flattened(expression: Expression): Flat {
  const parts: FlatPart[] = [];
  const write = (node: Expression): void => {
    if (typeof node === 'string') parts.push(`"${node}`);
    else if (typeof node !== 'object') parts.push(node);
    else if (isReference(node)) parts.push(flatReference(node));
    else if (node.kind === 'operation') {
      // The tree of a sum of a thousand terms is a thousand levels deep on its left side, so a loop goes down there.
      const outer = [node];
      let [inner] = node.operands;
      while (typeof inner === 'object' && inner.kind === 'operation') {
        outer.push(inner);
        [inner] = inner.operands;
      }
      write(inner);
      for (const { operator, operands } of outer.toReversed()) {
        for (const operand of operands.slice(1)) write(operand);
        parts.push(`${operands.length}${operator}`);
      }
    } else if (node.kind === 'call') {
      for (const argument of node.arguments) write(argument);
      parts.push(`f${node.arguments.length} ${node.name}`);
    } else if (node.kind === 'array') parts.push(['{', node.rows]);
    else if (node.kind === 'error') parts.push(`e${node.name}`);
    else if (node.kind === 'tensor') parts.push(`t${node.tensor}`);
    else parts.push(node.kind === 'name' ? `n${node.name}` : null);
  };
  write(expression);
  return parts;
}

function flatReference(reference: Reference): FlatReference {
  const { first, last } = reference.anchors;
  const anchors = (first.row ? 1 : 0) + (first.column ? 2 : 0) + (last.row ? 4 : 0) + (last.column ? 8 : 0);
  if (reference.kind === 'elements') return [reference.tensor, reference.first, reference.last, anchors];
  const [from, to] = [reference.first, reference.last];
  return [reference.sheet ?? null, from.row, from.column, to.row, to.column, anchors];
}

/** The tree of such a list. undefined where it is none, or the tree would be too large, too deep, or no formula that
 *  can be typed. */
export function unflattened(flat: unknown): Expression | undefined {
  if (!Array.isArray(flat) || flat.length > CELL_LIMITS.nodes) return undefined;
  const stack: { node: Expression; level: number }[] = [];
  for (const part of flat as unknown[]) {
    const counted = typeof part === 'string' ? operatorIn(part) : undefined;
    if (!counted) {
      const node = leafOf(part);
      if (node === undefined) return undefined;
      stack.push({ node, level: 1 });
      continue;
    }
    const { count, operator, name } = counted;
    if (count > stack.length) return undefined;
    const own = stack.splice(stack.length - count, count);
    // The left side of an operation may be of any depth.
    const level = own.reduce((most, each, i) => Math.max(most, each.level + (operator && i === 0 ? 0 : 1)), 1);
    if (level > CELL_LIMITS.levels + (operator ? 0 : 1)) return undefined;
    const parts = own.map(({ node }) => node);
    if (operator) {
      if (typeof parts[0] === 'object' && parts[0].kind === 'omitted') return undefined;
      stack.push({ node: operation(operator, ...parts), level });
    } else stack.push({ node: { kind: 'call', name: name!, arguments: parts }, level });
  }
  if (stack.length !== 1) return undefined;
  const [{ node }] = stack;
  if (typeof node === 'object') read.add(node);
  return node;
}

/** The trees that were made here. */
const read = new WeakSet<object>();

/** Whether a value is a tree that `unflattened` could make. One that it made is known at once. */
export function isTree(value: unknown): value is Expression {
  if (typeof value === 'object' && value !== null && read.has(value)) return true;
  try {
    return value !== undefined && unflattened(flattened(value as Expression)) !== undefined;
  } catch {
    return false;
  }
}

const UNARY = new Set(['+', '-', '%']);
const BINARY = new Set(['+', '-', '*', '/', '^', '&', '=', '<>', '<', '>', '<=', '>=']);
const MOST_ARGUMENTS = 255;

function operatorIn(part: string): { count: number; operator?: Operator; name?: string } | undefined {
  const count = part.codePointAt(0)! - 48;
  if (count === 1 && UNARY.has(part.slice(1))) return { count, operator: part.slice(1) as Operator };
  if (count === 2 && BINARY.has(part.slice(1))) return { count, operator: part.slice(1) as Operator };
  const called = part.startsWith('f') ? /^f(\d{1,3}) ([\p{Lu}_][\p{Lu}\p{N}_.]{0,254})$/u.exec(part) : null;
  if (!called || Number(called[1]) > MOST_ARGUMENTS) return undefined;
  return { count: Number(called[1]), name: called[2] };
}

function leafOf(part: unknown): Expression | undefined {
  if (part === null) return { kind: 'omitted' };
  if (typeof part === 'boolean' || isNumber(part)) return part;
  if (Array.isArray(part)) return part[0] === '{' ? arrayOf(part) : referenceOf(part as unknown[]);
  if (typeof part !== 'string') return undefined;
  const rest = part.slice(1);
  switch (part[0]) {
    case '"':
      return rest.length <= CELL_LIMITS.text ? rest : undefined;
    case 'e':
      return ERROR_NAMES.includes(rest as ErrorName) ? { kind: 'error', name: rest as ErrorName } : undefined;
    case 't':
      return isTensor(rest) ? { kind: 'tensor', tensor: rest } : undefined;
    case 'n':
      return rest.length > 0 && rest.length <= CELL_LIMITS.name ? { kind: 'name', name: rest } : undefined;
    default:
      return undefined;
  }
}

/** A file can't hold −0. */
const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0);
const isConstant = (value: unknown): value is Constant =>
  typeof value === 'boolean' || isNumber(value) || (typeof value === 'string' && value.length <= CELL_LIMITS.text);
const isTensor = (value: unknown): value is TensorId =>
  typeof value === 'string' && value.length <= 200 && /^[^/]+\/[a-zA-Z]+$/.test(value);
const isWhole = (value: unknown, below: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < below && !Object.is(value, -0);

function arrayOf(part: readonly unknown[]): Expression | undefined {
  const rows = part[1];
  if (part.length !== 2 || !Array.isArray(rows) || rows.length === 0) return undefined;
  const lengths = new Set<unknown>();
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row) || row.length === 0 || !row.every(isConstant)) return undefined;
    lengths.add(row.length);
  }
  return lengths.size === 1 ? { kind: 'array', rows: rows as Constant[][] } : undefined;
}

function referenceOf(part: readonly unknown[]): Reference | undefined {
  const bits = part.at(-1);
  if (!isWhole(bits, 16)) return undefined;
  if (part.length === 4) {
    const [tensor, first, last] = part;
    if (!isTensor(tensor) || !isWhole(first, 2 ** 32) || !isWhole(last, 2 ** 32)) return undefined;
    return { kind: 'elements', tensor, first, last, anchors: anchorsOf(bits) };
  }
  const [sheet, row, column, bottom, right] = part;
  if (part.length !== 6 || !isWhole(bottom, MAX_ROWS) || !isWhole(right, MAX_COLUMNS)) return undefined;
  if (!isWhole(row, bottom + 1) || !isWhole(column, right + 1)) return undefined;
  if (sheet !== null && (typeof sheet !== 'string' || sheet.length === 0 || sheet.length > 100)) return undefined;
  const [first, last] = [
    { row, column },
    { row: bottom, column: right },
  ];
  return { kind: 'cells', ...(sheet !== null && { sheet }), first, last, anchors: anchorsOf(bits) };
}

function anchorsOf(bits: number): Anchors {
  const has = (bit: number) => Math.floor(bits / bit) % 2 === 1;
  return { first: { row: has(1), column: has(2) }, last: { row: has(4), column: has(8) } };
}
