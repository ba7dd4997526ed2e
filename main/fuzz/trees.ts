/** Random elementwise formulas: their values on each backend held against doubles, and their derivatives against
 *  differences of values. */
import { gradientsBy, trainedOf } from '../../shared/elementwise/compiled.ts';
import { evaluate } from '../../shared/elementwise/evaluate.ts';
import type { Elementwise } from '../../shared/elementwise/steps.ts';
import { type ElementwiseTree, operand, type OperandKind, shapeOf, stable } from '../../shared/elementwise/tree.ts';
import { gradientsOf } from '../../shared/formula/derivative.ts';
import { call, operation, type Operator } from '../../shared/formula/expression.ts';
import { createRandomFor, type Random } from '../../shared/random.ts';
import { sizeOf } from '../../shared/tensor.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { loadNative, nativeAvailable } from '../engine/backend/native.ts';
import { type BackendName, createBatchOps } from '../engine/batch/batch-ops.ts';
import type { Fuzz } from './fuzz.ts';
import { look, type Looked } from './trees-in-doubles.ts';

/** Two numbers for each element, one for each channel, and one for all. */
const KINDS: readonly OperandKind[] = ['element', 'element', 'channel', 'scalar'];
const SHAPE = [4, 5];
const ELEMENTS = 20;
/** The deepest nesting. */
const DEEPEST = 6;
const MOST_ERROR = 1e-6;

/** What was compared. `kinks`: numbers left out because a function jumps or bends there. `outside`: because numbers on
 *  the way are too large or too small for float32. `steep`: because their differences say nothing. */
export type Compared = Record<'trees' | 'values' | 'slopes' | 'errors' | 'kinks' | 'outside' | 'steep', number> & {
  largest: number;
  faults: string[];
};

export async function compareTrees(seed: number, count: number, log: (line: string) => void): Promise<Compared> {
  await startBackend();
  const backends: BackendName[] = ['wasm'];
  if (nativeAvailable()) {
    await loadNative();
    backends.push('tensorflow');
  }
  const compared: Compared = {
    trees: 0,
    values: 0,
    slopes: 0,
    errors: 0,
    kinks: 0,
    outside: 0,
    steep: 0,
    largest: 0,
    faults: [],
  };
  for (let number = 0; number < count; number++) {
    const random = createRandomFor(seed, number, 31);
    const deep = randomTree(random, 1 + random.integer(DEEPEST));
    // Every function of one number comes up soon, of something simple.
    const tree =
      number % 2 === 0 ? deep : call<ElementwiseTree>(SINGLE[(number >> 1) % SINGLE.length], randomTree(random, 1));
    const before = compared.faults.length;
    compareTree(tree, random, backends, compared);
    for (const fault of compared.faults.slice(before)) log(`${number}: ${fault}`);
    if (number % 500 === 499) log(`${number + 1} trees, ${compared.faults.length} faults`);
  }
  return compared;
}

function compareTree(
  tree: ElementwiseTree,
  random: Random,
  backends: readonly BackendName[],
  compared: Compared,
): void {
  const operands = KINDS.map(kind =>
    Float32Array.from({ length: sizeOf(shapeOf(kind, SHAPE)) }, () => randomNumber(random)),
  );
  const dy = Float32Array.from({ length: ELEMENTS }, () => random.uniform() * 2 - 1);
  const [trained, gradients] = [trainedOf(tree, KINDS), gradientsBy(tree, KINDS, [0, 1, 2, 3])];
  const say = (fault: string) => compared.faults.push(`${printed(tree)}: ${fault}`);
  if (!trained || !gradients) return void say('isn’t compiled');
  compared.trees++;

  const at = (element: number) => operands.map(numbers => numbers[element % numbers.length]);
  const looked = dy.map((_, element) => element);
  const seen = Array.from(looked, element => look(tree, at(element)));
  const slopes = gradientsOf(stable(tree), KINDS.length, operand(KINDS.length))!;
  const seenSlopes = slopes.map(slope => Array.from(looked, element => look(slope, [...at(element), dy[element]])));

  for (const backend of backends) {
    const [found, ...kept] = calculate(backend, trained.values, operands);
    for (const [element, expected] of seen.entries()) {
      const fault = compareNumber(found[element], expected, compared);
      if (fault) say(`on ${backend} of ${at(element).join(' ')}: ${fault}`);
    }
    const foundSlopes = calculate(backend, trained.gradientsBy([0, 1, 2, 3]), [...operands, dy, ...kept]);
    for (const [place, kind] of KINDS.entries()) {
      for (let own = 0; own < foundSlopes[place].length; own++) {
        const length = sizeOf(shapeOf(kind, SHAPE));
        const expected = summed(seenSlopes[place].filter((_, element) => element % length === own));
        // Where the value is an error, its slope may be anything.
        if (seen.some((value, element) => element % length === own && Number.isNaN(value.value))) continue;
        const fault = compareNumber(foundSlopes[place][own], expected, compared);
        if (fault) say(`on ${backend} by ${'ABCD'[place]}: ${fault}`);
      }
    }
  }
  for (const element of looked) {
    const exact = evaluate(
      gradients,
      [...at(element), 1].map(number => [number]),
      1,
    );
    for (const [place, slope] of exact.entries()) {
      const fault = compareSlope(tree, at(element), place, slope[0], compared);
      if (fault) say(`by ${'ABCD'[place]} at ${at(element).join(' ')}: ${fault}`);
    }
  }
}

/** A fault, if a number is further from that in doubles than float32 explains. */
function compareNumber(found: number, expected: Looked, compared: Compared): string | undefined {
  if (expected.outside) return void compared.outside++;
  if (expected.near) return void compared.kinks++;
  compared.values++;
  if (Number.isNaN(expected.value)) {
    compared.errors++;
    return Number.isNaN(found) ? undefined : `${found} instead of an error`;
  }
  const error = Math.abs(found - expected.value) / Math.max(1, expected.terms);
  compared.largest = Math.max(compared.largest, error);
  return error <= MOST_ERROR ? undefined : `${found} instead of ${expected.value}, an error of ${error}`;
}

/** A fault, if a derivative isn't what differences of the values say. */
function compareSlope(
  tree: ElementwiseTree,
  numbers: readonly number[],
  place: number,
  slope: number,
  compared: Compared,
): string | undefined {
  const step = 1e-4 * Math.max(1, Math.abs(numbers[place]));
  const around = [-step, -step / 2, 0, step / 2, step].map(moved =>
    look(
      tree,
      numbers.map((number, at) => (at === place ? number + moved : number)),
    ),
  );
  if (around.some(({ value, outside }) => Number.isNaN(value) || outside)) return void compared.outside++;
  if (around.some(({ decisions }) => decisions !== around[2].decisions)) return void compared.kinks++;
  const wide = (around[4].value - around[0].value) / (2 * step);
  const narrow = (around[3].value - around[1].value) / step;
  const expected = (4 * narrow - wide) / 3;
  const doubt = Math.abs(narrow - wide) + (1e-15 * around[2].terms) / step;
  const size = Math.max(1, Math.abs(expected));
  if (!(doubt < 1e-3 * size)) return void compared.steep++;
  compared.slopes++;
  return Math.abs(slope - expected) <= 1e-6 * size + doubt ? undefined : `${slope} instead of ${expected}`;
}

/** A sum of what was looked at. */
function summed(all: readonly Looked[]): Looked {
  return {
    value: all.reduce((sum, { value }) => sum + value, 0),
    terms: all.reduce((sum, { terms }) => sum + terms, 0),
    outside: all.some(({ outside }) => outside),
    near: all.some(({ near }) => near),
    decisions: '',
  };
}

function calculate(backend: BackendName, formulas: Elementwise, operands: readonly Float32Array[]): Float32Array[] {
  const ops = createBatchOps(backend);
  const handles = operands.map((values, at) => ops.upload(values, shapeOf(formulas.operands[at], SHAPE)));
  const results = ops.elementwise(formulas, handles, SHAPE);
  const found = results.map(each => Float32Array.from(ops.download(each)));
  for (const each of [...handles, ...results]) ops.release(each);
  return found;
}

/** Half of them whole or 0, where kinks are. */
const randomNumber = (random: Random) =>
  random.integer(4) === 0 ? random.integer(5) - 2 : (random.uniform() * 2 - 1) * 3;

const SINGLE = 'ABS SIGN EXP LN LOG10 SQRT TANH SIN COS INT'.split(' ');
const OPERATORS: readonly Operator[] = ['+', '-', '*', '/', '+', '-', '*', '/', '^'];
const COMPARISONS: readonly Operator[] = ['<', '>', '<=', '>=', '=', '<>'];

function randomTree(random: Random, depth: number): ElementwiseTree {
  const of = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  if (depth === 0)
    return random.integer(4) === 0 ? of([0, 1, 2, 0.5, -1, 0.1, 3]) : operand(random.integer(KINDS.length));
  const inner = () => randomTree(random, random.integer(depth));
  const several = () => Array.from({ length: 1 + random.integer(3) }, inner);
  const condition = (): ElementwiseTree =>
    random.integer(5) === 0
      ? call(of(['AND', 'OR', 'NOT']), condition())
      : random.integer(6) === 0
        ? call(of(['AND', 'OR']), condition(), condition())
        : operation(of(COMPARISONS), inner(), inner());
  switch (random.integer(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return operation(of(OPERATORS), inner(), inner());
    case 5:
      return operation(of(['-', '%', '+'] as const), inner());
    case 6:
    case 7:
      return call(of(SINGLE), inner());
    case 8:
      return call(of(['MAX', 'MIN']), ...several());
    case 9:
      return call('IF', condition(), inner(), inner());
    case 10:
      return call('POWER', inner(), of([2, 3, -1, 0.5, 1.5, operand(1)]));
    default:
      return of<() => ElementwiseTree>([
        () =>
          operation(
            '/',
            1,
            operation<ElementwiseTree>('+', 1, call<ElementwiseTree>('EXP', operation<ElementwiseTree>('-', inner()))),
          ),
        () => call('LN', operation<ElementwiseTree>('+', 1, call<ElementwiseTree>('EXP', inner()))),
        () => call('ROUND', inner(), random.integer(3) - 1),
        () => operation<ElementwiseTree>('*', condition(), inner()),
      ])();
  }
}

function printed(tree: ElementwiseTree): string {
  if (typeof tree === 'number') return String(tree);
  if (tree.kind === 'operand') return 'ABCD'[tree.at];
  if (tree.kind === 'call') return `${tree.name}(${tree.arguments.map(printed).join(',')})`;
  const [left, right] = tree.operands.map(printed);
  return right === undefined ? `(${tree.operator}${left})` : `(${left}${tree.operator}${right})`;
}

export const trees: Fuzz = {
  line: 'compiles random elementwise formulas and their derivatives, and compares with doubles and differences',
  count: 2000,
  async run({ seed, count, log }) {
    const { faults, largest, ...counts } = await compareTrees(seed, count, log);
    const summary = Object.entries(counts).map(([name, value]) => `${value} ${name}`);
    return { summary: `${summary.join(', ')}; the largest error ${largest.toExponential(1)}.`, failures: faults };
  },
};
