/** Derivatives of formulas, as formulas. */
import type { Read } from './compile.ts';
import type { ElementwiseTree, Operand } from '../elementwise/tree.ts';
import { call, type Call, type Expression, isReference, type Operation, operation } from './expression.ts';

/** A formula of cells, or of numbered operands. */
type Tree = Exclude<Expression, Call | Operation> | Operand | Call<Tree> | Operation<Tree>;

/** How a formula changes with one of the things that it reads. `read` is the very object in the formula's tree. With
 *  `factor` undefined there is no derivative: the formula puts what it reads into a text, or does something else with
 *  it that isn't known here. */
export type Slope<Formula = Expression, Reading = Read> = {
  read: Reading;
  factor: Formula | undefined;
  /** What is read may be a range. Then this says how the derivative by one of its cells follows from the factor.
   *  Only cells that hold numbers have one.
   *  - same: it is the factor.
   *  - own: times the cell's own value.
   *  - others: times the product of the range's other numbers.
   *  - largest, smallest: the first cell with the range's largest (smallest) number has the factor, all others 0.
   *  - a list of reads: times what stands at the same place in each of these. */
  share: 'same' | 'own' | 'others' | 'largest' | 'smallest' | readonly Reading[];
};
type TreeSlope = Slope<Tree, Read | Operand>;

/** No more nodes than this in all factors of a formula together. A longer formula has no derivative. */
const MOST_NODES = 100_000;

/** The derivatives of a formula by everything that it reads and that makes a difference.
 *
 *  They are found in one pass from the formula's result down to its reads, in which each part hands its own derivative
 *  on to its arguments. So AVERAGE over a whole kernel is one factor and not one tree for each weight, and a formula
 *  layer asks the same rules. Where a function jumps or has a kink (ROUND, ABS at 0), it has the derivative of one of
 *  its sides, and where it rises without end (SQRT at 0), none. Where several numbers are the largest, the first one
 *  counts, as in max pooling. `whole`: what all factors are multiplied by, such as a gradient by the result. */
export const slopesOf = (expression: Expression, whole: Expression = 1): Slope[] =>
  slopesOfTree(expression, whole) as Slope[];

/** The derivatives of a formula of numbered operands by each of the first `count`, times `dy`: the gradients of a loss
 *  by the operands, where `dy` is its gradient by the formula. undefined if the formula is too long. */
export function gradientsOf(tree: ElementwiseTree, count: number, dy: ElementwiseTree): ElementwiseTree[] | undefined {
  const gradients = Array.from({ length: count }, (): Tree => 0);
  for (const { read, factor } of slopesOfTree(tree, dy)) {
    if (factor === undefined) return undefined;
    // Every read is a single number here, and its share is the whole factor.
    if (read.kind === 'operand') gradients[read.at] = plus(gradients[read.at], factor);
  }
  return gradients as ElementwiseTree[];
}

/** `whole`: the factor of the whole formula. */
function slopesOfTree(tree: Tree, whole: Tree): TreeSlope[] {
  const slopes: TreeSlope[] = [];
  const sizes = new Map<Tree, number>();
  let nodes = 0;
  descend(tree, whole);
  return slopes;

  function add(read: Read | Operand, factor: Tree | undefined, share: TreeSlope['share'] = 'same'): void {
    if (factor === 0) return;
    if (factor !== undefined) nodes += sizeOf(factor, sizes);
    slopes.push({ read, factor: nodes > MOST_NODES ? undefined : factor, share });
  }

  /** `factor`: the derivative of the whole formula by this part. undefined if it has none. */
  function descend(part: Tree, factor: Tree | undefined): void {
    // The tree of a sum of a thousand terms is a thousand levels deep on its left side, so a loop goes down there.
    let inner = part;
    let own = factor;
    while (typeof inner === 'object' && inner.kind === 'operation' && own !== 0) {
      const factors = ofOperation(inner);
      const [left, right] = inner.operands;
      if (right !== undefined) descend(right, factorsOf(own, factors?.[1]));
      own = factorsOf(own, factors?.[0]);
      inner = left;
    }
    if (typeof inner !== 'object' || own === 0) return;
    if (isRead(inner)) add(inner, own);
    else if (inner.kind === 'call') descendCall(inner, own);
  }

  function descendCall(part: Call<Tree>, factor: Tree | undefined): void {
    const { name, arguments: given } = part;
    const aggregate = AGGREGATES.get(name);
    if (aggregate) {
      for (const [place, each] of given.entries()) {
        const { factor: inner, share } = aggregate(given, place);
        if (isRead(each)) add(each, factorsOf(factor, inner), share);
        else descend(each, factorsOf(factor, typeof share === 'string' ? times(inner, ownShare(each, share)) : inner));
      }
      return;
    }
    const factors = FLAT.has(name) ? given.map(() => 0) : FUNCTIONS.get(name)?.(given);
    for (const [place, each] of given.entries()) descend(each, factorsOf(factor, factors?.[place]));
  }
}

/** The derivative of a formula by all single cells for which `by` holds, as a formula that reads the same cells.
 *  undefined if it has none, or if a range is among its reads that make a difference. */
export function derivativeOf(expression: Expression, by: (read: Read) => boolean): Expression | undefined {
  let total: Tree = 0;
  for (const { read, factor, share } of slopesOf(expression)) {
    if (!isReference(read)) return undefined;
    if (!by(read)) continue;
    if (factor === undefined) return undefined;
    const others = typeof share === 'string' ? [] : share;
    const own = share === 'own' ? times(factor, read) : factor;
    total = plus(total, others.reduce<Tree>(times, own));
  }
  return total as Expression;
}

const isRead = (part: Tree): part is Read | Operand => typeof part === 'object' && READS.has(part.kind);
const READS: ReadonlySet<string> = new Set<(Read | Operand)['kind']>(['cells', 'elements', 'tensor', 'operand']);

/** What a single value has as its share. */
const ownShare = (part: Tree, share: TreeSlope['share']): Tree => (share === 'own' ? part : 1);

/** How many nodes a tree has. `sizes` keeps those of its parts, many of which the factors of a formula share. */
function sizeOf(expression: Tree, sizes: Map<Tree, number>): number {
  const outer: Operation<Tree>[] = [];
  let inner = expression;
  while (typeof inner === 'object' && inner.kind === 'operation' && !sizes.has(inner)) {
    outer.push(inner);
    [inner] = inner.operands;
  }
  let size = 1;
  if (typeof inner === 'object' && inner.kind === 'operation') size = sizes.get(inner)!;
  else if (typeof inner === 'object' && inner.kind === 'call')
    size = inner.arguments.reduce((sum: number, each) => sum + sizeOf(each, sizes), 1);
  for (const operation of outer.toReversed()) {
    size = operation.operands.slice(1).reduce((sum: number, each) => sum + sizeOf(each, sizes), size + 1);
    sizes.set(operation, size);
  }
  return size;
}

// ── formulas of formulas, without what makes no difference ──

function plus(one: Tree, other: Tree): Tree {
  if (one === 0) return other;
  if (other === 0) return one;
  return typeof one === 'number' && typeof other === 'number' ? one + other : operation('+', one, other);
}

function times(one: Tree, other: Tree): Tree {
  if (one === 0 || other === 0) return 0;
  if (one === 1) return other;
  if (other === 1) return one;
  if (typeof one === 'number' && typeof other === 'number') return one * other;
  if (isGate(one)) return gated(one, part => times(part, other));
  if (isGate(other)) return gated(other, part => times(one, part));
  if (other === -1) return negative(one);
  return one === -1 ? negative(other) : operation('*', one, other);
}

/** A choice between something and 0, as in the derivatives of IF and MAX. What it is multiplied by goes into it. So it
 *  stays 0 where that is an error: IF(A1>0,LN(A1),0) has the derivative IF(A1>0,1/A1,0). */
const isGate = (part: Tree): part is Call<Tree> =>
  typeof part === 'object' &&
  part.kind === 'call' &&
  part.name === 'IF' &&
  part.arguments.length === 3 &&
  part.arguments.includes(0, 1);

const gated = ({ arguments: [condition, then, otherwise] }: Call<Tree>, change: (part: Tree) => Tree): Tree =>
  call<Tree>('IF', condition, change(then), change(otherwise));

function negative(one: Tree): Tree {
  if (typeof one === 'number') return -one;
  const isNegative = typeof one === 'object' && one.kind === 'operation' && one.operator === '-';
  return isNegative && one.operands.length === 1 ? one.operands[0] : operation('-', one);
}

/** The product of two formulas, without what makes no difference. */
export const productOf = times as (one: Expression, other: Expression) => Expression;

const over = (one: Tree, other: Tree): Tree => (one === 0 || other === 1 ? one : operation('/', one, other));
const square = (one: Tree): Tree => times(one, one);
const minus = (one: Tree, other: Tree): Tree => plus(one, negative(other));

/** The product of two factors. 0 with anything is 0, also with none. */
function factorsOf(one: Tree | undefined, other: Tree | undefined): Tree | undefined {
  if (one === 0 || other === 0) return 0;
  return one === undefined || other === undefined ? undefined : times(one, other);
}

// ── the rules ──

/** The derivatives of an operation by its operands. undefined if it has none. */
function ofOperation({ operator, operands: [left, right] }: Operation<Tree>): Tree[] | undefined {
  switch (operator) {
    case '+':
      return [1, 1];
    case '-':
      return right === undefined ? [-1] : [1, -1];
    case '%':
      return [0.01];
    case '*':
      return [right, left];
    case '/':
      return [over(1, right), negative(over(left, square(right)))];
    case '^':
      return ofPower(left, right);
    case '&':
      return undefined;
    default:
      return [0, 0];
  }
}

function ofPower(base: Tree, exponent: Tree): Tree[] {
  const lower = typeof exponent === 'number' ? exponent - 1 : minus(exponent, 1);
  const power: Tree = lower === 0 ? 1 : lower === 1 ? base : operation('^', base, lower);
  const byBase = times(exponent, power);
  const byExponent = times(operation('^', base, exponent), call<Tree>('LN', base));
  return [
    // At 0 a root rises without end.
    typeof exponent === 'number' && (exponent >= 1 || exponent < 0) ? byBase : unless(rootOfNothing(), byBase),
    unless(operation('<=', base, 0), byExponent),
  ];

  function rootOfNothing(): Tree {
    const nothing: Tree = operation('=', base, 0);
    return typeof exponent === 'number' ? nothing : call('AND', nothing, operation('<', exponent, 1));
  }
}

const unless = (condition: Tree, then: Tree): Tree => call('IF', condition, 0, then);

type Rule = (given: readonly Tree[]) => Tree[];
const ofOne =
  (rule: (x: Tree) => Tree): Rule =>
  ([x]) => [rule(x)];

/** The derivatives of functions of single values by their arguments. */
const FUNCTIONS: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['ABS', ofOne(x => call('SIGN', x))],
  ['EXP', ofOne(x => call('EXP', x))],
  ['LN', ofOne(x => over(1, x))],
  ['LOG10', ofOne(x => over(Math.LOG10E, x))],
  ['LOG', ([x, base = 10]) => ofLogarithm(x, base)],
  ['SQRT', ofOne(x => unless(operation('=', x, 0), over(0.5, call('SQRT', x))))],
  ['SIN', ofOne(x => call('COS', x))],
  ['COS', ofOne(x => negative(call('SIN', x)))],
  ['TAN', ofOne(x => plus(1, square(call('TAN', x))))],
  ['ASIN', ofOne(x => over(1, call('SQRT', minus(1, square(x)))))],
  ['ACOS', ofOne(x => negative(over(1, call('SQRT', minus(1, square(x))))))],
  ['ATAN', ofOne(x => over(1, plus(1, square(x))))],
  ['SINH', ofOne(x => call('COSH', x))],
  ['COSH', ofOne(x => call('SINH', x))],
  // Two that only formulas of operands have: see elementwise/tree.ts.
  ['SIGMOID', ofOne(x => times(call<Tree>('SIGMOID', x), minus(1, call<Tree>('SIGMOID', x))))],
  ['SOFTPLUS', ofOne(x => call('SIGMOID', x))],
  ['TANH', ofOne(x => minus(1, square(call('TANH', x))))],
  ['DEGREES', ofOne(() => 180 / Math.PI)],
  ['RADIANS', ofOne(() => Math.PI / 180)],
  ['POWER', ([base, exponent]) => ofPower(base, exponent)],
  ['ATAN2', ([x, y]) => [negative(over(y, plus(square(x), square(y)))), over(x, plus(square(x), square(y)))]],
  ['MOD', ([x, divisor]) => [1, negative(call('INT', over(x, divisor)))]],
  ['IF', ([condition]) => [0, call('IF', condition, 1, 0), call('IF', condition, 0, 1)]],
  ['IFERROR', ([x]) => [call('IF', call('ISERROR', x), 0, 1), call('IF', call('ISERROR', x), 1, 0)]],
  ['IFNA', ([x]) => [call('IF', call('ISNA', x), 0, 1), call('IF', call('ISNA', x), 1, 0)]],
]);

function ofLogarithm(x: Tree, base: Tree): Tree[] {
  const logarithm = call<Tree>('LN', base);
  return [over(1, times(x, logarithm)), negative(over(call('LN', x), times(base, square(logarithm))))];
}

/** Functions that change only in jumps, if at all. */
const FLAT: ReadonlySet<string> = new Set(
  (
    'SIGN INT ROUND ROUNDUP ROUNDDOWN TRUNC QUOTIENT AND OR XOR NOT COUNT COUNTA COUNTBLANK EXACT ' +
    'ISERROR ISERR ISNA ISBLANK ISNUMBER ISTEXT ISNONTEXT ISLOGICAL PI TRUE FALSE NA'
  ).split(' '),
);

/** The derivative of a function of ranges by the argument at a place. */
type AggregateRule = (given: readonly Tree[], place: number) => { factor: Tree; share: TreeSlope['share'] };

const without = (given: readonly Tree[], place: number) => given.filter((_, other) => other !== place);

/** Whether the argument at a place has the most. Where several do, it is the first of them. */
function isMost(name: 'MAX' | 'MIN', given: readonly Tree[], place: number): Tree {
  const [before, after] = [given.slice(0, place), given.slice(place + 1)];
  const own: Tree = call(name, given[place]);
  const conditions = [
    ...(before.length > 0 ? [operation<Tree>(name === 'MAX' ? '>' : '<', own, call<Tree>(name, ...before))] : []),
    ...(after.length > 0 ? [operation<Tree>(name === 'MAX' ? '>=' : '<=', own, call<Tree>(name, ...after))] : []),
  ];
  return conditions.length === 0 ? 1 : call('IF', call('AND', ...conditions), 1, 0);
}

const AGGREGATES: ReadonlyMap<string, AggregateRule> = new Map<string, AggregateRule>([
  ['SUM', () => ({ factor: 1, share: 'same' })],
  ['AVERAGE', given => ({ factor: over(1, call('COUNT', ...given)), share: 'same' })],
  ['SUMSQ', () => ({ factor: 2, share: 'own' })],
  [
    'PRODUCT',
    (given, place) => ({
      factor: given.length > 1 ? call('PRODUCT', ...without(given, place)) : 1,
      share: 'others',
    }),
  ],
  ['MAX', (given, place) => ({ factor: isMost('MAX', given, place), share: 'largest' })],
  ['MIN', (given, place) => ({ factor: isMost('MIN', given, place), share: 'smallest' })],
  [
    'SUMPRODUCT',
    (given, place) => {
      // Beside a single value all arguments are single, or the result is an error.
      const others = without(given, place);
      const singles = others.filter(each => !isRead(each));
      if (!isRead(given[place]))
        return { factor: others.length > 0 ? call('SUMPRODUCT', ...others) : 1, share: 'same' };
      return { factor: singles.reduce<Tree>(times, 1), share: others.filter(isRead) };
    },
  ],
]);
