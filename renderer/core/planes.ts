import { followsGradients } from '../../shared/backprop/gradients.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import type { Plane } from '../../shared/places.ts';
import { isUnderWay } from './run-view.ts';
import type { State } from './store.ts';

/** The planes that can be shown, in the order of their tabs. While a run is under way there are the gradients of its
 *  last step, and masks where the network has a layer that draws them. Without a run there are the gradients of the
 *  loss that the sheet shows, if somebody asked for them. */
export function shownPlanes({ run, sheet, gradients }: Pick<State, 'run' | 'sheet' | 'gradients'>): Plane[] {
  if (!isUnderWay(run?.state)) return gradients && followsGradients(sheet.network) ? ['value', 'gradient'] : ['value'];
  const masked = sheet.network.layers.some(layer => kindOf(layer).masks);
  return masked ? ['value', 'gradient', 'mask'] : ['value', 'gradient'];
}

/** What is in view besides the sheet; left out for its values. */
export type InPlane = Partial<Pick<State, 'plane' | 'run' | 'sheets'>>;

/** Whether the gradients of the loss that the sheet shows are in view. They have formulas. */
export function showsLiveGradients({ plane, run, active, sheet }: InPlane & Pick<State, 'active' | 'sheet'>): boolean {
  return plane === 'gradient' && active.sheet === sheet.id && !isUnderWay(run?.state);
}
