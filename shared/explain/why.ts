/** Tells why one class has a higher score than another: what each cell of an earlier layer adds to the difference. */
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { type Layer, type LayerId, layersBehind, sourceOf, type TensorId, type TensorInfo } from '../network.ts';
import type { RangePlace } from '../places.ts';
import type { Source } from './numbers.ts';

/** What one map or unit of an earlier layer (or the bias) adds to the difference of two scores.
 *  - inputs: its elements, in row-major order. Those of the bias are the two biases.
 *  - contributions: for each of `inputs` its number times a slope: how much the difference grows with it. For the last
 *    layer's inputs that is the weight to the one class − the weight to the other.
 *  - strongest: the place in both lists of the contribution that is furthest from 0. `factors`: what it is the product
 *    of.
 *  - own: what a layer adds by itself, wherever its inputs stand: its biases, or what its curve adds. */
export type Part = {
  kind: 'map' | 'unit' | 'bias' | 'own';
  label: string;
  tensor: TensorId;
  inputs: readonly number[];
  contributions: readonly number[];
  sum: number;
  strongest: number;
  factors?: readonly [number: number, slope: number];
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

/** The class scores: what the softmax or sigmoid at the end reads. undefined if there are fewer than two. */
function scoresOf({ network, layers, tensors }: Sheet): TensorInfo | undefined {
  const end = network.layers.at(-1)!;
  if (end.kind !== 'softmax' && end.kind !== 'sigmoid') return undefined;
  const scores = tensors.get(`${sourceOf(layers, end).id}/output`)!;
  return scores.shape.length === 1 && scores.size > 1 ? scores : undefined;
}

/** The dense layer that gives the class scores, what it reads, the tensor of the scores, and the layers before that
 *  which only scale and shift each score, in their order. */
export type Last = { dense: Layer; read: TensorInfo; scores: TensorInfo; after: readonly Layer[] };

/** undefined if the scores aren't those of a dense layer. */
export function lastOf(sheet: Sheet): Last | undefined {
  const scores = scoresOf(sheet);
  if (!scores) return undefined;
  const { layers, tensors } = sheet;
  const after: Layer[] = [];
  let dense = layers.get(scores.layer)!;
  while (dense.kind === 'batchNorm' || dense.kind === 'dropout') {
    after.unshift(dense);
    dense = sourceOf(layers, dense);
  }
  if (dense.kind !== 'dense') return undefined;
  return { dense, read: tensors.get(`${sourceOf(layers, dense).id}/output`)!, scores, after };
}

/** The class whose score or probability an element is. undefined for all others, and if there is only one class. */
export function classOfElement(sheet: Sheet, { tensor, index }: ElementIndex): number | undefined {
  const scores = scoresOf(sheet);
  const end = sheet.network.layers.at(-1)!;
  return scores && (tensor === scores.id || tensor === `${end.id}/output`) ? index : undefined;
}

/** "class 7", "cat", "unit 3". */
export function className({ classes }: Pick<Sheet, 'classes'>, unit: number): string {
  return messages.cells.unitOrClass(unit, classes[unit]);
}

/** The score of a class. undefined if it isn't known, or an error. */
function scoreOf(source: Source, unit: number): number | undefined {
  const content = source.element({ tensor: scoresOf(source.sheet)!.id, index: unit });
  return typeof content === 'number' ? content : undefined;
}

/** How many classes have a score. */
export const scoresIn = (sheet: Sheet): number => scoresOf(sheet)?.size ?? 0;

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

/** The layers that one can go back to from the scores, the nearest first: all with cells that the scores follow
 *  from. */
export function layersBack(sheet: Sheet): LayerId[] {
  const scores = scoresOf(sheet);
  if (!scores) return [];
  const behind = layersBehind(sheet.network, scores.layer);
  return sheet.network.layers
    .map(({ id }) => id)
    .filter(id => id !== scores.layer && behind.has(id) && sheet.tensors.has(`${id}/output`))
    .toReversed();
}

/** The layer that `explainWhy` tells of: what the dense layer of the scores reads. undefined if there is none. */
export const lastLayerRead = (sheet: Sheet): LayerId | undefined => lastOf(sheet)?.read.layer;

/** The parameters of a batch normalisation. */
const NORMS = ['gamma', 'beta', 'movingMean', 'movingVariance'] as const;

/** The cells that `explainWhy` reads, as few rectangles: what the dense layer reads, all scores, and the weights and
 *  biases of two classes. Only the scores if no dense layer gives them. */
export function cellsOfWhy(sheet: Sheet, unit: number, against: number): RangePlace[] {
  const scores = scoresOf(sheet)!;
  const all = Array.from({ length: scores.size }, (_, index) => ({ tensor: scores.id, index }));
  const last = lastOf(sheet);
  if (!last) return rectangles(sheet, all);
  const { dense, read, after } = last;
  const channels = read.shape.at(-1)!;
  // Map by map, so that those of a map come row by row.
  const features = Array.from({ length: read.size }, (_, at) => {
    const perChannel = read.size / channels;
    return (at % perChannel) * channels + Math.floor(at / perChannel);
  });
  const both = unit === against ? [unit] : [unit, against];
  const ofBoth = (tensor: TensorId) => both.map(index => ({ tensor, index }));
  return rectangles(sheet, [
    ...features.map(index => ({ tensor: read.id, index })),
    ...all,
    ...both.flatMap(each => features.map(feature => kernelElement(dense, scores.size, feature, each))),
    ...(hasBias(dense) ? ofBoth(`${dense.id}/bias`) : []),
    ...after.flatMap(({ id, kind }) => (kind === 'batchNorm' ? NORMS.flatMap(name => ofBoth(`${id}/${name}`)) : [])),
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

/** Why class `unit` has another score than class `against`, told of what the last dense layer reads. undefined while a
 *  number isn't known or if one is an error. */
export function explainWhy(source: Source, unit: number, against: number): Why | undefined {
  const { dense, read, scores, after } = lastOf(source.sheet)!;
  let known = true;
  const number = (element: ElementIndex): number => {
    const content = source.element(element);
    if (typeof content === 'number') return content;
    known = false;
    return Number.NaN;
  };
  /** What the layers after the dense one make of a class's sum x: scale · x + shift. */
  const madeOf = (index: number) => {
    let [scale, shift] = [1, 0];
    for (const layer of after) {
      if (layer.kind !== 'batchNorm') continue;
      const [gamma, beta, mean, variance] = NORMS.map(name => number({ tensor: `${layer.id}/${name}`, index }));
      const own = gamma / Math.sqrt(variance + layer.epsilon);
      [scale, shift] = [scale * own, shift * own + beta - own * mean];
    }
    return { scale, shift };
  };
  const [one, two] = [unit, against].map(madeOf);
  const weight = (feature: number, to: number) => number(kernelElement(dense, scores.size, feature, to));
  const { shape } = read;
  const channels = shape.at(-1)!;
  const slopes = Array.from({ length: read.size }, (_, feature) => {
    return one.scale * weight(feature, unit) - two.scale * weight(feature, against);
  });
  const numbers = slopes.map((_, index) => number({ tensor: read.id, index }));
  const parts = Array.from({ length: channels }, (_, channel) => partOf(read, channel, { numbers, slopes }));
  const norm = after.findLast(({ kind }) => kind === 'batchNorm');
  if (hasBias(dense) || norm) {
    const tensor: TensorId = hasBias(dense) ? `${dense.id}/bias` : `${norm!.id}/beta`;
    const bias = (index: number) => (hasBias(dense) ? number({ tensor, index }) : 0);
    const label = norm ? messages.explain.why.own(norm.name) : messages.explain.why.bias;
    const contributions = [one.scale * bias(unit) + one.shift, -(two.scale * bias(against) + two.shift)];
    parts.push({ kind: 'bias', label, tensor, inputs: [unit, against], ...summed(contributions) });
  }
  const [score, other] = [unit, against].map(index => number({ tensor: scores.id, index }));
  if (!known) return undefined;
  const silent = numbers.filter(each => each === 0).length;
  const difference = score - other;
  const whole = isWhole(parts, difference, Math.max(Math.abs(score), Math.abs(other)));
  return { unit, against, difference, parts: inOrder(parts), silent, of: read.size, whole };
}

/** What the engine has found on the way back to a layer: for each layer that is reached the numbers of its cells and
 *  the slopes of the difference by them, and what each layer that was gone through adds by itself. `typed`: the user
 *  has typed something over its cells, which is in it. */
export type Shares = {
  difference: number;
  reached: readonly { layer: LayerId; numbers: ArrayLike<number>; slopes: ArrayLike<number> }[];
  own: readonly { layer: LayerId; sum: number; typed: boolean }[];
};

/** The same for cells of layers further back. */
export function whyFurtherBack(sheet: Sheet, unit: number, against: number, { difference, reached, own }: Shares): Why {
  const text = messages.explain.why;
  const parts: Part[] = [];
  let [silent, of] = [0, 0];
  for (const { layer, numbers, slopes } of reached) {
    const info = sheet.tensors.get(`${layer}/output`)!;
    const { name } = sheet.layers.get(layer)!;
    const channels = info.shape.at(-1)!;
    for (let channel = 0; channel < channels; channel++) {
      const part = partOf(info, channel, { numbers, slopes });
      const label = info.shape.length === 3 && channels === 1 ? name : `${name} · ${part.label}`;
      parts.push(reached.length > 1 || channels === 1 ? { ...part, label } : part);
    }
    for (let i = 0; i < numbers.length; i++) if (numbers[i] === 0) silent++;
    of += numbers.length;
  }
  const least = ROUNDING * sizeOfAll(parts);
  for (const { layer, sum, typed } of own) {
    // Layers that only sum up or choose add nothing by themselves, besides rounding.
    if (Math.abs(sum) <= least) continue;
    const bias: TensorId = `${layer}/bias`;
    const hasOne = sheet.tensors.has(bias) && !typed;
    const { name } = sheet.layers.get(layer)!;
    const label = hasOne ? text.biasOf(name) : text.own(name);
    parts.push({ kind: 'own', label, tensor: hasOne ? bias : `${layer}/output`, inputs: [0], ...summed([sum]) });
  }
  const besides = (1 + own.length) * sizeOfAll(parts);
  return { unit, against, difference, parts: inOrder(parts), silent, of, whole: isWhole(parts, difference, besides) };
}

const inOrder = (parts: readonly Part[]): Part[] => parts.toSorted((a, b) => Math.abs(b.sum) - Math.abs(a.sum));

const sizeOfAll = (parts: readonly Part[]): number =>
  parts.reduce((total, { contributions }) => contributions.reduce((all, each) => all + Math.abs(each), total), 0);

/** Whether parts come to a difference. `besides`: the size of what else is rounded. */
function isWhole(parts: readonly Part[], difference: number, besides: number): boolean {
  const sum = parts.reduce((total, part) => total + part.sum, 0);
  return Math.abs(sum - difference) <= ROUNDING * Math.max(1, sizeOfAll(parts), besides);
}

/** One map of a tensor, or one unit. */
function partOf(
  { id, shape, size }: TensorInfo,
  channel: number,
  { numbers, slopes }: { numbers: ArrayLike<number>; slopes: ArrayLike<number> },
): Part {
  const isMaps = shape.length === 3;
  const channels = shape.at(-1)!;
  const inputs = Array.from({ length: size / channels }, (_, at) => at * channels + channel);
  const made = summed(inputs.map(index => numbers[index] * slopes[index]));
  const strongest = inputs[made.strongest];
  return {
    kind: isMaps ? 'map' : 'unit',
    label: isMaps ? messages.cells.map(channel + 1) : messages.cells.unitOrClass(channel),
    tensor: id,
    inputs,
    ...made,
    factors: [numbers[strongest], slopes[strongest]],
  };
}

function summed(contributions: readonly number[]): Pick<Part, 'contributions' | 'sum' | 'strongest'> {
  const sum = contributions.reduce((total, each) => total + each, 0);
  let strongest = 0;
  for (const [at, each] of contributions.entries())
    if (Math.abs(each) > Math.abs(contributions[strongest])) strongest = at;
  return { contributions, sum, strongest };
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
