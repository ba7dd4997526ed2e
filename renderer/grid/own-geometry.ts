import { type CellAddress, MAX_COLUMNS, MAX_ROWS } from '../../shared/address.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { type ColumnRun, type Geometry, geometryOf, MARGIN } from './geometry.ts';

/** An own sheet's columns are so wide at a zoom of 100 %, where they have no width of their own. */
export const OWN_WIDTH = 80;
/** The cell size at a zoom of 100 %, in which widths of columns are given. */
export const WHOLE_SIZE = 20;
/** How many rows and columns of an own sheet can be reached at least. */
const LEAST = { rows: 100, columns: 26 };

type RowHeights = NonNullable<Parameters<typeof geometryOf>[4]>['tall'];

/** `formulas`: columns are twice as wide, because formulas are shown. `heightsAt` gives the rows that are higher than a
 *  cell, from top to bottom, for these widths of columns. */
type OwnOptions = { formulas?: boolean; heightsAt?: (widths: Geometry) => RowHeights };

/** The geometry of an own sheet: columns with their own widths, as far as the sheet is used or the active cell is, and
 *  a margin. */
export function createOwnGeometry(
  { layout }: Sheet,
  cellSize: number,
  widths: ReadonlyMap<number, number>,
  active: CellAddress,
  { formulas = false, heightsAt }: OwnOptions = {},
): Geometry {
  const rows = Math.min(MAX_ROWS, Math.max(LEAST.rows, Math.max(layout.rows, active.row + 1) + MARGIN.rows));
  const last = Math.max(layout.columns - 1, active.column, ...widths.keys()) + 1;
  const columns = Math.min(MAX_COLUMNS, Math.max(LEAST.columns, last + MARGIN.columns));
  const pixels = (width: number) => Math.max(1, Math.round((width * cellSize * (formulas ? 2 : 1)) / WHOLE_SIZE));
  const runs: ColumnRun[] = [];
  let left = 0;
  const add = (column: number, count: number, width: number) => {
    if (count <= 0) return;
    runs.push({ column, count, kind: 'blank', width, left });
    left += count * width;
  };
  let next = 0;
  for (const [column, width] of [...widths].sort(([a], [b]) => a - b)) {
    add(next, column - next, pixels(OWN_WIDTH));
    add(column, 1, pixels(width));
    next = column + 1;
  }
  add(next, columns - next, pixels(OWN_WIDTH));
  const tall = heightsAt?.(geometryOf(runs, rows, columns, cellSize)) ?? [];
  return geometryOf(runs, rows, columns, cellSize, { tall });
}
