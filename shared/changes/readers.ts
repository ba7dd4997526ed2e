/** Finds out what reads cells. */
import { type CellAddress, type CellRange, intersect } from '../address.ts';
import { isFormula, type Written } from '../cells.ts';
import { type Expression, referencesOf } from '../formula/expression.ts';
import { cellsOf, formulaOfCell, formulaOfElement } from '../formula/placed.ts';
import { rangeOf } from '../formula/ranges.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { SheetId } from '../places.ts';
import { columnOf, placesIn, rowOf } from './edits.ts';

/** Whether any formula or name reads a cell of this range. `sheet` is the network's. */
export function isRead(sheet: Sheet, written: Written, range: CellRange & { sheet: SheetId }): boolean {
  const reads = (formula: Expression, on: SheetId | undefined) =>
    referencesOf(formula).some(reference => {
      const cells = cellsOf(sheet, reference, on === sheet.id);
      return (
        cells !== undefined && (cells.sheet ?? on) === range.sheet && intersect(rangeOf(cells), range) !== undefined
      );
    });
  for (const [tensor, own] of written.formulas)
    for (const [index, content] of own)
      if (isFormula<number>(content) && reads(formulaOfElement(sheet, tensor, index, content), sheet.id)) return true;
  for (const { id, cells } of written.sheets)
    for (const [place, { content }] of placesIn(cells)) {
      if (!isFormula<CellAddress>(content)) continue;
      const at = { row: rowOf(place), column: columnOf(place) };
      if (reads(formulaOfCell(sheet, at, content, id === sheet.id), id)) return true;
    }
  return [...written.names.values()].some(({ formula }) => reads(formula, undefined));
}
