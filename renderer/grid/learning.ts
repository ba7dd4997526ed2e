/** Cells whose numbers are weights: what is marked "Learns in training". */
import { formatRange } from '../../shared/address.ts';
import { type Cell, sheetOf } from '../../shared/cells.ts';
import { cellEdits, placeKey } from '../../shared/changes/edits.ts';
import type { Value } from '../../shared/formula/value.ts';
import { shownWeight } from '../../shared/layer-edits/formula-parts.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { State } from '../core/store.ts';
import type { Entry } from './entry.ts';
import { writtenCell } from './written-cell.ts';

type Workbook = Pick<State, 'sheet' | 'written'>;

/** Whether a cell is marked. */
export const learns = (state: Pick<State, 'written'>, place: CellPlace): boolean =>
  writtenCell(state, place)?.learns === true;

/** What a marked cell is, in words. undefined for any other cell. */
export function learningText({ sheet, written }: Workbook, place: CellPlace): string | undefined {
  const cell = writtenCell({ written }, place);
  if (!cell?.learns) return undefined;
  const shown = shownWeight(cell.content);
  const layer = shown && sheet.tensors.get(shown.tensor)?.layer;
  const text = messages.formulaLayers;
  return layer === undefined ? text.learnsUnread : text.weightOf(sheet.layers.get(layer)!.name);
}

/** The entry that marks all cells of ranges that hold numbers, or takes the marks away. A cell that shows a weight then
 *  keeps its number. */
export function learningEntry(
  { written }: Workbook,
  ranges: readonly RangePlace[],
  valueAt: (cell: CellPlace) => Value,
  on: boolean,
): Entry {
  const text = messages.formulaLayers;
  const where = ranges.map(range => formatRange(range)).join(', ');
  const changes = ranges.flatMap(range => {
    const contents = new Map<number, Cell>();
    for (const [row, line] of sheetOf(written.sheets, range.sheet)?.cells ?? [])
      for (const [column, cell] of line) {
        const isIn =
          row >= range.row &&
          row < range.row + range.height &&
          column >= range.column &&
          column < range.column + range.width;
        const next = isIn ? marked(cell, valueAt({ sheet: range.sheet, row, column }), on) : undefined;
        if (next) contents.set(placeKey(row, column), next);
      }
    return contents.size > 0 ? [{ kind: 'cells' as const, sheet: range.sheet, edits: cellEdits(contents) }] : [];
  });
  if (changes.length === 0) return on ? { refusal: text.noNumbers(where) } : {};
  const label = on ? sentences.formulaLayers.learnLabel(where) : sentences.formulaLayers.unlearnLabel(where);
  return { command: { label, changes } };
}

function marked(cell: Cell, value: Value, on: boolean): Cell | undefined {
  if (on) return typeof cell.content === 'number' && !cell.learns ? { ...cell, learns: true } : undefined;
  if (!cell.learns) return undefined;
  const { learns: _learns, ...rest } = cell;
  return shownWeight(cell.content) && typeof value === 'number' ? { ...rest, content: value } : rest;
}
