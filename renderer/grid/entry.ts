import { formatAddress, formatRange } from '../../shared/address.ts';
import type { CellContent } from '../../shared/cell-content.ts';
import { computedRefusal, readEntry, writtenNumber } from '../../shared/cell-entry.ts';
import type { Formulas, Names, WorkbookSheet } from '../../shared/cells.ts';
import type { Command } from '../../shared/change.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { messages, say } from '../../shared/messages.ts';
import { decimalSign } from '../../shared/messages/format.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { elementAt, type Sheet, usedPart } from '../../shared/layout/sheet.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { beginsFormula } from '../../shared/formula/tokens.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { typedInto } from '../../shared/typed-entry.ts';
import { createEdits, type Edits } from './edits.ts';

/** The result of typing, pasting, filling or deleting: a command, or a sentence that says why nothing changes. It has
 *  neither if there is nothing to do. */
export type Entry =
  | { command?: Command; refusal?: undefined; foreign?: undefined }
  | { command?: undefined; refusal: string; foreign?: boolean };
export type Refused = Extract<Entry, { refusal: string }>;

/** The most cells that one paste, fill or deletion can change. More happens only by accident, such as after Ctrl+A. */
export const MAX_CELLS = 200_000;

const text = messages.grid;

/** Whether the reader writes one half as 0,5. */
export const decimalComma = decimalSign === ',';

/** What users have written, as far as entries depend on it. */
export type Own = { sheets: readonly WorkbookSheet[]; names: Names; formulas: Formulas };
export const NOTHING_OWN: Own = { sheets: [], names: new Map(), formulas: new Map() };

/** The command for typing a text into a cell. A number or formula over a computed cell is an override. Emptying a
 *  parameter or pixel makes it 0, and an expected value blank. `foreign`: the number may be written as in another
 *  language. */
export function enterText(
  sheet: Sheet,
  cell: CellPlace,
  typed: string,
  foreign = false,
  own: Own = NOTHING_OWN,
): Entry {
  const edits = createEdits(sheet);
  const label = sentences.grid.editLabel(formatAddress(cell));
  const element = elementAt(sheet, cell);
  if (element && !beginsFormula(typed.trimStart()))
    return enterCell(sheet, cell, typed, edits, foreign) ?? edits.finish(label);
  if (!element && own.sheets.length === 0) return enterCell(sheet, cell, typed, edits, foreign) ?? {};
  const read = typedInto({ sheet, ...own }, cell, typed, {
    notation: { decimalComma },
    language: spokenFormulas(),
    foreign,
  });
  if (read.refusal !== undefined) return { refusal: say(read.refusal), ...(read.foreign && { foreign: true }) };
  return read.changes.length > 0 ? { command: { label, changes: read.changes } } : {};
}

/** The entry of the Delete key. Parameters and pixels become 0, expected values blank, and what was typed over computed
 *  cells goes. Blanks and labels stay. If nothing was typed over any of the computed cells, they refuse all of it. */
export function clearRange(sheet: Sheet, range: RangePlace, formulas?: Formulas): Entry {
  return clearRanges(sheet, [range], formulas);
}

/** `clearRange` for several ranges, as one step. If one cell refuses, nothing changes. */
export function clearRanges(sheet: Sheet, ranges: readonly RangePlace[], formulas: Formulas = new Map()): Entry {
  const where = ranges.map(range => formatRange(range)).join(', ');
  const blocksOf = (range: RangePlace) => {
    const used = usedPart(sheet, range);
    const only = wholeTensor(sheet, range);
    return used ? sheet.layout.blocksIn(used).filter(({ view }) => !only || view.tensor === only) : [];
  };
  const filled = ranges.filter(range => blocksOf(range).length > 0);
  if (filled.length === 0) return { refusal: text.nothingToDelete(where) };
  const label = sentences.grid.deleteLabel(where);
  const edits = createEdits(sheet);
  let computed: CellPlace | undefined;
  let isKept = false;
  for (const range of filled)
    for (const { row, column, height, width, view } of blocksOf(range)) {
      const place = { sheet: sheet.id, row, column };
      if (sheet.tensors.get(view.tensor)!.role === 'computed') {
        computed ??= place;
        continue;
      }
      const refused = enterEverywhere(sheet, { ...place, height, width }, '', edits);
      if (refused) return refused;
      isKept = true;
    }
  const over = filled.flatMap(range => elementsOver(sheet, range, formulas));
  const removed = over.filter(({ tensor }) => sheet.tensors.get(tensor)!.role === 'computed');
  for (const element of removed) edits.over(element, undefined);
  if (computed && removed.length === 0) return { refusal: say(computedRefusal(sheet, computed)) };
  return removed.length > 0 || isKept ? edits.finish(label) : {};
}

/** The entry that takes away what was typed over the cells of ranges. Computed cells get the formula of their layer
 *  back; parameters and pixels keep their numbers. */
export function restoreRanges(sheet: Sheet, ranges: readonly RangePlace[], formulas: Formulas): Entry {
  const where = ranges.map(range => formatRange(range)).join(', ');
  const over = ranges.flatMap(range => elementsOver(sheet, range, formulas));
  if (over.length === 0) return { refusal: text.nothingOver(where) };
  const edits = createEdits(sheet);
  for (const element of over) edits.over(element, undefined);
  return edits.finish(sentences.grid.restoreLabel(where));
}

/** The entry that takes away everything that was typed over the network's cells, as one step. */
export function removeAllOver(sheet: Sheet, formulas: Formulas): Entry {
  const edits = createEdits(sheet);
  for (const [tensor, own] of formulas) for (const index of own.keys()) edits.over({ tensor, index }, undefined);
  return edits.finish(sentences.grid.removeAllLabel());
}

/** The elements in a range over which something is typed. */
function elementsOver(sheet: Sheet, range: RangePlace, formulas: Formulas): ElementIndex[] {
  const found: ElementIndex[] = [];
  for (const [tensor, own] of formulas)
    for (const index of own.keys()) {
      const { row, column } = sheet.layout.cellOf(tensor, index);
      const inside = row >= range.row && row < range.row + range.height;
      if (inside && column >= range.column && column < range.column + range.width) found.push({ tensor, index });
    }
  return found;
}

/** Puts a number or a typed text into every cell of the network in a range. If the range is a whole tensor, only the
 *  tensor's own cells change. */
export function enterEverywhere(
  sheet: Sheet,
  range: RangePlace,
  entered: number | string,
  edits: Edits,
  foreign = false,
): Refused | undefined {
  const used = usedPart(sheet, range);
  const only = wholeTensor(sheet, range);
  const blocks = used ? sheet.layout.blocksIn(used).filter(({ view }) => !only || view.tensor === only) : [];
  const cells = blocks.reduce((sum, block) => sum + block.height * block.width, 0);
  if (cells === 0) return { refusal: messages.clipboard.nothingToChange(formatRange(range)) };
  if (cells > MAX_CELLS) return { refusal: text.tooManyCells(cells) };
  for (const { row, column, height, width } of blocks)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const refused = enterCell(
          sheet,
          { sheet: sheet.id, row: row + y, column: column + x },
          entered,
          edits,
          foreign,
        );
        if (refused) return refused;
      }
  return undefined;
}

/** Adds the change of one cell: a number, or a text as if it were typed. Returns the reason if it is refused. */
export function enterCell(
  sheet: Sheet,
  cell: CellPlace,
  content: CellContent,
  edits: Edits,
  foreign = false,
): Refused | undefined {
  const element = elementAt(sheet, cell);
  if (element && sheet.tensors.get(element.tensor)!.role === 'computed')
    return enterOver(sheet, cell, content, edits, foreign);
  const read = readEntry(sheet, cell, content, { decimalComma }, foreign);
  if (read && 'refusal' in read) return { ...read, refusal: say(read.refusal) };
  if (read) edits.add(read.element, read.value);
  return undefined;
}

/** Adds a number that is typed or pasted over a computed cell. A blank leaves the cell as it is. */
function enterOver(
  sheet: Sheet,
  cell: CellPlace,
  content: CellContent,
  edits: Edits,
  foreign: boolean,
): Refused | undefined {
  if (content === null) return undefined;
  const typed =
    typeof content === 'object' ? content.error : typeof content === 'number' ? cellAsTyped(content) : content;
  const read = typedInto({ sheet, ...NOTHING_OWN }, cell, typed, { notation: { decimalComma }, foreign });
  if (read.refusal !== undefined) return { refusal: say(read.refusal), ...(read.foreign && { foreign: true }) };
  for (const change of read.changes) if (change.kind === 'formulas') for (const edit of change.edits) edits.put(edit);
  return undefined;
}

/** A number's text with the decimal separator of this language. */
export const asTyped = (text: string): string => (decimalComma ? text.replace('.', ',') : text);
/** A cell's number with all digits, as the user would type it. */
export const cellAsTyped = (value: number): string => writtenNumber(value, { decimalComma });
