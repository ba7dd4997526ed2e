/** Tells how a cell's value comes about, as plain data: for a pane, a picture, a screen reader. Everything follows
 *  from the cell's formula and the numbers it reads, so it holds for built-in layers, for formulas over them and for
 *  cells of own sheets alike. */
import { formatRange } from '../address.ts';
import { isError } from '../cell-content.ts';
import { placeOf } from '../describe.ts';
import {
  call,
  type Call,
  type Expression,
  isReference,
  type Operation,
  type Reference,
  sum,
} from '../formula/expression.ts';
import { ENGLISH, type FormulaLanguage, print } from '../formula/print.ts';
import type { Value } from '../formula/value.ts';
import { isVolatile } from '../formula/volatile.ts';
import { elementAt } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import type { CellPlace, RangePlace } from '../places.ts';
import type { TensorInfo } from '../tensor.ts';
import { numbersIn, type Numbers, plain, referenceKey, type Source, valueOf } from './numbers.ts';

/** A part of a sum. `factors` are multiplied cell by cell, and the products added up; a part that isn't multiplied has
 *  one factor. `label` names it: "map 1", "bias". */
export type Term = {
  label: string;
  factors: readonly Numbers[];
  products: readonly number[];
  sum: number;
};
/** One part of a formula, calculated: `text` as it is written, with the results of the steps before in their places. */
export type Step = { text: string; value: Value };

/** How a value comes about.
 *  - sum: parts are added up, such as the products of patches and kernels.
 *  - window: one function of a rectangle of cells. `chosen`: the cell that a maximum or minimum was found in, the first
 *    in row-major order where several are equal.
 *  - curve: a function of one number. `points` are its graph [x, y] around that number.
 *  - same: the value of one other cell.
 *  - constant: a value that follows from no cell.
 *  - steps: anything else, step by step. It is empty where a step needs the engine. */
export type Way =
  | { kind: 'sum'; terms: readonly Term[] }
  | { kind: 'window'; name: 'MAX' | 'MIN' | 'AVERAGE' | 'SUM'; window: Numbers; chosen?: number }
  | { kind: 'curve'; input: Numbers; points: readonly (readonly [x: number, y: number])[]; steps: readonly Step[] }
  | { kind: 'same'; input: Numbers }
  | { kind: 'constant' }
  | { kind: 'steps'; steps: readonly Step[] };

/** `reads`: each rectangle that the formula reads, in the order of its text, without repeats. */
export type Explanation = { way: Way; reads: readonly Numbers[] };

/** Formulas with more parts aren't told step by step. */
const MOST_STEPS = 60;
/** How many points a curve has. */
const POINTS = 121;
/** A curve reaches at least so far from 0. */
const REACH = 4;

/** Explains the value that `expression` has in the cell `at`. undefined while something that it reads isn't known
 *  yet. */
export function explain(
  source: Source,
  at: CellPlace,
  expression: Expression,
  language: FormulaLanguage = ENGLISH,
): Explanation | undefined {
  const known = new Map<string, Numbers>();
  for (const reference of referencesIn(expression)) {
    const numbers = numbersIn(source, reference, at);
    if (!numbers) return undefined;
    known.set(referenceKey(reference), numbers);
  }
  const read = (reference: Reference) => known.get(referenceKey(reference));
  const reads = [...known.values()];
  // Chance and time gave the cell's value. Calculated once more, it would be another one.
  if (isVolatile(expression)) return { way: { kind: 'steps', steps: [] }, reads };
  const way: Way = sameAs(expression, read) ??
    windowOf(expression, read) ??
    curveOf(source, expression, read, language) ??
    sumOf(source, expression, read) ?? { kind: 'steps', steps: stepsOf(expression, read, language) };
  return { way, reads };
}

/** What a formula reads, each once, in the order of its text. */
export function referencesIn(expression: Expression): Reference[] {
  const found = new Map<string, Reference>();
  const left = [expression];
  for (let each = left.pop(); each !== undefined; each = left.pop()) {
    if (typeof each !== 'object') continue;
    if (isReference(each)) found.set(referenceKey(each), found.get(referenceKey(each)) ?? each);
    else if (each.kind === 'call') left.push(...each.arguments.toReversed());
    else if (each.kind === 'operation') left.push(...each.operands.toReversed());
  }
  return [...found.values()];
}

/** Finds what a reference of an explained formula reads. */
export function readsIn(
  expression: Expression,
  { reads }: Pick<Explanation, 'reads'>,
): (reference: Reference) => Numbers | undefined {
  const known = new Map(referencesIn(expression).map((each, at) => [referenceKey(each), reads[at]]));
  return reference => known.get(referenceKey(reference));
}

type Read = (reference: Reference) => Numbers | undefined;

function sameAs(expression: Expression, read: Read): Way | undefined {
  if (typeof expression !== 'object') return { kind: 'constant' };
  const input = isReference(expression) ? read(expression) : undefined;
  return input?.contents.length === 1 ? { kind: 'same', input } : undefined;
}

const WINDOWS = ['MAX', 'MIN', 'AVERAGE', 'SUM'] as const;

function windowOf(expression: Expression, read: Read): Way | undefined {
  if (typeof expression !== 'object' || expression.kind !== 'call' || expression.arguments.length !== 1)
    return undefined;
  const name = WINDOWS.find(each => each === expression.name);
  const [only] = expression.arguments;
  const window = isReference(only) ? read(only) : undefined;
  if (!name || !window || window.contents.length === 1) return undefined;
  const best = name === 'MAX' || name === 'MIN' ? bestOf(window, name === 'MAX' ? 1 : -1) : undefined;
  return { kind: 'window', name, window, ...(best !== undefined && { chosen: best }) };
}

/** Where the largest number is, or the smallest if `sign` is −1: the first of equal ones. */
function bestOf({ contents }: Numbers, sign: 1 | -1): number | undefined {
  let best: number | undefined;
  for (const [at, content] of contents.entries()) {
    if (isError(content)) return undefined;
    if (typeof content !== 'number') continue;
    if (best === undefined || sign * content > sign * (contents[best] as number)) best = at;
  }
  return best;
}

/** A formula of one activation, whatever parameters it reads besides, is a curve. */
function curveOf(source: Source, expression: Expression, read: Read, language: FormulaLanguage): Way | undefined {
  const references = referencesIn(expression);
  const isParameter = (each: Reference) =>
    each.kind === 'elements' && source.sheet.tensors.get(each.tensor)?.role === 'parameter';
  const inputs = new Map(references.filter(each => !isParameter(each)).map(each => [referenceKey(each), each]));
  const [[key, reference] = [undefined, undefined]] = inputs;
  const input = reference && read(reference);
  if (inputs.size !== 1 || !input || references.some(each => read(each)?.contents.length !== 1)) return undefined;
  const [x] = input.contents;
  if (typeof x !== 'number') return undefined;
  const reach = Math.max(REACH, 1.25 * Math.abs(x));
  const points: [number, number][] = [];
  for (let i = 0; i < POINTS; i++) {
    const at = -reach + (2 * reach * i) / (POINTS - 1);
    const there = valueOf(expression, each => (referenceKey(each) === key ? { ...input, contents: [at] } : read(each)));
    if (there === undefined) return undefined;
    if (typeof there === 'number') points.push([at, there]);
  }
  return { kind: 'curve', input, points, steps: stepsOf(expression, read, language) };
}

/** The parts of a sum, from left to right, also of sums in brackets. */
export function summands(expression: Expression): Expression[] {
  const terms: Expression[] = [];
  let first = expression;
  // The tree of a sum of a thousand terms is a thousand levels deep on its left side.
  while (typeof first === 'object' && first.kind === 'operation' && first.operator === '+') {
    const [before, term = 0]: readonly Expression[] = first.operands;
    terms.push(term);
    first = before;
  }
  return terms.length === 0 ? [first] : [first, ...terms.toReversed().flatMap(summands)];
}

/** A sum of more parts than `most` without those after them; any other formula as it is. */
export function beginningOf(expression: Expression, most: number): Expression {
  const parts = summands(expression);
  return parts.length > most ? sum(parts.slice(0, most)) : expression;
}

function sumOf(source: Source, expression: Expression, read: Read): Way | undefined {
  const parts = summands(expression);
  const isProducts = (part: Expression) =>
    typeof part === 'object' && part.kind === 'call' && part.name === 'SUMPRODUCT';
  if (parts.length === 1 && !parts.some(isProducts)) return undefined;
  const terms: Term[] = [];
  for (const part of parts) {
    const found = termsOf(source, part, read);
    if (!found) return undefined;
    terms.push(...found);
  }
  return { kind: 'sum', terms: toldApart(source, terms) };
}

/** Gives every term a label of its own: terms with the same one get their layers' names before it, or else their
 *  addresses after it. */
function toldApart(source: Source, terms: readonly Term[]): Term[] {
  const byLabel = new Map<string, Term[]>();
  for (const term of terms) {
    const same = byLabel.get(term.label);
    if (same) same.push(term);
    else byLabel.set(term.label, [term]);
  }
  const layersOf = (same: readonly Term[]) => new Set(same.map(other => layerRead(source, other.factors[0]))).size;
  const layers = new Map([...byLabel].map(([label, same]) => [label, same.length === 1 ? 1 : layersOf(same)]));
  return terms.map(term => {
    const { label, factors } = term;
    const [{ address }] = factors;
    const same = byLabel.get(label)!;
    if (same.length === 1 || label === address) return term;
    if (layers.get(label)! < same.length) return { ...term, label: `${label} (${address})` };
    return { ...term, label: `${layerRead(source, factors[0])} · ${label}` };
  });
}

/** The name of the layer whose cells these are. */
function layerRead(source: Source, { range }: Numbers): string | undefined {
  const info = tensorRead(source, range);
  return info && source.sheet.layers.get(info.layer)!.name;
}

/** The tensor that has the first cell of a rectangle. */
export function tensorRead({ sheet }: Source, range: RangePlace): TensorInfo | undefined {
  const first = elementAt(sheet, range);
  return first && sheet.tensors.get(first.tensor);
}

/** The terms of one part of a sum: a SUMPRODUCT over several maps is one term for each map. undefined for anything else
 *  than products, cells and sums of cells, and if an error is among them. */
function termsOf(source: Source, part: Expression, read: Read): Term[] | undefined {
  const factors = factorsOf(part, read);
  if (!factors) return undefined;
  const [{ range }] = factors;
  // SUM and SUMPRODUCT count truth values each in a way of its own.
  if (factors.some(({ contents }) => contents.some(each => typeof each === 'boolean'))) return undefined;
  if (factors.some(each => each.range.height !== range.height || each.range.width !== range.width)) return undefined;
  const terms: Term[] = [];
  for (const { row, column, height, width } of piecesOf(source, factors[0])) {
    const cut = factors.map(each => cutOut(each, { top: row - range.row, left: column - range.column, height, width }));
    const numbers = cut.map(plain);
    if (numbers.includes(undefined)) return undefined;
    const products = numbers[0]!.map((_, i) => numbers.reduce((product, each) => product * each![i], 1));
    const sum = products.reduce((total, each) => total + each, 0);
    terms.push({ label: labelOf(source, cut[0]), factors: cut, products, sum });
  }
  return terms;
}

function factorsOf(part: Expression, read: Read): Numbers[] | undefined {
  if (isReference(part)) {
    const cell = read(part);
    if (cell?.contents.length !== 1) return undefined;
    // A text that is a number counts as one.
    return typeof cell.contents[0] === 'string' ? undefined : [cell];
  }
  if (typeof part !== 'object') return undefined;
  if (part.kind === 'operation' && part.operator === '*') {
    const cells = part.operands.flatMap(each => (isReference(each) ? (factorsOf(each, read) ?? []) : []));
    return cells.length === 2 ? cells : undefined;
  }
  if (part.kind !== 'call') return undefined;
  if (part.name !== 'SUMPRODUCT' && part.name !== 'SUM') return undefined;
  if (part.name === 'SUM' && part.arguments.length > 1) return undefined;
  const factors = part.arguments.flatMap(each => (isReference(each) ? (read(each) ?? []) : []));
  return factors.length === part.arguments.length && factors.length > 0 ? factors : undefined;
}

/** The blocks of the network's sheet that a range is made of, else the whole range. */
function piecesOf({ sheet }: Source, { range, contents }: Numbers): readonly Omit<RangePlace, 'sheet'>[] {
  const { row, column, height, width } = range;
  const blocks = range.sheet === sheet.id && height * width > 1 ? sheet.layout.blocksIn(range) : [];
  if (blocks.length < 2) return [range];
  const isBeside = (content: Value, at: number) =>
    typeof content === 'number' && !sheet.layout.elementAt(row + Math.floor(at / width), column + (at % width));
  return contents.some(isBeside) ? [range] : blocks;
}

function cutOut(
  numbers: Numbers,
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
): Numbers {
  const { range, contents } = numbers;
  if (height === range.height && width === range.width) return numbers;
  const part = { ...range, row: range.row + top, column: range.column + left, height, width };
  const rows = Array.from({ length: height }, (_, row) => {
    const first = (top + row) * range.width + left;
    return contents.slice(first, first + width);
  });
  // The sheet stands before the part, too.
  const address = numbers.address.slice(0, numbers.address.lastIndexOf('!') + 1) + formatRange(part);
  return { range: part, address, contents: rows.flat() };
}

/** "map 1", "bias", "unit 3"; the address where nothing has a name. */
function labelOf({ sheet }: Source, { range, address }: Numbers): string {
  const first = elementAt(sheet, range);
  const info = first && sheet.tensors.get(first.tensor);
  if (!info) return address;
  if (info.name === 'bias') return messages.cells.bias;
  const { layer, block } = placeOf(sheet, first);
  if (info.shape.length === 1 && range.height * range.width > 1) return layer;
  return block || layer;
}

/** Each part of a formula that is calculated, the innermost first. Empty where a part needs the engine, or if there are
 *  too many. */
export function stepsOf(expression: Expression, read: Read, language: FormulaLanguage): Step[] {
  if (isDeep(expression)) return [];
  const steps: Step[] = [];
  const notation = {
    language,
    reference: (reference: Reference) => read(reference)?.address ?? '#REF!',
    tensorName: (tensor: string) => tensor.replace('/', '_'),
  };
  return calculate(expression) !== undefined && steps.length <= MOST_STEPS ? steps : [];

  /** The part's value as a formula can hold it. */
  function calculate(part: Expression): Expression | undefined {
    if (steps.length > MOST_STEPS) return undefined;
    if (typeof part !== 'object') return part;
    if (isReference(part)) return part;
    if (part.kind !== 'call' && part.kind !== 'operation')
      return part.kind === 'omitted' || part.kind === 'error' ? part : undefined;
    const own: Expression[] = [];
    const parts = part.kind === 'call' ? part.arguments : part.operands;
    for (const each of parts) {
      const inner = isUntaken(part, own) ? each : calculate(each);
      if (inner === undefined) return undefined;
      own.push(inner);
    }
    const value = valueOf(withParts(part, own), read);
    if (value === undefined) return undefined;
    const shown = own.map((each, at) => (each === parts[at] || typeof each !== 'number' ? each : rounded(each)));
    steps.push({ text: print(withParts(part, shown), notation).text.slice(1), value });
    if (!isError(value)) return value ?? 0;
    // IFERROR and its like go on with an error.
    return value.error === '#CYCLE!' || value.error === '#SPILL!' ? undefined : { kind: 'error', name: value.error };
  }

  /** Whether the next argument is the branch of an IF that isn't taken. `own`: the arguments before it, calculated. */
  function isUntaken(part: Expression, own: readonly Expression[]): boolean {
    if (typeof part !== 'object' || part.kind !== 'call' || part.name !== 'IF' || own.length === 0) return false;
    const isTrue = valueOf(call('IF', own[0], true, false), read);
    return typeof isTrue === 'boolean' && isTrue !== (own.length === 1);
  }
}

/** A result as it is written in the next step. The calculation goes on with all its digits. */
const rounded = (value: number): number => Number(value.toPrecision(4));

const withParts = (whole: Call | Operation, parts: readonly Expression[]): Expression =>
  whole.kind === 'call' ? { ...whole, arguments: parts } : { ...whole, operands: parts };

/** Whether a formula has too many steps because its first operands are nested. A sum of a thousand terms is. */
function isDeep(expression: Expression): boolean {
  let depth = 0;
  let inner: Expression = expression;
  while (typeof inner === 'object' && inner.kind === 'operation') {
    inner = inner.operands[0];
    if (++depth > MOST_STEPS) return true;
  }
  return false;
}
