/** The network without what is typed over computed elements: what it gives, and where that differs. */
import type { Content } from '../../../shared/change.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { WorkbookState } from '../../../shared/protocol.ts';
import { createCalculation } from '../formulas/calculation.ts';
import { createForward } from '../show/forward.ts';
import { differ } from '../show/channels.ts';
import { predictedBy } from './predicted.ts';

/** The most numbers that are told. */
const MOST_NUMBERS = 8_000_000;

export type Alone = {
  predicted: WorkbookState['predicted'];
  /** The tensors that have other values than now, whole; as many as may be told. */
  tensors: { tensor: TensorId; values: Float32Array }[];
};

/** Calculates the whole network again. Ties and formulas of pixels count as always, so they may have other values
 *  where they read overrides. `now` gives the present values. */
export function calculateAlone(sheet: Sheet, content: Content, now: (tensor: TensorId) => Float32Array): Alone {
  const stored = new Map([...content.values].map(([tensor, values]) => [tensor, values.slice()]));
  const ties = new Map([...content.formulas].filter(([tensor]) => stored.has(tensor)));
  const formulas = ties.size > 0 ? createCalculation(sheet, stored) : undefined;
  formulas?.read({ ...content, formulas: ties });
  const forward = createForward(content.network, stored, { formulas });
  try {
    forward.update(stored.keys());
    const tensors: Alone['tensors'] = [];
    let room = MOST_NUMBERS;
    for (const { id, size } of sheet.tensors.values()) {
      const values = forward.value(id);
      if (size > room || !differ(values, now(id))) continue;
      room -= size;
      tensors.push({ tensor: id, values: values.slice() });
    }
    return { predicted: predictedBy(forward, sheet), tensors };
  } finally {
    forward.dispose();
  }
}
