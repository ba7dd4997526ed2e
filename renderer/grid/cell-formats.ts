/** How selected cells are made to look: formats of free cells and own sheets, and widths of columns. */
import { formatAddress, formatRange } from '../../shared/address.ts';
import { type Cell, CELL_LIMITS, type CellFormat, sheetOf } from '../../shared/cells.ts';
import { isFree } from '../../shared/changes/check.ts';
import { cellEdits, placeKey } from '../../shared/changes/edits.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { State } from '../core/store.ts';
import { type Entry, MAX_CELLS } from './entry.ts';
import { writtenCell } from './written-cell.ts';

type Workbook = Pick<State, 'sheet' | 'written'>;

const NO_FORMAT: CellFormat = {};

/** How a cell is told to look. */
export const formatAt = (state: Pick<State, 'written'>, place: CellPlace): CellFormat =>
  writtenCell(state, place)?.format ?? NO_FORMAT;

/** The entry that gives cells other looks, as one step. The network's cells keep theirs. `free`: how many cells of a
 *  mixed selection took it; left out where all did. */
export function formatRanges(
  { sheet, written }: Workbook,
  ranges: readonly RangePlace[],
  change: (format: CellFormat) => CellFormat,
): { entry: Entry; free?: number } {
  const where = ranges.map(range => formatRange(range)).join(', ');
  const count = ranges.reduce((sum, { height, width }) => sum + height * width, 0);
  if (count > MAX_CELLS) return { entry: { refusal: messages.grid.tooManyCells(count) } };
  const [{ sheet: id }] = ranges;
  const { cells } = sheetOf(written.sheets, id)!;
  // Equal cells stay one object, so that they become one edit.
  const made = new Map<Cell | undefined, Cell | undefined>();
  const changed = (cell: Cell | undefined) => {
    if (!made.has(cell)) made.set(cell, withFormat(cell, change(cell?.format ?? NO_FORMAT)));
    return made.get(cell);
  };
  const contents = new Map<number, Cell | undefined>();
  let free = 0;
  for (const { row, column, height, width } of ranges)
    for (let y = row; y < row + height; y++)
      for (let x = column; x < column + width; x++) {
        if (id === sheet.id && !isFree(sheet, y, x)) continue;
        free++;
        const cell = cells.get(y)?.get(x);
        const next = changed(cell);
        if (next !== cell) contents.set(placeKey(y, x), next);
      }
  if (free === 0) return { entry: { refusal: messages.looks.network(formatAddress(ranges[0])) } };
  const edits = cellEdits(contents);
  const entry: Entry =
    edits.length === 0
      ? {}
      : { command: { label: sentences.looks.formatLabel(where), changes: [{ kind: 'cells', sheet: id, edits }] } };
  return { entry, ...(free < count && { free }) };
}

function withFormat(cell: Cell | undefined, format: CellFormat): Cell | undefined {
  const { format: before, ...rest } = cell ?? {};
  if (JSON.stringify(before ?? {}) === JSON.stringify(format)) return cell;
  const next: Cell = { ...rest, ...(Object.keys(format).length > 0 && { format }) };
  return Object.keys(next).length > 0 ? next : undefined;
}

/** A format with some parts changed. undefined takes a part away. */
export function merged(format: CellFormat, parts: { [K in keyof CellFormat]?: CellFormat[K] | undefined }): CellFormat {
  const all = Object.entries({ ...format, ...parts }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all) as CellFormat;
}

/** The entry that makes columns of an own sheet so wide, in pixels at a zoom of 100 %. */
export function widthEntry(id: string, widths: ReadonlyMap<number, number>): Entry {
  const { least, most } = CELL_LIMITS.width;
  return {
    command: {
      label: sentences.looks.widthLabel(widths.size),
      changes: [
        {
          kind: 'sheet',
          sheet: id,
          widths: [...widths].map(([column, width]) => ({
            column,
            width: Math.round(Math.max(least, Math.min(most, width))),
          })),
        },
      ],
    },
  };
}

/** The columns of several ranges, each once. */
export function columnsOf(ranges: readonly RangePlace[]): number[] {
  const columns = new Set<number>();
  for (const { column, width } of ranges) for (let each = column; each < column + width; each++) columns.add(each);
  return [...columns];
}
