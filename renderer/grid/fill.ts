import { formatRange } from '../../shared/address.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { formatFloat32, parseNumber } from '../../shared/numbers.ts';
import { elementAt, type Sheet } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { createEdits, decimalComma, enterCell, enterInAll, type Entry, MAX_CELLS } from './entry.ts';
import type { Pasted } from './clipboard-table.ts';
import type { RangeEntry } from './paste.ts';

const text = messages.grid;

/** The content of a cell. undefined where the network has no cell. */
export type ValueAt = (cell: CellPlace) => Pasted;

/** What putting one typed text into every cell of the selected ranges comes to. */
export function fillText(sheet: Sheet, ranges: readonly RangePlace[], typed: string, foreign = false): Entry {
  const where = ranges.map(range => formatRange(range)).join(', ');
  // There may be many cells: the text is read once.
  const entered = parseNumber(typed, { decimalComma }).value ?? typed;
  return enterInAll(sheet, ranges, entered, sentences.grid.fillLabel(where), foreign);
}

/** What dragging the fill handle from a range to a larger one comes to, in the direction in which it is larger: one
 *  cell is copied, two and more that go on evenly are continued (1, 3 → 5), others are repeated. Labels and gaps bring
 *  nothing and take nothing. */
export function fillRange(sheet: Sheet, source: RangePlace, target: RangePlace, value: ValueAt): RangeEntry {
  const down = target.height !== source.height;
  return fill(sheet, source, target, value, down, numbers => stepOf(numbers));
}

/** The command of Ctrl+D (Ctrl+R). The first row (column) of a selection is copied over the others. Into a single row
 *  (column), the row above (the column to the left) is copied. */
export function fillLines(
  sheet: Sheet,
  selection: RangePlace,
  direction: 'down' | 'right',
  value: ValueAt,
): RangeEntry {
  const source = sourceOfFill(selection, direction);
  if (!source) return { refusal: messages.clipboard.nothingBefore(formatRange(selection)) };
  return fill(sheet, source, selection, value, direction === 'down', () => undefined);
}

/** What Ctrl+D and Ctrl+R copy; undefined at the sheet's edge. */
export function sourceOfFill(selection: RangePlace, direction: 'down' | 'right'): RangePlace | undefined {
  const down = direction === 'down';
  const before = (down ? selection.height : selection.width) === 1 ? 1 : 0;
  const source = down
    ? { ...selection, row: selection.row - before, height: 1 }
    : { ...selection, column: selection.column - before, width: 1 };
  return source.row < 0 || source.column < 0 ? undefined : source;
}

/** The range that a double click on the fill handle fills. It goes down as far as the cells to the left of the
 *  selection, or else those to its right. undefined where neither side has cells below the selection. */
export function filledByNeighbour(sheet: Sheet, source: RangePlace): RangePlace | undefined {
  const below = source.row + source.height;
  const filled = (row: number, column: number) => elementAt(sheet, { sheet: source.sheet, row, column });
  for (const column of [source.column - 1, source.column + source.width]) {
    let row = below;
    while (filled(row, column) && filled(row, source.column)) row++;
    if (row > below) return { ...source, height: row - source.row };
  }
  return undefined;
}

/** Fills the cells of `target` outside `source`, along columns (`down`) or rows. `stepBetween` gives the step by which
 *  the numbers of a line go on, and undefined where they are repeated. */
function fill(
  sheet: Sheet,
  source: RangePlace,
  target: RangePlace,
  value: ValueAt,
  down: boolean,
  stepBetween: (numbers: readonly number[]) => number | undefined,
): RangeEntry {
  if (target.height * target.width > MAX_CELLS) return { refusal: text.tooManyCells(target.height * target.width) };
  const only = wholeTensor(sheet, target);
  const edits = createEdits(sheet);
  const length = down ? source.height : source.width;
  const first = down ? source.row : source.column;
  const start = down ? target.row : target.column;
  const end = start + (down ? target.height : target.width);
  let brought = false;
  for (let line = 0; line < (down ? target.width : target.height); line++) {
    const at = (position: number): CellPlace => ({
      sheet: target.sheet,
      row: down ? position : target.row + line,
      column: down ? target.column + line : position,
    });
    const numbers = Array.from({ length }, (_, i) => value(at(first + i)));
    if (numbers.every(number => number === undefined)) continue;
    brought = true;
    const finite = numbers.filter(number => typeof number === 'number');
    const step = finite.length === length ? stepBetween(finite) : undefined;
    for (let position = start; position < end; position++) {
      const distance = position - first;
      if (distance >= 0 && distance < length) continue;
      const cell = at(position);
      const element = elementAt(sheet, cell);
      const copied = numbers[((distance % length) + length) % length];
      if (!element || copied === undefined || (only !== undefined && element.tensor !== only)) continue;
      const entered = step === undefined ? copied : decimalOf(finite[0]) + distance * step;
      const refused = enterCell(sheet, cell, entered, edits);
      if (refused) return refused;
    }
  }
  if (!brought) return { refusal: messages.clipboard.nothingToFill(formatRange(source)) };
  return { ...edits.finish(sentences.grid.fillLabel(formatRange(target))), range: target };
}

/** A float32 as the double with the same shortest decimal. So the step from 0.1 to 0.2 is 0.1, as it was typed. */
const decimalOf = (value: number) => Number(formatFloat32(value));

/** Twice the relative distance of neighbouring float32s. The steps of evenly spaced numbers may differ by this much. */
const ROUNDING = 2 ** -22;

/** The step from one number to the next. undefined for a single number, and where the steps differ. */
function stepOf(numbers: readonly number[]): number | undefined {
  if (numbers.length < 2) return undefined;
  const exact = numbers.map(decimalOf);
  const step = exact[1] - exact[0];
  const largest = exact.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  return exact.every((number, i) => i === 0 || Math.abs(number - exact[i - 1] - step) <= ROUNDING * largest)
    ? step
    : undefined;
}
