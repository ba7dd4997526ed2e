import { elementAt, placeOf } from '../../shared/layout/sheet.ts';
import { reluAfter } from '../core/foldable.ts';
import { selected } from '../core/selection.ts';
import type { Store } from '../core/store.ts';
import type { Geometry } from './geometry.ts';

/** If the active cell's column was just folded away, moves to the cell of the ReLU that now shows it. */
export function leaveHidden(store: Store, geometry: Geometry): void {
  const { sheet, active } = store.get();
  const found = elementAt(sheet, active);
  if (!geometry.isHidden(active.column) || !found) return;
  const hidden = sheet.tensors.get(found.tensor)!.layer;
  const relu = reluAfter(sheet.network, hidden);
  if (!relu) return;
  store.set(selected(placeOf(sheet, `${relu.id}/output`, found.index)));
}
