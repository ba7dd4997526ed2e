import { formatRange } from '../../shared/address.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { formatFloat32, parseNumber } from '../../shared/numbers.ts';
import { elementAt, type Sheet } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { Formulas } from '../../shared/cells.ts';
import {
  copiesOver,
  createEdits,
  decimalComma,
  enterCell,
  enterFormulaInAll,
  enterInAll,
  type Entry,
  MAX_CELLS,
  type Own,
} from './entry.ts';
import type { Pasted } from './clipboard-table.ts';
import type { RangeEntry } from './paste.ts';

const text = messages.grid;

/** The content of a cell. undefined where the network has no cell. */
export type ValueAt = (cell: CellPlace) => Pasted;

/** The entry that puts one typed text into every cell of the selected ranges. */
export function fillText(
  sheet: Sheet,
  ranges: readonly RangePlace[],
  typed: string,
  foreign = false,
  written?: { active: CellPlace; own: Own },
): Entry {
  const where = ranges.map(range => formatRange(range)).join(', ');
  if (written && typed.trimStart().startsWith('='))
    return enterFormulaInAll(sheet, ranges, { ...written, typed, label: sentences.grid.fillLabel(where) });
  // The text is read only once, because there may be many cells.
  const entered = parseNumber(typed, { decimalComma }).value ?? typed;
  return enterInAll(sheet, ranges, entered, sentences.grid.fillLabel(where), foreign);
}

/** The entry of dragging the fill handle from a range to a larger one. One cell is copied. Evenly spaced numbers are
 *  continued (1, 3 → 5). Others are repeated. Labels and gaps are skipped. */
export function fillRange(
  sheet: Sheet,
  source: RangePlace,
  target: RangePlace,
  value: ValueAt,
  formulas?: Formulas,
): RangeEntry {
  const down = target.height !== source.height;
  return fill(sheet, source, target, value, down, numbers => stepOf(numbers), formulas);
}

/** The entry of Ctrl+D (Ctrl+R). It copies the first row (column) of a selection over the others. A selection of only
 *  one row (column) gets the row above (column to the left). */
export function fillLines(
  sheet: Sheet,
  selection: RangePlace,
  direction: 'down' | 'right',
  value: ValueAt,
  formulas?: Formulas,
): RangeEntry {
  const source = sourceOfFill(selection, direction);
  if (!source) return { refusal: messages.clipboard.nothingBefore(formatRange(selection)) };
  return fill(sheet, source, selection, value, direction === 'down', () => undefined, formulas);
}

/** The row or column that Ctrl+D or Ctrl+R copies. undefined at the sheet's edge. */
export function sourceOfFill(selection: RangePlace, direction: 'down' | 'right'): RangePlace | undefined {
  const down = direction === 'down';
  const before = (down ? selection.height : selection.width) === 1 ? 1 : 0;
  const source = down
    ? { ...selection, row: selection.row - before, height: 1 }
    : { ...selection, column: selection.column - before, width: 1 };
  return source.row < 0 || source.column < 0 ? undefined : source;
}

/** The range that a double click on the fill handle fills. It goes down as far as the cells left of the selection, else
 *  as the cells right of it. undefined if neither side has cells further down. */
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

/** Fills the cells of `target` outside `source`, along columns (`down`) or rows. `stepBetween` gives the step between
 *  the numbers of a line, or undefined to repeat them. */
function fill(
  sheet: Sheet,
  source: RangePlace,
  target: RangePlace,
  value: ValueAt,
  down: boolean,
  stepBetween: (numbers: readonly number[]) => number | undefined,
  formulas: Formulas = new Map(),
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
    const sources = Array.from({ length }, (_, i) => elementAt(sheet, at(first + i)));
    const contents = sources.map(source => source && formulas.get(source.tensor)?.get(source.index));
    const plain = contents.every(content => typeof content !== 'object');
    const step = plain && finite.length === length ? stepBetween(finite) : undefined;
    for (let position = start; position < end; position++) {
      const distance = position - first;
      if (distance >= 0 && distance < length) continue;
      const cell = at(position);
      const element = elementAt(sheet, cell);
      const copied = numbers[((distance % length) + length) % length];
      if (!element || copied === undefined || (only !== undefined && element.tensor !== only)) continue;
      const which = ((distance % length) + length) % length;
      const [from, content] = [sources[which], contents[which]];
      if (from && typeof content === 'object') {
        const { tensor, index } = element;
        for (const edit of copiesOver(sheet, from, content, { tensor, indices: [index] })) edits.put(edit);
        continue;
      }
      // A computed cell has the formula of its layer, and its neighbours have theirs.
      const derived = from && content === undefined && sheet.tensors.get(from.tensor)!.role === 'computed';
      if (derived && sheet.tensors.get(element.tensor)!.role === 'computed') {
        if (formulas.get(element.tensor)?.has(element.index)) edits.over(element, undefined);
        continue;
      }
      const entered = step === undefined ? copied : decimalOf(finite[0]) + distance * step;
      const refused = enterCell(sheet, cell, entered, edits);
      if (refused) return refused;
    }
  }
  if (!brought) return { refusal: messages.clipboard.nothingToFill(formatRange(source)) };
  return { ...edits.finish(sentences.grid.fillLabel(formatRange(target))), range: target };
}

/** The double with the same shortest decimal as a float32. So the step from 0.1 to 0.2 is exactly 0.1. */
const decimalOf = (value: number) => Number(formatFloat32(value));

/** How much the steps of evenly spaced numbers may differ: twice the relative distance of neighbouring float32s. */
const ROUNDING = 2 ** -22;

/** The step between evenly spaced numbers. undefined for a single number, or if the steps differ. */
function stepOf(numbers: readonly number[]): number | undefined {
  if (numbers.length < 2) return undefined;
  const exact = numbers.map(decimalOf);
  const step = exact[1] - exact[0];
  const largest = exact.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  return exact.every((number, i) => i === 0 || Math.abs(number - exact[i - 1] - step) <= ROUNDING * largest)
    ? step
    : undefined;
}
