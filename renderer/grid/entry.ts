import { type CellAddress, type CellRange, formatAddress, formatRange, intersect } from '../../shared/address.ts';
import { derive } from '../../shared/formula/derive.ts';
import { isAbsolute } from '../../shared/formula/formula.ts';
import type { ElementIndex } from '../../shared/layout.ts';
import { messages } from '../../shared/messages.ts';
import { canHold, type TensorId } from '../../shared/network.ts';
import { formatFloat32, type ParsedNumber, parseNumber } from '../../shared/numbers.ts';
import type { Sheet } from '../../shared/sheet.ts';
import type { Command, TensorEdit } from '../../shared/workbook.ts';

/** What typing, pasting, filling or deleting comes to: a command, or the sentence why nothing changes; neither where there is nothing to do.
 *  `foreign`: the refusal is a question, as a number is written as in another language (0.5 where one half is 0,5); whoever answers yes enters
 *  the same with `foreign` once more. */
export type Entry =
  | { command?: Command; refusal?: undefined; foreign?: undefined }
  | { command?: undefined; refusal: string; foreign?: boolean };

/** One paste, fill or deletion changes at most so many cells: more is a slip of Ctrl+A. */
export const MAX_CELLS = 200_000;

const text = messages.grid;

/** Whether this machine writes one half as 0,5. */
export const decimalComma = new Intl.NumberFormat().format(0.5).includes(',');

/** What typing a text into a cell comes to. Emptying a parameter or pixel makes it 0, an expected value blank. */
export function enterText(sheet: Sheet, cell: CellAddress, typed: string, foreign = false): Entry {
  return enterTable(sheet, { ...cell, height: 1, width: 1 }, [[typed]], text.editLabel, foreign);
}

/** What putting texts into a range comes to: all of it, or, where one cell refuses, nothing. `foreign`: numbers may be written as in another
 *  language. */
export function enterTable(
  sheet: Sheet,
  range: CellRange,
  texts: readonly (readonly string[])[],
  label: (where: string) => string,
  foreign = false,
): Entry {
  const edits = createEdits(sheet);
  for (let y = 0; y < range.height; y++)
    for (let x = 0; x < range.width; x++) {
      const cell = { row: range.row + y, column: range.column + x };
      const typed = texts[y]?.[x];
      if (typed === undefined) continue;
      const refused = enterCell(sheet, cell, typed, edits, foreign);
      if (refused) return refused;
    }
  return edits.finish(label(formatRange(range)));
}

/** What pasting a table over a selection comes to: it starts at the selection's corner; a single value fills the whole selection, and a table
 *  that fits into it several times is repeated. */
export function pasteTable(
  sheet: Sheet,
  selection: CellRange,
  table: readonly (readonly string[])[],
  label: (where: string) => string = text.pasteLabel,
  foreign = false,
): Entry {
  const height = table.length;
  const width = Math.max(...table.map(row => row.length));
  const repeats = selection.height % height === 0 && selection.width % width === 0;
  const range = repeats ? selection : { row: selection.row, column: selection.column, height, width };
  if (range.height * range.width > MAX_CELLS) return { refusal: text.tooManyCells(range.height * range.width) };
  const texts = Array.from({ length: range.height }, (_, y) =>
    Array.from({ length: range.width }, (_, x) => table[y % height][x % width] ?? ''),
  );
  return enterTable(sheet, range, texts, label, foreign);
}

/** What putting one text into every cell of a range comes to. */
export function fillText(sheet: Sheet, range: CellRange, typed: string, foreign = false): Entry {
  return pasteTable(sheet, range, [[typed]], text.fillLabel, foreign);
}

/** What filling a range with the values of a part of it comes to. */
export function fillRange(
  sheet: Sheet,
  source: CellRange,
  target: CellRange,
  value: (cell: CellAddress) => number | undefined,
): Entry {
  if (target.height * target.width > MAX_CELLS) return { refusal: text.tooManyCells(target.height * target.width) };
  const wrap = (n: number, size: number) => ((n % size) + size) % size;
  const texts = Array.from({ length: target.height }, (_, y) =>
    Array.from({ length: target.width }, (_, x) => {
      const row = source.row + wrap(target.row + y - source.row, source.height);
      const column = source.column + wrap(target.column + x - source.column, source.width);
      const known = value({ row, column });
      // A blank expected class is filled as a blank.
      return known === undefined || Number.isNaN(known) ? '' : formatFloat32(known);
    }),
  );
  return enterTable(sheet, target, texts, text.fillLabel);
}

/** What Delete on a range comes to: parameters and pixels become 0, expected values blank; blanks and texts stay; a computed cell refuses. */
export function clearRange(sheet: Sheet, range: CellRange): Entry {
  const used = usedPart(sheet, range);
  if (!used) return { refusal: text.nothingToDelete(formatRange(range)) };
  const blocks = sheet.layout.blocksIn(used);
  const cells = blocks.reduce((sum, block) => sum + block.height * block.width, 0);
  const computed = blocks.find(block => sheet.tensors.get(block.view.tensor)!.role === 'computed');
  if (computed) return { refusal: computedRefusal(sheet, computed) };
  if (cells === 0) return { refusal: text.nothingToDelete(formatRange(range)) };
  if (cells > MAX_CELLS) return { refusal: text.tooManyCells(cells) };
  const edits = createEdits(sheet);
  for (const { row, column, height, width } of blocks)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const refused = enterCell(sheet, { row: row + y, column: column + x }, '', edits);
        if (refused) return refused;
      }
  return edits.finish(text.deleteLabel(formatRange(range)));
}

/** The part of a range that the network uses; undefined where it lies beyond. */
export function usedPart({ layout }: Sheet, range: CellRange): CellRange | undefined {
  return intersect(range, { row: 0, column: 0, height: layout.rows, width: layout.columns });
}

type Edits = { add(element: ElementIndex, value: number): void; finish(label: string): Entry };

function createEdits(sheet: Sheet): Edits {
  const byTensor = new Map<TensorId, Map<number, number>>();
  return {
    add({ tensor, index }, value) {
      let values = byTensor.get(tensor);
      if (!values) byTensor.set(tensor, (values = new Map()));
      values.set(index, value);
    },
    finish(label) {
      const edits = [...byTensor].map(
        ([tensor, values]): TensorEdit => ({
          tensor,
          indices: Uint32Array.from(values.keys()),
          values: Float32Array.from(values.values()),
        }),
      );
      if (edits.length === 0) return {};
      const pixels = edits.some(({ tensor }) => sheet.tensors.get(tensor)!.role === 'pixels');
      return { command: pixels ? { label, edits, source: { kind: 'typed' } } : { label, edits } };
    },
  };
}

type Refused = Extract<Entry, { refusal: string }>;

/** Adds what a typed text does to one cell; returns why it is refused where it is. */
function enterCell(sheet: Sheet, cell: CellAddress, typed: string, edits: Edits, foreign = false): Refused | undefined {
  const element = sheet.layout.elementAt(cell.row, cell.column);
  const where = formatAddress(cell);
  if (!element) return typed.trim() === '' ? undefined : { refusal: text.notACell(where) };
  const { role, name } = sheet.tensors.get(element.tensor)!;
  if (role === 'computed') return { refusal: computedRefusal(sheet, cell) };
  const parsed = parseNumber(typed, { decimalComma });
  const value = foreign && parsed.problem === 'separator' ? parsed.reading : parsed.value;
  if (parsed.problem === 'empty') edits.add(element, role === 'actual' ? Number.NaN : 0);
  else if (value === undefined) return refusalOf(parsed, where, typed.trim());
  else if (!canHold(name, value)) return { refusal: messages.layers.outsideLimits(where, name) };
  else edits.add(element, value);
  return undefined;
}

/** A number's full text as it is typed here. */
export function numberAsTyped(value: number): string {
  const shown = formatFloat32(value);
  return decimalComma ? shown.replace('.', ',') : shown;
}

function refusalOf(parsed: ParsedNumber, where: string, typed: string): Refused {
  const shown = typed.length > 40 ? `${typed.slice(0, 40)}…` : typed;
  if (parsed.problem === 'separator')
    return { refusal: text.foreignNumber(where, shown, numberAsTyped(parsed.reading)), foreign: true };
  if (parsed.problem === 'grouping')
    return { refusal: text.twoReadings(where, shown, numberAsTyped(parsed.decimal), numberAsTyped(parsed.grouped)) };
  if (parsed.problem === 'fraction') return { refusal: text.fraction(where, shown, numberAsTyped(parsed.quotient)) };
  if (parsed.problem === 'blank') return { refusal: text.onlySpaces(where) };
  if (parsed.problem === 'formula') return { refusal: text.formulaInParameter(where) };
  if (parsed.problem === 'range') return { refusal: text.tooLarge(where, shown) };
  return { refusal: text.notANumber(where, shown, decimalComma) };
}

/** Says that a cell is computed, and what to change instead: its parameters where it has some, since other cells it reads are often computed too. */
function computedRefusal(sheet: Sheet, cell: CellAddress): string {
  const element = sheet.layout.elementAt(cell.row, cell.column);
  const references = (element && derive(sheet, element)?.references) ?? [];
  const parameters = references.filter(({ role }) => isAbsolute(role));
  const named = [...new Set(parameters.map(({ range }) => formatRange(range)))];
  return text.computed(formatAddress(cell), named.slice(0, 3));
}
