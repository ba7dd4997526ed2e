/** The selection on a sheet: the active cell (which takes what is typed), the range around it, and further ranges. */
import { type CellPlace, only, type RangePlace } from '../../shared/places.ts';
import type { State, Store } from './store.ts';

export type Selected = Pick<State, 'active' | 'selection' | 'areas' | 'reveal'>;

/** The part of the state that selects a range around its active cell (or only that cell). `areas` are other selected
 *  ranges. `reveal`: the cell to scroll to, null for none. If it is left out, that is the corner of the range opposite
 *  to the active cell. */
export function selected(
  active: CellPlace,
  range: RangePlace = only(active),
  { areas = [], reveal = headOf(active, range) }: { areas?: readonly RangePlace[]; reveal?: CellPlace | null } = {},
): Selected {
  const { sheet, row, column, height, width } = range;
  return {
    active: cellOf(active),
    selection: { sheet, row, column, height, width },
    areas,
    reveal: reveal && cellOf(reveal),
  };
}

/** A range's first cell. */
const cellOf = ({ sheet, row, column }: CellPlace): CellPlace => ({ sheet, row, column });

/** The selection and the other selected ranges. */
export function selectedRanges(store: Store): RangePlace[] {
  const { selection, areas } = store.get();
  return [selection, ...areas];
}

/** The corner opposite to the active cell. Shift and the arrows move it. If Enter or Tab has moved the active cell
 *  inside the range, the new selection begins at that cell. */
export function headOf(active: CellPlace, selection: RangePlace): CellPlace {
  const bottom = selection.row + selection.height - 1;
  const right = selection.column + selection.width - 1;
  const corner =
    (active.row === selection.row || active.row === bottom) &&
    (active.column === selection.column || active.column === right);
  if (!corner) return active;
  return {
    sheet: active.sheet,
    row: active.row === selection.row ? bottom : selection.row,
    column: active.column === selection.column ? right : selection.column,
  };
}
