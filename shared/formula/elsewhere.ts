/** Formulas that are copied to another sheet, or turned with their rows and columns swapped. */
import { type CellAddress, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import type { PlacedFormula } from '../cells.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { SheetId } from '../places.ts';
import { type Anchor, cellsBetween, type Expression, mapReferences } from './expression.ts';
import { bound, cellsOf } from './placed.ts';

/** A formula as it is copied from one sheet to another. As in a spreadsheet, what it reads on its own sheet it reads on
 *  the other one from then on; what it reads on named sheets stays. `sheet` is the network's. */
export function copiedToSheet(
  sheet: Sheet,
  { formula, from }: PlacedFormula<CellAddress>,
  source: SheetId,
  target: SheetId,
): PlacedFormula<CellAddress> {
  const moved = mapReferences(formula, reference => {
    if (source === sheet.id) return cellsOf(sheet, reference, true) ?? { kind: 'error', name: '#REF!' };
    return reference.kind === 'cells' ? bound(sheet, reference, target === sheet.id) : reference;
  });
  return { formula: moved, from };
}

/** The formula of a cell, copied to a cell of the same sheet with rows and columns swapped: what stood three rows
 *  further stands three columns further. References with both $ stay. */
export function transposedFormula(
  sheet: Sheet,
  formula: Expression,
  from: CellAddress,
  to: CellAddress,
  onNetwork: boolean,
): Expression {
  return mapReferences(formula, reference => {
    const cells = cellsOf(sheet, reference, onNetwork);
    if (!cells) return reference;
    const { first, last, anchors } = cells;
    if ([anchors.first, anchors.last].every(({ row, column }) => row && column)) return reference;
    const corners = [
      [first, anchors.first],
      [last, anchors.last],
    ] as const;
    const [a, b] = corners.map(([cell, anchor]) => turned(cell, anchor, from, to));
    if (!isOnSheet(a) || !isOnSheet(b)) return { kind: 'error', name: '#REF!' };
    const turn = ({ row, column }: Anchor): Anchor => ({ row: column, column: row });
    const next = cellsBetween(a, b, { first: turn(anchors.first), last: turn(anchors.last) }, cells.sheet);
    return bound(sheet, next, onNetwork);
  });
}

function turned(cell: CellAddress, anchor: Anchor, from: CellAddress, to: CellAddress): CellAddress {
  if (anchor.row && anchor.column) return cell;
  return {
    row: anchor.column ? cell.column : to.row + cell.column - from.column,
    column: anchor.row ? cell.row : to.column + cell.row - from.row,
  };
}

const isOnSheet = ({ row, column }: CellAddress) => row >= 0 && row < MAX_ROWS && column >= 0 && column < MAX_COLUMNS;
