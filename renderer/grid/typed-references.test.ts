import { expect, test } from 'vitest';
import { formatRange, parseRange } from '../../shared/address.ts';
import { firstSheets, type RangePlace } from '../../shared/places.ts';
import type { EditSession } from '../core/edit-session.ts';
import { dragged, formulasOf, type Grip, gripAt, shownReferences, typedOutlines } from './typed-references.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';

const sheet = lessonSheet();
const sheets = [...firstSheets, { id: 'notes', name: 'My notes' }];
const place = (cells: string): RangePlace => ({ sheet: sheet.id, ...parseRange(cells)! });

/** A session that has typed this text into C34. */
function typing(text: string, change: Partial<EditSession> = {}) {
  const caret = { start: text.length, end: text.length };
  const at = { sheet: sheet.id, row: 33, column: 2 };
  const editing: EditSession = { place: at, text, caret, mode: 'enter', field: 'cell', before: '', formula: true };
  return { sheet, sheets, active: at, editing: { ...editing, ...change } };
}
const shown = (...of: Parameters<typeof typing>) =>
  typedOutlines(typing(...of)).map(({ kind, range, colour }) => `${kind} ${formatRange(range)} ${colour}`);

test('a typed formula outlines its references in the colours of its text, the pointed one dashed', () => {
  expect(shown('=SUM(A2:C4,$AD$11)+A2:C4*D5')).toEqual([
    'reference A2:C4 1',
    'reference AD11 2',
    'reference A2:C4 1',
    'reference D5 3',
  ]);
  const pointed = { start: 4, end: 6, range: place('D5'), at: place('D5') };
  expect(shown('=A2+D5', { mode: 'point', pointed })).toEqual(['reference A2 1', 'pointed D5 2']);
  expect(shown('A2', {})).toEqual([]);
  expect(shown('=A2', { formula: false })).toEqual([]);
});

test('names of tensors are outlined too, but have nothing to drag', () => {
  expect(shown('=SUM(conv1_bias)+AD15')).toEqual(['precedent AD15:AD44 1', 'reference AD15 2']);
  expect(gripAt(shownReferences(typing('=input_output')), boxOf, 0, 20)).toBeUndefined();
});

test('cells of other sheets are not outlined on this one; after five colours the first comes again', () => {
  expect(shown("='My notes'!A2+network!B3+Nowhere!C4")).toEqual(['reference B3 2']);
  expect(shown('=A1+A2+A3+A4+A5+A6').at(-1)).toBe('reference A6 1');
});

test('every tensor on the sheet has a name; a sheet is written as it stands before an address', () => {
  const { names, prefix, sheet: named } = formulasOf({ sheet, sheets });
  expect(names.map(({ name }) => name)).toContain('conv1_kernel');
  expect(names.map(({ name }) => name)).toContain('softmax_output');
  expect([prefix('network'), prefix('notes')]).toEqual(['Network!', "'My notes'!"]);
  expect([named('my NOTES'), named('none')]).toEqual(['notes', undefined]);
});

/** Cells of 20 × 20 pixels from the corner. */
const boxOf = ({ row, column, height, width }: RangePlace) => ({
  x: column * 20,
  y: row * 20,
  width: width * 20,
  height: height * 20,
});
const grip = (x: number, y: number) => gripAt(shownReferences(typing('=A1:C3+E5')), boxOf, x, y);

test('the edge of a frame is taken to move it, a corner to resize it, its inside to point', () => {
  expect(grip(30, 1)).toMatchObject({ part: 'edge', start: 1 });
  expect(grip(59, 30)).toMatchObject({ part: 'edge', start: 1 });
  expect(grip(60, 60)).toMatchObject({ part: 'corner', start: 1, fixed: { row: 0, column: 0 } });
  expect(grip(2, 58)).toMatchObject({ part: 'corner', fixed: { row: 0, column: 2 } });
  expect(grip(30, 30)).toBeUndefined();
  expect(grip(70, 30)).toBeUndefined();
  // The middle of every cell points, however small, and tiny cells have no grips at all.
  for (const size of [1, 6, 10, 12, 20, 60]) {
    const small = (range: RangePlace) => {
      const { x, y, width, height } = boxOf(range);
      return { x: (x * size) / 20, y: (y * size) / 20, width: (width * size) / 20, height: (height * size) / 20 };
    };
    for (const cell of [0, 1, 2, 4])
      expect(
        gripAt(shownReferences(typing('=A1:C3+E5')), small, (cell + 0.5) * size, (cell + 0.5) * size),
      ).toBeUndefined();
  }
  // A small frame has one corner, so that its edges can still be taken.
  expect(grip(80, 80)).toMatchObject({ part: 'edge', start: 7 });
  expect(grip(99, 99)).toMatchObject({ part: 'corner', start: 7 });
});

test('a dragged frame stays on the sheet, and keeps its size where it is moved', () => {
  const [reference] = shownReferences(typing('=B2:C3'));
  const edge: Grip = { ...reference, part: 'edge' };
  const size = { rows: 100, columns: 50 };
  const moved = (row: number, column: number) =>
    formatRange(dragged(edge, { row: 1, column: 1 }, { row, column }, size));
  expect(moved(4, 2)).toBe('C5:D6');
  expect(moved(0, 0)).toBe('A1:B2');
  expect(moved(99, 49)).toBe('AW99:AX100');
  const corner: Grip = { ...reference, part: 'corner', fixed: { row: 1, column: 1 } };
  expect(formatRange(dragged(corner, { row: 2, column: 2 }, { row: 0, column: 4 }, size))).toBe('B1:E2');
});
