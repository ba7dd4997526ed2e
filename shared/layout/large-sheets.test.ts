import { describe, expect, test } from 'vitest';
import { formatAddress, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { UserError } from '../errors.ts';
import { boundsOf, elementOf } from './lattice.ts';
import type { Region } from './layout.ts';
import type { TensorId } from '../network.ts';
import { createRandom } from '../random.ts';
import type { Random } from '../random.ts';
import type { Sheet } from './sheet.ts';
import { chain, input, conv, pool, dense, only, blocks } from './testing/chains.ts';
import { latticeFaults, windowFaults } from './testing/faults.ts';

/** Faults of a sheet that is too large to check each cell: takes samples everywhere, and every region's corners. */
function sampledFaults({ layout, tensors }: Sheet, random: Random): string[] {
  const found: string[] = [];
  const look = (tensor: TensorId, index: number) => {
    const { row, column } = layout.cellOf(tensor, index);
    const claims = layout.regions.flatMap(region => {
      const element = elementOf(region, row, column);
      return element < 0 ? [] : [`${region.tensor}[${element}]`];
    });
    if (claims.join() !== `${tensor}[${index}]`) found.push(`${tensor}[${index}] shares its cell: ${claims.join()}`);
    if (row >= layout.rows || column >= layout.columns) found.push(`${tensor}[${index}] is outside`);
    const shown = layout.elementAt(row, column);
    if (shown?.tensor !== tensor || shown.index !== index) found.push(`${tensor}[${index}] is not found again`);
    if (layout.labelAt(row, column)) found.push(`a label stands on ${tensor}[${index}]`);
    const [{ whole }] = layout.blocksIn({ row, column, height: 1, width: 1 });
    const around = { ...whole, row: whole.row - 1, height: whole.height + 2 };
    for (const label of layout.labelsIn(around)) {
      if (layout.elementAt(label.row, label.column)) found.push(`the label ${label.text} stands on an element`);
    }
    const near = { row: Math.max(0, row - 3), column: Math.max(0, column - 3), height: 7, width: 7 };
    found.push(...windowFaults(layout, near));
  };
  for (const { id, size } of tensors.values()) {
    for (const index of [0, size - 1, ...Array.from({ length: 20 }, () => Math.floor(random.uniform() * size))])
      look(id, index);
    const cells = layout.regions.filter(region => region.tensor === id).map(cellCount);
    if (cells.reduce((sum, count) => sum + count, 0) !== size) found.push(`the regions of ${id} don't have its size`);
  }
  for (const region of layout.regions) found.push(...latticeFaults(layout, region));
  for (const [i, one] of layout.regions.entries()) {
    const bounds = boundsOf(one);
    for (const y of [bounds.row, bounds.row + bounds.height - 1]) {
      for (const x of [bounds.column, bounds.column + bounds.width - 1]) {
        const claims = layout.regions.filter(region => elementOf(region, y, x) >= 0);
        if (claims.length !== 1)
          found.push(`the corner ${formatAddress({ row: y, column: x })} of region ${i} belongs to ${claims.length}`);
      }
    }
  }
  if (layout.rows > MAX_ROWS || layout.columns > MAX_COLUMNS) found.push('the sheet is too large');
  return found;
}

function cellCount({ height, width, down, across }: Region): number {
  return [...down, ...across].reduce((product, repeat) => product * repeat.count, height * width);
}

describe('large sheets', () => {
  test('300 channels of 350×350 pixels, 184 million cells, are a handful of regions', () => {
    const sheet = chain(input(350, 350, 300), conv(300, 1));
    const cells = [...sheet.tensors.values()].reduce((sum, tensor) => sum + tensor.size, 0);
    expect(cells).toBeGreaterThan(180e6);
    expect(sheet.layout.regions.length).toBeLessThan(10);
    expect(sampledFaults(sheet, createRandom(2))).toEqual([]);
  });

  test('a stack taller than the sheet goes on in further columns, with its kernels, weights and what follows', () => {
    const sheet = chain(
      input(1000, 6, 2),
      conv(2500, 3),
      only('relu'),
      conv(3, 1, { strides: [9, 1], padding: 'same' }),
      only('flatten'),
      dense(4),
      only('softmax'),
    );
    expect(sheet.layout.rows).toBeGreaterThan(1_000_000);
    const maps = blocks(sheet, 'relu2/output');
    expect(maps).toHaveLength(2500);
    expect([maps[0], maps[1046], maps[1047], maps[2499]]).toEqual([
      'AI4:AL1001',
      'AI1047050:AL1048047',
      'AN4:AQ1001',
      'AS405409:AV406406',
    ]);
    expect(sampledFaults(sheet, createRandom(3))).toEqual([]);
  });

  test('the dense weights of a wrapped stack are wrapped like it', () => {
    const sheet = chain(input(1000, 6, 2), conv(2500, 3), only('flatten'), dense(3));
    const rowsOf = (tensor: TensorId) =>
      sheet.layout.regions
        .filter(region => region.tensor === tensor)
        .map(({ row, down }) => JSON.stringify([row, down.map(repeat => repeat.count)]));
    expect(rowsOf('dense3/kernel')).toEqual(rowsOf('conv2d1/output'));
    expect(sampledFaults(sheet, createRandom(4))).toEqual([]);
  });

  test('a vector longer than the sheet goes on in further columns, with its weights', () => {
    const sheet = chain(input(1500, 1000, 1), only('flatten'), only('relu'), dense(3));
    expect(blocks(sheet, 'relu2/output')).toEqual(['ALN3:ALN1048576', 'ALO3:ALO451428']);
    expect(sampledFaults(sheet, createRandom(5))).toEqual([]);
  });

  test('more units than fit side by side stand in further rows', () => {
    const wide = chain(input(8, 8, 20), only('flatten'), dense(3000), only('relu'), dense(2500), only('softmax'));
    expect(wide.layout.columns).toBeLessThan(6000);
    expect(sampledFaults(wide, createRandom(6))).toEqual([]);
    const few = chain(input(40, 20, 3), only('flatten'), dense(50_000));
    expect(sampledFaults(few, createRandom(7))).toEqual([]);
  });

  test('a deep network as large as those for photographs fits', () => {
    const blocksOf = (filters: number, count: number) =>
      Array.from({ length: count }, () => [conv(filters, 3, { padding: 'same' }), only('relu')]).flat();
    const sheet = chain(
      input(224, 224, 3),
      ...blocksOf(64, 2),
      pool(2),
      ...blocksOf(128, 2),
      pool(2),
      ...blocksOf(256, 2),
      pool(2),
      ...blocksOf(512, 2),
      pool(2),
      only('globalAveragePool2d'),
      dense(1000),
      only('softmax'),
    );
    expect(sheet.layout.columns).toBeLessThan(MAX_COLUMNS);
    expect(sampledFaults(sheet, createRandom(8))).toEqual([]);
  });
});

describe('a network too large for a sheet', () => {
  test('is one column wider than one that just fits', () => {
    expect(chain(input(2, 8191, 1), only('relu')).layout.columns).toBe(16_383);
    expect(() => chain(input(2, 8192, 1), only('relu'))).toThrow(UserError);
  });

  const cases: [name: string, build: () => Sheet, sentence: string][] = [
    [
      'too wide',
      () => chain(input(2, 9000, 1), only('relu')),
      "relu1 doesn't fit the sheet's 16,384 columns. Use fewer layers, filters or units, or smaller maps.",
    ],
    [
      'too wide for its kernels',
      () => chain(input(1, 1, 65_536), conv(1, 1)),
      "conv2d1 doesn't fit the sheet's 16,384 columns. Use fewer layers, filters or units, or smaller maps.",
    ],
    [
      'too tall for its kernels',
      () => chain(input(1_048_574, 1, 1), conv(1, 1)),
      "conv2d1 doesn't fit the sheet's 1,048,576 rows. Use fewer filters or units, or smaller maps.",
    ],
  ];
  test.each(cases)('is refused with its layer: %s', (_name, build, sentence) => {
    expect(build).toThrow(new UserError(sentence));
  });
});
