/** How the learning rate and the momentum change over a run: pure functions of its set-up and a step. Steps count from
 *  0. */
import { phaseAt, phasesOf } from './phases.ts';
import type { OptimizerSettings, Schedule, TrainingConfig } from './training.ts';

type Phased = Pick<TrainingConfig, 'epochs' | 'learningRate' | 'schedule' | 'phases'>;
type RateConfig = Phased & Pick<TrainingConfig, 'warmupSteps'>;
type MomentumConfig = Phased & Pick<TrainingConfig, 'optimizer'>;
type Cosine = Extract<Schedule, { kind: 'cosine' }>;

/** One-cycle begins at this share of the rate, and ends at `ONE_CYCLE_END` of that beginning. Source: the defaults of
 *  PyTorch's OneCycleLR,
 *  docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html */
const ONE_CYCLE_START = 1 / 25;
const ONE_CYCLE_END = 1e-4;
/** With more restarts than this, a curve couldn't show them apart. */
const MAX_RESTARTS = 1000;

/** The learning rate of the next step, without the factors of single layers. `step`: how many steps the run has made;
 *  after the run's end the rate stays as at the last step. A length in epochs becomes whole steps, at least one. During
 *  a warm-up of n steps the schedule's rate is multiplied by 1/n, 2/n … n/n. Equal to Keras's ExponentialDecay
 *  (staircase) and CosineDecayRestarts, and to PyTorch's OneCycleLR. A phase has a rate and a schedule of its own,
 *  which begins with it. */
export function learningRateAt(config: RateConfig, step: number, stepsPerEpoch: number): number {
  const { learningRate, schedule, at, last } = inPhase(config, step, stepsPerEpoch);
  const warmup = Math.min(1, (step + 1) / config.warmupSteps);
  return learningRate * warmup * factorAt(schedule, at, last, stepsPerEpoch);
}

/** The phase of a step, the step's place in it (at most the last one), and the place of its last step. */
function inPhase(config: Phased, step: number, stepsPerEpoch: number) {
  const spans = phasesOf(config);
  const { first, epochs, learningRate, schedule } = spans[phaseAt(spans, Math.floor(step / stepsPerEpoch))];
  const last = epochs * stepsPerEpoch - 1;
  return { learningRate, schedule, at: Math.min(step - first * stepsPerEpoch, last), last };
}

function factorAt(schedule: Schedule, step: number, last: number, stepsPerEpoch: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(step / wholeSteps(schedule.every, stepsPerEpoch));
    case 'cosine': {
      const first = wholeSteps(schedule.cycle, stepsPerEpoch);
      const cycle = cycleOf(schedule.multiplier, first, step);
      const start = cycleStart(schedule.multiplier, first, cycle);
      const end = cycleStart(schedule.multiplier, first, cycle + 1);
      return anneal(1, 0, (step - start) / (end - start));
    }
    default: {
      const { rising, share } = oneCyclePhase(schedule.rise, step, last);
      return rising ? anneal(ONE_CYCLE_START, 1, share) : anneal(1, ONE_CYCLE_START * ONE_CYCLE_END, share);
    }
  }
}

/** The momentum (Adam's beta1) of the next step. One-cycle moves its distance from 1 against the rate: from half of the
 *  setting to one and a half times and back. So 0.9 gives 0.95, 0.85, 0.95, as in PyTorch. Other schedules keep the
 *  setting. */
export function momentumAt(config: MomentumConfig, step: number, stepsPerEpoch: number): number {
  const momentum = momentumOf(config.optimizer);
  const { schedule, at, last } = inPhase(config, step, stepsPerEpoch);
  if (schedule.kind !== 'oneCycle' || momentum === 0) return momentum;
  const { rising, share } = oneCyclePhase(schedule.rise, at, last);
  const high = momentum + (1 - momentum) / 2;
  const low = Math.max(0, momentum - (1 - momentum) / 2);
  return rising ? anneal(high, low, share) : anneal(low, high, share);
}

/** The setting of the momentum (Adam's beta1). It is 0 for sgd, which has none. */
export function momentumOf(optimizer: OptimizerSettings): number {
  if (optimizer.kind === 'sgd') return 0;
  return 'beta1' in optimizer ? optimizer.beta1 : optimizer.momentum;
}

/** The first step of each new phase, and of each new cycle of a cosine schedule, for the lines in its curve. Without
 *  the cycles of a phase that has over 1,000. */
export function restartSteps(config: Phased, stepsPerEpoch: number): number[] {
  return phasesOf(config).flatMap(({ first, epochs, schedule }) => {
    const begin = first > 0 ? [first * stepsPerEpoch] : [];
    if (schedule.kind !== 'cosine') return begin;
    const cycle = wholeSteps(schedule.cycle, stepsPerEpoch);
    const count = cycleOf(schedule.multiplier, cycle, epochs * stepsPerEpoch - 1);
    if (count > MAX_RESTARTS) return begin;
    const cycles = Array.from({ length: count }, (_, i) => cycleStart(schedule.multiplier, cycle, i + 1));
    return [...begin, ...cycles.map(step => first * stepsPerEpoch + step)];
  });
}

const wholeSteps = (epochs: number, stepsPerEpoch: number) => Math.max(1, Math.round(epochs * stepsPerEpoch));

/** The first step of a cycle, if cycles have first, first·multiplier, first·multiplier² … steps. */
function cycleStart(multiplier: Cosine['multiplier'], first: number, cycle: number): number {
  if (multiplier === 1) return first * cycle;
  // In this form multiplier^cycle − 1 stays exact even if the multiplier is close to 1.
  return Math.round((first * Math.expm1(cycle * Math.log1p(multiplier - 1))) / (multiplier - 1));
}

/** The cycle of a step, counted from 0. */
function cycleOf(multiplier: Cosine['multiplier'], first: number, step: number): number {
  if (multiplier === 1) return Math.floor(step / first);
  let cycle = Math.floor(Math.log1p((step * (multiplier - 1)) / first) / Math.log1p(multiplier - 1));
  // Cycles begin at rounded steps, so the unrounded formula may be one off.
  while (cycleStart(multiplier, first, cycle + 1) <= step) cycle++;
  while (cycleStart(multiplier, first, cycle) > step) cycle--;
  return cycle;
}

/** Where a step is in one-cycle: on the way up or down, and which share of that way is done. */
function oneCyclePhase(rise: number, step: number, last: number): { rising: boolean; share: number } {
  const peak = Math.max(0, rise * (last + 1) - 1);
  if (step <= peak) return { rising: true, share: peak === 0 ? 1 : step / peak };
  return { rising: false, share: (step - peak) / (last - peak) };
}

/** The value between `start` and `end` along half a cosine wave, for a share from 0 to 1. */
function anneal(start: number, end: number, share: number): number {
  return end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));
}
