/** Comments on cells. On an element of the network a comment is kept by the element, elsewhere by the cell. */
import { contains, formatAddress, formatRange } from '../../shared/address.ts';
import { cellAt, CELL_LIMITS, sheetOf, type WorkbookSheet } from '../../shared/cells.ts';
import type { Change } from '../../shared/change.ts';
import { isFree } from '../../shared/changes/check.ts';
import { elementAt, placeOf } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { State } from '../core/store.ts';
import type { Entry } from './entry.ts';

type Workbook = Pick<State, 'sheet' | 'written'>;

/** The comment on a cell. */
export function commentAt({ sheet, written }: Workbook, place: CellPlace): string | undefined {
  const element = elementAt(sheet, place);
  if (element) return written.comments.get(element.tensor)?.get(element.index);
  const own = sheetOf(written.sheets, place.sheet);
  return own && cellAt(own.cells, place)?.comment;
}

/** Why a cell can't have a comment: it is a heading of the network. undefined if it can. */
export function commentRefusal({ sheet }: Pick<Workbook, 'sheet'>, place: CellPlace): string | undefined {
  const { row, column } = place;
  if (place.sheet !== sheet.id || elementAt(sheet, place) || isFree(sheet, row, column)) return undefined;
  return messages.looks.comment.heading(formatAddress(place));
}

/** The entry that writes a comment. An empty text deletes it. */
export function commentEntry(state: Workbook, place: CellPlace, typed: string): Entry {
  const text = typed.trim();
  if (text === (commentAt(state, place) ?? '')) return {};
  if (text.length > CELL_LIMITS.text) return { refusal: messages.looks.comment.tooLong(CELL_LIMITS.text) };
  const refusal = commentRefusal(state, place);
  if (refusal !== undefined) return { refusal };
  const label = sentences.looks.comment[text === '' ? 'deleteLabel' : 'editLabel'](formatAddress(place));
  return { command: { label, changes: [commentChange(state, place, text)] } };
}

/** The entry that deletes all comments on cells of ranges, as one step. */
export function deleteComments(state: Workbook, ranges: readonly RangePlace[]): Entry {
  const where = ranges.map(range => formatRange(range)).join(', ');
  const commented = commentedCells(state).filter(place => ranges.some(range => isIn(range, place)));
  if (commented.length === 0) return { refusal: messages.looks.comment.noneHere(where) };
  const changes = commented.map(place => commentChange(state, place, ''));
  return { command: { label: sentences.looks.comment.deleteLabel(where), changes } };
}

const isIn = (range: RangePlace, place: CellPlace) => range.sheet === place.sheet && contains(range, place);

function commentChange({ sheet, written }: Workbook, place: CellPlace, text: string): Change {
  const element = elementAt(sheet, place);
  if (element) return { kind: 'comments', edits: [{ ...element, ...(text !== '' && { text }) }] };
  const { comment: _before, ...rest } = cellAt(sheetOf(written.sheets, place.sheet)!.cells, place) ?? {};
  const cell = { ...rest, ...(text !== '' && { comment: text }) };
  const at = Uint32Array.of(place.row, place.column);
  return {
    kind: 'cells',
    sheet: place.sheet,
    edits: [{ at, ...(Object.keys(cell).length > 0 && { cell }) }],
  };
}

/** All cells with a comment: in the order of the tabs, and on each sheet by rows. */
export function commentedCells({ sheet, written }: Workbook): CellPlace[] {
  return written.sheets.flatMap(own => {
    const places = [...cellsWithComment(own)];
    if (own.id === sheet.id)
      for (const [tensor, comments] of written.comments)
        if (sheet.tensors.has(tensor)) for (const index of comments.keys()) places.push(placeOf(sheet, tensor, index));
    return places.sort((a, b) => a.row - b.row || a.column - b.column);
  });
}

function* cellsWithComment({ id, cells }: WorkbookSheet): Generator<CellPlace> {
  for (const [row, line] of cells)
    for (const [column, { comment }] of line) if (comment !== undefined) yield { sheet: id, row, column };
}

/** The next cell with a comment after this one, or the one before it. After the last comes the first. */
export function nextCommented(state: Workbook, from: CellPlace, by: 1 | -1): CellPlace | undefined {
  const order = new Map(state.written.sheets.map(({ id }, i) => [id, i]));
  const compare = (a: CellPlace, b: CellPlace) =>
    order.get(a.sheet)! - order.get(b.sheet)! || a.row - b.row || a.column - b.column;
  const all = commentedCells(state);
  return by > 0
    ? (all.find(place => compare(place, from) > 0) ?? all[0])
    : (all.findLast(place => compare(place, from) < 0) ?? all.at(-1));
}
