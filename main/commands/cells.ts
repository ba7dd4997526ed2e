import type { CellAddress, CellRange } from '../../shared/address.ts';
import { intersect } from '../../shared/address.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';

/** A cell that shows something: an element of a tensor, or a label. */
export type ShownCell = CellAddress &
  ({ element: ElementIndex; label?: undefined } | { element?: undefined; label: string });

/** The cells in these ranges that show something, row by row and from left to right, each once however the ranges
 *  overlap. Holds one row at a time. */
export function* cellsIn({ layout }: Sheet, ranges: readonly CellRange[]): Generator<ShownCell> {
  const used = { row: 0, column: 0, height: layout.rows, width: layout.columns };
  const clipped = ranges.flatMap(range => intersect(range, used) ?? []);
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
          cells.set(column + x, { row, column: column + x, element });
        }
      }
      for (const { column, text } of layout.labelsIn(line)) cells.set(column, { row, column, label: text });
    }
    for (const column of [...cells.keys()].sort((a, b) => a - b)) yield cells.get(column)!;
  }
}
