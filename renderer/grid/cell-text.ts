import { contentText } from '../../shared/cell-content.ts';
import { derive } from '../../shared/formula/derive.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import type { CellPlace } from '../../shared/places.ts';
import type { State, Values } from '../core/store.ts';
import { cellAsTyped } from './entry.ts';

type Shown = Pick<State, 'sheet' | 'plane' | 'active'>;

/** The text for editing a cell, in the cell and in the formula bar: its formula, or its number with all digits. */
export function editText({ sheet, plane }: Shown, values: Values, cell: CellPlace): string {
  const found = elementAt(sheet, cell);
  const formula = found && plane === 'value' ? derive(sheet, found, spokenFormulas()) : undefined;
  return formula?.text ?? plainText({ sheet, plane }, values, cell);
}

/** The text of a cell for screen readers. Only the active cell's formula is read, because writing the formulas of all
 *  cells takes longer than painting. */
export function spokenText({ sheet, plane, active }: Shown, values: Values, cell: CellPlace): string {
  const text = plainText({ sheet, plane }, values, cell);
  if (plane !== 'value' || cell.row !== active.row || cell.column !== active.column) return text;
  const found = elementAt(sheet, cell);
  const formula = found && derive(sheet, found, spokenFormulas())?.text;
  return formula ? messages.grid.formula(text, formula) : text;
}

/** A cell's content with all digits, or the sheet's own label there. */
function plainText(
  { sheet, plane }: Pick<Shown, 'sheet' | 'plane'>,
  values: Values,
  { row, column }: CellPlace,
): string {
  const found = sheet.layout.elementAt(row, column);
  if (!found) return sheet.layout.labelAt(row, column)?.text ?? '';
  return contentText(values.element(found.tensor, found.index, plane) ?? null, cellAsTyped, messages.cells.errors);
}
