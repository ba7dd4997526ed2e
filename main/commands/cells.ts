import type { ElementIndex } from '../../shared/layout/layout.ts';
import { type Sheet, usedPart } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';

/** A cell that shows something: an element of a tensor, or a label. */
type ShownCell = CellPlace & ({ element: ElementIndex; label?: undefined } | { element?: undefined; label: string });

/** The cells in these ranges that show something, row by row from left to right. A cell in several ranges comes once.
 *  Only one row is held in memory. */
export function* cellsIn(sheet: Sheet, ranges: readonly RangePlace[]): Generator<ShownCell> {
  const { id, layout } = sheet;
  const clipped = ranges.flatMap(range => usedPart(sheet, range) ?? []);
  const last = Math.max(0, ...clipped.map(({ row, height }) => row + height));
  let row = Math.min(last, ...clipped.map(range => range.row));
  for (; row < last; row++) {
    const cells = new Map<number, ShownCell>();
    for (const range of clipped) {
      if (row < range.row || row >= range.row + range.height) continue;
      const line = { ...range, row, height: 1 };
      for (const { column, width, view } of layout.blocksIn(line)) {
        for (let x = 0; x < width; x++) {
          const element = { tensor: view.tensor, index: view.offset + x * view.columnStride };
          cells.set(column + x, { sheet: id, row, column: column + x, element });
        }
      }
      for (const { column, text } of layout.labelsIn(line)) cells.set(column, { sheet: id, row, column, label: text });
    }
    for (const column of [...cells.keys()].sort((a, b) => a - b)) yield cells.get(column)!;
  }
}
