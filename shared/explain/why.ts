/** Tells why one class has a higher score than another: what each input of the last layer adds to the difference. */
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { type Layer, sourceOf, type TensorId, type TensorInfo } from '../network.ts';
import type { RangePlace } from '../places.ts';
import type { Source } from './numbers.ts';

/** What one map or unit of the last layer's input (or the bias) adds to the difference of two scores.
 *  - inputs: its elements, in row-major order. Those of the bias are the two biases.
 *  - contributions: activation × (weight to the one class − weight to the other), for each of `inputs`.
 *  - strongest: the place in both lists of the contribution that is furthest from 0. */
export type Part = {
  kind: 'map' | 'unit' | 'bias';
  label: string;
  tensor: TensorId;
  inputs: readonly number[];
  contributions: readonly number[];
  sum: number;
  strongest: number;
};

/** `difference`: the score of class `unit` minus that of class `against`. It is the sum of all parts. They are sorted:
 *  those that add or take most come first. `silent`: how many of the `of` inputs are 0. `whole`: whether the parts come
 *  to the difference. They don't if something else stands over one of the scores. */
export type Why = {
  unit: number;
  against: number;
  difference: number;
  parts: readonly Part[];
  silent: number;
  of: number;
  whole: boolean;
};

/** How far the sum of the parts may be from the difference of two float32 scores, by the size of what is added. */
const ROUNDING = 1e-6;

/** The dense layer that gives the class scores, what it reads, and the tensor of the scores. */
export type Last = { dense: Layer; read: TensorInfo; scores: TensorInfo };

/** undefined if the network doesn't end in a softmax or sigmoid that reads a dense layer. */
export function lastOf({ network, layers, tensors }: Sheet): Last | undefined {
  const end = network.layers.at(-1)!;
  if (end.kind !== 'softmax' && end.kind !== 'sigmoid') return undefined;
  const dense = sourceOf(layers, end);
  if (dense.kind !== 'dense') return undefined;
  const read = tensors.get(`${sourceOf(layers, dense).id}/output`)!;
  return { dense, read, scores: tensors.get(`${dense.id}/output`)! };
}

/** The class whose score or probability an element is. undefined for all others, and if there is only one class. */
export function classOfElement(sheet: Sheet, { tensor, index }: ElementIndex): number | undefined {
  const last = lastOf(sheet);
  if (!last || last.scores.size < 2) return undefined;
  const end = sheet.network.layers.at(-1)!;
  return tensor === last.scores.id || tensor === `${end.id}/output` ? index : undefined;
}

/** "class 7", "cat", "unit 3". */
export function className({ classes }: Pick<Sheet, 'classes'>, unit: number): string {
  return messages.cells.unitOrClass(unit, classes[unit]);
}

/** The score of a class. undefined if it isn't known, or an error. */
export function scoreOf(source: Source, unit: number): number | undefined {
  const content = source.element({ tensor: lastOf(source.sheet)!.scores.id, index: unit });
  return typeof content === 'number' ? content : undefined;
}

/** How many classes have a score. */
export const scoresIn = (sheet: Sheet): number => lastOf(sheet)?.scores.size ?? 0;

/** The class with the highest score besides `unit`: what it has to be told from. The first of equal ones; undefined
 *  while the scores aren't known. */
export function rivalOf(source: Source, unit: number): number | undefined {
  let best: { unit: number; score: number } | undefined;
  for (let each = 0; each < scoresIn(source.sheet); each++) {
    const score = scoreOf(source, each);
    if (each !== unit && score !== undefined && (!best || score > best.score)) best = { unit: each, score };
  }
  return best?.unit;
}

/** The cells that `explainWhy` reads, as few rectangles: what the dense layer reads, all scores, and the weights and
 *  biases of two classes. */
export function cellsOfWhy(sheet: Sheet, unit: number, against: number): RangePlace[] {
  const { dense, read, scores } = lastOf(sheet)!;
  const channels = read.shape.at(-1)!;
  // Map by map, so that those of a map come row by row.
  const features = Array.from({ length: read.size }, (_, at) => {
    const perChannel = read.size / channels;
    return (at % perChannel) * channels + Math.floor(at / perChannel);
  });
  const both = unit === against ? [unit] : [unit, against];
  return rectangles(sheet, [
    ...features.map(index => ({ tensor: read.id, index })),
    ...Array.from({ length: scores.size }, (_, index) => ({ tensor: scores.id, index })),
    ...both.flatMap(each => features.map(feature => kernelElement(dense, scores.size, feature, each))),
    ...(hasBias(dense) ? both.map(index => ({ tensor: `${dense.id}/bias` as const, index })) : []),
  ]);
}

/** Rectangles that together are the cells of these elements. Neighbours should come one after another, row by row. */
function rectangles({ id, layout }: Sheet, elements: readonly ElementIndex[]): RangePlace[] {
  const strips: RangePlace[] = [];
  for (const { tensor, index } of elements) {
    const { row, column } = layout.cellOf(tensor, index);
    const last = strips.at(-1);
    if (last?.row === row && last.column + last.width === column) last.width++;
    else strips.push({ sheet: id, row, column, height: 1, width: 1 });
  }
  const found: RangePlace[] = [];
  for (const strip of strips) {
    const last = found.at(-1);
    const isBelow = last?.column === strip.column && last.width === strip.width;
    if (last && isBelow && last.row + last.height === strip.row) last.height++;
    else found.push(strip);
  }
  return found;
}

export const hasBias = (dense: Layer): boolean => dense.kind === 'dense' && dense.useBias;

const kernelElement = ({ id }: Layer, units: number, feature: number, unit: number): ElementIndex => ({
  tensor: `${id}/kernel`,
  index: feature * units + unit,
});

/** Why class `unit` has another score than class `against`. undefined while a number isn't known or if one is an
 *  error. */
export function explainWhy(source: Source, unit: number, against: number): Why | undefined {
  const { dense, read, scores } = lastOf(source.sheet)!;
  let known = true;
  const number = (element: ElementIndex): number => {
    const content = source.element(element);
    if (typeof content === 'number') return content;
    known = false;
    return Number.NaN;
  };
  const weight = (feature: number, to: number) => number(kernelElement(dense, scores.size, feature, to));
  const isMaps = read.shape.length === 3;
  const channels = read.shape.at(-1)!;
  const parts: Part[] = [];
  let silent = 0;
  for (let channel = 0; channel < channels; channel++) {
    const inputs: number[] = [];
    const contributions: number[] = [];
    for (let feature = channel; feature < read.size; feature += channels) {
      const activation = number({ tensor: read.id, index: feature });
      if (activation === 0) silent++;
      inputs.push(feature);
      contributions.push(activation * (weight(feature, unit) - weight(feature, against)));
    }
    const label = isMaps ? messages.cells.map(channel + 1) : messages.cells.unitOrClass(channel);
    parts.push(partOf(isMaps ? 'map' : 'unit', label, read.id, inputs, contributions));
  }
  if (hasBias(dense)) {
    const tensor: TensorId = `${dense.id}/bias`;
    const [own, other] = [unit, against].map(index => number({ tensor, index }));
    parts.push(partOf('bias', messages.explain.why.bias, tensor, [unit, against], [own, -other]));
  }
  const [score, other] = [unit, against].map(index => number({ tensor: scores.id, index }));
  if (!known) return undefined;
  const sorted = parts.toSorted((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const difference = score - other;
  const [sum, size] = [(each: number) => each, Math.abs].map(of =>
    parts.reduce((total, { contributions }) => total + contributions.reduce((all, each) => all + of(each), 0), 0),
  );
  const whole = Math.abs(sum - difference) <= ROUNDING * Math.max(1, size, Math.abs(score), Math.abs(other));
  return { unit, against, difference, parts: sorted, silent, of: read.size, whole };
}

function partOf(kind: Part['kind'], label: string, tensor: TensorId, inputs: number[], contributions: number[]): Part {
  const sum = contributions.reduce((total, each) => total + each, 0);
  let strongest = 0;
  for (const [at, each] of contributions.entries())
    if (Math.abs(each) > Math.abs(contributions[strongest])) strongest = at;
  return { kind, label, tensor, inputs, contributions, sum, strongest };
}

/** What can be said about it. Each claim can be checked against the numbers.
 *  - ahead: the score is higher than the other one, or lower if `difference` is below 0.
 *  - for, against: the part that speaks most for (against) the class, of `of` in all from `count` parts.
 *  - none: no part speaks for (against) it.
 *  - silent: so many inputs are 0, so they speak for neither. */
export type WhyClaim =
  | { kind: 'ahead'; difference: number }
  | { kind: 'for' | 'against'; label: string; sum: number; of: number; count: number }
  | { kind: 'none'; speaks: 'for' | 'against' }
  | { kind: 'silent'; silent: number; of: number };

export function whyClaims({ difference, parts, silent, of }: Why): WhyClaim[] {
  const claims: WhyClaim[] = [{ kind: 'ahead', difference }];
  for (const kind of ['for', 'against'] as const) {
    const sign = kind === 'for' ? 1 : -1;
    const own = parts.filter(({ sum }) => sign * sum > 0);
    if (own.length === 0) claims.push({ kind: 'none', speaks: kind });
    else {
      const all = own.reduce((total, { sum }) => total + sign * sum, 0);
      claims.push({ kind, label: own[0].label, sum: sign * own[0].sum, of: all, count: own.length });
    }
  }
  if (silent > 0) claims.push({ kind: 'silent', silent, of });
  return claims;
}
