/** Makes a formula of common functions ready to be calculated many times: a tree of closures that reads cells and keeps
 *  nothing. The same program serves every cell that the formula was copied to. */
import { type CellError, isError } from '../cell-content.ts';
import { aggregates } from './aggregates.ts';
import type { TensorId } from '../tensor.ts';
import { type Call, type Expression, isReference, type Operation, type Reference } from './expression.ts';
import { functions } from './functions.ts';
import type { Argument, CellReader, Part, Readers } from './readers.ts';
import { statistics } from './statistics.ts';
import { compare, ERRORS, finite, toNumber, toText, type Value } from './value.ts';

/** What a formula reads: cells, or a whole tensor by its name. */
export type Read = Reference | { kind: 'tensor'; tensor: TensorId };

/** A compiled formula. `reads` has what it reads, in the order of its text. `run` gives its value, if each read has the
 *  reader at the same place in `readers`. A reference to a blank gives 0. */
export type Program = { reads: readonly Read[]; run: (readers: Readers) => NonNullable<Value> };

/** undefined if the formula needs anything else: another function, an array, or one value from a range. */
export function compile(expression: Expression): Program | undefined {
  const reads = readsOf(expression);
  const places = new Map<Expression, number>(reads.map((read, place) => [read, place]));
  const whole = partOf(expression);
  return whole && { reads, run: readers => whole(readers) ?? 0 };

  function partOf(written: Expression): Part | undefined {
    if (typeof written !== 'object') return () => written;
    if (isReference(written)) return isOneCell(written) ? cellPart(places.get(written)!) : undefined;
    switch (written.kind) {
      case 'operation':
        return operationPart(written);
      case 'call':
        return callPart(written);
      case 'error': {
        const error = ERRORS[written.name];
        return () => error;
      }
      case 'omitted':
        return () => null;
      default:
        return undefined;
    }
  }

  function operationPart(written: Operation): Part | undefined {
    // The tree of a sum of a thousand terms is a thousand levels deep on its left side, so a loop goes down there.
    const outer: Operation[] = [];
    let inner: Expression = written;
    while (typeof inner === 'object' && inner.kind === 'operation') {
      outer.push(inner);
      [inner] = inner.operands;
    }
    let part = partOf(inner);
    for (const { operator, operands } of outer.toReversed()) {
      if (!part) return undefined;
      if (operands.length === 1) part = SIGNED[operator as keyof typeof SIGNED](part);
      else {
        const right = partOf(operands[1]);
        part = right && BINARY[operator as keyof typeof BINARY](part, right);
      }
    }
    return part;
  }

  function callPart({ name, arguments: written }: Call): Part | undefined {
    const given = written.map((each): Argument => {
      const reader = places.get(each);
      return { part: partOf(each), ...(reader !== undefined && { reader }) };
    });
    const aggregate = aggregates.get(name) ?? statistics.get(name);
    if (aggregate) return aggregate(given);
    const parts = given.flatMap(({ part }) => part ?? []);
    return parts.length === given.length ? functions.get(name)?.(parts) : undefined;
  }
}

/** All that a formula reads, in the order of its text. */
export function readsOf(expression: Expression): Read[] {
  const found: Read[] = [];
  const look = (written: Expression): void => {
    // The tree of a sum of a thousand terms is a thousand levels deep on its left side, so a loop goes down there.
    const rest: Expression[] = [];
    let inner = written;
    while (typeof inner === 'object' && inner.kind === 'operation') {
      rest.push(...inner.operands.slice(1));
      [inner] = inner.operands;
    }
    if (typeof inner === 'object') {
      if (isReference(inner) || inner.kind === 'tensor') found.push(inner);
      else if (inner.kind === 'call') inner.arguments.forEach(look);
    }
    rest.toReversed().forEach(look);
  };
  look(expression);
  return found;
}

/** Whether a reference is one cell, and stays one when it is copied (A1:$A$1 doesn't). */
export function isOneCell(reference: Read): boolean {
  if (reference.kind === 'tensor') return false;
  const { first, last } = reference.anchors;
  if (first.row !== last.row || first.column !== last.column) return false;
  if (reference.kind === 'elements') return reference.first === reference.last;
  return reference.first.row === reference.last.row && reference.first.column === reference.last.column;
}

function cellPart(place: number): Part {
  return readers => (readers[place] as CellReader).value();
}

/** Calculates with two numbers. An error on the left comes before one on the right, and both before a text. */
function arithmetic(calculate: (left: number, right: number) => number | CellError) {
  return (left: Part, right: Part): Part =>
    readers => {
      const [a, b] = [left(readers), right(readers)];
      if (typeof a === 'number' && typeof b === 'number') return calculate(a, b);
      if (isError(a)) return a;
      if (isError(b)) return b;
      const [x, y] = [toNumber(a), toNumber(b)];
      return isError(x) ? x : isError(y) ? y : calculate(x, y);
    };
}

function comparison(holds: (order: number) => boolean) {
  return (left: Part, right: Part): Part =>
    readers => {
      const [a, b] = [left(readers), right(readers)];
      return isError(a) ? a : isError(b) ? b : holds(compare(a, b));
    };
}

const joined =
  (left: Part, right: Part): Part =>
  readers => {
    const [a, b] = [toText(left(readers)), toText(right(readers))];
    return isError(a) ? a : isError(b) ? b : a + b;
  };

const BINARY = {
  '+': arithmetic((a, b) => finite(a + b)),
  '-': arithmetic((a, b) => finite(a - b)),
  '*': arithmetic((a, b) => finite(a * b)),
  '/': arithmetic((a, b) => (b === 0 ? ERRORS['#DIV/0!'] : finite(a / b))),
  '^': arithmetic((a, b) => finite(a ** b)),
  '&': joined,
  '=': comparison(order => order === 0),
  '<>': comparison(order => order !== 0),
  '<': comparison(order => order < 0),
  '>': comparison(order => order > 0),
  '<=': comparison(order => order <= 0),
  '>=': comparison(order => order >= 0),
};

const numeric =
  (calculate: (value: number) => number) =>
  (operand: Part): Part =>
  readers => {
    const value = toNumber(operand(readers));
    return isError(value) ? value : finite(calculate(value));
  };

const SIGNED = {
  '+': (operand: Part): Part => operand,
  '-': numeric(value => -value),
  '%': numeric(value => value / 100),
};
