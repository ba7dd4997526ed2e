/** How large the numbers of a formula can get, found step by step from the intervals that its operands lie in. */
import type { Elementwise, Step } from '../../../shared/elementwise/steps.ts';
import type { Extremes } from './bounding.ts';

/** All numbers from the first to the second. */
export type Interval = readonly [low: number, high: number];

/** Bounds on the result and on all numbers that it is made of. NaN if one of them may be an error. What an IF doesn't
 *  choose doesn't count: of IF(A1>0,LN(A1),0), only numbers above 0 come to the LN. */
export function extremesOf({ steps, results }: Elementwise, operands: readonly Interval[]): Extremes {
  let way = 0;
  let left = MOST_IN_BRANCHES;
  const whole: Branch = { limits: new Map(), known: [] };
  const [low, high] = intervalAt(results[0].step, whole);
  return [Math.max(Math.abs(low), Math.abs(high)), way];

  function intervalAt(place: number, branch: Branch): Interval {
    const before = branch.known[place];
    if (before) return before;
    const step = steps[place];
    const made = step.name === 'select' ? chosen(step.of, branch) : calculated(step, branch);
    const limit = branch.limits.get(place);
    const interval = limit ? both(made, limit) : made;
    // NaN stays, because Math.max passes it on.
    way = Math.max(way, Math.abs(interval[0]), Math.abs(interval[1]));
    branch.known[place] = interval;
    return interval;
  }

  function calculated(step: Step, branch: Branch): Interval {
    if (branch !== whole) left--;
    return intervalOf(
      step,
      step.of.map(each => intervalAt(each, branch)),
      operands,
    );
  }

  function chosen([condition, then, otherwise]: readonly number[], branch: Branch): Interval {
    const [low] = intervalAt(condition, branch);
    if (Number.isNaN(low)) return NONE;
    const sides = [inBranch(then, condition, true, branch), inBranch(otherwise, condition, false, branch)];
    const [one = NONE, other = one] = sides.filter(side => side !== undefined);
    return [Math.min(one[0], other[0]), Math.max(one[1], other[1])];
  }

  /** A step's interval where a condition holds, or doesn't. undefined if that can't be. */
  function inBranch(place: number, condition: number, holds: boolean, branch: Branch): Interval | undefined {
    const limits = left > 0 ? limitsWhere(condition, holds, branch) : [];
    if (limits.some(([, [low, high]]) => low > high)) return undefined;
    if (limits.length === 0) return intervalAt(place, branch);
    const own = new Map(branch.limits);
    for (const [at, limit] of limits) own.set(at, own.has(at) ? both(own.get(at)!, limit) : limit);
    return intervalAt(place, { limits: own, known: [] });
  }

  /** What a condition says about the steps that it compares. */
  function limitsWhere(condition: number, holds: boolean, branch: Branch): [place: number, limit: Interval][] {
    const { name, of } = steps[condition];
    if (name === 'not') return limitsWhere(of[0], !holds, branch);
    if ((name === 'and' && holds) || (name === 'or' && !holds))
      return of.flatMap(each => limitsWhere(each, holds, branch));
    if (name !== 'less') return [];
    const [a, b] = of.map(each => intervalAt(each, branch));
    // a < b, or a >= b.
    if (!holds)
      return [
        [of[0], both(a, [b[0], Infinity])],
        [of[1], both(b, [-Infinity, a[1]])],
      ];
    return [
      [of[0], both(a, [-Infinity, b[1] === 0 ? -LEAST : b[1]])],
      [of[1], both(b, [a[0] === 0 ? LEAST : a[0], Infinity])],
    ];
  }
}

/** A part of the formula that is only chosen where some steps have limits. */
type Branch = { limits: ReadonlyMap<number, Interval>; known: (Interval | undefined)[] };

/** How many steps are looked at for the sake of limits. Beyond that there are none. */
const MOST_IN_BRANCHES = 4000;
/** The smallest number above 0 in float32. */
const LEAST = 2 ** -149;

const both = (one: Interval, other: Interval): Interval => [Math.max(one[0], other[0]), Math.min(one[1], other[1])];

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
      return a[0] > 0 ? [Math.log(a[0]), Math.log(a[1])] : NONE;
    case 'log10':
      return a[0] > 0 ? [Math.log10(a[0]), Math.log10(a[1])] : NONE;
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
function cornersOf([a, b]: Interval, [c, d]: Interval, of: (x: number, y: number) => number): Interval {
  const [ac, ad, bc, bd] = [of(a, c), of(a, d), of(b, c), of(b, d)];
  return [Math.min(ac, ad, bc, bd), Math.max(ac, ad, bc, bd)];
}
