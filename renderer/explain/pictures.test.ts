import { expect, test } from 'vitest';
import { expressionOf } from '../../shared/formula/derive.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { parseNetwork } from '../../shared/network.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Values } from '../core/store.ts';
import { layerRanges } from './layer-view.ts';
import { cellsOfElements, contentsIn, LARGEST, MOST_PICTURED } from './map-pictures.ts';
import { createRandom } from '../../shared/random.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';

import { sights } from './sights.ts';

test('the pictures of a layer and of a cell are few enough, also where maps are as large as pictures can be', () => {
  const conv = { kind: 'conv2d', filters: 64, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: true };
  const layers = [
    { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [LARGEST, LARGEST, 3] },
    { id: 'first', name: 'first', inputs: ['in'], ...conv },
    { id: 'second', name: 'second', inputs: ['first'], ...conv },
  ];
  const sheet = buildSheet(parseNetwork({ version: 1, layers }));
  const cellsIn = (ranges: readonly RangePlace[]) =>
    ranges.reduce((count, { height, width }) => count + height * width, 0);
  const ofLayer = layerRanges(sheet, sheet.layers.get('second')!);
  // Two maps of each, and 32 kernels' slices.
  expect(cellsIn(ofLayer)).toBe(4 * LARGEST * LARGEST + 32 * 9);
  const element = { tensor: 'second/output', index: 64 * LARGEST * 20 + 64 * 20 } as const;
  const ofCell = sights(sheet, element, expressionOf(sheet, element));
  expect(ofCell.map(({ name }) => name)).toEqual(['in · map 1', 'first · map 1', 'first · map 2', 'second · map 1']);
  expect(cellsIn(ofCell.map(({ cells }) => cells))).toBeLessThanOrEqual(MOST_PICTURED);
});

test('what cells hold is read by blocks: each at its place, and nothing between them', () => {
  const layers = [
    { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [2, 3, 2] },
    { id: 'relu', name: 'relu', inputs: ['in'], kind: 'relu' },
  ];
  const sheet = buildSheet(parseNetwork({ version: 1, layers }));
  const range = cellsOfElements(sheet, 'relu/output', 0, 11);
  const values: Pick<Values, 'block'> = {
    block: ({ view: { offset, rowStride, columnStride, height, width } }) => ({
      numbers: Float32Array.from({ length: height * width }, (_, i) => {
        return offset + Math.floor(i / width) * rowStride + (i % width) * columnStride;
      }),
    }),
  };
  const found = contentsIn(sheet, values, range);
  const elements = found.map((_, i) =>
    sheet.layout.elementAt(range.row + Math.floor(i / range.width), range.column + (i % range.width)),
  );
  expect(found).toEqual(elements.map(element => element?.index));
  expect(found.filter(each => each === undefined).length).toBeGreaterThan(0);
  expect(new Set(found).size).toBe(13);
});

test('a number in little room is its cell’s number, rounded to what it shows', () => {
  const random = createRandom(3);
  for (let n = 0; n < 3000; n++) {
    const value = Math.fround(random.normal() * 10 ** (random.integer(16) - 8));
    const text = shortNumber(value);
    const read = Number(text.replaceAll('−', '-'));
    const [mantissa, exponent = '0'] = text.split('e');
    const decimals = mantissa.split('.')[1]?.length ?? 0;
    const unit = 10 ** (Number(exponent.replace('−', '-')) - decimals);
    expect(Math.abs(read - value), `${value} as ${text}`).toBeLessThanOrEqual(0.501 * unit);
    // Only 0 looks like 0.
    expect(read === 0, `${value} as ${text}`).toBe(value === 0);
  }
  expect([0, 3, -12, 0.125, 1234.5, 250_000].map(shortNumber)).toEqual(['0', '3', '−12', '0.13', '1235', '3e5']);
});
