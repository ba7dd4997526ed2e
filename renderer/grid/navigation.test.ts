import { expect, test } from 'vitest';
import { formatAddress, formatRange, parseAddress, parseRange } from '../../shared/address.ts';
import type { SheetCells } from '../../shared/cells.ts';
import { put } from '../../shared/changes/edits.ts';
import { createGeometry } from './geometry.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { type Direction, jump, jumpAlong, regionToSelect } from './navigation.ts';
import { stretchFill } from './pointer.ts';
import { follow } from './scroll.ts';

const sheet = lessonSheet();
const at = (text: string) => ({ sheet: sheet.id, ...parseAddress(text)! });
const over = (text: string) => ({ sheet: sheet.id, ...parseRange(text)! });

/** The cells that Ctrl and these arrows lead to, one after the other. */
function walk(from: string, directions: Direction[], folded: string[] = []): string[] {
  const geometry = createGeometry(sheet, 16, new Set(folded));
  let cell = at(from);
  return directions.map(direction => formatAddress((cell = jump(sheet.layout, geometry, cell, direction))));
}

test('Ctrl and an arrow stop at the edges of filled blocks, as in a spreadsheet', () => {
  expect(walk('B5', ['right', 'right', 'left', 'left'])).toEqual(['AB5', 'AH5', 'AB5', 'A5']);
  expect(walk('AD11', ['down', 'up', 'up'])).toEqual(['AD15', 'AD10', 'AD1']);
  expect(walk('C2', ['down', 'up'])).toEqual(['C29', 'C2']);
});

test('Ctrl and an arrow go to the edge of the sheet where nothing is filled any more', () => {
  const geometry = createGeometry(sheet, 16);
  expect(walk('A29', ['down'])).toEqual([`A${geometry.rows}`]);
  expect(walk('C40', ['left'])).toEqual(['A40']);
});

test('Ctrl and an arrow pass over folded columns', () => {
  expect(walk('AB5', ['right', 'left'], ['conv1'])).toEqual(['BI5', 'AB5']);
});

test('jumps along a line of filled runs', () => {
  const filled = [
    [2, 5],
    [8, 9],
  ] as const;
  const forward = (at: number) => jumpAlong(filled, at, 1, 20);
  const back = (at: number) => jumpAlong(filled, at, -1, 0);
  expect([0, 2, 3, 4, 6, 8, 12].map(forward)).toEqual([2, 4, 4, 8, 8, 20, 20]);
  expect([12, 8, 6, 4, 3, 2, 1].map(back)).toEqual([8, 4, 4, 2, 2, 0, 0]);
});

test('a fill goes the way the handle was dragged farther', () => {
  const source = over('B2:C3');
  expect(stretchFill(source, at('C9'))).toEqual(over('B2:C9'));
  expect(stretchFill(source, at('H4'))).toEqual(over('B2:H3'));
  expect(stretchFill(source, at('A2'))).toEqual(over('A2:C3'));
  expect(stretchFill(source, at('C3'))).toEqual(source);
});

test('sheets longer than a browser can lay out scroll pixel by pixel, and the bar reaches their end', () => {
  const axis = { position: 0, native: 0, extent: 60_000_000, view: 1000 };
  for (let native = 100; native <= 5000; native += 100) follow(axis, native);
  expect(axis.position).toBe(5000);
  follow(axis, 4_000_000);
  expect(axis.position / axis.extent).toBeCloseTo(0.5, 2);
  follow(axis, 8_000_000 - 1000);
  expect(axis.position).toBe(60_000_000 - 1000);
  follow(axis, 0);
  expect(axis.position).toBe(0);
});

test('shorter sheets scroll as the browser does', () => {
  const axis = { position: 0, native: 0, extent: 5000, view: 1000 };
  follow(axis, 3200);
  expect(axis.position).toBe(3200);
});

test('Ctrl+A selects the region around a cell, then the whole sheet (habit 5)', () => {
  const cells: SheetCells = new Map();
  for (const each of ['B2', 'C2', 'B3', 'D4', 'C6', 'F2']) {
    const { row, column } = parseAddress(each)!;
    put(cells, row, column, { content: 1 });
  }
  // A cell that only looks different is blank.
  put(cells, 1, 4, { format: { bold: true } });
  const layout = { ...sheet.layout, rows: 6, columns: 6, blocksIn: () => [] };
  const from = (cell: string, selection = cell) =>
    formatRange(regionToSelect(layout, at(cell), over(selection), cells));
  expect(from('C2')).toBe('B2:D4');
  expect(from('C3')).toBe('B2:D4');
  expect(from('C2', 'B2:D4')).toBe('A1:F6');
  // F2 has only blank neighbours.
  expect(from('F2')).toBe('A1:F6');
});
