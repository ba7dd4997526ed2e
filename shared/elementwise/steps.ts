/** Formulas of numbered operands as a list of steps, each from the results of earlier ones. What occurs twice is
 *  calculated once. */
import type { ElementwiseTree, OperandKind } from './tree.ts';
import { STEPS, type StepName } from './step-names.ts';

/** One calculation. `of` has the places of the steps whose results it needs. `value` is the number of a number, the
 *  place of an operand, and the digits of a round. */
export type Step = { name: StepName; of: readonly number[]; value?: number };

/** Several formulas that are calculated together in one pass over a tensor. */
export type Elementwise = {
  operands: readonly OperandKind[];
  steps: readonly Step[];
  /** The formulas' results. `step` is the place of the last step of each. A result of another kind than `element` is
   *  the sum over all elements to which one number of an operand of that kind belongs. */
  results: readonly { step: number; kind: OperandKind }[];
  /** Whether an error of a sheet, such as 1/0, is NaN in the results. Where that is known already, it costs less to
   *  leave it open. */
  checked: boolean;
  /** Whether that holds for numbers of any size, too. Left out if no product or sum overflows float32. */
  anySize?: boolean;
};

/** The most steps that are calculated together. */
const MOST_STEPS = 1000;
/** A power up to this exponent is made of products. */
const MOST_FACTORS = 16;
/** ROUND to more places than this changes no float32. */
const MOST_DIGITS = 30;

/** Prepares formulas whose operands are of these kinds. undefined if one of them uses a function that isn't known
 *  here, or is too long. */
export function createElementwise(
  operands: readonly OperandKind[],
  formulas: readonly { tree: ElementwiseTree; kind: OperandKind }[],
  checked = true,
): Elementwise | undefined {
  const builder = createBuilder(operands.length);
  try {
    const results = formulas.map(({ tree, kind }) => ({ step: builder.number(tree), kind }));
    return { operands, ...withoutUnused(builder.steps, results), checked };
  } catch (error) {
    if (error === REFUSED) return undefined;
    throw error;
  }
}

const REFUSED = new Error('The formula can’t be calculated element by element.');

function createBuilder(operandCount: number) {
  const steps: Step[] = [];
  const places = new Map<string, number>();
  const known = new Map<ElementwiseTree, number>();

  function add(name: StepName, of: readonly number[], value?: number): number {
    const key = `${name} ${value} ${of.join(' ')}`;
    const before = places.get(key);
    if (before !== undefined) return before;
    if (steps.length === MOST_STEPS) throw REFUSED;
    places.set(key, steps.length);
    steps.push({ name, of, ...(value !== undefined && { value }) });
    return steps.length - 1;
  }

  function constant(value: number): number {
    if (!Number.isFinite(value)) throw REFUSED;
    return add('number', [], value + 0);
  }

  function valueOf(place: number): number | undefined {
    const { name, value } = steps[place];
    return name === 'number' ? value : undefined;
  }

  const isCondition = (place: number) => STEPS[steps[place].name].gives === 'condition';
  /** TRUE counts as 1. */
  const numberOf = (place: number) => (isCondition(place) ? add('select', [place, constant(1), constant(0)]) : place);
  /** All numbers but 0 count as TRUE. */
  const conditionOf = (place: number) => (isCondition(place) ? place : not(add('equal', sorted(place, constant(0)))));

  function partOf(tree: ElementwiseTree): number {
    if (typeof tree === 'number') return constant(tree);
    const before = known.get(tree);
    if (before !== undefined) return before;
    const place = made(tree);
    known.set(tree, place);
    return place;
  }

  function made(tree: Exclude<ElementwiseTree, number>): number {
    if (tree.kind === 'operand') {
      if (!(Number.isInteger(tree.at) && tree.at >= 0 && tree.at < operandCount)) throw REFUSED;
      return add('operand', [], tree.at);
    }
    if (tree.kind === 'call') return ofCall(tree.name, tree.arguments.map(partOf));
    const [left, right] = tree.operands.map(partOf);
    if (left === undefined || tree.operands.length > 2) throw REFUSED;
    if (right === undefined) return ofSign(tree.operator, numberOf(left));
    if (COMPARISONS.has(tree.operator)) return compare(tree.operator, left, right);
    return ofArithmetic(tree.operator, numberOf(left), numberOf(right));
  }

  function ofSign(operator: string, x: number): number {
    if (operator === '+') return x;
    if (operator === '-') return negate(x);
    if (operator === '%') return divide(x, constant(100));
    throw REFUSED;
  }

  function ofArithmetic(operator: string, left: number, right: number): number {
    switch (operator) {
      case '+':
        return plus(left, right);
      case '-':
        return plus(left, negate(right));
      case '*':
        return times(left, right);
      case '/':
        return divide(left, right);
      case '^':
        return power(left, right);
      default:
        throw REFUSED;
    }
  }

  /** Of two truth values, or of two numbers. In a sheet every truth value is larger than every number. */
  function compare(operator: string, left: number, right: number): number {
    if (isCondition(left) !== isCondition(right)) throw REFUSED;
    const [a, b] = [numberOf(left), numberOf(right)];
    switch (operator) {
      case '=':
        return add('equal', sorted(a, b));
      case '<>':
        return not(add('equal', sorted(a, b)));
      case '<':
        return add('less', [a, b]);
      case '>':
        return add('less', [b, a]);
      case '<=':
        return not(add('less', [b, a]));
      default:
        return not(add('less', [a, b]));
    }
  }

  function not(condition: number): number {
    const { name, of } = steps[condition];
    return name === 'not' ? of[0] : add('not', [condition]);
  }

  function ofCall(name: string, given: readonly number[]): number {
    const simple = SIMPLE.get(name);
    if (simple) return given.length === 1 ? simplified(simple, numberOf(given[0])) : refuse();
    switch (name) {
      case 'MAX':
      case 'MIN': {
        const step = name === 'MAX' ? 'maximum' : 'minimum';
        return given.map(numberOf).reduce((one, other) => (one === other ? one : folded(step, [one, other])));
      }
      case 'POWER':
        return given.length === 2 ? power(numberOf(given[0]), numberOf(given[1])) : refuse();
      case 'ROUND': {
        const digits = given.length === 1 ? 0 : Math.trunc(valueOf(given[1]) ?? Number.NaN);
        if (given.length > 2 || !(Math.abs(digits) <= MOST_DIGITS)) throw REFUSED;
        return add('round', [numberOf(given[0])], digits);
      }
      case 'AND':
      case 'OR':
        return given
          .map(conditionOf)
          .reduce((one, other) => (one === other ? one : add(name === 'AND' ? 'and' : 'or', sorted(one, other))));
      case 'NOT':
        return given.length === 1 ? not(conditionOf(given[0])) : refuse();
      case 'IF': {
        const [condition, then, otherwise = constant(0)] = given;
        if (given.length < 2 || given.length > 3) throw REFUSED;
        return select(conditionOf(condition), numberOf(then), numberOf(otherwise));
      }
      default:
        throw REFUSED;
    }
  }

  function simplified(name: StepName, x: number): number {
    if (name === 'absolute' && steps[x].name === 'negate') return add(name, steps[x].of);
    return folded(name, [x]);
  }

  /** A step, or its value if all that it needs is known. */
  function folded(name: StepName, of: readonly number[]): number {
    const values = of.map(valueOf);
    if (values.every(value => value !== undefined)) {
      const value = STEPS[name].calculate(...values);
      if (Number.isFinite(value)) return constant(value);
    }
    return add(name, of);
  }

  function negate(x: number): number {
    const { name, of } = steps[x];
    return name === 'negate' ? of[0] : folded('negate', [x]);
  }

  function plus(left: number, right: number): number {
    if (valueOf(left) === 0) return right;
    if (valueOf(right) === 0) return left;
    const [a, b] = [steps[left], steps[right]];
    // The two sides of a kink, as in the derivative of MAX.
    if (a.name === 'select' && b.name === 'select' && a.of[0] === b.of[0]) {
      const sides = [1, 2].map(side => [a.of[side], b.of[side]]);
      if (sides.every(side => side.some(each => valueOf(each) === 0)))
        return select(a.of[0], plus(sides[0][0], sides[0][1]), plus(sides[1][0], sides[1][1]));
    }
    if (b.name === 'negate') return add('subtract', [left, b.of[0]]);
    if (a.name === 'negate') return add('subtract', [right, a.of[0]]);
    return folded('add', sorted(left, right));
  }

  function times(left: number, right: number): number {
    const [one, other] = sorted(left, right);
    for (const [factor, rest] of [
      [one, other],
      [other, one],
    ]) {
      if (valueOf(factor) === 1) return rest;
      if (valueOf(factor) === -1) return negate(rest);
    }
    return folded('multiply', [one, other]);
  }

  const divide = (left: number, right: number) => (valueOf(right) === 1 ? left : folded('divide', [left, right]));

  function power(base: number, exponent: number): number {
    const value = valueOf(exponent);
    if (value === 0.5) return folded('sqrt', [base]);
    const isFewFactors = value !== undefined && Number.isInteger(value) && Math.abs(value) <= MOST_FACTORS;
    // An error to the power of 0 is an error, so 0 is no number of factors here.
    if (!isFewFactors || value === 0 || valueOf(base) !== undefined) return folded('power', [base, exponent]);
    if (value < 0) return divide(constant(1), whole(base, -value));
    return whole(base, value);
  }

  /** The exponent is above 0. */
  function whole(base: number, exponent: number): number {
    if (exponent === 1) return base;
    const half = whole(base, Math.floor(exponent / 2));
    const square = times(half, half);
    return exponent % 2 === 1 ? times(square, base) : square;
  }

  function select(condition: number, then: number, otherwise: number): number {
    const { name, of } = steps[condition];
    return name === 'not' ? add('select', [of[0], otherwise, then]) : add('select', [condition, then, otherwise]);
  }

  return { steps, number: (tree: ElementwiseTree) => numberOf(partOf(tree)) };
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '>', '<=', '>=']);

/** Functions of one number. */
const SIMPLE: ReadonlyMap<string, StepName> = new Map<string, StepName>([
  ['ABS', 'absolute'],
  ['SIGN', 'sign'],
  ['EXP', 'exp'],
  ['LN', 'ln'],
  ['LOG10', 'log10'],
  ['SQRT', 'sqrt'],
  ['TANH', 'tanh'],
  ['SIN', 'sin'],
  ['COS', 'cos'],
  ['INT', 'floor'],
  ['SIGMOID', 'sigmoid'],
  ['SOFTPLUS', 'softplus'],
]);

function refuse(): never {
  throw REFUSED;
}

/** Two steps whose order makes no difference. */
const sorted = (one: number, other: number): [number, number] => (one <= other ? [one, other] : [other, one]);

/** Only the steps that a result needs. */
export function withoutUnused(
  steps: readonly Step[],
  results: readonly { step: number; kind: OperandKind }[],
): Pick<Elementwise, 'steps' | 'results'> {
  const used = new Set(results.map(({ step }) => step));
  for (let place = steps.length - 1; place >= 0; place--) {
    if (used.has(place)) for (const each of steps[place].of) used.add(each);
  }
  const kept = [...steps.keys()].filter(place => used.has(place));
  const placeOf = new Map(kept.map((place, at) => [place, at]));
  return {
    steps: kept.map(place => ({ ...steps[place], of: steps[place].of.map(each => placeOf.get(each)!) })),
    results: results.map(({ step, kind }) => ({ step: placeOf.get(step)!, kind })),
  };
}
