/** Compares formulas by their shape, and finds the elements that their references read. */
import type { Sheet } from '../layout/sheet.ts';
import { coordinatesOf } from '../tensor.ts';
import { type ElementsReference, type Expression, isReference, type Operation, type Reference } from './expression.ts';
import { isElement } from './placed.ts';
import type { Span } from './reads.ts';

/** A span along each axis of a tensor. */
export type ReadBox = readonly Span[];

/** Whether two formulas are the same but for what their references read. `take` gets the references of both in the
 *  order of the text, and says whether to go on. */
export function alike(
  one: Expression,
  other: Expression,
  take: (one: Reference, other: Reference) => boolean,
): boolean {
  // The tree of a sum of a thousand terms is a thousand levels deep on its left side, so a loop goes down there.
  const outer: [Operation, Operation][] = [];
  let [mine, theirs] = [one, other];
  while (typeof mine === 'object' && mine.kind === 'operation') {
    if (typeof theirs !== 'object' || theirs.kind !== 'operation' || theirs.operator !== mine.operator) return false;
    if (theirs.operands.length !== mine.operands.length) return false;
    outer.push([mine, theirs]);
    [mine, theirs] = [mine.operands[0], theirs.operands[0]];
  }
  if (!leavesAlike(mine, theirs, take)) return false;
  for (let level = outer.length - 1; level >= 0; level--) {
    const [a, b] = outer[level];
    for (let i = 1; i < a.operands.length; i++) if (!alike(a.operands[i], b.operands[i], take)) return false;
  }
  return true;
}

function leavesAlike(one: Expression, other: Expression, take: Parameters<typeof alike>[2]): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return Object.is(one, other);
  if (isReference(one)) return isReference(other) && one.kind === other.kind && take(one, other);
  if (one.kind !== other.kind) return false;
  if (one.kind === 'call' && other.kind === 'call') {
    const [mine, theirs] = [one.arguments, other.arguments];
    return (
      one.name === other.name &&
      mine.length === theirs.length &&
      mine.every((argument, i) => alike(argument, theirs[i], take))
    );
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The elements that a reference reads, as a box. undefined if they are none, or the network doesn't have them. */
export function boxOfReference(sheet: Sheet, { tensor, first, last }: ElementsReference): ReadBox | undefined {
  if (!isElement(sheet, tensor, first) || !isElement(sheet, tensor, last)) return undefined;
  const { shape } = sheet.tensors.get(tensor)!;
  const [from, to] = [coordinatesOf(shape, first), coordinatesOf(shape, last)];
  const box = from.map((start, axis): Span => ({ start, end: to[axis] + 1 }));
  if (box.some(({ start, end }) => end <= start)) return undefined;
  if (first === last) return box;
  const deeper = box.slice(2).filter(({ start, end }) => end - start > 1);
  if (shape.length === 2 || (shape.length > 3 && deeper.length > 0)) return undefined;
  if (deeper.length === 0) return box;
  // Maps are below each other. A range over several of them has all rows of those between.
  const { layout } = sheet;
  const isStacked = layout.cellOf(tensor, first).column <= layout.cellOf(tensor, last).column;
  return isStacked && box[0].start === 0 && box[0].end === shape[0] ? box : undefined;
}

const groups = new WeakMap<object, readonly (readonly number[])[]>();

/** The references of a formula by their places. Those of one SUMPRODUCT stand together, all others alone. */
export function groupsIn(formula: Expression): readonly (readonly number[])[] {
  const known = typeof formula === 'object' ? groups.get(formula) : undefined;
  if (known) return known;
  const found: number[][] = [];
  let count = 0;
  const visit = (part: Expression, together?: number[]) => {
    // The same order as in `alike`.
    const outer: Operation[] = [];
    let inner = part;
    for (; typeof inner === 'object' && inner.kind === 'operation'; [inner] = inner.operands) outer.push(inner);
    if (isReference(inner)) {
      if (together) together.push(count++);
      else found.push([count++]);
    } else if (typeof inner === 'object' && inner.kind === 'call') {
      const own = inner.name === 'SUMPRODUCT' ? [] : undefined;
      if (own) found.push(own);
      for (const each of inner.arguments) visit(each, own);
    }
    for (const { operands } of outer.toReversed()) for (const each of operands.slice(1)) visit(each, together);
  };
  visit(formula);
  const all = found.filter(group => group.length > 0);
  if (typeof formula === 'object') groups.set(formula, all);
  return all;
}
