import { kindOf } from '../../shared/layers/kinds.ts';
import type { Plane } from '../../shared/places.ts';
import { isUnderWay } from './run-view.ts';
import type { State } from './store.ts';

/** The planes one can look at, in the order of their tabs. Gradients and masks are there while a run is under way, and
 *  masks only where a layer draws one. */
export function shownPlanes({ run, sheet }: Readonly<State>): Plane[] {
  if (!isUnderWay(run?.state)) return ['value'];
  const masked = sheet.network.layers.some(layer => kindOf(layer).masks);
  return masked ? ['value', 'gradient', 'mask'] : ['value', 'gradient'];
}
