/** Which class the shown image is taken for, and which one it has. */
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { WorkbookState } from '../../../shared/protocol.ts';
import { argMax } from '../show/arg-max.ts';
import type { Forward } from '../show/forward.ts';

/** The most probable class at a softmax at the end. */
export function predictedBy(forward: Forward, { network }: Sheet): WorkbookState['predicted'] {
  const last = network.layers.at(-1)!;
  const probabilities = last.kind === 'softmax' ? forward.value(`${last.id}/output`) : undefined;
  const predicted = probabilities && argMax(probabilities);
  return predicted === undefined ? undefined : { class: predicted, probability: probabilities![predicted] };
}

/** The class with the largest expected value above 0. Undefined if there is none. */
export function expectedClass(actual: Float32Array): number | undefined {
  let best: number | undefined;
  for (let unit = 0; unit < actual.length; unit++) {
    if (actual[unit] > (best === undefined ? 0 : actual[best])) best = unit;
  }
  return best;
}
