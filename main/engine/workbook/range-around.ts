import type { TensorId } from '../../../shared/network.ts';
import type { Change } from '../../../shared/change.ts';
import type { CellsChange } from '../../../shared/changes/kinds.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { RangePlace } from '../../../shared/places.ts';
import { changedElements, type Step } from './history.ts';

/** A change of more elements than this has no range to go to. */
const MOST_IN_RANGE = 10_000;

/** The smallest range that holds all these elements. Undefined if there are none or very many, or if they belong to
 *  several layers: the range would then hold many cells that did not change. */
export function rangeAround(
  { id, layout, tensors }: Sheet,
  elements: ReadonlyMap<TensorId, Uint32Array>,
): RangePlace | undefined {
  if ([...elements.values()].reduce((sum, { length }) => sum + length, 0) > MOST_IN_RANGE) return undefined;
  if (new Set([...elements.keys()].map(tensor => tensors.get(tensor)?.layer)).size > 1) return undefined;
  let [top, left, bottom, right] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (const [tensor, indices] of elements) {
    for (const index of indices) {
      const { row, column } = layout.cellOf(tensor, index);
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
    }
  }
  if (bottom < 0) return undefined;
  return { sheet: id, row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}

/** The range that a step changed: of elements, or of the cells of one sheet. Of a step on several sheets, it is the
 *  network's part, or else the first one's. */
export function rangeOfStep(sheet: Sheet, step: Step): RangePlace | undefined {
  const elements = changedElements(step);
  const cells: CellsChange[] = [];
  for (const change of step.inverse.flatMap((each): readonly Change[] =>
    each.kind === 'restore' ? each.changes : [each],
  )) {
    if (change.kind === 'cells') cells.push(change);
    if (change.kind !== 'formulas') continue;
    for (const { tensor, indices } of change.edits)
      elements.set(tensor, Uint32Array.from([...(elements.get(tensor) ?? []), ...indices]));
  }
  const own = elements.size > 0 ? rangeAround(sheet, elements) : undefined;
  if (cells.length === 0 || (elements.size > 0 && !own)) return own;
  const id = own?.sheet ?? cells[0].sheet;
  let [top, left, bottom, right] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  if (own) [top, left, bottom, right] = [own.row, own.column, own.row + own.height - 1, own.column + own.width - 1];
  for (const { at } of cells.filter(change => change.sheet === id).flatMap(({ edits }) => edits))
    for (let i = 0; i < at.length; i += 2) {
      [top, bottom] = [Math.min(top, at[i]), Math.max(bottom, at[i])];
      [left, right] = [Math.min(left, at[i + 1]), Math.max(right, at[i + 1])];
    }
  return bottom < 0
    ? undefined
    : { sheet: id, row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}
