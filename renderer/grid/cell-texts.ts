import type { CellAddress } from '../../shared/address.ts';
import { contentText } from '../../shared/cell-content.ts';
import { derive } from '../../shared/formula/derive.ts';
import { messages } from '../../shared/messages.ts';
import { formatFloat32 } from '../../shared/numbers.ts';
import type { Store, Values } from '../core/store.ts';
import { cellAsTyped } from './entry.ts';

/** What cells say to editors and screen readers, in the plane that is shown. */
export type CellTexts = {
  /** What the editor begins with: the formula, or the number in full, as it is typed here. */
  editText: (cell: CellAddress) => string;
  /** What a screen reader reads. */
  cellText: (cell: CellAddress) => string;
};

export function createCellTexts(store: Store, values: Pick<Values, 'element'>): CellTexts {
  return { editText, cellText };

  function editText(cell: CellAddress): string {
    const { sheet, plane } = store.get();
    const found = sheet.layout.elementAt(cell.row, cell.column);
    if (!found) return sheet.layout.labelAt(cell.row, cell.column)?.text ?? '';
    return (plane === 'value' ? derive(sheet, found)?.text : undefined) ?? plainText(cell, cellAsTyped);
  }

  /** A cell's value in full, or its text. */
  function plainText(cell: CellAddress, written = formatFloat32): string {
    const { layout } = store.get().sheet;
    const found = layout.elementAt(cell.row, cell.column);
    if (!found) return layout.labelAt(cell.row, cell.column)?.text ?? '';
    return contentText(values.element(found.tensor, found.index) ?? null, written);
  }

  /** Only the active cell tells its formula: writing out those around it would take longer than painting. */
  function cellText(cell: CellAddress): string {
    const { sheet, active, plane } = store.get();
    if (plane !== 'value' || cell.row !== active.row || cell.column !== active.column) return plainText(cell);
    const found = sheet.layout.elementAt(cell.row, cell.column);
    const formula = found && derive(sheet, found)?.text;
    const text = plainText(cell);
    return formula ? messages.grid.formula(text, formula) : text;
  }
}
