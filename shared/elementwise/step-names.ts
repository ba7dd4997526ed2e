/** What a step of an elementwise formula may be. */
import { roundHalfAway } from '../formula/functions.ts';

/** What each step gives, and its value in doubles. A condition is 1 or 0, and NaN if what it compares is an error. */
export const STEPS = {
  number: step('number', value => value),
  operand: step('number', value => value),
  negate: step('number', x => -x),
  absolute: step('number', Math.abs),
  sign: step('number', Math.sign),
  exp: step('number', Math.exp),
  ln: step('number', Math.log),
  log10: step('number', Math.log10),
  sqrt: step('number', Math.sqrt),
  tanh: step('number', Math.tanh),
  sin: step('number', Math.sin),
  cos: step('number', Math.cos),
  floor: step('number', Math.floor),
  /** Half away from zero. The second number is how many digits after the point. */
  round: step('number', roundHalfAway),
  sigmoid: step('number', x => 1 / (1 + Math.exp(-x))),
  softplus: step('number', x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  add: step('number', (a, b) => a + b),
  subtract: step('number', (a, b) => a - b),
  multiply: step('number', (a, b) => a * b),
  divide: step('number', (a, b) => a / b),
  // NaN^0 would be 1.
  power: step('number', (a, b) => (Number.isNaN(a) ? a : a ** b)),
  maximum: step('number', (a, b) => Math.max(a, b)),
  minimum: step('number', (a, b) => Math.min(a, b)),
  less: step('condition', (a, b) => checked(a < b, a - b)),
  equal: step('condition', (a, b) => checked(a === b, a - b)),
  and: step('condition', (a, b) => checked(a * b !== 0, a * b)),
  or: step('condition', (a, b) => checked(a + b !== 0, a + b)),
  not: step('condition', a => 1 - a),
  select: step('number', (condition, then, otherwise) =>
    Number.isNaN(condition) ? condition : condition === 0 ? otherwise : then,
  ),
} as const satisfies Record<string, { gives: 'number' | 'condition' }>;

export type StepName = keyof typeof STEPS;

function step(gives: 'number' | 'condition', calculate: (...numbers: number[]) => number) {
  return { gives, calculate };
}

/** NaN if something compared is. */
const checked = (holds: boolean, sum: number): number => (Number.isNaN(sum) ? sum : Number(holds));
