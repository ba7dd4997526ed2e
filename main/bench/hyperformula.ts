import type { RawCellContent } from 'hyperformula';
import { derive } from '../../shared/formula/derive.ts';
import type { TensorId } from '../../shared/network.ts';
import { type Sheet, usedRange } from '../../shared/layout/sheet.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { cellsIn } from '../commands/cells.ts';
import { CONFIGURATION } from '../engine/formulas/configuration.ts';

/** A network in a spreadsheet engine, with a formula in every cell. */
export type Spreadsheet = {
  /** Changes the first element of a tensor. Returns the milliseconds until everything is recalculated. */
  edit(tensor: TensorId, value: number): number;
  /** The number in a cell, or NaN if it shows none. */
  value(row: number, column: number): number;
  close(): void;
};

/** Writes a sheet into HyperFormula: numbers for pixels, parameters and the expected class, formulas for all other
 *  cells. */
export async function openInHyperFormula(
  sheet: Sheet,
  stored: ReadonlyMap<TensorId, Float32Array>,
): Promise<Spreadsheet> {
  const { HyperFormula } = await import('hyperformula');
  const { rows, columns } = sheet.layout;
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, (): RawCellContent => null));
  for (const { row, column, element } of cellsIn({ sheet, sheets: nothingWritten().sheets }, [usedRange(sheet)])) {
    if (!element) continue;
    const number = stored.get(element.tensor)?.[element.index];
    cells[row][column] = derive(sheet, element)?.text ?? (Number.isNaN(number) ? null : number);
  }
  const engine = HyperFormula.buildFromSheets({ [sheet.id]: cells }, CONFIGURATION);
  const at = ({ row, column }: { row: number; column: number }) => ({ sheet: 0, row, col: column });
  return {
    edit(tensor, value) {
      const address = at(sheet.layout.cellOf(tensor, 0));
      const start = performance.now();
      engine.setCellContents(address, value);
      return performance.now() - start;
    },
    value(row, column) {
      const value = engine.getCellValue(at({ row, column }));
      return typeof value === 'number' ? value : Number.NaN;
    },
    close: () => engine.destroy(),
  };
}
