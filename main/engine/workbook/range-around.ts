import type { TensorId } from '../../../shared/network.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { RangePlace } from '../../../shared/places.ts';

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
