/** The slope of the loss by trying: how much it changes if one number is a little larger, and a little smaller. */
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import { hasLoss } from '../../../shared/backprop/gradients.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { LossSlope } from '../../../shared/protocol.ts';
import type { Session } from '../workbook/session.ts';
import { sourceOf, type TensorId } from '../../../shared/network.ts';
import { type LossKind, lossShown } from '../batch/loss.ts';
import { createForward } from '../show/forward.ts';
import type { Between } from './evaluate.ts';

/** Moves the number by this much, times its size if that is above 1, and then by half of it. Float32 can't tell smaller
 *  steps of the scores; the loss itself is calculated in doubles. */
const STEP = 2 ** -6;

/** Tries one pixel or parameter of what the sheet shows. What is typed over computed cells doesn't count. Throws
 *  UserError if there is no loss, no such number, or if the loss isn't finite. */
export async function lossSlope(
  { sheet, value }: Pick<Session, 'sheet' | 'value'>,
  { tensor, index }: ElementIndex,
  between: Between,
): Promise<LossSlope> {
  const { network, tensors, layers } = sheet;
  const { noSlope, notFinite } = sentences.explain.gradients;
  const info = tensors.get(tensor);
  if (!hasLoss(network) || !info || info.role === 'computed' || index >= info.size) throw new UserError(noSlope);
  const last = network.layers.at(-1)!;
  const scores: TensorId = `${sourceOf(layers, last).id}/output`;
  const expected = value(`${last.id}/actual`);
  const stored = new Map<TensorId, Float32Array>();
  for (const { id, role } of tensors.values()) if (role !== 'computed') stored.set(id, value(id).slice());
  const forward = createForward(network, stored);
  try {
    await calculate([...stored.keys()]);
    const now = loss();
    const own = stored.get(tensor)!;
    const before = own[index];
    const size = 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, Math.abs(before)))));
    const far = await around(STEP * size);
    const near = await around((STEP * size) / 2);
    // The two slopes of a smooth curve come nearer to each other with the step, those at a corner don't.
    const [wide, narrow] = [far, near].map(({ left, right }) => Math.abs(right - left));
    if (!Number.isFinite(near.slope)) throw new UserError(notFinite);
    const kink = narrow > 0.75 * wide && narrow > 0.02 * Math.abs(near.slope) + 1e-4;
    return { slope: near.slope, step: (STEP * size) / 2, kink };

    async function around(step: number) {
      const sides: { at: number; loss: number }[] = [];
      for (const at of [before - step, before + step]) {
        own[index] = at;
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await calculate([tensor]);
        sides.push({ at: own[index], loss: loss() });
      }
      own[index] = before;
      const [low, high] = sides;
      return {
        left: (now - low.loss) / (before - low.at),
        right: (high.loss - now) / (high.at - before),
        slope: (high.loss - low.loss) / (high.at - low.at),
      };
    }
  } finally {
    forward.dispose();
  }

  async function calculate(changed: TensorId[]): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
    for (const done of forward.inSteps(changed)) await between(done);
  }

  function loss(): number {
    return lossShown(last.kind as LossKind, forward.value(scores), expected);
  }
}
