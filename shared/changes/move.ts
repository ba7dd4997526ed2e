/** Moves cells to another place, as cutting and pasting does. */
import { type CellAddress, type CellRange, contains } from '../address.ts';
import { type SheetCells, sheetOf, type Written } from '../cells.ts';
import type { CellsReference, Expression, Reference } from '../formula/expression.ts';
import { rangeOf } from '../formula/ranges.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { SheetId } from '../places.ts';
import { copyOfCells, put } from './edits.ts';
import type { MoveChange } from './kinds.ts';
import { relocated, rewritten } from './rewrite.ts';

/** What is written after the move. References that lie wholly within the moved cells follow. Those that lie wholly
 *  within what was replaced are #REF!. */
export function afterMove(written: Written, { sheet: source, range, to }: MoveChange, sheet: Sheet): Written {
  const replaced: CellRange = { row: to.row, column: to.column, height: range.height, width: range.width };
  const by = { rows: to.row - range.row, columns: to.column - range.column };
  const elsewhere = source !== to.sheet;
  const sheetFor = (reference: Reference, on: SheetId | undefined) =>
    reference.kind === 'cells' ? (reference.sheet ?? on) : undefined;
  const isMoved = (on: SheetId | undefined, at: CellAddress | undefined) =>
    on === source && at !== undefined && contains(range, at);
  const reference = (each: Reference, on: SheetId | undefined, at?: CellAddress): Expression => {
    if (each.kind !== 'cells') return each;
    const read = sheetFor(each, on);
    const own = isMoved(on, at) ? to.sheet : on;
    const named = (cells: CellsReference, id: SheetId | undefined): CellsReference => {
      const { sheet: _before, ...rest } = cells;
      return id === own ? rest : { ...rest, ...(id !== undefined && { sheet: id }) };
    };
    if (read === source && isWithin(range, each)) {
      const moved = { ...each, first: shifted(each.first, by), last: shifted(each.last, by) };
      return each.sheet === undefined || elsewhere ? named(moved, to.sheet) : moved;
    }
    if (read === to.sheet && isWithin(replaced, each)) return { kind: 'error', name: '#REF!' };
    return own !== on && each.sheet === undefined ? named(each, on) : each;
  };
  const next = rewritten(written, sheet, {
    reference,
    concerns: (each, on) => {
      const read = sheetFor(each, on);
      return read !== undefined && (read === source || read === to.sheet);
    },
  });
  return withCellsMoved(next, sheet, source, to.sheet, { range, replaced, by });
}

const shifted = ({ row, column }: CellAddress, by: { rows: number; columns: number }) => ({
  row: row + by.rows,
  column: column + by.columns,
});

function isWithin(range: CellRange, cells: CellsReference): boolean {
  const { height, width } = rangeOf(cells);
  if (height > range.height || width > range.width) return false;
  return contains(range, cells.first) && contains(range, cells.last);
}

function withCellsMoved(
  written: Written,
  sheet: Sheet,
  source: SheetId,
  target: SheetId,
  { range, replaced, by }: { range: CellRange; replaced: CellRange; by: { rows: number; columns: number } },
): Written {
  const own = sheetOf(written.sheets, source)!;
  const inside: SheetCells = new Map();
  for (const [row, line] of own.cells)
    for (const [column, cell] of line) if (contains(range, { row, column })) put(inside, row, column, cell);
  const arriving = relocated(inside, sheet, source === sheet.id, (row, column) => shifted({ row, column }, by));
  const without = (cells: SheetCells, gone: CellRange): SheetCells => {
    const copy = copyOfCells(cells);
    for (const [row, line] of cells)
      for (const column of line.keys()) if (contains(gone, { row, column })) put(copy, row, column);
    return copy;
  };
  const sheets = written.sheets.map(each => {
    if (each.id !== source && each.id !== target) return each;
    let { cells } = each;
    if (each.id === source) cells = without(cells, range);
    if (each.id === target) {
      cells = without(cells, replaced);
      for (const [{ row, column }, cell] of arriving) put(cells, row, column, cell);
    }
    return { ...each, cells };
  });
  return { ...written, sheets };
}
