/** How large the numbers of a formula can get, found step by step from the intervals that its operands lie in. */
import type { Elementwise, Step } from '../../../shared/elementwise/steps.ts';
import type { Extremes } from './bounding.ts';

/** All numbers from the first to the second. */
export type Interval = readonly [low: number, high: number];

/** Bounds on the result and on all numbers on the way to it. NaN if one of them may be an error. */
export function extremesOf({ steps, results }: Elementwise, operands: readonly Interval[]): Extremes {
  const found: Interval[] = [];
  let way = 0;
  for (const step of steps) {
    const interval = intervalOf(
      step,
      step.of.map(place => found[place]),
      operands,
    );
    // NaN stays, because Math.max passes it on.
    way = Math.max(way, Math.abs(interval[0]), Math.abs(interval[1]));
    found.push(interval);
  }
  const [low, high] = found[results[0].step];
  return [Math.max(Math.abs(low), Math.abs(high)), way];
}

const NONE: Interval = [Number.NaN, Number.NaN];

function intervalOf(
  { name, of, value = 0 }: Step,
  given: readonly Interval[],
  operands: readonly Interval[],
): Interval {
  const [a, b, c] = given;
  switch (name) {
    case 'number':
      return [value, value];
    case 'operand':
      return operands[value];
    case 'negate':
      return [-a[1], -a[0]];
    case 'absolute':
      return [a[0] > 0 ? a[0] : a[1] < 0 ? -a[1] : 0, Math.max(-a[0], a[1])];
    case 'sign':
    case 'tanh':
    case 'sin':
    case 'cos':
      return Number.isNaN(a[0]) ? NONE : [-1, 1];
    case 'sigmoid':
      return Number.isNaN(a[0]) ? NONE : [0, 1];
    case 'exp':
      return [Math.exp(a[0]), Math.exp(a[1])];
    case 'ln':
    case 'log10':
      return a[0] > 0 ? [Math.log(a[0]), Math.log(a[1])] : NONE;
    case 'sqrt':
      return a[0] >= 0 ? [Math.sqrt(a[0]), Math.sqrt(a[1])] : NONE;
    case 'softplus':
      return [0, Math.max(0, a[1]) + 1];
    case 'floor':
    case 'round':
      // Rounding to tens moves a number further than rounding to ones.
      return [a[0] - 10 ** Math.max(0, -value), a[1] + 10 ** Math.max(0, -value)];
    case 'add':
      return [a[0] + b[0], a[1] + b[1]];
    case 'subtract':
      return [a[0] - b[1], a[1] - b[0]];
    case 'multiply':
      return of[0] === of[1] ? squareOf(a) : productOf(a, b);
    case 'divide':
      return b[0] > 0 || b[1] < 0 ? productOf(a, [1 / b[1], 1 / b[0]]) : NONE;
    case 'power':
      return a[0] > 0 ? cornersOf(a, b, (x, y) => x ** y) : NONE;
    case 'maximum':
      return [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
    case 'minimum':
      return [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
    case 'less':
    case 'equal':
    case 'and':
    case 'or':
    case 'not':
      return given.some(([low]) => Number.isNaN(low)) ? NONE : [0, 1];
    case 'select':
      return Number.isNaN(a[0]) ? NONE : [Math.min(b[0], c[0]), Math.max(b[1], c[1])];
    default:
      return name satisfies never;
  }
}

function squareOf([low, high]: Interval): Interval {
  const [one, other] = [low * low, high * high];
  return [low <= 0 && high >= 0 ? 0 : Math.min(one, other), Math.max(one, other)];
}

const productOf = (a: Interval, b: Interval): Interval => cornersOf(a, b, (x, y) => x * y);

/** For a function that has its extremes where both arguments have theirs. */
function cornersOf(a: Interval, b: Interval, calculate: (x: number, y: number) => number): Interval {
  const corners = a.flatMap(x => b.map(y => calculate(x, y)));
  return [Math.min(...corners), Math.max(...corners)];
}
