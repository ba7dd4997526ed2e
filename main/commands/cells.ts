import type { CellAddress, CellRange } from '../../shared/address.ts';
import { intersect } from '../../shared/address.ts';
import { type Cell, isFormula, type SheetCells, sheetOf, type WorkbookSheet } from '../../shared/cells.ts';
import { copyOfCells, put } from '../../shared/changes/edits.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { type Sheet, usedRange } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace, SheetId } from '../../shared/places.ts';

/** A cell that shows something: an element of a tensor, a label, or what a user wrote. */
export type ShownCell = CellPlace &
  (
    | { element: ElementIndex; label?: undefined; own?: undefined }
    | { element?: undefined; label: string; own?: undefined }
    | { element?: undefined; label?: undefined; own: Cell }
  );
/** What is shown: the network's sheet, and all sheets with what users wrote on them. */
export type Shown = {
  sheet: Sheet;
  sheets: readonly WorkbookSheet[];
  /** What a cell that is no element holds. Without it, arrays show only their first value. */
  contentAt?: (place: CellPlace) => unknown;
};

/** The range of all used cells of a sheet; undefined where it is empty. */
export function usedOf(shown: Shown, id: SheetId): RangePlace | undefined {
  const { sheet } = shown;
  const cells = writtenOn(shown, id);
  const rows = [...cells.keys()];
  const columns = [...cells.values()].flatMap(line => [...line.keys()]);
  const network = id === sheet.id ? usedRange(sheet) : { row: 0, column: 0, height: 0, width: 0 };
  const height = rows.reduce((most, row) => Math.max(most, row + 1), network.height);
  const width = columns.reduce((most, column) => Math.max(most, column + 1), network.width);
  return height > 0 ? { sheet: id, row: 0, column: 0, height, width } : undefined;
}

/** The cells in these ranges of one sheet that show something, row by row and from left to right. Where ranges overlap,
 *  a cell still comes only once. At most one row is in memory at a time. */
export function* cellsIn(shown: Shown, ranges: readonly RangePlace[]): Generator<ShownCell> {
  const id = ranges[0]?.sheet;
  const used = id === undefined ? undefined : usedOf(shown, id);
  if (!used) return;
  const { sheet } = shown;
  const clipped = ranges.flatMap(range => intersect(range, used) ?? []);
  const written = writtenOn(shown, used.sheet);
  for (const row of rowsOf(clipped, used.sheet === sheet.id ? sheet.layout.rows : 0, written)) {
    const cells = new Map<number, ShownCell>();
    for (const range of clipped) {
      if (row < range.row || row >= range.row + range.height) continue;
      const line = { ...range, row, height: 1 };
      if (used.sheet === sheet.id) addNetwork(cells, sheet, line);
      for (const [column, own] of written.get(row) ?? [])
        if (column >= line.column && column < line.column + line.width)
          cells.set(column, { ...placeIn(used, row, column), own });
    }
    for (const column of [...cells.keys()].sort((a, b) => a - b)) yield cells.get(column)!;
  }
}

/** What is written on a sheet, and the cells that are filled by the array of a formula beside or above them. */
function writtenOn({ sheets, contentAt }: Shown, id: SheetId): SheetCells {
  const { cells } = sheetOf(sheets, id)!;
  const formulas = [...cells].flatMap(([row, line]) =>
    [...line].filter(([, { content }]) => isFormula(content)).map(([column]) => ({ row, column })),
  );
  if (!contentAt || formulas.length === 0) return cells;
  const all = copyOfCells(cells);
  const isFilled = (row: number, column: number) =>
    !cells.get(row)?.has(column) && contentAt({ sheet: id, row, column }) !== null;
  for (const { row, column } of formulas) {
    let width = 1;
    while (isFilled(row, column + width)) width++;
    for (let y = row; y === row || isFilled(y, column); y++)
      for (let x = column; x < column + width; x++) if (isFilled(y, x)) put(all, y, x, {});
  }
  return all;
}

const placeIn = ({ sheet }: RangePlace, row: number, column: number): CellPlace => ({ sheet, row, column });

function addNetwork(cells: Map<number, ShownCell>, sheet: Sheet, line: CellRange): void {
  const { id, layout } = sheet;
  const at = (column: number): CellAddress & { sheet: SheetId } => ({ sheet: id, row: line.row, column });
  for (const { column, width, view } of layout.blocksIn(line))
    for (let x = 0; x < width; x++) {
      const element = { tensor: view.tensor, index: view.offset + x * view.columnStride };
      cells.set(column + x, { ...at(column + x), element });
    }
  for (const { column, text } of layout.labelsIn(line)) cells.set(column, { ...at(column), label: text });
}

/** The rows of these ranges that may show something: those of the network, and those in which something is written. */
function* rowsOf(ranges: readonly CellRange[], network: number, written: SheetCells): Generator<number> {
  const first = Math.min(network, ...ranges.map(({ row }) => row));
  const last = Math.max(0, ...ranges.map(({ row, height }) => row + height));
  for (let row = first; row < Math.min(network, last); row++) yield row;
  const beyond = [...written.keys()].filter(row => row >= network && row < last);
  yield* beyond.sort((a, b) => a - b);
}
