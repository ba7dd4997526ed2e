/** Formulas of numbered operands that are calculated for every element of a tensor, such as MAX(0.1*x, x). */
import { type Call, call, type Operation, operation } from '../formula/expression.ts';

/** A formula of numbered operands. Its operations and calls are nodes as in `Expression`, with the same meaning. */
export type ElementwiseTree = number | Operand | Operation<ElementwiseTree> | Call<ElementwiseTree>;
/** What the formula reads, by its place in a list of operands. */
export type Operand = { kind: 'operand'; at: number };

export const operand = (at: number): Operand => ({ kind: 'operand', at });

/** How the numbers of an operand go with the elements of a tensor [N,…,C] of N samples and C channels.
 *  - element: each element has its own, [N,…,C].
 *  - sample: each element of a sample has its own, which is the same in every sample, […,C].
 *  - channel: each channel has its own, [C].
 *  - scalar: there is only one, [1]. */
export type OperandKind = 'element' | 'sample' | 'channel' | 'scalar';

/** The shape of the numbers of an operand that belongs to a tensor of this shape. */
export function shapeOf(kind: OperandKind, shape: readonly number[]): number[] {
  switch (kind) {
    case 'element':
      return [...shape];
    case 'sample':
      return shape.slice(1);
    case 'channel':
      return shape.slice(-1);
    default:
      return [1];
  }
}

/** The most nodes of a formula. */
const MOST_NODES = 2000;

export function isTooLong(tree: ElementwiseTree): boolean {
  const left = [tree];
  let nodes = 0;
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if (++nodes > MOST_NODES) return true;
    if (typeof part === 'number' || part.kind === 'operand') continue;
    for (const each of part.kind === 'call' ? part.arguments : part.operands) left.push(each);
  }
  return false;
}

/** The same formula with calls of SIGMOID and SOFTPLUS, and of TANH, in place of the ways to write them with EXP. An
 *  exponential of a number above 88 overflows float32, but these functions and their derivatives are defined
 *  everywhere: 1/(1+EXP(-x)) is SIGMOID(x), and LN(1+EXP(x)) is SOFTPLUS(x). */
export function stable(tree: ElementwiseTree): ElementwiseTree {
  const known = new Map<ElementwiseTree, ElementwiseTree>();
  return change(tree);

  function change(part: ElementwiseTree): ElementwiseTree {
    if (typeof part === 'number' || part.kind === 'operand') return part;
    const before = known.get(part);
    if (before !== undefined) return before;
    const changed = part.kind === 'call' ? changedCall(part) : changedOperation(part);
    known.set(part, changed);
    return changed;
  }

  function changedCall({ name, arguments: given }: Call<ElementwiseTree>): ElementwiseTree {
    const own = given.map(change);
    const exponent = name === 'LN' && own.length === 1 ? exponentOfOnePlus(own[0]) : undefined;
    return exponent === undefined ? call(name, ...own) : call('SOFTPLUS', exponent);
  }

  function changedOperation({ operator, operands }: Operation<ElementwiseTree>): ElementwiseTree {
    const [left, right] = operands.map(change);
    if (right === undefined) return operation(operator, left);
    if (operator !== '/') return operation(operator, left, right);
    const exponent = exponentOfOnePlus(right);
    if (exponent !== undefined) {
      if (same(exponentOf(left), exponent)) return call('SIGMOID', exponent);
      const sigmoid: ElementwiseTree = call('SIGMOID', negative(exponent));
      return left === 1 ? sigmoid : operation('*', left, sigmoid);
    }
    return tanhOf(left, right) ?? operation(operator, left, right);
  }
}

/** u, if the part is EXP(u). */
function exponentOf(part: ElementwiseTree): ElementwiseTree | undefined {
  return isCall(part, 'EXP') ? part.arguments[0] : undefined;
}

/** u, if the part is 1+EXP(u) or EXP(u)+1. */
function exponentOfOnePlus(part: ElementwiseTree): ElementwiseTree | undefined {
  if (!isOperation(part, '+')) return undefined;
  const [left, right] = part.operands;
  return left === 1 ? exponentOf(right) : right === 1 ? exponentOf(left) : undefined;
}

/** TANH(u), if the parts are EXP(u)−EXP(−u) and EXP(u)+EXP(−u). */
function tanhOf(difference: ElementwiseTree, sum: ElementwiseTree): ElementwiseTree | undefined {
  if (!isOperation(difference, '-') || !isOperation(sum, '+')) return undefined;
  const [first, second] = difference.operands;
  const [u, minusU] = [exponentOf(first), exponentOf(second)];
  if (u === undefined || minusU === undefined || !same(minusU, negative(u))) return undefined;
  const isSum = [sum.operands, sum.operands.toReversed()].some(([a, b]) => same(a, first) && same(b, second));
  return isSum ? call('TANH', u) : undefined;
}

function negative(part: ElementwiseTree): ElementwiseTree {
  if (typeof part === 'number') return -part;
  const isNegative = part.kind === 'operation' && part.operator === '-' && part.operands.length === 1;
  return isNegative ? part.operands[0] : operation('-', part);
}

const isCall = (part: ElementwiseTree, name: string): part is Call<ElementwiseTree> =>
  typeof part === 'object' && part.kind === 'call' && part.name === name;

const isOperation = (part: ElementwiseTree, operator: string): part is Operation<ElementwiseTree> =>
  typeof part === 'object' && part.kind === 'operation' && part.operator === operator && part.operands.length === 2;

/** Whether two parts are written alike. */
function same(one: ElementwiseTree | undefined, other: ElementwiseTree | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one.kind === 'operand') return other.kind === 'operand' && one.at === other.at;
  if (one.kind === 'call')
    return other.kind === 'call' && one.name === other.name && all(one.arguments, other.arguments);
  return other.kind === 'operation' && one.operator === other.operator && all(one.operands, other.operands);
}

const all = (ones: readonly ElementwiseTree[], others: readonly ElementwiseTree[]): boolean =>
  ones.length === others.length && ones.every((one, at) => same(one, others[at]));
