/** The learning-rate finder: a short run whose rate grows with every step, from far too small to far too large, shows
 *  at which rates the loss falls. These are its rates, its end and its suggestion; making the steps, and putting the
 *  weights back afterwards, is the engine's part. Source: L. N. Smith, Cyclical Learning Rates for Training Neural
 *  Networks, arxiv.org/abs/1506.01186 */
import type { RateCurve } from './training.ts';

const LOWEST = 1e-6;
const HIGHEST = 10;
/** With fewer, a network is past its good rates before it has learnt anything. */
const STEPS = 200;
/** How much of the mean stays with every step. More would move the curve too far towards large rates: a mean of the
 *  last steps lags behind them. */
const SMOOTHING = 0.9;
/** The mean of fewer steps than these is as ragged as their losses. */
const RAGGED = 10;
const DIVERGED = 4;
/** At the rates of the first steps, up to about 1e-5, nothing is learnt yet: what their losses differ by is what
 *  batches differ by. */
const CALM = 30;
/** A fall counts where it is so many times what chance makes of the mean, and at least this share of the loss. */
const CHANCE = 5;
const LEAST_FALL = 0.02;

/** The rate of each step, growing exponentially from 1e-6 to 10. */
export const finderRates: readonly number[] = Array.from(
  { length: STEPS },
  (_, step) => LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1)),
);

/** Whether the finder should stop: after these losses of its first steps the smoothed loss isn't finite, or over four
 *  times the best it was. */
export function hasDiverged(losses: readonly number[]): boolean {
  const smoothed = smooth(losses);
  return !(smoothed[smoothed.length - 1] <= DIVERGED * Math.min(...smoothed));
}

/** The curve of the losses of the finder's first steps, smoothed, up to the first that isn't finite. It suggests the
 *  rate at which the loss falls steepest on its way to the lowest point; none where it doesn't fall by more than it
 *  varies from batch to batch, as with weights that are trained already. */
export function rateCurve(losses: readonly number[]): RateCurve {
  const end = losses.findIndex(loss => !Number.isFinite(loss));
  const finite = end < 0 ? losses : losses.slice(0, end);
  const smoothed = smooth(finite);
  const suggestion = steepest(smoothed, calmLevel(finite));
  return {
    points: smoothed.map((loss, step) => ({ learningRate: finderRates[step], loss })),
    ...(suggestion !== undefined && { suggestion: finderRates[suggestion] }),
  };
}

/** The exponential moving mean of losses, divided by the sum of its weights, which is below 1 at first. */
function smooth(losses: readonly number[]): number[] {
  let mean = 0;
  return losses.map((loss, step) => {
    mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
    return mean / (1 - SMOOTHING ** (step + 1));
  });
}

/** What the smoothed loss has to fall below before it has fallen at all: the mean of the calm steps, less what chance
 *  may take off it. */
function calmLevel(losses: readonly number[]): number {
  const calm = losses.slice(0, CALM);
  const mean = calm.reduce((sum, loss) => sum + loss, 0) / calm.length;
  const variance = calm.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (calm.length - 1);
  // Of the moving mean and of the mean it is compared with.
  const chance = Math.sqrt(variance * ((1 - SMOOTHING) / (1 + SMOOTHING) + 1 / calm.length));
  return mean - Math.max(CHANCE * chance, LEAST_FALL * mean);
}

/** The step with the steepest fall of the smoothed loss, taken between the steps before and after it, on the way from
 *  where it was last above the level to its lowest point. */
function steepest(smoothed: readonly number[], level: number): number | undefined {
  const lowest = smoothed.indexOf(Math.min(...smoothed.slice(RAGGED)));
  if (!(smoothed[lowest] < level)) return undefined;
  const above = smoothed.findLastIndex((loss, step) => step <= lowest && loss >= level);
  let found: number | undefined;
  let slope = 0;
  for (let step = Math.max(RAGGED, above); step < lowest; step++) {
    const here = smoothed[step + 1] - smoothed[step - 1];
    if (here < slope) [found, slope] = [step, here];
  }
  return found;
}
