import { whole } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';

const MOST_MARKS = 10;
/** The share of the axis that the last label needs. */
const LAST_LABEL = 0.2;

/** Which epochs or steps of an axis are marked: all, or at most ten. The last label is longer, so a mark too near
 *  before it is left out. */
export function countTicks(count: number): number[] {
  const rounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
  const every = rounds.find(each => count / each <= MOST_MARKS) ?? 20_000;
  const last = Math.floor(count);
  const ticks = Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => i * every);
  if (last >= MOST_MARKS) return [...ticks.filter(each => each < last * (1 - LAST_LABEL)), last];
  return ticks;
}

/** The marks of an axis over some epochs, each `width` wide: "0", "1", "2", "epoch 3". If the axis is in steps (`width`
 *  is the steps of an epoch) and ends within the first epoch, steps are marked: "0", "20", "step 40". */
export function epochMarks(epochs: number, width = 1): { x: number; label: string }[] {
  const text = messages.trainingPanel;
  const inSteps = epochs < 1;
  // The product is a whole number again, except for rounding.
  const ticks = countTicks(inSteps ? Math.round(epochs * width) : epochs);
  const lastLabel = inSteps ? text.stepNumber : text.epochLabel;
  return ticks.map((tick, i) => ({
    x: inSteps ? tick : tick * width,
    label: i === ticks.length - 1 ? lastLabel(tick) : whole(tick),
  }));
}

/** The marks of an axis that compares runs of different lengths. It is in epochs even if none has ended: "0", "0.05",
 *  "epoch 0.4". `epochs` > 0. */
export function partMarks(epochs: number): { x: number; label: string }[] {
  if (epochs >= 1) return epochMarks(epochs);
  const parts = 10 ** (1 - Math.floor(Math.log10(epochs)));
  const ticks = countTicks(Math.floor(epochs * parts)).map(tick => tick / parts);
  return ticks.map((x, i) => ({
    x,
    label: i === ticks.length - 1 ? messages.trainingPanel.epochLabel(x) : String(x),
  }));
}
