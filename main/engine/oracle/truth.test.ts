import { beforeAll, describe, expect, it } from 'vitest';
import { layerKinds } from '../../../shared/layers/kinds.ts';
import type { CellRange } from '../../../shared/address.ts';
import { derive } from '../../../shared/formula/derive.ts';
import type { Layer, TensorId } from '../../../shared/network.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import { startBackend } from '../backend/backend.ts';
import {
  addComparison,
  type Comparison,
  compareSomeCells,
  compareTensors,
  compareWholeSheet,
  emptyComparison,
} from './compare-formulas.ts';
import { createForward } from '../show/forward.ts';
import {
  type Example,
  type Flavour,
  manyChannelsExample,
  randomExample,
} from '../../../shared/testing/random-network.ts';
import { computeReference } from './reference.ts';

const NETWORKS = 300;
const WHOLE = 60;
const CELLS_PER_TENSOR = 20;

type Values = Map<TensorId, Float32Array>;
beforeAll(startBackend);

/** All tensors, as the engine computes them. */
function computeTensors({ sheet, stored }: Example): Values {
  const forward = createForward(sheet.network, stored);
  forward.update(stored.keys());
  const values = new Map([...sheet.tensors.keys()].map(id => [id, forward.value(id)]));
  forward.dispose();
  return values;
}

describe('formulas, reference loops and engine agree', () => {
  // No huge pixels where a whole sheet is asked for: there a number too large for a float32 is still a number for the
  // next cell.
  const flavours: Flavour[] = ['plain', 'ties', 'negative', 'broken', 'huge'];
  const examples = Array.from({ length: NETWORKS }, (_, seed) =>
    randomExample(seed, flavours[seed % (seed < WHOLE ? 4 : 5)]),
  );
  examples.push(manyChannelsExample());

  it('on whole sheets, evaluated by HyperFormula from pixels and parameters alone', { timeout: 120_000 }, () => {
    const total = emptyComparison();
    const chosen = [...examples.slice(0, WHOLE), examples.at(-1)!];
    for (const { sheet, stored } of chosen) addComparison(total, compareWholeSheet(sheet, stored));
    report(`whole sheets of ${chosen.length} networks`, total);
    expect(total.mismatches).toEqual([]);
    expect(total.nonzero / total.cells).toBeGreaterThan(0.3);
    expect(total.nonFinite).toBeGreaterThan(100);
  });

  it('on each step, cell by cell, from the values of its precedents', { timeout: 120_000 }, () => {
    const formulas = emptyComparison();
    const tensors = emptyComparison();
    const seen = new Set<string>();
    for (const example of examples) {
      const values = computeTensors(example);
      const reference = computeReference(example.sheet.network, values);
      addComparison(tensors, compareTensors(values, reference));
      addComparison(formulas, compareSomeCells(example.sheet, values, reference, example.random, CELLS_PER_TENSOR));
      for (const layer of example.sheet.layers.values()) noteLayer(layer, example.sheet, seen);
      noteWindows(example.sheet, values, seen);
    }
    report(`formulas of ${examples.length} networks`, formulas);
    report(`tensors of ${examples.length} networks`, tensors);
    expect(formulas.mismatches).toEqual([]);
    expect(tensors.mismatches).toEqual([]);
    expect(formulas.nonzero / formulas.cells).toBeGreaterThan(0.3);
    expect(EXPECTED.filter(what => !seen.has(what))).toEqual([]);
  });
});

/** What the random networks must have crossed. */
const EXPECTED = [
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

function report(what: string, { cells, nonzero, nonFinite, largestError }: Comparison): void {
  const share = ((100 * nonzero) / cells).toFixed(0);
  console.info(
    `${what}: ${cells} comparisons, ${share} % nonzero, ${nonFinite} not finite, largest error ` +
      largestError.toExponential(1),
  );
}
