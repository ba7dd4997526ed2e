/** What is selected on a sheet: the active cell, where typing goes, the range around it, and ranges besides. */
import { type CellAddress, type CellRange } from '../../shared/address.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { State, Store } from './store.ts';

export type Selected = Pick<State, 'active' | 'selection' | 'areas' | 'reveal'>;

/** A cell as a range. */
const only = ({ row, column }: CellAddress): CellRange => ({ row, column, height: 1, width: 1 });

/** The part of the state that selects a range of a sheet around its active cell: that cell alone where none is given.
 *  `areas` stay selected besides. `reveal`: the cell to scroll to, null for none; the end of the range that is farther
 *  from the active cell where left out. */
export function selected(
  { sheet }: Pick<State, 'sheet'>,
  active: CellAddress,
  range: CellRange = only(active),
  { areas = [], reveal = headOf(active, range) }: { areas?: readonly RangePlace[]; reveal?: CellAddress | null } = {},
): Selected {
  const { row, column, height, width } = range;
  return {
    active: { sheet: sheet.id, row: active.row, column: active.column },
    selection: { sheet: sheet.id, row, column, height, width },
    areas,
    reveal: reveal && { sheet: sheet.id, row: reveal.row, column: reveal.column },
  };
}

/** The selection and the ranges that are selected besides. */
export function selectedRanges(store: Store): RangePlace[] {
  const { selection, areas } = store.get();
  return [selection, ...areas];
}

/** The corner of a selection opposite to its active cell: the one that Shift and the arrows move. A cell inside, to
 *  which Enter or Tab walked, is where a new selection begins. */
export function headOf(active: CellAddress, selection: CellRange): CellAddress {
  const bottom = selection.row + selection.height - 1;
  const right = selection.column + selection.width - 1;
  const corner =
    (active.row === selection.row || active.row === bottom) &&
    (active.column === selection.column || active.column === right);
  if (!corner) return active;
  return {
    row: active.row === selection.row ? bottom : selection.row,
    column: active.column === selection.column ? right : selection.column,
  };
}
