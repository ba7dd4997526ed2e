import { describe, expect, test } from 'vitest';
import { columnIndex } from '../../shared/address.ts';
import { manyChannelsExample, randomExample } from '../../shared/testing/random-network.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { lenet } from '../../shared/templates.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { createGeometry, sizeThatFits } from './geometry.ts';
import { createOwnGeometry } from './own-geometry.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';

const SIZES = [1, 2, 3, 6, 13, 16, 23, 64];

/** Sheets: the lesson, a network with 300 channels, and random networks. */
const sheets: [string, Sheet][] = [
  ['lesson', lessonSheet()],
  ['300 channels', manyChannelsExample().sheet],
  ...Array.from({ length: 25 }, (_, seed): [string, Sheet] => [`random ${seed}`, randomExample(seed, 'plain').sheet]),
];

describe.each(sheets)('%s', (_name, sheet) => {
  const folded = new Set(sheet.network.layers.filter(({ kind }) => kind === 'conv2d').map(({ id }) => id));

  test.each(SIZES)('at %i px every cell is found where it stands', size => {
    for (const hidden of [new Set<string>(), folded]) {
      const geometry = createGeometry(sheet, size, hidden);
      let right = 0;
      for (let column = 0; column < geometry.columns; column++) {
        const left = geometry.left(column);
        const width = geometry.columnWidth(column);
        expect(left).toBe(right);
        right = left + width;
        if (width === 0) continue;
        expect(geometry.columnAt(left)).toBe(column);
        expect(geometry.columnAt(right - 0.01)).toBe(column);
      }
      expect(geometry.width).toBe(right);
      for (const row of [1, 2, 7, geometry.rows >> 1, geometry.rows - 1]) {
        expect(geometry.rowAt(geometry.top(row))).toBe(row);
        expect(geometry.rowAt(geometry.top(row) + size - 0.01)).toBe(row);
      }
    }
  });

  test('folded convolutions lose their map columns and the blank after them, and nothing else', () => {
    const open = createGeometry(sheet, 16);
    const closed = createGeometry(sheet, 16, folded);
    const maps = sheet.layout.bands.filter(({ layer, role }) => role === 'maps' && folded.has(layer));
    for (let column = 0; column < open.columns; column++) {
      const inside = maps.some(band => column >= band.column && column < band.column + band.width);
      const before = maps.some(band => column === band.column + band.width);
      const isBlank = !sheet.layout.bands.some(band => column >= band.column && column < band.column + band.width);
      if (inside) expect(closed.isHidden(column)).toBe(true);
      else if (!(before && isBlank)) expect(closed.columnWidth(column)).toBe(open.columnWidth(column));
    }
  });
});

test('a range of pixels gives the cells that touch it', () => {
  const geometry = createGeometry(lessonSheet(), 16);
  expect(geometry.cellsIn(0, 0, 32, 16)).toEqual({ row: 1, column: 0, height: 1, width: 2 });
  expect(geometry.cellsIn(15, 15, 2, 2)).toEqual({ row: 1, column: 0, height: 2, width: 2 });
});

test('kernels are wider than pixels, blanks between bands narrow but never under 8 px', () => {
  const gap = columnIndex('AC');
  const kernel = columnIndex('AD');
  const sheet = lessonSheet();
  const widths = (size: number) => {
    const geometry = createGeometry(sheet, size);
    return [0, gap, kernel].map(column => geometry.columnWidth(column));
  };
  expect(widths(16)).toEqual([16, 8, 23]);
  expect(widths(2)).toEqual([2, 8, 3]);
  expect(widths(40)).toEqual([40, 20, 58]);
});

test('from a hidden column one comes to the nearest visible one', () => {
  const geometry = createGeometry(lessonSheet(), 16, new Set(['conv1']));
  const [first, next, last] = [columnIndex('AH'), columnIndex('BI'), columnIndex('AG')];
  expect(geometry.isHidden(first)).toBe(true);
  expect(geometry.visibleColumn(first, 1)).toBe(next);
  expect(geometry.visibleColumn(first, -1)).toBe(last);
  expect(geometry.visibleColumn(next, -1)).toBe(next);
});

test('the column of class names is as wide as they need, those beside it stay what they are (fault 18)', () => {
  const sheet = lessonSheet();
  const { column } = sheet.layout.cellOf('dense/bias', 0);
  const widths = (names: number) => {
    const geometry = createGeometry(sheet, 20, new Set(), names);
    return [column - 1, column, column + 1].map(each => geometry.columnWidth(each));
  };
  expect(widths(0)).toEqual([70, 70, 70]);
  expect(widths(45)).toEqual([70, 70, 70]);
  expect(widths(131)).toEqual([131, 70, 70]);
});

const WINDOWS = [
  [1400, 800],
  [400, 300],
  [2560, 1400],
] as const;
test.each([
  ['the lesson', lessonSheet()],
  ['RGB photos of 96×96', buildSheet(lenet([96, 96, 3], 3))],
  ['RGB photos of 224×224', buildSheet(lenet([224, 224, 3], 10))],
  ['300 channels', manyChannelsExample().sheet],
] as [string, Sheet][])('%s fits every window whole, with cells as large as they may be (fault 44)', (_name, sheet) => {
  for (const [width, height] of WINDOWS) {
    const at = (size: number) => createGeometry(sheet, size);
    const size = sizeThatFits(sheet, at, width, height, 40);
    const end = (geometry: ReturnType<typeof at>) => [
      geometry.headingWidth + geometry.left(sheet.layout.columns),
      geometry.top(sheet.layout.rows),
    ];
    const [right, bottom] = end(at(size));
    expect(right).toBeLessThanOrEqual(width + 1e-6);
    expect(bottom).toBeLessThanOrEqual(height + 1e-6);
    const [wider, taller] = end(at(size < 1 ? 1.02 * size : size + 1));
    if (size < 0.97) expect(wider > width || taller > height).toBe(true);
  }
});

test('on an own sheet, columns have widths of their own, and every row scrolls and is found (habit 29)', () => {
  const own = { ...lessonSheet(), id: 'notes', layout: { ...lessonSheet().layout, rows: 5, columns: 3 } };
  const widths = new Map([
    [1, 200],
    [4, 40],
  ]);
  const tall = [
    { row: 0, height: 50 },
    { row: 3, height: 90 },
    { row: 40, height: 35 },
  ];
  const active = { row: 0, column: 0 };
  const geometry = createOwnGeometry(own, 20, widths, active, { heightsAt: () => tall });
  expect([0, 1, 2, 4, 5].map(column => geometry.columnWidth(column))).toEqual([80, 200, 80, 40, 80]);
  expect(geometry.left(5)).toBe(80 + 200 + 80 + 80 + 40);
  let top = 0;
  for (let row = 0; row < geometry.rows; row++) {
    const height = tall.find(each => each.row === row)?.height ?? 20;
    expect([geometry.top(row), geometry.rowHeight(row)]).toEqual([top, height]);
    expect([geometry.rowAt(top), geometry.rowAt(top + height - 0.01)]).toEqual([row, row]);
    top += height;
  }
  expect(geometry.height).toBe(top);
  // With formulas shown, columns are twice as wide.
  expect(createOwnGeometry(own, 20, widths, active, { formulas: true }).columnWidth(1)).toBe(400);
});

test('formulas in all cells have wider columns, and pixels and weights stay as they are', () => {
  const sheet = lessonSheet();
  const [plain, wide] = [createGeometry(sheet, 16), createGeometry(sheet, 16, new Set(), 0, { formulas: true })];
  const widthOf = (name: string) => [plain, wide].map(each => each.columnWidth(columnIndex(name)));
  expect(widthOf('A')).toEqual([16, 16]);
  expect(widthOf('AD')).toEqual([23, 23]);
  expect(widthOf('AH')).toEqual([16, 144]);
});
