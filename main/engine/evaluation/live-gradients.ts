/** The gradient plane of the open workbook. It is calculated when somebody looks at it, and anew after each change. */
import { UserError } from '../../../shared/errors.ts';
import { followsGradients } from '../../../shared/backprop/gradients.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Session } from '../workbook/session.ts';
import { cellGradients, ownedIn } from './cell-gradients.ts';

export type LiveGradients = {
  /** The loss's gradients by a tensor's elements, for what the sheet shows: NaN, which shows as blank, where there is
   *  none. */
  of(tensor: TensorId): Float32Array;
  /** To be called after every change. */
  forget(): void;
};

export function createLiveGradients(session: Pick<Session, 'sheet' | 'value' | 'written'>): LiveGradients {
  let known: ReadonlyMap<TensorId, Float32Array> | undefined;
  return {
    of(tensor) {
      known ??= calculate();
      return known.get(tensor) ?? new Float32Array(session.sheet.tensors.get(tensor)!.size).fill(Number.NaN);
    },
    forget() {
      known = undefined;
    },
  };

  function calculate(): ReadonlyMap<TensorId, Float32Array> {
    const { sheet } = session;
    if (!followsGradients(sheet.network)) return new Map();
    try {
      return cellGradients(sheet, session.value, ownedIn(session));
    } catch (error) {
      // There isn't enough memory.
      if (error instanceof UserError) return new Map();
      throw error;
    }
  }
}
