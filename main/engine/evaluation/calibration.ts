/** Whether probabilities are as large as the share of images for which they are right. */
import type { ReliabilityBin } from '../../../shared/judging.ts';

/** Fifteen equal intervals, as in most papers since Guo et al., “On Calibration of Modern Neural Networks”, 2017. Equal
 *  ones are the same for every network, so that errors can be compared, which intervals of equally many images aren't.
 *  Each has its upper end, the first one both, as in scikit-learn's `calibration_curve`. */
const BINS = 15;
const WIDTH = 1 / BINS;

/** The reliability curve: for each interval that isn't empty, the mean of its probabilities and the share of them that
 *  are right. `right`: 1 where a probability is right, else 0. */
export function reliability(probabilities: ArrayLike<number>, right: ArrayLike<number>): ReliabilityBin[] {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, probability: 0, right: 0 }));
  for (let i = 0; i < probabilities.length; i++) {
    // The ends are multiples of the rounded 1/15, as in NumPy's linspace.
    let bin = Math.min(BINS - 1, Math.floor(probabilities[i] * BINS));
    if (bin > 0 && probabilities[i] <= bin * WIDTH) bin--;
    else if (bin < BINS - 1 && probabilities[i] > (bin + 1) * WIDTH) bin++;
    const sum = sums[bin];
    sum.count++;
    sum.probability += probabilities[i];
    sum.right += right[i];
  }
  return sums
    .filter(({ count }) => count > 0)
    .map(({ count, probability, right: yes }) => ({ count, probability: probability / count, right: yes / count }));
}

/** The expected calibration error: how far the probabilities are from the shares, on average over the images. NaN if
 *  there are none. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  return bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.right - bin.probability), 0) / count;
}
