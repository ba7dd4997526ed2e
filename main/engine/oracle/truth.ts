/** Compares what the formulas, the reference loops and the engine say about a network. */
import type { CellRange } from '../../../shared/address.ts';
import { derive } from '../../../shared/formula/derive.ts';
import { layerKinds } from '../../../shared/layers/kinds.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Layer, TensorId } from '../../../shared/network.ts';
import {
  type Example,
  type Flavour,
  manyChannelsExample,
  randomExample,
} from '../../../shared/testing/random-network.ts';
import { createForward } from '../show/forward.ts';
import {
  addComparison,
  type Comparison,
  compareSomeCells,
  compareTensors,
  compareWholeSheet,
  emptyComparison,
} from './compare-formulas.ts';
import { computeReference } from './reference.ts';

const CELLS_PER_TENSOR = 20;
const FLAVOURS: Flavour[] = ['plain', 'ties', 'negative', 'broken', 'huge'];
const SEEDS = 1_000_000;

type Values = Map<TensorId, Float32Array>;

/** A network for a seed and a number. Of every fifth network the whole sheet is compared. The first one has more
 *  channels than a sum has terms. */
export function truthExample(seed: number, number: number): { example: Example; whole: boolean } {
  if (number === 0) return { example: manyChannelsExample(), whole: true };
  const whole = number % 5 === 0;
  const fifth = Math.floor(number / 5);
  // No huge pixels for whole sheets: a number that float32 can't hold is still a number for a spreadsheet's next cell.
  const flavour = whole ? FLAVOURS[fifth % 4] : FLAVOURS[(number + fifth) % 5];
  return { example: randomExample(SEEDS * seed + number, flavour), whole };
}

/** What was compared so far, and the kinds of layers that the networks had. */
type Truth = { sheets: Comparison; formulas: Comparison; tensors: Comparison; seen: Set<string> };

export function emptyTruth(): Truth {
  return { sheets: emptyComparison(), formulas: emptyComparison(), tensors: emptyComparison(), seen: new Set() };
}

/** Compares a whole sheet, evaluated by HyperFormula from pixels and parameters alone, with the loops. */
export function addWholeSheet(truth: Truth, { sheet, stored }: Example): void {
  addComparison(truth.sheets, compareWholeSheet(sheet, stored));
}

/** Compares every tensor, and the formulas of some of its cells, with the loops. Each starts from the values of its
 *  precedents. */
export function addSteps(truth: Truth, example: Example): void {
  const values = computeTensors(example);
  const reference = computeReference(example.sheet.network, values);
  addComparison(truth.tensors, compareTensors(values, reference));
  addComparison(truth.formulas, compareSomeCells(example.sheet, values, reference, example.random, CELLS_PER_TENSOR));
  for (const layer of example.sheet.layers.values()) noteLayer(layer, example.sheet, truth.seen);
  noteWindows(example.sheet, values, truth.seen);
}

/** All tensors, as the engine computes them. */
function computeTensors({ sheet, stored }: Example): Values {
  const forward = createForward(sheet.network, stored);
  forward.update(stored.keys());
  const values = new Map([...sheet.tensors.keys()].map(id => [id, forward.value(id)]));
  forward.dispose();
  return values;
}

/** The kinds of layers, windows and so on that random networks must have had. */
export const EXPECTED = [
  ...['conv2d', 'maxPool2d', 'averagePool2d'].flatMap(kind => [`${kind} valid`, `${kind} same`]),
  ...['maxPool2d', 'averagePool2d', 'conv2d'].flatMap(kind => [1, 2, 3].map(stride => `${kind} stride ${stride}`)),
  ...[1, 2, 3, 4, 5].map(size => `conv2d window ${size}`),
  ...Object.keys(layerKinds),
  'sum of three',
  'shortcut over several layers',
  'with bias',
  'without bias',
  'softmax',
  'cross-entropy',
  'partial sums',
  ...['dilation', 'groups', 'dilation and groups'].map(what => `conv2d with ${what}`),
  'tie',
  'negative window',
  'non-finite window',
];

function noteLayer(layer: Layer, sheet: Sheet, seen: Set<string>): void {
  seen.add(layer.kind);
  if (layer.inputs.length > 2) seen.add('sum of three');
  const [position, ...sources] = [layer.id, ...layer.inputs].map(id =>
    sheet.network.layers.findIndex(other => other.id === id),
  );
  if (sources.some(source => source < position - 3)) seen.add('shortcut over several layers');
  if ('useBias' in layer) seen.add(layer.useBias ? 'with bias' : 'without bias');
  if (!('strides' in layer)) return;
  seen.add(`${layer.kind} ${layer.padding}`);
  for (const stride of layer.strides) seen.add(`${layer.kind} stride ${stride}`);
  if (layer.kind === 'conv2d') {
    const isDilated = layer.dilationRate?.some(rate => rate > 1);
    const isGrouped = (layer.groups ?? 1) > 1;
    if (isDilated) seen.add('conv2d with dilation');
    if (isGrouped) seen.add('conv2d with groups');
    if (isDilated && isGrouped) seen.add('conv2d with dilation and groups');
  }
  if (layer.kind === 'conv2d') for (const size of layer.kernelSize) seen.add(`conv2d window ${size}`);
}

function noteWindows(sheet: Sheet, values: Values, seen: Set<string>): void {
  for (const { id, name, layer, size } of sheet.tensors.values()) {
    if (name === 'partial') seen.add('partial sums');
    if (name === 'crossEntropy' && values.get(id)!.some(value => value > 0)) seen.add('cross-entropy');
    if (sheet.layers.get(layer)!.kind !== 'maxPool2d') continue;
    for (let index = 0; index < size; index++) {
      const window = valuesIn(sheet, values, derive(sheet, { tensor: id, index })!.references[0].range);
      const largest = Math.max(...window);
      if (Number.isNaN(largest)) seen.add('non-finite window');
      else if (window.filter(value => value === largest).length > 1) seen.add('tie');
      if (largest < 0) seen.add('negative window');
    }
  }
}

function valuesIn(sheet: Sheet, values: Values, range: CellRange): number[] {
  const found: number[] = [];
  for (let row = range.row; row < range.row + range.height; row++) {
    for (let column = range.column; column < range.column + range.width; column++) {
      const { tensor, index } = sheet.layout.elementAt(row, column)!;
      found.push(values.get(tensor)![index]);
    }
  }
  return found;
}

/** The comparison in one line. */
export function describeComparison({ cells, nonzero, nonFinite, largestError }: Comparison): string {
  const share = ((100 * nonzero) / Math.max(1, cells)).toFixed(0);
  return (
    `${cells} comparisons, ${share} % nonzero, ${nonFinite} not finite, largest error ` + largestError.toExponential(1)
  );
}
