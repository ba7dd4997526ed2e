import type { CellRange } from '../../../shared/address.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';

/** With more elements a range says nothing. */
const MOST_IN_RANGE = 10_000;

/** The smallest range that holds all these elements; undefined where there are none, very many, or some of several
 *  layers, such as those a run has trained: what lies between them is none of theirs. */
export function rangeAround(
  { layout, tensors }: Sheet,
  elements: ReadonlyMap<TensorId, Uint32Array>,
): CellRange | undefined {
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
  return bottom < 0 ? undefined : { row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}
