/** The last layer as a comparison: what it reads, multiplied with a template for each class, added up and ranked. */
import type { Sheet } from '../layout/sheet.ts';
import { type Layer, sourceOf, type TensorInfo } from '../network.ts';
import type { Source } from './numbers.ts';
import { hasBias, type Last, lastOf } from './why.ts';

/** Templates with more weights than this together aren't shown. */
const MOST_WEIGHTS = 100_000;

/** A template for each class: `kernel` [features, classes], and in `bias` what is added to each score. */
export type Templates = { kernel: ArrayLike<number>; bias: ArrayLike<number> };

/** What one class gets: `sums` of the products of each map, and the bias. Together they are the score. `size`: the sum
 *  of what is added, without signs. */
export type Match = { sums: readonly number[]; bias: number; score: number; size: number };

/** The last layer, if it compares maps with templates. undefined if it reads no maps, or if it is too large. */
export function comparisonIn(sheet: Sheet): Last | undefined {
  const last = lastOf(sheet);
  if (!last || last.after.length > 0 || last.read.shape.length !== 3) return undefined;
  const [height, width] = last.read.shape;
  return height * width > 1 && last.read.size * last.scores.size <= MOST_WEIGHTS ? last : undefined;
}

/** The maps from the image to those that the last layer reads, layer by layer. Where a layer reads several others, its
 *  first input counts. */
export function mapsOnTheWay({ layers, tensors }: Sheet, { read }: Last): TensorInfo[] {
  const found: TensorInfo[] = [];
  let layer: Layer | undefined = layers.get(read.layer);
  while (layer) {
    const output = tensors.get(`${layer.id}/output`);
    if (output?.shape.length === 3) found.unshift(output);
    layer = layer.inputs.length > 0 ? sourceOf(layers, layer) : undefined;
  }
  return found;
}

/** The network's own templates. undefined while one of their numbers isn't known, or if one is an error. */
export function readTemplates(source: Source, { dense, read, scores }: Last): Templates | undefined {
  const kernel = numbersOf(source, `${dense.id}/kernel`, read.size * scores.size);
  const bias = hasBias(dense) ? numbersOf(source, `${dense.id}/bias`, scores.size) : new Float64Array(scores.size);
  return kernel.some(Number.isNaN) || bias.some(Number.isNaN) ? undefined : { kernel, bias };
}

/** The numbers of a tensor. NaN for what isn't known, or is an error. */
export function numbersOf(source: Source, tensor: TensorInfo['id'], size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, index) => {
    const content = source.element({ tensor, index });
    return typeof content === 'number' ? content : Number.NaN;
  });
}

/** Compares activations [features] with all templates. The features are the elements of `maps` maps, as in a tensor
 *  [height, width, maps]. Activations that are NaN haven't come about yet, and add nothing. */
export function compare(activations: ArrayLike<number>, { kernel, bias }: Templates, maps: number): Match[] {
  const classes = bias.length;
  const sums = Array.from(bias, () => Array.from({ length: maps }, () => 0));
  const sizes = Array.from(bias, Math.abs);
  for (let feature = 0; feature < activations.length; feature++) {
    const activation = activations[feature];
    if (activation === 0 || Number.isNaN(activation)) continue;
    for (let unit = 0; unit < classes; unit++) {
      const product = activation * kernel[feature * classes + unit];
      sums[unit][feature % maps] += product;
      sizes[unit] += Math.abs(product);
    }
  }
  return sums.map((own, unit) => {
    const score = own.reduce((total, sum) => total + sum, bias[unit]);
    return { sums: own, bias: bias[unit], score, size: sizes[unit] };
  });
}

/** The products of a class's template with the activations, in the order of the features. NaN where the activation
 *  is. */
export function productsOf(activations: ArrayLike<number>, { kernel, bias }: Templates, unit: number): Float64Array {
  return Float64Array.from(activations, (activation, at) => activation * kernel[at * bias.length + unit]);
}

/** The weights of a class with all maps laid over each other: one number for each place of a map. */
export function overlaid({ kernel, bias }: Templates, unit: number, maps: number): Float64Array {
  const classes = bias.length;
  const places = new Float64Array(kernel.length / classes / maps);
  for (let feature = 0; feature < places.length * maps; feature++)
    places[Math.floor(feature / maps)] += kernel[feature * classes + unit];
  return places;
}

/** The classes by their scores, the highest first, equal ones in their order. */
export function ranking(scores: readonly number[]): number[] {
  return Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
}

/** What the last layer makes of scores. */
export function probabilitiesOf({ network }: Sheet, scores: readonly number[]): number[] {
  if (network.layers.at(-1)!.kind === 'sigmoid') return scores.map(score => 1 / (1 + Math.exp(-score)));
  const most = Math.max(...scores);
  const exponentials = scores.map(score => Math.exp(score - most));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map(each => each / sum);
}

/** What an image gets from a set of templates. `ranked`: the classes, the highest score first. `probabilities` are
 *  missing while not everything is known. */
export type Comparison = {
  templates: Templates;
  matches: readonly Match[];
  scores: readonly number[];
  ranked: readonly number[];
  probabilities: readonly number[] | undefined;
};

/** Compares activations with templates that aren't those of the network. */
export function comparisonWith(
  sheet: Sheet,
  { read }: Last,
  templates: Templates,
  activations: Float64Array,
): Comparison {
  const matches = compare(activations, templates, read.shape[2]);
  const scores = matches.map(({ score }) => score);
  const probabilities = activations.some(Number.isNaN) ? undefined : probabilitiesOf(sheet, scores);
  return { templates, matches, scores, ranked: ranking(scores), probabilities };
}

/** The same with the network's own templates. Scores and probabilities are the network's numbers as soon as they have
 *  come about (`filled`: how many cells of a tensor have), and until then what the products come to so far. */
export function ownComparison(
  source: Source,
  last: Last,
  { templates, activations }: { templates: Templates; activations: Float64Array },
  filled: (info: TensorInfo) => number,
): Comparison {
  const { network, tensors } = source.sheet;
  const own = (info: TensorInfo) =>
    numbersOf(source, info.id, info.size).map((each, index) => (index < filled(info) ? each : Number.NaN));
  const matches = compare(activations, templates, last.read.shape[2]);
  const given = own(last.scores);
  const scores = matches.map(({ score }, unit) => (Number.isNaN(given[unit]) ? score : given[unit]));
  const shares = [...own(tensors.get(`${network.layers.at(-1)!.id}/output`)!)];
  const probabilities = shares.some(Number.isNaN) ? undefined : shares;
  return { templates, matches, scores, ranked: ranking(scores), probabilities };
}

/** How far a score may be from the sum of float32 products, by the size of what is added. */
const ROUNDING = 1e-6;

/** Whether the score of a class is the sum of its products. It isn't if something else stands over it. */
export function isSum({ matches, scores }: Comparison, unit: number): boolean {
  const { score, size } = matches[unit];
  return Math.abs(score - scores[unit]) <= ROUNDING * Math.max(1, size);
}
