/** The gradient plane of the open workbook. It is calculated when somebody looks at it, and anew after each change. */
import { UserError } from '../../../shared/errors.ts';
import { followsGradients } from '../../../shared/backprop/gradients.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Session } from '../workbook/session.ts';
import { cellGradients, ownedIn } from './cell-gradients.ts';

export type LiveGradients = {
  /** The loss's gradients by a tensor's elements, for what the sheet shows: NaN, which shows as blank, where there is
   *  none. */
  of(tensor: TensorId): Float32Array;
  /** For each kernel, the weight by which that loss changes most. Those that change nothing are left out. */
  steepest(): ElementIndex[];
  /** To be called after every change. */
  forget(): void;
};

type Shown = Pick<Session, 'sheet' | 'value' | 'written'>;

export function createLiveGradients(session: Shown): LiveGradients {
  let known: ReadonlyMap<TensorId, Float32Array> | undefined;
  return {
    of(tensor) {
      known ??= gradientsOf(session);
      return known.get(tensor) ?? new Float32Array(session.sheet.tensors.get(tensor)!.size).fill(Number.NaN);
    },
    steepest() {
      known ??= gradientsOf(session);
      return [...known].flatMap(([tensor, gradients]) => {
        if (session.sheet.tensors.get(tensor)!.name !== 'kernel') return [];
        const index = gradients.reduce((best, each, at) => (Math.abs(each) > Math.abs(gradients[best]) ? at : best), 0);
        return gradients[index] === 0 ? [] : [{ tensor, index }];
      });
    },
    forget() {
      known = undefined;
    },
  };
}

function gradientsOf({ sheet, written, value }: Shown): ReadonlyMap<TensorId, Float32Array> {
  if (!followsGradients(sheet.network)) return new Map();
  try {
    return cellGradients(sheet, value, ownedIn({ sheet, written }));
  } catch (error) {
    // There isn't enough memory.
    if (error instanceof UserError) return new Map();
    throw error;
  }
}
