/** What a formula means where it stands: in each of the places it was filled into, and on the present layout. */
import type { CellAddress } from '../address.ts';
import type { PlacedFormula } from '../cells.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { TensorId } from '../tensor.ts';
import {
  type CellsReference,
  type Expression,
  isReference,
  mapReferences,
  type Reference,
  shift,
} from './expression.ts';
import { elementsIn, locateIn } from './ranges.ts';

/** The formula of an element. */
export function formulaOfElement(
  sheet: Sheet,
  tensor: TensorId,
  index: number,
  { formula, from }: PlacedFormula<number>,
): Expression {
  if (index === from || !isElement(sheet, tensor, from)) return formula;
  const [at, origin] = [sheet.layout.cellOf(tensor, index), sheet.layout.cellOf(tensor, from)];
  return copied(sheet, formula, { rows: at.row - origin.row, columns: at.column - origin.column }, true);
}

/** The formula of a cell. `onNetwork`: it is a free cell of the network's sheet. */
export function formulaOfCell(
  sheet: Sheet,
  { row, column }: CellAddress,
  { formula, from }: PlacedFormula<CellAddress>,
  onNetwork: boolean,
): Expression {
  if (row === from.row && column === from.column) return formula;
  return copied(sheet, formula, { rows: row - from.row, columns: column - from.column }, onNetwork);
}

/** A formula after it was copied so many cells further. What it reads on the network's sheet is bound to elements
 *  again. `onNetwork`: it stands on the network's sheet. */
export function copied(
  sheet: Sheet,
  formula: Expression,
  by: { rows: number; columns: number },
  onNetwork: boolean,
): Expression {
  return mapReferences(formula, reference => {
    if (staysPut(reference, by)) return reference;
    const cells = cellsOf(sheet, reference, onNetwork);
    if (!cells) return reference;
    const moved = shift(cells, by, each => each as CellsReference);
    return isReference(moved) ? bound(sheet, moved as CellsReference, onNetwork) : moved;
  });
}

function staysPut({ anchors: { first, last } }: Reference, { rows, columns }: { rows: number; columns: number }) {
  return (rows === 0 || (first.row && last.row)) && (columns === 0 || (first.column && last.column));
}

/** The cells of a reference, with the sheet where that isn't the formula's own. undefined where it reads an element
 *  that the network doesn't have (any more): it is #REF!. */
export function cellsOf(sheet: Sheet, reference: Reference, onNetwork: boolean): CellsReference | undefined {
  if (reference.kind === 'cells') return reference;
  const { tensor, first, last } = reference;
  if (!isElement(sheet, tensor, first) || !isElement(sheet, tensor, last)) return undefined;
  const cells = locateIn(sheet)(reference);
  return onNetwork ? cells : { ...cells, sheet: sheet.id };
}

/** The opposite of `cellsOf`: cells of the network's sheet become elements, if one tensor has both corners. */
export function bound(sheet: Sheet, cells: CellsReference, onNetwork: boolean): Reference {
  if (cells.sheet === undefined ? !onNetwork : cells.sheet !== sheet.id) return cells;
  const { sheet: _own, ...here } = cells;
  const elements = elementsIn(sheet)(here);
  return elements.kind === 'elements' ? elements : cells;
}

export function isElement(sheet: Sheet, tensor: TensorId, index: number): boolean {
  const info = sheet.tensors.get(tensor);
  return info !== undefined && index >= 0 && index < info.size;
}
