/** Free cells and cells of own sheets: what is typed in them, and how their contents are written. */
import { formatRange } from '../../shared/address.ts';
import { contentText } from '../../shared/cell-content.ts';
import { cellText } from '../../shared/content-text.ts';
import {
  type Cell,
  cellAt,
  type CellEdit,
  type NumberFormat,
  sheetOf,
  type WorkbookSheet,
} from '../../shared/cells.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import type { Value } from '../../shared/formula/value.ts';
import { messages } from '../../shared/messages.ts';
import { decimal, grouped } from '../../shared/messages/format.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { usedPart } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { State } from '../core/store.ts';
import { asTyped, clearRanges, type Entry } from './entry.ts';

type Workbook = Pick<State, 'sheet' | 'written'>;

/** What a user has written in a cell that is no element. */
export function writtenCell({ written }: Pick<State, 'written'>, place: CellPlace): Cell | undefined {
  const sheet = sheetOf(written.sheets, place.sheet);
  return sheet && cellAt(sheet.cells, place);
}

/** The entry of the Delete key: elements as always, and other cells lose their contents, not their looks. */
export function clearAll({ sheet, written }: Workbook, ranges: readonly RangePlace[]): Entry {
  const edits = ranges.flatMap(range => {
    const own = sheetOf(written.sheets, range.sheet);
    return own ? clearedIn(own, range) : [];
  });
  if (edits.length === 0) return clearRanges(sheet, ranges, written.formulas);
  const elements = ranges.filter(range => {
    const used = usedPart(sheet, range);
    return used && sheet.layout.blocksIn(used).length > 0;
  });
  const others = elements.length > 0 ? clearRanges(sheet, elements, written.formulas) : {};
  if (others.refusal !== undefined) return others;
  const changes = ranges
    .map(({ sheet: id }) => id)
    .filter((id, i, all) => all.indexOf(id) === i)
    .map(id => ({
      kind: 'cells' as const,
      sheet: id,
      edits: edits.filter(each => each.id === id).map(({ edit }) => edit),
    }));
  const label = sentences.grid.deleteLabel(ranges.map(range => formatRange(range)).join(', '));
  return { command: { label, changes: [...(others.command?.changes ?? []), ...changes] } };
}

function clearedIn({ id, cells }: WorkbookSheet, range: RangePlace): { id: string; edit: CellEdit }[] {
  const edits: { id: string; edit: CellEdit }[] = [];
  for (const [row, line] of cells) {
    if (row < range.row || row >= range.row + range.height) continue;
    for (const [column, { content, ...looks }] of line) {
      if (column < range.column || column >= range.column + range.width || content === undefined) continue;
      const at = Uint32Array.of(row, column);
      edits.push({ id, edit: { at, ...(Object.keys(looks).length > 0 && { cell: looks }) } });
    }
  }
  return edits;
}

/** The text for editing what is written in a cell. Typed again, it means the same. undefined where nothing is. */
export function writtenText({ sheet, written }: Workbook, place: CellPlace): string | undefined {
  const cell = writtenCell({ written }, place);
  return cell && cellText({ sheet, sheets: written.sheets, names: written.names }, place, cell, spokenFormulas());
}

/** A whole content, with all digits of a number. */
export function contentShown(content: Value): string {
  if (typeof content === 'boolean') return messages.cells.truth[content ? 'true' : 'false'];
  return contentText(content, value => asTyped(String(value)), messages.cells.errors);
}

/** The text of a content that stands in a cell. `fits` says whether a text has room. A number gets fewer digits until
 *  it fits; undefined if even the shortest doesn't. */
export function cellShown(
  content: Value,
  format: NumberFormat | undefined,
  fits: (text: string) => boolean,
): string | undefined {
  if (typeof content !== 'number') return contentShown(content);
  if (format && format.kind !== 'text') {
    const text = formatted(content, format);
    return fits(text) ? text : undefined;
  }
  const whole = shownNumber(String(content));
  if (whole.length <= MOST_CHARACTERS && fits(whole)) return whole;
  for (let digits = MOST_DIGITS; digits > 0; digits--) {
    const text = shownNumber(String(Number(content.toPrecision(digits))));
    if (text.length <= MOST_CHARACTERS && fits(text) && keepsInteger(content, digits, text)) return text;
  }
  for (let digits = 5; digits >= 0; digits--) {
    const text = shownNumber(content.toExponential(digits));
    if (fits(text)) return text;
  }
  return undefined;
}

/** As in spreadsheets, a number without a format has at most so many characters. */
const MOST_CHARACTERS = 11;
const MOST_DIGITS = 10;

/** Rounding may only drop decimals: 123456 isn't shown as 123000. */
const keepsInteger = (value: number, digits: number, text: string) =>
  text.includes('e') || digits >= String(Math.trunc(Math.abs(value))).length;

const shownNumber = (text: string) => decimal(text.replace('e+', 'e').replace('e-', 'e−').replace(/^-/, '−'));

function formatted(value: number, format: Exclude<NumberFormat, { kind: 'text' }>): string {
  const { kind, digits } = format;
  const places = Math.min(20, digits);
  if (kind === 'fixed' && format.thousands) return grouped(value, places).replace('-', '−');
  if (kind === 'scientific') return shownNumber(value.toExponential(places));
  if (kind === 'percent') return `${shownNumber((value * 100).toFixed(places))}%`;
  return shownNumber(value.toFixed(places));
}

/** Whether a content stands at the right of its cell, as numbers do. */
export const standsRight = (content: Value): boolean => typeof content === 'number';
