import { formatAddress, formatRange } from '../../shared/address.ts';
import type { CellContent } from '../../shared/cell-content.ts';
import type { ElementContent, Formulas } from '../../shared/cells.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { elementAt, type Sheet, usedPart } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { Reading } from './clipboard.ts';
import type { Table } from './clipboard-table.ts';
import { copiesOver, createEdits, enterCell, enterEverywhere, type Entry, MAX_CELLS } from './entry.ts';

const text = messages.grid;

/** What to do with pasted numbers: replace the cells' numbers, add to them, or multiply with them. */
export type PasteOperation = 'replace' | 'add' | 'multiply';

export type PasteOptions = {
  transpose?: boolean;
  operation?: PasteOperation;
  /** The cells that were cut. The paste empties them. */
  cut?: RangePlace;
  /** The formula that was copied with an item of the table, and the element that had it. */
  formula?: (
    row: number,
    column: number,
  ) => { from: ElementIndex; content: Extract<ElementContent, object> } | undefined;
  /** What is typed over elements now. */
  formulas?: Formulas;
  /** The current number of a cell, for adding and multiplying. */
  value?: (cell: CellPlace) => number | undefined;
};

/** What to ask the user before a paste: which reading of the clipboard is right (if there are several), and, with
 *  `special`, how to paste. */
export type PasteQuestion = { readings: readonly Reading[] | undefined; special: boolean };
export type PasteChoice = { reading: Reading | undefined; options: PasteOptions };

/** An entry, and its cells, which are selected afterwards. */
export type RangeEntry = Entry & { range?: RangePlace };

/** The cells that a paste changes. The table starts at the selection's top left corner. A single value fills the whole
 *  selection. A table that fits several times is repeated. */
export function pastedRange(sheet: Sheet, selection: RangePlace, table: Table, options: PasteOptions): RangePlace {
  const { sheet: id, row, column } = selection;
  const [height, width] = options.transpose ? [table[0].length, table.length] : [table.length, table[0].length];
  const repeats = selection.height % height === 0 && selection.width % width === 0;
  return repeats ? (usedPart(sheet, selection) ?? selection) : { sheet: id, row, column, height, width };
}

/** The entry of pasting a table over a selection. If one cell refuses, nothing changes. An empty item leaves its cell
 *  as it is, and a text over one of the sheet's labels does nothing. If the table is repeated, or the selection is a
 *  whole tensor, other cells in between are skipped. */
export function pasteTable(sheet: Sheet, selection: RangePlace, pasted: Table, options: PasteOptions = {}): RangeEntry {
  const { operation = 'replace', cut, value } = options;
  const table = options.transpose ? transposed(pasted) : pasted;
  if (!table.some(row => row.some(cell => cell !== undefined))) return { refusal: text.nothingToPaste };
  const height = table.length;
  const width = table[0].length;
  const range = pastedRange(sheet, selection, pasted, options);
  if (range.height * range.width > MAX_CELLS) return { refusal: text.tooManyCells(range.height * range.width) };
  const repeated = range.height > height || range.width > width;
  const only = wholeTensor(sheet, selection);
  const edits = createEdits(sheet);
  const stuck = cut && enterEverywhere(sheet, cut, '', edits);
  if (stuck) return stuck;
  for (let y = 0; y < range.height; y++)
    for (let x = 0; x < range.width; x++) {
      const cell = { sheet: range.sheet, row: range.row + y, column: range.column + x };
      const brought = table[y % height][x % width];
      if (brought === undefined) continue;
      const element = elementAt(sheet, cell);
      if (only !== undefined && element?.tensor !== only) continue;
      if (!element && (repeated || (typeof brought === 'string' && sheet.layout.labelAt(cell.row, cell.column))))
        continue;
      if (!element) return { refusal: messages.clipboard.noRoom(formatAddress(cell), formatRange(range)) };
      const own = operation === 'replace' && element && !options.transpose && options.formula?.(y % height, x % width);
      if (own) {
        const { tensor, index } = element;
        for (const edit of copiesOver(sheet, own.from, own.content, { tensor, indices: [index] })) edits.put(edit);
        continue;
      }
      const refused = enterCell(sheet, cell, combined(brought, operation, value?.(cell)), edits);
      if (refused) return refused;
    }
  return { ...edits.finish(sentences.grid.pasteLabel(formatRange(range))), range };
}

/** The pasted and the current number combined, as a float32. Blank if there is no current number. A pasted content that
 *  isn't a number stays, and is refused later. */
function combined(brought: CellContent, operation: PasteOperation, present: number | undefined): CellContent {
  if (operation === 'replace' || typeof brought !== 'number') return brought;
  if (present === undefined) return null;
  return Math.fround(operation === 'add' ? present + brought : present * brought);
}

/** The table with rows and columns swapped. */
function transposed(table: Table): Table {
  return Array.from({ length: table[0]?.length ?? 0 }, (_, x) => table.map(row => row[x]));
}
