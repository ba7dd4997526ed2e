import { expect, test } from 'vitest';
import { parseRange } from '../../shared/address.ts';
import { applyWritten, nothingWritten, writtenBack } from '../../shared/changes/written.ts';
import type { WrittenChange } from '../../shared/changes/kinds.ts';
import { only } from '../../shared/places.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { commentAt, commentEntry, commentedCells, commentRefusal, deleteComments, nextCommented } from './comments.ts';
import type { Entry } from './entry.ts';

const sheet = lessonSheet();
const at = (cell: string, id = sheet.id) => {
  const { row, column } = parseRange(cell)!;
  return { sheet: id, row, column };
};

function workbook() {
  const written = nothingWritten();
  written.sheets = [...written.sheets, { id: 'notes', name: 'Notes', cells: new Map(), widths: new Map() }];
  const state = { sheet, written };
  const backs: WrittenChange[][] = [];
  const run = ({ command }: Entry) => {
    const changes = (command?.changes ?? []) as WrittenChange[];
    backs.push(changes.map(change => writtenBack(written, change, () => sheet)));
    for (const change of changes) applyWritten(written, change, () => sheet);
  };
  return { state, run, backs };
}

test('an element, a free cell and a cell of an own sheet can have a comment; a heading of the network can not', () => {
  const { state, run, backs } = workbook();
  const places = [at('AH3'), at('C34'), at('B2', 'notes')];
  for (const place of places) run(commentEntry(state, place, ` On ${place.row} `));
  expect(places.map(place => commentAt(state, place))).toEqual(['On 2', 'On 33', 'On 1']);
  expect(state.written.comments.get('conv1/output')?.size).toBe(1);
  expect(commentRefusal(state, at('AD10'))).toContain('AD10 is a heading');
  expect(commentEntry(state, at('AD10'), 'No').refusal).toContain('AD10');
  // The same text again is nothing to do.
  expect(commentEntry(state, at('C34'), 'On 33')).toEqual({});
  for (const changes of backs.reverse()) for (const change of changes) applyWritten(state.written, change, () => sheet);
  expect(commentedCells(state)).toEqual([]);
  expect(state.written.sheets.every(({ cells }) => cells.size === 0)).toBe(true);
});

test('deleting a comment leaves the content, and one step takes all of a selection', () => {
  const { state, run } = workbook();
  const cells = [{ at: Uint32Array.of(1, 1), cell: { content: 5, comment: 'five' } }];
  applyWritten(state.written, { kind: 'cells', sheet: 'notes', edits: cells }, () => sheet);
  run(commentEntry(state, at('B3', 'notes'), 'six'));
  const range = { ...only(at('B2', 'notes')), height: 2 };
  expect(deleteComments(state, [only(at('C9', 'notes'))]).refusal).toContain('no comment on C9');
  run(deleteComments(state, [range]));
  expect(commentedCells(state)).toEqual([]);
  expect(state.written.sheets[1].cells).toEqual(new Map([[1, new Map([[1, { content: 5 }]])]]));
});

test('the next comment follows in the order of rows and of tabs, and after the last comes the first', () => {
  const { state, run } = workbook();
  const order = [at('A2'), at('AD11'), at('C34'), at('A1', 'notes'), at('A9', 'notes')];
  for (const place of order.toReversed()) run(commentEntry(state, place, 'x'));
  expect(commentedCells(state)).toEqual(order);
  const following = order.map(place => nextCommented(state, place, 1));
  expect(following).toEqual([...order.slice(1), order[0]]);
  expect(order.map(place => nextCommented(state, place, -1))).toEqual([order.at(-1), ...order.slice(0, -1)]);
  expect(nextCommented(state, at('B2'), 1)).toEqual(at('AD11'));
});
