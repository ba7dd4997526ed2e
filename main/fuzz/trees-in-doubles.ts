/** Elementwise formulas in doubles, apart from the app's own way, with what an error in float32 may come from. */
import type { ElementwiseTree } from '../../shared/elementwise/tree.ts';

export type Looked = {
  /** NaN for an error of a sheet. */
  value: number;
  /** How much the value would change if everything on the way to it, and it itself, were larger by its own size: for a
   *  sum, the sum of the absolute values of all that is added. */
  terms: number;
  /** Whether a number on the way is too large or too small for float32. */
  outside: boolean;
  /** Whether a decision would be another one if numbers were a little different. */
  near: boolean;
  /** Which way was taken where a function jumps or bends. */
  decisions: string;
};

/** The smallest and the largest number that float32 has with all its digits, with some room. */
const [SMALLEST, LARGEST] = [1e-36, 1e36];
/** Float32 may be off by so much of the terms. */
const NEAR = 1e-6;

export function look(tree: ElementwiseTree, operands: readonly number[]): Looked {
  let [outside, near] = [false, false];
  const decisions: (number | boolean)[] = [];
  type Known = { value: number; terms: number };
  const { value, terms } = numberOf(tree);
  return { value, terms, outside, near, decisions: decisions.join() };

  /** A function of numbers. A small change of each tells how much errors grow. */
  function known(of: (...numbers: number[]) => number, ...given: Known[]): Known {
    const numbers = given.map(each => each.value);
    // NaN^0 would be 1.
    const found = numbers.some(Number.isNaN) ? Number.NaN : of(...numbers);
    if (!Number.isFinite(found)) {
      if (numbers.every(Number.isFinite) && Math.abs(found) === Infinity) outside ||= numbers.every(each => each !== 0);
      return { value: Number.NaN, terms: 0 };
    }
    outside ||= Math.abs(found) > LARGEST || (found !== 0 && Math.abs(found) < SMALLEST);
    let sum = Math.abs(found);
    for (const [place, each] of given.entries()) {
      const step = 1e-6 * Math.max(Math.abs(each.value), 1e-3);
      const changes = [-step, step].map(moved =>
        Math.abs(of(...numbers.map((number, at) => (at === place ? number + moved : number))) - found),
      );
      const change = Math.max(...changes.filter(Number.isFinite), 0);
      sum += (change / step) * each.terms;
    }
    return { value: found, terms: sum };
  }

  /** A decision by whether `distance` is above, at or below 0. */
  function decide(distance: Known): number {
    near ||= Math.abs(distance.value) <= NEAR * distance.terms && distance.terms > 0;
    decisions.push(Math.sign(distance.value));
    return distance.value;
  }

  function jump(of: (value: number) => number, x: Known): Known {
    const reach = NEAR * x.terms;
    const found = of(x.value);
    near ||= of(x.value - reach) !== found || of(x.value + reach) !== found;
    decisions.push(found);
    return { value: found, terms: Math.abs(found) };
  }

  function numberOf(part: ElementwiseTree): Known {
    if (typeof part === 'number') return { value: part, terms: Math.abs(part) };
    if (part.kind === 'operand') return { value: operands[part.at], terms: Math.abs(operands[part.at]) };
    if (part.kind === 'call') return ofCall(part.name, part.arguments);
    const [left, right] = part.operands;
    switch (part.operator) {
      case '+':
        return right === undefined ? numberOf(left) : known((a, b) => a + b, numberOf(left), numberOf(right));
      case '-':
        return right === undefined
          ? known(a => -a, numberOf(left))
          : known((a, b) => a - b, numberOf(left), numberOf(right));
      case '*':
        return known((a, b) => a * b, numberOf(left), numberOf(right));
      case '/':
        return known((a, b) => a / b, numberOf(left), numberOf(right));
      case '^':
        return power(left, right);
      case '%':
        return known(a => a / 100, numberOf(left));
      default: {
        const holds = conditionOf(part);
        return { value: holds, terms: Math.abs(holds) };
      }
    }
  }

  function power(basePart: ElementwiseTree, exponentPart: ElementwiseTree): Known {
    const [base, exponent] = [numberOf(basePart), numberOf(exponentPart)];
    if (!Number.isInteger(exponent.value) || exponent.value <= 1) decide(base);
    // A negative base has a power only if the exponent is exactly a whole number.
    const isExact = typeof exponentPart === 'number' || exponentPart.kind === 'operand';
    if (base.value <= 0 && !isExact)
      near ||= Math.abs(exponent.value - Math.round(exponent.value)) <= NEAR * exponent.terms;
    return known((a, b) => a ** b, base, exponent);
  }

  function ofCall(name: string, given: readonly ElementwiseTree[]): Known {
    switch (name) {
      case 'MAX':
      case 'MIN':
        return given.map(numberOf).reduce((one, other) => {
          const difference = decide(known((a, b) => a - b, one, other));
          if (Number.isNaN(difference)) return { value: Number.NaN, terms: 0 };
          return difference > 0 === (name === 'MAX') ? one : other;
        });
      case 'IF': {
        const holds = conditionOf(given[0]);
        return Number.isNaN(holds) ? { value: Number.NaN, terms: 0 } : numberOf(given[holds === 0 ? 2 : 1]);
      }
      case 'AND':
      case 'OR':
      case 'NOT': {
        const holds = conditionOf({ kind: 'call', name, arguments: given });
        return { value: holds, terms: Math.abs(holds) };
      }
      case 'POWER':
        return power(given[0], given[1]);
      case 'ROUND': {
        const scale = 10 ** (given[1] as number);
        const half = (value: number) => Math.sign(value) * Math.floor(Math.abs(value * scale) + 0.5);
        return known(whole => whole / scale, jump(half, numberOf(given[0])));
      }
      case 'INT':
        return jump(Math.floor, numberOf(given[0]));
      case 'SIGN':
        return jump(Math.sign, numberOf(given[0]));
      case 'ABS':
      case 'SQRT': {
        const x = numberOf(given[0]);
        decide(x);
        return known(name === 'ABS' ? Math.abs : Math.sqrt, x);
      }
      case 'LN':
      case 'LOG10': {
        const x = numberOf(given[0]);
        decide(x);
        return known(name === 'LN' ? Math.log : Math.log10, x);
      }
      case 'SIGMOID':
        return known(x => 1 / (1 + Math.exp(-x)), numberOf(given[0]));
      case 'SOFTPLUS':
        return known(x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), numberOf(given[0]));
      default:
        return known(SMOOTH[name], numberOf(given[0]));
    }
  }

  /** 1 or 0; NaN for an error. */
  function conditionOf(part: ElementwiseTree): number {
    if (typeof part === 'object' && part.kind === 'operation' && COMPARED.has(part.operator)) {
      const distance = decide(known((a, b) => a - b, numberOf(part.operands[0]), numberOf(part.operands[1])));
      return Number.isNaN(distance) ? distance : Number(COMPARED.get(part.operator)!(distance));
    }
    if (typeof part === 'object' && part.kind === 'call' && ['AND', 'OR', 'NOT'].includes(part.name)) {
      const all = part.arguments.map(conditionOf);
      if (all.some(Number.isNaN)) return Number.NaN;
      const holds = part.name === 'AND' ? all.every(each => each !== 0) : all.some(each => each !== 0);
      return Number(part.name === 'NOT' ? !holds : holds);
    }
    const x = numberOf(part);
    if (!Number.isNaN(x.value)) decide(x);
    return Number.isNaN(x.value) ? x.value : Number(x.value !== 0);
  }
}

const SMOOTH: Record<string, (x: number) => number> = {
  EXP: Math.exp,
  TANH: Math.tanh,
  SIN: Math.sin,
  COS: Math.cos,
};

const COMPARED: ReadonlyMap<string, (distance: number) => boolean> = new Map([
  ['<', (distance: number) => distance < 0],
  ['>', (distance: number) => distance > 0],
  ['<=', (distance: number) => distance <= 0],
  ['>=', (distance: number) => distance >= 0],
  ['=', (distance: number) => distance === 0],
  ['<>', (distance: number) => distance !== 0],
]);
