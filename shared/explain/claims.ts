/** What can be said about a cell's value in words. Each claim is plain data that can be checked against the numbers. */
import { formatAddress } from '../address.ts';
import type { CellContent } from '../cell-content.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { kindOf } from '../layers/kinds.ts';
import { coordinatesOf, type Layer, sourceOf, type TensorInfo } from '../network.ts';
import { elementAt, type Sheet } from '../layout/sheet.ts';
import { type Explanation, tensorRead, type Term } from './explain.ts';
import { type KernelPattern, kernelPattern } from './kernel-patterns.ts';
import type { Source } from './numbers.ts';

export type Claim =
  /** The value is a sum of products: so many cells of each of so many maps of a layer, which has `of` maps, times
   *  weights. A vector counts as one map. */
  | { kind: 'products'; cells: number; maps: number; of: number; layer: string; bias: boolean }
  /** The value is a sum of so many products of any cells, and of so many other cells. */
  | { kind: 'parts'; products: number; cells: number }
  /** The value is a sum of so many other cells. */
  | { kind: 'cells'; count: number }
  /** More than half of what has the sign of the value comes from one term. */
  | { kind: 'most'; label: string; sum: number }
  /** No term has more than half; this one has the most. */
  | { kind: 'spread'; label: string; sum: number; count: number }
  /** One term works against the others, with at least half of their strength. */
  | { kind: 'against'; label: string; sum: number }
  /** The first of these maps is bright where its kernel says. */
  | { kind: 'pattern'; label: string; pattern: KernelPattern }
  /** Every product is 0. */
  | { kind: 'nothing' }
  | {
      kind: 'window';
      name: 'MAX' | 'MIN' | 'AVERAGE' | 'SUM';
      count: number;
      address: string | undefined;
      ties: number;
    }
  /** ReLU and its like let a number through, or cut it. */
  | { kind: 'passed'; input: number }
  | { kind: 'cut'; input: number; layer: string }
  | { kind: 'function'; layer: string; input: number }
  | { kind: 'same'; address: string }
  /** The cell reads nothing: its window lies on the zeros around the map. */
  | { kind: 'constant' }
  /** Softmax: the exponential's share of the sum of all. */
  | { kind: 'share'; share: number; rank: number; count: number }
  | { kind: 'loss'; expected: boolean }
  | { kind: 'steps' };

/** What is worth saying about a value, the most important first. Empty if it has an error. `element`: what the cell is
 *  in the network, if it has the network's own formula. */
export function claimsOf(
  source: Source,
  element: ElementIndex | undefined,
  { way }: Explanation,
  value: CellContent,
): Claim[] {
  if (typeof value !== 'number') return [];
  const info = element && source.sheet.tensors.get(element.tensor);
  const layer = info && source.sheet.layers.get(info.layer);
  if (info && layer) {
    const own = softmaxClaims(source, layer, info, element.index, value);
    if (own) return own;
  }
  switch (way.kind) {
    case 'sum':
      return sumClaims(source, way.terms, value);
    case 'window': {
      const { name, window, chosen } = way;
      const numbers = window.contents.filter(each => typeof each === 'number');
      const ties = numbers.filter(each => each === value).length;
      const { row, column, width } = window.range;
      const at =
        chosen === undefined ? undefined : { row: row + Math.floor(chosen / width), column: column + (chosen % width) };
      const address = at && formatAddress(at);
      return [{ kind: 'window', name, count: numbers.length, address, ties: address === undefined ? 0 : ties }];
    }
    case 'curve': {
      const [input] = way.input.contents;
      if (typeof input !== 'number') return [];
      const name = layer?.name ?? '';
      if (layer?.kind === 'relu' || layer?.kind === 'leakyRelu') {
        if (input >= 0 && value === input) return [{ kind: 'passed', input }];
        // A leaky ReLU may also make numbers below 0 larger.
        if (input < 0 && Math.abs(value) < -input) return [{ kind: 'cut', input, layer: name }];
      }
      return [{ kind: 'function', layer: name, input }];
    }
    case 'constant':
      return [{ kind: 'constant' }];
    case 'same':
      return [{ kind: 'same', address: way.input.address }];
    default:
      return way.steps.length > 0 ? [{ kind: 'steps' }] : [];
  }
}

function softmaxClaims(
  source: Source,
  layer: Layer,
  info: TensorInfo,
  index: number,
  value: number,
): Claim[] | undefined {
  if (layer.kind !== 'softmax') return undefined;
  if (info.name === 'output') {
    const all = Array.from({ length: info.size }, (_, unit) =>
      source.element({ tensor: `${layer.id}/exp`, index: unit }),
    );
    const own = all[index];
    if (typeof own !== 'number') return [];
    const larger = all.filter(each => typeof each === 'number' && each > own).length;
    return [{ kind: 'share', share: value, rank: larger + 1, count: info.size }];
  }
  if (info.name !== 'crossEntropy') return undefined;
  const actual = source.element({ tensor: `${layer.id}/actual`, index });
  return [{ kind: 'loss', expected: typeof actual === 'number' && actual !== 0 }];
}

function sumClaims(source: Source, terms: readonly Term[], value: number): Claim[] {
  const claims = [addedUp(source, terms)];
  if (terms.every(({ products: own }) => own.every(each => each === 0))) return [...claims, { kind: 'nothing' }];
  const total = terms.reduce((sum, term) => sum + term.sum, 0);
  const sign = Math.sign(total);
  const pushing = terms.filter(({ sum }) => sum * sign > 0);
  const opposing = terms.filter(({ sum }) => sum * sign < 0);
  // Rounding alone may decide the sign of a sum that is nearly 0. Then, and if it is 0, there is nothing to say.
  const strength = pushing.reduce((sum, term) => sum + Math.abs(term.sum), 0);
  const isClear = sign !== 0 && sign === Math.sign(value) && Math.abs(total) >= 1e-5 * strength;
  if (terms.length < 2 || !isClear) return claims;
  const largest = strongest(pushing);
  if (Math.abs(largest.sum) > strength / 2) {
    const { label, sum } = largest;
    if (pushing.length + opposing.length > 1) claims.push({ kind: 'most', label, sum });
    const pattern = patternBehind(source, largest);
    if (pattern) claims.push({ kind: 'pattern', label, pattern });
  } else claims.push({ kind: 'spread', label: largest.label, sum: largest.sum, count: pushing.length });
  const against = opposing.length > 0 ? strongest(opposing) : undefined;
  if (against && Math.abs(against.sum) >= strength / 2)
    claims.push({ kind: 'against', label: against.label, sum: against.sum });
  return claims;
}

/** What is added up. */
function addedUp(source: Source, terms: readonly Term[]): Claim {
  const products = terms.filter(({ factors }) => factors.length > 1);
  const others = terms.filter(({ factors }) => factors.length === 1);
  if (products.length === 0) return { kind: 'cells', count: countNumbers(others) };
  const [first] = products;
  const info = tensorRead(source, first.factors[0].range);
  const isWeighted = ({ factors: [cells, weights, ...more] }: Term) =>
    tensorRead(source, cells.range) === info &&
    more.length === 0 &&
    tensorRead(source, weights.range)?.role === 'parameter';
  const isBias = ({ factors: [cell] }: Term) => tensorRead(source, cell.range)?.name === 'bias';
  const of = info?.shape.length === 3 ? info.shape[2] : 1;
  const maps = new Map<number, number>();
  for (const { factors, products: own } of products) {
    const map = (elementAt(source.sheet, factors[0].range)?.index ?? 0) % of;
    maps.set(map, (maps.get(map) ?? 0) + own.length);
  }
  const counts = new Set(maps.values());
  if (!info || !products.every(isWeighted) || !others.every(isBias) || counts.size > 1)
    return { kind: 'parts', products: countNumbers(products), cells: countNumbers(others) };
  return {
    kind: 'products',
    cells: [...counts][0],
    maps: maps.size,
    of,
    layer: source.sheet.layers.get(info.layer)!.name,
    bias: others.some(({ sum }) => sum !== 0),
  };
}

const countNumbers = (terms: readonly Term[]): number =>
  terms.reduce((count, { products }) => count + products.length, 0);

const strongest = (terms: readonly Term[]): Term =>
  terms.reduce((best, term) => (Math.abs(term.sum) > Math.abs(best.sum) ? term : best));

/** What the map that a term reads answers to, if a convolution over one map made it, and only activations, pools and
 *  dropouts lie between. The term must have a product above 0 of a bright cell, else the map isn't bright here. */
function patternBehind(source: Source, { factors, products }: Term): KernelPattern | undefined {
  const { sheet } = source;
  const [{ range, contents }] = factors;
  if (factors.length !== 2 || range.sheet !== sheet.id) return undefined;
  if (!products.some((product, i) => product > 0 && Number(contents[i]) > 0)) return undefined;
  const found = sheet.layout.elementAt(range.row, range.column);
  const read = found && sheet.tensors.get(found.tensor);
  if (!read || read.shape.length !== 3) return undefined;
  const kernel = kernelBehind(sheet, read);
  if (!kernel) return undefined;
  const [height, width, , filters] = kernel.shape;
  const [, , map] = coordinatesOf(read.shape, found.index);
  const weights = Array.from({ length: height * width }, (_, at) =>
    source.element({ tensor: kernel.id, index: at * filters + map }),
  );
  if (weights.some(each => typeof each !== 'number')) return undefined;
  return kernelPattern(weights as number[], height, width);
}

/** Kinds that leave bright places of a map bright. */
const KEEPING = new Set(['relu', 'leakyRelu', 'maxPool2d', 'averagePool2d', 'dropout']);

/** The kernels over one map whose maps a tensor passes on. */
export function kernelBehind(sheet: Sheet, { layer }: TensorInfo): TensorInfo | undefined {
  const conv = convolutionBehind(sheet, sheet.layers.get(layer)!);
  const kernel = conv && sheet.tensors.get(`${conv.id}/kernel`);
  return kernel?.shape[2] === 1 ? kernel : undefined;
}

/** The convolution whose maps a layer passes on. */
export function convolutionBehind(sheet: Sheet, layer: Layer): Layer | undefined {
  let behind = layer;
  while (KEEPING.has(behind.kind)) behind = sourceOf(sheet.layers, behind);
  return behind.kind === 'conv2d' && kindOf(behind).weights === 'kernels' ? behind : undefined;
}
