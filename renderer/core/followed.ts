/** Where the selection is after the network has changed. */
import { sameElements } from '../../shared/changes/carry.ts';
import { elementAt, placeOf, type Sheet } from '../../shared/layout/sheet.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { type Selected, selected } from './selection.ts';

/** The active cell is the one that shows the same element. Where that is gone, or was none, it keeps its address. The
 *  range around it stays selected if it moves as a whole. undefined if the address is beyond the network now. */
export function followed(
  before: Sheet,
  after: Sheet,
  { active, selection }: { active: CellPlace; selection: RangePlace },
): Selected | undefined {
  if (active.sheet !== after.id) return selected(active, selection);
  const follow = followerOf(before, after);
  const next = follow(active) ?? active;
  const { rows, columns } = after.layout;
  if (next.row >= rows || next.column >= columns) return undefined;
  const { row, column, height, width } = selection;
  const corners = [
    { sheet: after.id, row, column },
    { sheet: after.id, row: row + height - 1, column: column + width - 1 },
  ];
  const [down, right] = [next.row - active.row, next.column - active.column];
  const isWhole = corners.every(corner => {
    const to = follow(corner) ?? corner;
    return to.row - corner.row === down && to.column - corner.column === right;
  });
  const range = isWhole ? { ...selection, row: row + down, column: column + right } : undefined;
  return selected(next, range, { reveal: next });
}

/** Finds the cell of the same element in the other network. */
function followerOf(before: Sheet, after: Sheet): (place: CellPlace) => CellPlace | undefined {
  const { follow } = sameElements(before, after);
  return place => {
    const element = elementAt(before, place);
    const index = element && follow(element.tensor, element.index);
    return index === undefined ? undefined : placeOf(after, element!.tensor, index);
  };
}
