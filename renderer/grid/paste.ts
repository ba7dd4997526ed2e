import { formatAddress, formatRange, MAX_COLUMNS, MAX_ROWS } from '../../shared/address.ts';
import { isFree, isFreeRange } from '../../shared/changes/check.ts';
import { cellAt, sheetOf } from '../../shared/cells.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { elementAt, type Sheet, usedPart } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { Reading } from './clipboard.ts';
import type { FormulaTexts, Percents } from './clipboard-html.ts';
import type { Table } from './clipboard-table.ts';
import { type Bringing, type CopiedCell, createBringer } from './bring.ts';
import { createEdits } from './edits.ts';
import { enterEverywhere, type Entry, MAX_CELLS, NOTHING_OWN, type Own, type Refused } from './entry.ts';

const text = messages.grid;

export type PasteOptions = Bringing & {
  /** The cells that were cut. The paste empties them. */
  cut?: RangePlace;
  /** What a cell of this workbook brought along that is an item of the table; undefined for other programs' items. */
  copied?: (row: number, column: number) => CopiedCell | undefined;
  /** The formulas that other programs bring along, in R1C1. */
  formulas?: FormulaTexts;
  /** The formats of percentages that other programs bring along. */
  percents?: Percents;
  /** What users have written. */
  own?: Own;
};

/** What to ask the user before a paste: which reading of the clipboard is right (if there are several), and, with
 *  `special`, how to paste. `own`: the cells were copied in this workbook. */
export type PasteQuestion = { readings: readonly Reading[] | undefined; special: boolean; own: boolean };
export type PasteChoice = { reading: Reading | undefined; options: PasteOptions };

/** An entry, and its cells, which are selected afterwards. */
export type RangeEntry = Entry & { range?: RangePlace };

/** The cells that a paste changes. The table starts at the selection's top left corner. A single value fills the whole
 *  selection. A table that fits several times is repeated; what was cut isn't. */
export function pastedRange(sheet: Sheet, selection: RangePlace, table: Table, options: PasteOptions): RangePlace {
  const { sheet: id, row, column } = selection;
  const [height, width] = options.transpose ? [table[0].length, table.length] : [table.length, table[0].length];
  const repeats = !options.cut && selection.height % height === 0 && selection.width % width === 0;
  return repeats ? withoutEmptyLines(sheet, selection) : { sheet: id, row, column, height, width };
}

/** A selection of whole rows or columns of the network's sheet ends where the network does. */
export function withoutEmptyLines(sheet: Sheet, selection: RangePlace): RangePlace {
  const { rows, columns } = sheet.layout;
  const isColumns = selection.row === 0 && selection.height >= rows;
  const isRows = selection.column === 0 && selection.width >= columns;
  return ((isColumns || isRows) && usedPart(sheet, selection)) || selection;
}

/** The entry of pasting a table over a selection. If one cell refuses, nothing changes. An empty item empties a free
 *  cell and leaves a cell of the network as it is, and a text over one of the sheet's labels does nothing. If the table
 *  is repeated, labels and gaps are skipped; if the selection is a whole tensor, all other cells are. */
export function pasteTable(...given: Parameters<typeof pasting>): RangeEntry {
  const steps = pasting(...given);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same in steps, so that a window can do other things in between. Each step gives the share that is done. */
export function* pasting(
  sheet: Sheet,
  selection: RangePlace,
  pasted: Table,
  options: PasteOptions = {},
): Generator<number, RangeEntry> {
  const { cut, own = NOTHING_OWN, copied } = options;
  const { transpose = false } = options;
  const table = transpose ? transposed(pasted) : pasted;
  if (!copied && !table.some(row => row.some(cell => cell !== undefined))) return { refusal: text.nothingToPaste };
  const height = table.length;
  const width = table[0].length;
  const range = pastedRange(sheet, selection, pasted, options);
  if (range.height * range.width > MAX_CELLS) return { refusal: text.tooManyCells(range.height * range.width) };
  if (range.row + range.height > MAX_ROWS || range.column + range.width > MAX_COLUMNS)
    return { refusal: messages.clipboard.beyondSheet(formatAddress(range)) };
  const label = sentences.grid.pasteLabel(formatRange(range));
  if (cut && isMove(sheet, cut, range, options)) {
    const { row, column } = range;
    const to = { sheet: range.sheet, row, column };
    return { command: { label, changes: [{ kind: 'move', sheet: cut.sheet, range: sizeOf(cut), to }] }, range };
  }
  const repeated = range.height > height || range.width > width;
  const only = wholeTensor(sheet, selection);
  const edits = createEdits(sheet);
  const stuck = cut && empty(sheet, cut, own, edits);
  if (stuck) return stuck;
  const bringer = createBringer(sheet, own, edits, options);
  let count = 0;
  for (let y = 0; y < range.height; y++)
    for (let x = 0; x < range.width; x++) {
      if (++count % CELLS_A_STEP === 0) yield count / (range.height * range.width);
      const cell: CellPlace = { sheet: range.sheet, row: range.row + y, column: range.column + x };
      const [row, column] = [y % height, x % width];
      const brought = table[row][column];
      const copy = transpose ? copied?.(column, row) : copied?.(row, column);
      if (brought === undefined && !copy && copied) continue;
      const element = elementAt(sheet, cell);
      if (only !== undefined && element?.tensor !== only) continue;
      if (!element && isTaken(sheet, cell)) {
        const isLabel = sheet.layout.labelAt(cell.row, cell.column) !== undefined;
        if (repeated || brought === undefined || (isLabel && typeof brought === 'string')) continue;
        return { refusal: messages.clipboard.noRoom(formatAddress(cell), formatRange(range)) };
      }
      const at = transpose ? `${column},${row}` : `${row},${column}`;
      const formula = copied || transpose ? undefined : options.formulas?.get(at);
      const refused = bringer.put(cell, brought, copy, { formula, number: options.percents?.get(at) });
      if (refused) return refused;
    }
  bringer.end();
  return { ...edits.finish(label), range };
}

/** Fewer cells are pasted in one step. */
const CELLS_A_STEP = 4096;

const sizeOf = ({ row, column, height, width }: RangePlace) => ({ row, column, height, width });

/** Whether a cell belongs to the network but is no element: a label, or a gap that formulas read over. */
export function isTaken(sheet: Sheet, { sheet: id, row, column }: CellPlace): boolean {
  return id === sheet.id && !isFree(sheet, row, column) && sheet.layout.elementAt(row, column) === undefined;
}

/** Whether all that was cut can move to its new place, so that references follow. Cells of the network stay. */
function isMove(sheet: Sheet, cut: RangePlace, range: RangePlace, options: PasteOptions): boolean {
  const { what = 'all', operation = 'replace', transpose, own } = options;
  if (what !== 'all' || operation !== 'replace' || transpose || !own) return false;
  return [cut, range].every(each => each.sheet !== sheet.id || isFreeRange(sheet, each));
}

/** Empties the cells that were cut. */
function empty(sheet: Sheet, cut: RangePlace, own: Own, edits: ReturnType<typeof createEdits>): Refused | undefined {
  const { cells } = sheetOf(own.sheets, cut.sheet) ?? {};
  if (cells)
    for (let y = 0; y < cut.height; y++)
      for (let x = 0; x < cut.width; x++) {
        const place = { sheet: cut.sheet, row: cut.row + y, column: cut.column + x };
        if (cellAt(cells, place)) edits.cell(place, undefined);
      }
  if (cut.sheet !== sheet.id || sheet.layout.blocksIn(cut).length === 0) return undefined;
  return enterEverywhere(sheet, cut, '', edits);
}

/** The table with rows and columns swapped. */
function transposed(table: Table): Table {
  return Array.from({ length: table[0]?.length ?? 0 }, (_, x) => table.map(row => row[x]));
}
