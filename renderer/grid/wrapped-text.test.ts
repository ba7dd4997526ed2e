import { expect, test } from 'vitest';
import type { Cell } from '../../shared/cells.ts';
import { put } from '../../shared/changes/edits.ts';
import { readTheme } from '../parts/theme.ts';
import { createGeometry } from './geometry.ts';
import { paintCells, type PaintedCells } from './paint-cells.ts';
import { createPlace, type Frame } from './frame.ts';
import { createOwnGeometry } from './own-geometry.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { sketch } from './testing/sketch.ts';
import { createRowHeights, linesOf, textSize } from './wrapped-text.ts';

const { context } = sketch();
context.font = '400 10px ui';
/** All characters are equally wide in the sketch. */
const character = context.measureText('0').width;

test.each([
  ['one two three', 8, ['one two', 'three']],
  ['one two three', 20, ['one two three']],
  ['a\nbcd', 4, ['a', 'bcd']],
  ['abcdefghij k', 4, ['abcd', 'efgh', 'ij k']],
  ['a  b', 3, ['a', 'b']],
  ['', 3, ['']],
  ['😀😀😀', 1, ['😀', '😀', '😀']],
])('%j breaks into lines of %d characters', (text, room, lines) => {
  expect(linesOf(context, text, room * character + 0.01)).toEqual(lines);
});

const sheet = lessonSheet();
const own = () => ({ id: 'notes', name: 'Notes', cells: new Map<number, Map<number, Cell>>(), widths: new Map() });
const wrap = { wrap: true } as const;

test('a wrapped text makes its row as high as its lines need, and narrower columns need more', () => {
  const notes = own();
  put(notes.cells, 4, 1, { content: 'as many words as several lines of one column can show', format: wrap });
  put(notes.cells, 7, 1, { content: 'short', format: wrap });
  put(notes.cells, 8, 1, { content: 'not wrapped, however many words stand here' });
  const formula = { formula: 1, from: { row: 9, column: 1 } } as const;
  put(notes.cells, 9, 1, { content: formula, format: wrap });
  let result: string | null = null;
  const heights = createRowHeights(context, () => result);
  const rowsAt = (width: number) => {
    const layout = { ...sheet.layout, rows: 20, columns: 4 };
    const geometry = createOwnGeometry({ ...sheet, layout }, 20, new Map([[1, width]]), { row: 0, column: 0 });
    return heights(notes, geometry, { family: 'ui', cellSize: 20 });
  };
  const [{ row, height }, ...others] = rowsAt(100);
  expect([row, others]).toEqual([4, []]);
  expect(height).toBeGreaterThan(3 * textSize(20));
  expect(rowsAt(60)[0].height).toBeGreaterThan(height);
  // The result of a formula counts as soon as it is known, and stays when it is out of view.
  result = 'the result of a formula that has several words';
  expect(rowsAt(100).map(each => each.row)).toEqual([4, 9]);
  result = null;
  expect(rowsAt(100).map(each => each.row)).toEqual([4, 9]);
});

/** The texts that are painted for these cells of the network's sheet. */
function painted(cells: Record<string, { at: [row: number, column: number]; cell: Cell }>) {
  const { context: canvas, written } = sketch();
  const all = Object.values(cells);
  const found = (row: number, column: number) => all.find(({ at }) => at[0] === row && at[1] === column)?.cell;
  const shown: PaintedCells = {
    each: take => {
      for (const { at, cell } of all) take(cell.content as string, ...at);
    },
    format: (row, column) => found(row, column)?.format,
    blank: (row, column) => !sheet.layout.elementAt(row, column) && !found(row, column),
    formula: () => undefined,
    rowsGrow: false,
  };
  const geometry = createGeometry(sheet, 16);
  const theme = { ui: 'ui', numerals: 'n', ink: '#000', danger: '#f00' } as ReturnType<typeof readTheme>;
  const size = { width: 1600, height: 1000, ratio: 1, scrollX: 0, scrollY: 0 };
  const frame: Frame = {
    ...size,
    geometry,
    theme,
    captions: [],
    labels: [],
    selection: { row: 0, column: 0, height: 1, width: 1 },
  };
  paintCells(canvas, frame, createPlace(frame), shown);
  return written;
}

test('on the network’s sheet rows keep their height: a wrapped text runs over the blank cells beside and below', () => {
  const text = 'a note of a good many words that several lines beside the picture have room for';
  const lines = painted({ note: { at: [32, 1], cell: { content: text, format: wrap } } });
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.map(each => each.text).join(' ')).toBe(text);
  expect(new Set(lines.map(({ left }) => left)).size).toBe(1);
  const down = lines.map(({ y }) => y);
  expect(down).toEqual(down.toSorted((a, b) => a - b));
});

test('on the network’s sheet a number runs over the blank cells beside it, and stays in its own where none is', () => {
  const at: [number, number] = [32, 1];
  const beside = { at: [32, 2] as [number, number], cell: { content: 'x' } };
  const textOf = (content: number, others = {}) => painted({ n: { at, cell: { content } }, ...others })[0];
  expect(textOf(1234567).text).toBe('1234567');
  expect(textOf(1234567, { beside }).text).toBe('##');
  expect(textOf(1.9921875).text).toBe('1.9921875');
  expect(textOf(1.9921875, { beside }).text).toBe('2');
  // It takes as much room as a column of an own sheet has, and not more.
  const long = textOf(1 / 3);
  expect(long.text).toMatch(/^0\.33+$/);
  expect(long.right - long.left).toBeLessThanOrEqual(4 * 16);
});

test('an error and a truth value that are wider than their cell begin in it, and run to the right', () => {
  const at: [number, number] = [32, 0];
  const leftOf = (content: unknown) => painted({ one: { at, cell: { content: content as string } } })[0].left;
  const begins = leftOf('a text that is wider than its cell');
  expect(leftOf({ error: '#CYCLE!' })).toBe(begins);
  expect(leftOf(false)).toBe(begins);
});
