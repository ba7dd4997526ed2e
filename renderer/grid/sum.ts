/** Alt+= as in Excel: the sum of the numbers above a cell, or before it. */
import { formatRange } from '../../shared/address.ts';
import { isFormula } from '../../shared/cells.ts';
import { localName, spokenFormulas } from '../../shared/formula/language.ts';
import type { Value } from '../../shared/formula/value.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { State } from '../core/store.ts';
import { type Entry, MAX_CELLS } from './entry.ts';
import { fillText } from './fill.ts';
import { writtenCell } from './written-cell.ts';

type Workbook = Pick<State, 'sheet' | 'written'>;
/** What a cell that is no element holds; null where that isn't known. */
type ValueAt = (cell: CellPlace) => Value;

/** The text of a sum that still waits for its cells: =SUM( in the reader's language. */
export const sumBegun = (): string => `=${localName('SUM', spokenFormulas())}(`;

/** The numbers that end right above a cell, or else right before it. undefined if there are none. */
export function numbersBefore(workbook: Workbook, cell: CellPlace, valueAt: ValueAt): RangePlace | undefined {
  const count = (down: number, across: number) => {
    let steps = 0;
    const at = () => ({ ...cell, row: cell.row - down * (steps + 1), column: cell.column - across * (steps + 1) });
    while (at().row >= 0 && at().column >= 0 && isNumber(workbook, at(), valueAt)) steps++;
    return steps;
  };
  const { sheet, row, column } = cell;
  const above = count(1, 0);
  if (above > 0) return { sheet, row: row - above, column, height: above, width: 1 };
  const before = count(0, 1);
  return before > 0 ? { sheet, row, column: column - before, height: 1, width: before } : undefined;
}

function isNumber({ sheet, written }: Workbook, cell: CellPlace, valueAt: ValueAt): boolean {
  if (elementAt(sheet, cell)) return true;
  const content = writtenCell({ written }, cell)?.content;
  if (!isFormula(content)) return typeof content === 'number';
  const value = valueAt(cell);
  return value === null || typeof value === 'number';
}

function isBlank({ sheet, written }: Workbook, { sheet: on, row, column, height, width }: RangePlace): boolean {
  for (let y = row; y < row + height; y++)
    for (let x = column; x < column + width; x++) {
      const cell = { sheet: on, row: y, column: x };
      if (elementAt(sheet, cell) || writtenCell({ written }, cell)?.content !== undefined) return false;
      if (on === sheet.id && sheet.layout.labelAt(y, x)) return false;
    }
  return true;
}

/** The entry for several selected cells: a sum for each column, in the last row if that is blank, else below. For a
 *  single row: its sum, in its last cell or after it. Where all are blank, each gets the sum of what is before it. */
export function sumEntry(workbook: Workbook, selection: RangePlace, valueAt: ValueAt): Entry {
  const { height, width } = selection;
  if (height * width > MAX_CELLS) return { refusal: messages.grid.tooManyCells(height * width) };
  const down = height > 1;
  const last = down
    ? { ...selection, row: selection.row + height - 1, height: 1 }
    : { ...selection, column: selection.column + width - 1, width: 1 };
  const next = down ? { ...last, row: last.row + 1 } : { ...last, column: last.column + 1 };
  const within = down ? { ...selection, height: height - 1 } : { ...selection, width: width - 1 };
  if (isBlank(workbook, selection)) {
    const source = numbersBefore(workbook, selection, valueAt);
    if (source) return sums(workbook, source, selection);
    return { refusal: messages.clipboard.nothingToSum(formatRange(selection)) };
  }
  const [source, target] = isBlank(workbook, last) ? [within, last] : [selection, next];
  if (!isBlank(workbook, target)) return { refusal: messages.clipboard.noRoomForSum(formatRange(target)) };
  return sums(workbook, down ? { ...source, width: 1 } : source, target);
}

/** The sum of a range in the first cell of the target; in the others its references move along. */
function sums({ sheet, written }: Workbook, source: RangePlace, target: RangePlace): Entry {
  const { row, column } = target;
  const active = { sheet: target.sheet, row, column };
  return fillText(sheet, [target], `${sumBegun()}${formatRange(source)})`, false, { active, own: written });
}
