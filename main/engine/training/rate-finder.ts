/** The learning-rate finder: tries growing rates, one per step, on a copy of the weights. */
import { finderRates, hasDiverged, rateCurve } from '../../../shared/rate-finder.ts';
import type { RateCurve } from '../../../shared/training.ts';
import type { Ties } from '../formulas/ties.ts';
import { type InParts, partsUntil } from '../kernels/pool.ts';
import { createLearner, dropoutRandom, type Step, type TensorValues, type TrainerOptions } from './learner.ts';

type RateFinder = {
  /** Makes the next step, or a part of it: it goes on until then (ms). False once the curve is complete. */
  advance(until?: number): boolean;
  curve(): RateCurve;
  readonly fraction: number;
  dispose(): void;
};

type RateFinderOptions = Omit<TrainerOptions, 'memory' | 'from'> & {
  /** Makes the formulas that stand over these parameters. */
  tie?: (parameters: TensorValues) => Ties | undefined;
};

/** The backend of `config` has to be started. Throws UserError if the network, the data set and the set-up don't fit
 *  together. */
export function createRateFinder({ tie, ...options }: RateFinderOptions): RateFinder {
  const learner = createLearner(options);
  learner.tie(tie?.(learner.parameters));
  const { config } = options;
  const losses: number[] = [];
  let ended = false;
  let underWay: InParts<Step> | undefined;

  function* begin(): InParts<Step> {
    const step = losses.length;
    const [epoch, position] = [Math.floor(step / learner.batches.count), step % learner.batches.count];
    const random = dropoutRandom(config.seed, epoch, position);
    const batch = yield* learner.batches.inParts(epoch, position);
    return yield* learner.step(batch, random, finderRates[step]);
  }

  return {
    advance(until) {
      if (ended) return false;
      underWay ??= begin();
      const found = partsUntil(underWay, until);
      if (!found) return true;
      underWay = undefined;
      const { loss, finite } = found.value;
      losses.push(loss);
      ended = losses.length === finderRates.length || hasDiverged(losses) || !finite;
      return !ended;
    },
    curve: () => rateCurve(losses),
    get fraction() {
      return losses.length / finderRates.length;
    },
    dispose() {
      underWay?.return(undefined as never);
      learner.dispose();
    },
  };
}
