/** Sorts rows of own sheets and free cells. */
import { formatRange, MAX_COLUMNS, MAX_ROWS } from '../../shared/address.ts';
import { isError } from '../../shared/cell-content.ts';
import { cellAt, sheetOf } from '../../shared/cells.ts';
import { isFreeRange } from '../../shared/changes/check.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Pasted } from './clipboard-table.ts';
import { createEdits } from './edits.ts';
import { MAX_CELLS, type Own } from './entry.ts';
import type { ValueAt } from './fill.ts';
import type { RangeEntry } from './paste.ts';

/** The entry that sorts the rows of a range by one of its columns. As in spreadsheets, numbers come before texts, and
 *  blanks last in both orders; formulas move as if they were copied. Equal rows keep their order. */
export function sortRows(
  sheet: Sheet,
  range: RangePlace,
  column: number,
  descending: boolean,
  { value, own }: { value: ValueAt; own: Own },
): RangeEntry {
  const cells = sheetOf(own.sheets, range.sheet)?.cells ?? new Map();
  if (range.sheet === sheet.id && !isFreeRange(sheet, range))
    return { refusal: messages.clipboard.notSorted(formatRange(range)) };
  const count = range.height * range.width;
  if (count > MAX_CELLS) return { refusal: messages.grid.tooManyCells(count) };
  const rows = Array.from({ length: range.height }, (_, y) => {
    const row = range.row + y;
    return { row, key: value({ sheet: range.sheet, row, column }) };
  });
  const sorted = rows.toSorted((a, b) => compared(a.key, b.key, descending));
  const edits = createEdits(sheet);
  for (const [y, { row: from }] of sorted.entries())
    for (let x = range.column; x < range.column + range.width; x++) {
      const to = { row: range.row + y, column: x };
      const [before, after] = [cellAt(cells, to), cellAt(cells, { row: from, column: x })];
      if (before !== after) edits.cell({ sheet: range.sheet, ...to }, after);
    }
  return { ...edits.finish(sentences.clipboard.sortLabel(formatRange(range))), range };
}

/** The filled cells around a single one, as far as they touch; a larger selection as it is. */
export function regionToSort(own: Own, selection: RangePlace): RangePlace {
  const cells = sheetOf(own.sheets, selection.sheet)?.cells;
  if (!cells || selection.height * selection.width > 1) return selection;
  let { row: top, column: left } = selection;
  let [bottom, right] = [top, left];
  const isFilled = (row: number, column: number) => cellAt(cells, { row, column })?.content !== undefined;
  const any = (first: number, last: number, filled: (at: number) => boolean) => {
    for (let at = Math.max(0, first); at <= last; at++) if (filled(at)) return true;
    return false;
  };
  for (let grown = true; grown; ) {
    const before = [top, left, bottom, right].join();
    if (top > 0 && any(left - 1, right + 1, column => isFilled(top - 1, column))) top--;
    if (bottom < MAX_ROWS - 1 && any(left - 1, right + 1, column => isFilled(bottom + 1, column))) bottom++;
    if (left > 0 && any(top - 1, bottom + 1, row => isFilled(row, left - 1))) left--;
    if (right < MAX_COLUMNS - 1 && any(top - 1, bottom + 1, row => isFilled(row, right + 1))) right++;
    grown = before !== [top, left, bottom, right].join();
  }
  return { sheet: selection.sheet, row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}

function compared(a: Pasted, b: Pasted, descending: boolean): number {
  const [one, other] = [kindOf(a), kindOf(b)];
  if (one === BLANK || other === BLANK) return one - other;
  const order = one === other ? within(a, b) : one - other;
  return descending ? -order : order;
}

const BLANK = 4;
/** The order of contents: numbers, texts, truth values, errors, blanks. */
function kindOf(content: Pasted): number {
  if (content === undefined || content === null) return BLANK;
  if (isError(content)) return 3;
  return { number: 0, string: 1, boolean: 2 }[typeof content as 'number' | 'string' | 'boolean'];
}

function within(a: Pasted, b: Pasted): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b, undefined, { sensitivity: 'base' });
  return isError(a ?? undefined) ? 0 : Number(a) - Number(b);
}
