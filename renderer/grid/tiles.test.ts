import { expect, test } from 'vitest';
import { columnIndex } from '../../shared/address.ts';
import { randomExample } from '../../shared/testing/random-network.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { cutBlocks, tileKey, tilesOf } from './tiles.ts';

test('tiles show exactly the elements of the layout, each once', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { layout } = randomExample(seed, 'plain').sheet;
    const shown = new Map<string, string>();
    for (const { row, column, height, width, view } of cutBlocks(layout, {
      row: 0,
      column: 0,
      height: layout.rows,
      width: layout.columns,
    }))
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const cell = `${row + y} ${column + x}`;
          expect(shown.has(cell)).toBe(false);
          shown.set(cell, `${view.tensor} ${view.offset + y * view.rowStride + x * view.columnStride}`);
        }
    for (let row = 0; row < layout.rows; row++)
      for (let column = 0; column < layout.columns; column++) {
        const found = layout.elementAt(row, column);
        expect(shown.get(`${row} ${column}`)).toBe(found && `${found.tensor} ${found.index}`);
      }
  }
});

test('what is watched stays the same while the sheet scrolls within it', () => {
  const { layout } = lessonSheet();
  const at = (row: number, column: number) => cutBlocks(layout, { row, column, height: 20, width: 20 }).map(tileKey);
  expect(at(3, 2)).toEqual(at(5, 6));
  expect(at(3, 2)).toHaveLength(1);
});

test('a ReLU with its convolution folded into it shows what it dropped, on the scale of the convolution', () => {
  const sheet = lessonSheet();
  const range = { row: 2, column: columnIndex('BI'), height: 1, width: 1 };
  const [open] = tilesOf(sheet, range, new Set());
  const [folded] = tilesOf(sheet, range, new Set(['conv1']));
  expect([open.scale, open.dropped]).toEqual(['relu1/output', undefined]);
  expect(folded.scale).toBe('conv1/output');
  expect(folded.dropped?.view).toEqual({ ...open.block.view, tensor: 'conv1/output' });
});
