/** The learning-rate finder. It is a short run whose learning rate grows with every step, to show at which rates the
 *  loss falls. Here are its rates, its end and its suggestion; the engine makes the steps and restores the weights.
 *  Source: L. N. Smith, Cyclical Learning Rates for Training Neural Networks, arxiv.org/abs/1506.01186 */
import type { RateCurve } from './training.ts';

const LOWEST = 1e-6;
const HIGHEST = 10;
/** With fewer steps, the rate would pass the good values before the network learns anything. */
const STEPS = 200;
/** The share of the moving mean that stays with every step. A larger one would shift the curve towards large rates,
 *  because the mean lags behind. */
const SMOOTHING = 0.9;
/** A mean of fewer steps than this is too noisy. */
const NOISY_STEPS = 10;
const DIVERGED = 4;
/** In the first steps, with rates up to about 1e-5, nothing is learnt yet. So their losses differ only because batches
 *  differ. */
const FLAT_STEPS = 30;
/** A fall of the loss counts if it is at least so many standard deviations of the mean, and at least this share of the
 *  loss. */
const DEVIATIONS = 5;
const LEAST_FALL = 0.02;

/** The rate of each step, growing exponentially from 1e-6 to 10. */
export const finderRates: readonly number[] = Array.from(
  { length: STEPS },
  (_, step) => LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1)),
);

/** Whether the finder should stop after these losses: the smoothed loss isn't finite, or is over four times its best
 *  value. */
export function hasDiverged(losses: readonly number[]): boolean {
  const smoothed = smooth(losses);
  return !(smoothed[smoothed.length - 1] <= DIVERGED * Math.min(...smoothed));
}

/** The smoothed losses of the finder's steps, up to the first that isn't finite. The suggestion is the rate at which
 *  the loss falls fastest on its way to its lowest point. There is none if the loss falls no more than it varies
 *  between batches, as with trained weights. */
export function rateCurve(losses: readonly number[]): RateCurve {
  const end = losses.findIndex(loss => !Number.isFinite(loss));
  const finite = end < 0 ? losses : losses.slice(0, end);
  const smoothed = smooth(finite);
  const suggestion = steepest(smoothed, fallenBelow(finite));
  return {
    points: smoothed.map((loss, step) => ({ learningRate: finderRates[step], loss })),
    ...(suggestion !== undefined && { suggestion: finderRates[suggestion] }),
  };
}

/** The exponential moving mean of losses. It is divided by the sum of its weights, which is below 1 at first. */
function smooth(losses: readonly number[]): number[] {
  let mean = 0;
  return losses.map((loss, step) => {
    mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
    return mean / (1 - SMOOTHING ** (step + 1));
  });
}

/** The loss counts as fallen only below this level: the mean of the flat steps minus what chance can explain. */
function fallenBelow(losses: readonly number[]): number {
  const flat = losses.slice(0, FLAT_STEPS);
  const mean = flat.reduce((sum, loss) => sum + loss, 0) / flat.length;
  const variance = flat.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (flat.length - 1);
  // The standard deviation of the difference between the moving mean and the mean of the flat steps.
  const deviation = Math.sqrt(variance * ((1 - SMOOTHING) / (1 + SMOOTHING) + 1 / flat.length));
  return mean - Math.max(DEVIATIONS * deviation, LEAST_FALL * mean);
}

/** The step where the smoothed loss falls fastest, measured between its two neighbours. Only steps between the last one
 *  above `level` and the lowest point count. */
function steepest(smoothed: readonly number[], level: number): number | undefined {
  const lowest = smoothed.indexOf(Math.min(...smoothed.slice(NOISY_STEPS)));
  if (!(smoothed[lowest] < level)) return undefined;
  const above = smoothed.findLastIndex((loss, step) => step <= lowest && loss >= level);
  let found: number | undefined;
  let slope = 0;
  for (let step = Math.max(NOISY_STEPS, above); step < lowest; step++) {
    const here = smoothed[step + 1] - smoothed[step - 1];
    if (here < slope) [found, slope] = [step, here];
  }
  return found;
}
