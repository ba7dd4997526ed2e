import { describe, expect, it } from 'vitest';
import { type CellRange, contains } from '../address.ts';
import { parseNetwork } from '../network.ts';
import type { RangePlace } from '../places.ts';
import { createRandom } from '../random.ts';
import { manyChannelsExample, randomNetwork } from '../testing/random-network.ts';
import { buildSheet, type Sheet } from '../layout/sheet.ts';
import { derive } from './derive.ts';
import { dependents, receptiveField, stepsToPixels } from './trace.ts';

const randomSheet = (seed: number) => buildSheet(parseNetwork(randomNetwork(createRandom(seed))));

const keyOf = (row: number, column: number) => row * 16_384 + column;
function cellsOf(ranges: readonly CellRange[]): number[] {
  const cells: number[] = [];
  for (const { row, column, height, width } of ranges) {
    for (let y = row; y < row + height; y++) for (let x = column; x < column + width; x++) cells.push(keyOf(y, x));
  }
  return cells;
}

/** Whether a network has zeros around maps, or kernels that leave cells out. */
function hasZerosOrGaps({ network: { layers } }: Sheet): boolean {
  return layers.some(layer => layer.kind === 'zeroPadding2d' || 'dilationRate' in layer);
}

/** The readers of each cell, found by looking at every formula of the sheet. */
function readersOf(sheet: Sheet): Map<number, Set<number>> {
  const readers = new Map<number, Set<number>>();
  for (const { id, role, size } of sheet.tensors.values()) {
    if (role !== 'computed') continue;
    for (let index = 0; index < size; index++) {
      const { row, column } = sheet.layout.cellOf(id, index);
      for (const cell of cellsOf(derive(sheet, { tensor: id, index })!.references.map(({ range }) => range))) {
        const known = readers.get(cell);
        if (known) known.add(keyOf(row, column));
        else readers.set(cell, new Set([keyOf(row, column)]));
      }
    }
  }
  return readers;
}

function expectDependentsToInvertFormulas(sheet: Sheet): void {
  const readers = readersOf(sheet);
  for (const { id, size } of sheet.tensors.values()) {
    for (let index = 0; index < size; index++) {
      const { row, column } = sheet.layout.cellOf(id, index);
      const found = cellsOf(dependents(sheet, { tensor: id, index }));
      const expected = [...(readers.get(keyOf(row, column)) ?? [])];
      if (found.length !== expected.length || new Set(found).size !== found.length) {
        expect.fail(`${id}[${index}]: ${found.length} dependents, ${expected.length} formulas read it`);
      }
      for (const cell of expected) if (!found.includes(cell)) expect.fail(`${id}[${index}]: misses a dependent`);
    }
  }
}

/** The pixels that a cell's value depends on, found by following formulas. */
function pixelsBehind(sheet: Sheet, tensor: `${string}/output`, index: number): Set<number> {
  const pixels = new Set<number>();
  const seen = new Set<string>();
  const waiting: { tensor: string; index: number }[] = [{ tensor, index }];
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    const { row, column } = sheet.layout.cellOf(element.tensor as typeof tensor, element.index);
    const role = sheet.tensors.get(element.tensor as typeof tensor)!.role;
    if (role === 'pixels') pixels.add(keyOf(row, column));
    for (const { range } of derive(sheet, element as never)?.references ?? []) {
      for (const cell of cellsOf([range])) {
        const read = sheet.layout.elementAt(Math.floor(cell / 16_384), cell % 16_384);
        if (!read || seen.has(`${read.tensor}[${read.index}]`)) continue;
        seen.add(`${read.tensor}[${read.index}]`);
        waiting.push(read);
      }
    }
  }
  return pixels;
}

describe('dependents', () => {
  it('are exactly the cells whose formula reads the cell, in random networks', () => {
    for (let seed = 0; seed < 30; seed++) expectDependentsToInvertFormulas(randomSheet(seed));
  });

  it('follow a kernel cell and a pixel into partial sums where a formula cannot hold all channels', () => {
    const { sheet } = manyChannelsExample();
    const toPartial = dependents(sheet, { tensor: 'in/output', index: 299 });
    expect(toPartial).toHaveLength(2);
    for (const range of toPartial) {
      const element = sheet.layout.elementAt(range.row, range.column)!;
      expect(element).toEqual({ tensor: 'a/partial', index: 2 * 5 * 4 * 2 + (element.index % 2) });
    }
    const [{ row, column }] = dependents(sheet, { tensor: 'a/partial', index: 2 * 5 * 4 * 2 });
    expect(sheet.layout.elementAt(row, column)).toEqual({ tensor: 'a/output', index: 0 });
  });
});

describe('the steps back to the pixels', () => {
  it('begin with the activations a formula reads and end with the receptive field, in random networks', () => {
    let compared = 0;
    for (let seed = 300; seed < 320; seed++) {
      const sheet = randomSheet(seed);
      const random = createRandom(seed);
      for (const { id, name, role, size } of sheet.tensors.values()) {
        if (role !== 'computed' || name !== 'output') continue;
        const element = { tensor: id, index: random.integer(size) };
        const layer = sheet.layers.get(sheet.tensors.get(id)!.layer)!;
        if (layer.kind === 'softmax' || sheet.tensors.has(`${layer.id}/partial`)) continue;
        const steps = stepsToPixels(sheet, element);
        const read = derive(sheet, element)!.references.filter(reference => reference.role === 'activation');
        const byPlace = (a: number, b: number) => a - b;
        if (read.length === 0) {
          // A zero around a map, which comes from nowhere.
          expect(steps).toEqual([]);
          continue;
        }
        if ('dilationRate' in layer) continue;
        expect([...new Set(cellsOf(steps[0]))].sort(byPlace)).toEqual(
          // One reference may span a whole stack of maps with the blanks between them.
          [...new Set(cellsOf(read.map(({ range }) => range)))]
            .filter(cell => sheet.layout.elementAt(Math.floor(cell / 16_384), cell % 16_384))
            .sort(byPlace),
        );
        expect(steps.at(-1)).toEqual(receptiveField(sheet, element));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

describe('a shortcut', () => {
  const conv = { kind: 'conv2d', filters: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: false };
  const sheet = buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [9, 9, 1] },
        { id: 'a', name: 'a', inputs: ['in'], ...conv },
        { id: 'b', name: 'b', inputs: ['a'], ...conv },
        { id: 'norm', name: 'norm', inputs: ['b'], kind: 'batchNorm', epsilon: 1e-3, momentum: 0.99 },
        { id: 'sum', name: 'sum', inputs: ['norm', 'a', 'in'], kind: 'add' },
      ],
    }),
  );
  /** The cells of a layer around row 4, column 4, so many to each side. */
  const around = (layer: string, reach: number): RangePlace => {
    const { row, column } = sheet.layout.cellOf(`${layer}/output`, (4 - reach) * 9 + 4 - reach);
    return { sheet: sheet.id, row, column, height: 2 * reach + 1, width: 2 * reach + 1 };
  };

  it('waits in the steps back until the longer branch has reached its layer', () => {
    const steps = stepsToPixels(sheet, { tensor: 'sum/output', index: 4 * 9 + 4 });
    const byColumn = (ranges: RangePlace[]) => ranges.toSorted((a, b) => a.column - b.column);
    expect(steps.map(byColumn)).toEqual([
      [around('in', 0), around('a', 0), around('norm', 0)],
      [around('in', 0), around('a', 0), around('b', 0)],
      [around('in', 0), around('a', 1)],
      [around('in', 2)],
    ]);
  });

  it('makes its layer read twice, but is one dependent', () => {
    expect(dependents(sheet, { tensor: 'a/output', index: 4 * 9 + 4 })).toEqual([around('b', 1), around('sum', 0)]);
    const field = dependents(sheet, { tensor: 'norm/gamma', index: 0 });
    expect(field).toEqual([around('norm', 4)]);
    expect(dependents(sheet, { tensor: 'norm/movingVariance', index: 0 })).toEqual(field);
  });
});

describe('the receptive field', () => {
  it('is the smallest rectangle a channel around the pixels found by walking through the formulas', () => {
    let exact = 0;
    for (let seed = 100; seed < 120; seed++) {
      const sheet = randomSheet(seed);
      const random = createRandom(seed);
      for (const { id, role, size } of sheet.tensors.values()) {
        if (role !== 'computed' || id.endsWith('/crossEntropy')) continue;
        const index = random.integer(size);
        const field = receptiveField(sheet, { tensor: id, index });
        const pixels = pixelsBehind(sheet, id as `${string}/output`, index);
        const inside = new Set(cellsOf(field));
        for (const pixel of pixels) if (!inside.has(pixel)) expect.fail(`${id}[${index}]: a pixel outside the field`);
        // A rectangle around cells with others between them may have borders where nothing is read.
        if (hasZerosOrGaps(sheet)) continue;
        exact++;
        for (const range of field) {
          const within = [...pixels]
            .map(pixel => ({ row: Math.floor(pixel / 16_384), column: pixel % 16_384 }))
            .filter(pixel => contains(range, pixel));
          const rows = within.map(pixel => pixel.row);
          const columns = within.map(pixel => pixel.column);
          const hull = { row: Math.min(...rows), column: Math.min(...columns) };
          expect({
            sheet: sheet.id,
            ...hull,
            height: Math.max(...rows) - hull.row + 1,
            width: Math.max(...columns) - hull.column + 1,
          }).toEqual(range);
        }
      }
    }
    expect(exact).toBeGreaterThan(100);
  });

  it('of a second 3×3 convolution is 5×5 pixels, of a pixel itself, of a parameter nothing', () => {
    const conv = { kind: 'conv2d', filters: 2, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: false };
    const sheet = buildSheet(
      parseNetwork({
        version: 1,
        layers: [
          { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] },
          { id: 'c1', name: 'conv1', inputs: ['in'], ...conv },
          { id: 'r1', name: 'relu1', inputs: ['c1'], kind: 'relu' },
          { id: 'c2', name: 'conv2', inputs: ['r1'], ...conv },
        ],
      }),
    );
    const first = sheet.layout.cellOf('in/output', 0);
    const [field, ...more] = receptiveField(sheet, { tensor: 'c2/output', index: (3 * 24 + 7) * 2 + 1 });
    expect(more).toEqual([]);
    expect(field).toEqual({ sheet: sheet.id, row: first.row + 3, column: first.column + 7, height: 5, width: 5 });
    expect(receptiveField(sheet, { tensor: 'in/output', index: 29 })).toEqual([
      { sheet: sheet.id, row: first.row + 1, column: first.column + 1, height: 1, width: 1 },
    ]);
    expect(receptiveField(sheet, { tensor: 'c1/kernel', index: 0 })).toEqual([]);
  });
});
