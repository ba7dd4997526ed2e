/** What a run keeps of its weights on the way, so that later it can be shown what training did. */
import type { TensorId } from '../../../shared/network.ts';
import type { RunSummary } from '../../../shared/protocol/replies.ts';
import type { RunRecord, RunWeights } from '../../../shared/training.ts';

/** A run keeps its weights at most so many times, and not at all if the network has more of them than this. */
const MOST_TIMES = 16;
const MOST_WEIGHTS = 100_000;
/** The most numbers that all kept runs together keep. Beyond it the oldest runs forget theirs. */
const MOST_OF_ALL = 16_000_000;

type Values = ReadonlyMap<TensorId, Float32Array>;

export type WeightsKeeper = {
  /** Shows the weights after so many steps. They are copied if they are to be kept. */
  show(step: number, values: Values): void;
  /** Undefined if none are kept: of a large network, or if the beginning isn't known. */
  readonly weights: readonly RunWeights[] | undefined;
};

/** `from`: what was kept before the run was cut short. A keeper that isn't shown the beginning then keeps nothing. */
export function createWeightsKeeper(from?: readonly RunWeights[]): WeightsKeeper {
  /** Weights are kept every so many steps. */
  let apart = from && from.length > 1 ? from[1].step - from[0].step : 1;
  let weights = from?.filter(({ step }) => step % apart === 0);
  return {
    show(step, values) {
      if (step === 0 && sizeOf(values) <= MOST_WEIGHTS) weights = [];
      if (!weights || step % apart !== 0) return;
      weights.push(copyOf(step, values));
      // One place is left for the last step.
      if (weights.length < MOST_TIMES) return;
      apart *= 2;
      weights = weights.filter(each => each.step % apart === 0);
    },
    get weights() {
      return weights;
    },
  };
}

/** The kept weights with those at the end of the run. */
export function withLast(
  weights: readonly RunWeights[] | undefined,
  step: number,
  values: Values,
): Pick<RunRecord, 'weights'> {
  if (!weights || weights.length === 0) return {};
  return { weights: [...weights.filter(each => each.step !== step), copyOf(step, values)] };
}

/** What lists tell of kept weights. undefined if there are none. */
export function keptIn(weights: RunRecord['weights'] = []): RunSummary['kept'] {
  if (weights.length === 0) return undefined;
  const sizes = [...weights[0].values].map(([tensor, { length }]) => [tensor, length] as const);
  return { steps: weights.map(({ step }) => step), sizes };
}

/** The runs, of which the oldest have forgotten their weights if all had too many. */
export function withinBounds(runs: readonly RunRecord[]): RunRecord[] {
  let room = MOST_OF_ALL;
  return runs
    .toReversed()
    .map(run => {
      const { weights, ...rest } = run;
      room -= weights?.reduce((sum, { values }) => sum + sizeOf(values), 0) ?? 0;
      return room < 0 ? rest : run;
    })
    .reverse();
}

const sizeOf = (values: Values) => [...values.values()].reduce((sum, { length }) => sum + length, 0);

const copyOf = (step: number, values: Values): RunWeights => ({
  step,
  values: new Map([...values].map(([tensor, own]) => [tensor, own.slice()])),
});
