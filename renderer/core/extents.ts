/** How far sheets are used, and which of their cells wrap their texts. After an edit it is known at the cost of what
 *  was edited, however many cells there are. */
import type { CellEdit, SheetCells } from '../../shared/cells.ts';
import type { WrittenChange } from '../../shared/changes/kinds.ts';
import type { SheetId } from '../../shared/places.ts';

/** `rows` and `columns`: the last cell with something in it, at least 1. `wrapped`: the columns of cells that wrap
 *  their texts, by row. */
type Extent = { rows: number; columns: number; wrapped: Map<number, Set<number>> };

const known = new WeakMap<SheetCells, Extent>();

export function extentOf(cells: SheetCells): Readonly<Extent> {
  let extent = known.get(cells);
  if (extent) return extent;
  extent = { rows: 1, columns: 1, wrapped: new Map() };
  for (const [row, line] of cells)
    for (const [column, cell] of line) {
      grow(extent, row, column);
      if (cell.format?.wrap) wrap(extent, row, column);
    }
  known.set(cells, extent);
  return extent;
}

/** Takes in changes after they were made. `cellsOf` gives the cells of a sheet. */
export function noteChanges(
  changes: readonly WrittenChange[],
  cellsOf: (sheet: SheetId) => SheetCells | undefined,
): void {
  for (const change of changes)
    if (change.kind === 'restore') noteChanges(change.changes, cellsOf);
    else if (change.kind === 'cells') {
      const cells = cellsOf(change.sheet);
      const extent = cells && known.get(cells);
      if (extent && !change.edits.every(edit => taken(extent, edit))) known.delete(cells);
    }
}

/** Returns false if the last row or column may have become empty. */
function taken(extent: Extent, { at, cell }: CellEdit): boolean {
  for (let i = 0; i < at.length; i += 2) {
    const [row, column] = [at[i], at[i + 1]];
    if (!cell && (row === extent.rows - 1 || column === extent.columns - 1)) return false;
    if (cell) grow(extent, row, column);
    if (cell?.format?.wrap) wrap(extent, row, column);
    else unwrap(extent, row, column);
  }
  return true;
}

function grow(extent: Extent, row: number, column: number): void {
  extent.rows = Math.max(extent.rows, row + 1);
  extent.columns = Math.max(extent.columns, column + 1);
}

function wrap({ wrapped }: Extent, row: number, column: number): void {
  const line = wrapped.get(row);
  if (line) line.add(column);
  else wrapped.set(row, new Set([column]));
}

function unwrap({ wrapped }: Extent, row: number, column: number): void {
  const line = wrapped.get(row);
  if (line?.delete(column) && line.size === 0) wrapped.delete(row);
}
