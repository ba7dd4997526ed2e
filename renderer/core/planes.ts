import type { Plane } from '../../shared/places.ts';
import { isUnderWay } from './run-view.ts';
import type { State } from './store.ts';

/** The planes one can look at, in the order of their tabs. Gradients and masks are there while a run is under way, and
 *  masks only where there is dropout. */
export function shownPlanes({ run, sheet }: Readonly<State>): Plane[] {
  if (!isUnderWay(run?.state)) return ['value'];
  const dropout = sheet.network.layers.some(({ kind }) => kind === 'dropout');
  return dropout ? ['value', 'gradient', 'mask'] : ['value', 'gradient'];
}
