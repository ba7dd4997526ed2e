/** The learning-rate finder: a short run whose rate grows with every step, from far too small to far too large, shows at which rates the loss falls. These are its rates, its end and its
 *  suggestion; making the steps, and putting the weights back afterwards, is the engine's part.
 *  Source: L. N. Smith, Cyclical Learning Rates for Training Neural Networks, arxiv.org/abs/1506.01186 */
import type { RateCurve } from './training.ts';

const LOWEST = 1e-6;
const HIGHEST = 10;
/** With fewer, a network is past its good rates before it has learnt anything. */
const STEPS = 200;
/** How much of the mean stays with every step. More would move the curve too far towards large rates: a mean of the last steps lags behind them. */
const SMOOTHING = 0.9;
/** The mean of fewer steps than these is as ragged as their losses. */
const RAGGED = 10;
const DIVERGED = 4;
/** A smaller change than this share of the loss is none: a mean of equal losses is not exactly that loss. */
const FLAT = 1e-6;

/** The rate of each step, growing exponentially from 1e-6 to 10. */
export const finderRates: readonly number[] = Array.from(
  { length: STEPS },
  (_, step) => LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1)),
);

/** Whether the finder should stop: after these losses of its first steps the smoothed loss isn't finite, or over four times the best it was. */
export function hasDiverged(losses: readonly number[]): boolean {
  const smoothed = smooth(losses);
  return !(smoothed[smoothed.length - 1] <= DIVERGED * Math.min(...smoothed));
}

/** The curve of the losses of the finder's first steps, smoothed, up to the first that isn't finite. It suggests the rate at which the loss falls steepest before its lowest point; none where
 *  it doesn't fall. */
export function rateCurve(losses: readonly number[]): RateCurve {
  const end = losses.findIndex(loss => !Number.isFinite(loss));
  const smoothed = smooth(end < 0 ? losses : losses.slice(0, end));
  const suggestion = steepest(smoothed);
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

/** The step with the steepest fall of the smoothed loss, taken between the steps before and after it. */
function steepest(smoothed: readonly number[]): number | undefined {
  const lowest = smoothed.indexOf(Math.min(...smoothed.slice(RAGGED)));
  let found: number | undefined;
  let slope = -FLAT * smoothed[RAGGED];
  for (let step = RAGGED; step < lowest; step++) {
    const here = smoothed[step + 1] - smoothed[step - 1];
    if (here < slope) [found, slope] = [step, here];
  }
  return found;
}
