import { kindOf } from '../../shared/layers/kinds.ts';
import type { Plane } from '../../shared/places.ts';
import { isUnderWay } from './run-view.ts';
import type { State } from './store.ts';

/** The planes that can be shown, in the order of their tabs. Gradients and masks exist only while a run is under way,
 *  and masks only where the network has a layer that draws them. */
export function shownPlanes({ run, sheet }: Readonly<State>): Plane[] {
  if (!isUnderWay(run?.state)) return ['value'];
  const masked = sheet.network.layers.some(layer => kindOf(layer).masks);
  return masked ? ['value', 'gradient', 'mask'] : ['value', 'gradient'];
}
