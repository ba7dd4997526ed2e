/** How the learning rate and the momentum change over a run: pure functions of its set-up and a step. Steps count from
 *  0, a run's first. */
import type { OptimizerSettings, Schedule, TrainingConfig } from './training.ts';

type RateConfig = Pick<TrainingConfig, 'epochs' | 'learningRate' | 'schedule' | 'warmupSteps'>;
type MomentumConfig = Pick<TrainingConfig, 'epochs' | 'optimizer' | 'schedule'>;
type Cosine = Extract<Schedule, { kind: 'cosine' }>;

/** One-cycle begins at this share of the rate and ends at `ONE_CYCLE_END` of that.
 *  Source: PyTorch's OneCycleLR with its defaults,
 *  docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html */
const ONE_CYCLE_START = 1 / 25;
const ONE_CYCLE_END = 1e-4;
/** A curve with more restarts than this couldn't show them apart. */
const MAX_RESTARTS = 1000;

/** The learning rate of the step about to be made, before layers' own factors. `step` counts the steps of the run
 *  already made; beyond the run's end it stays as at its last step. Lengths in epochs are rounded to whole steps, at
 *  least one, so that a drop or restart is at a step. In a warm-up of n steps the rates are 1/n, 2/n … n/n of the
 *  schedule's. Equal to Keras's ExponentialDecay (staircase) and CosineDecayRestarts, and to PyTorch's OneCycleLR. */
export function learningRateAt(config: RateConfig, step: number, stepsPerEpoch: number): number {
  const last = config.epochs * stepsPerEpoch - 1;
  const at = Math.min(step, last);
  const warmup = Math.min(1, (step + 1) / config.warmupSteps);
  return config.learningRate * warmup * factorAt(config.schedule, at, last, stepsPerEpoch);
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

/** The momentum (Adam's beta1) of the step about to be made. One-cycle moves it against the rate: its distance from 1
 *  goes from half of what was set to one and a half times that and back, so 0.9 gives 0.95, 0.85, 0.95 as in PyTorch.
 *  Everywhere else, and where none was set, it is what was set. */
export function momentumAt(
  { epochs, optimizer, schedule }: MomentumConfig,
  step: number,
  stepsPerEpoch: number,
): number {
  const momentum = momentumOf(optimizer);
  if (schedule.kind !== 'oneCycle' || momentum === 0) return momentum;
  const last = epochs * stepsPerEpoch - 1;
  const { rising, share } = oneCyclePhase(schedule.rise, Math.min(step, last), last);
  const high = momentum + (1 - momentum) / 2;
  const low = Math.max(0, momentum - (1 - momentum) / 2);
  return rising ? anneal(high, low, share) : anneal(low, high, share);
}

/** The momentum that was set (Adam's beta1); sgd has none (0). */
export function momentumOf(optimizer: OptimizerSettings): number {
  if (optimizer.kind === 'sgd') return 0;
  return 'beta1' in optimizer ? optimizer.beta1 : optimizer.momentum;
}

/** The steps at which a cosine schedule begins anew at its full rate, for the lines in its curve: each is the first
 *  step of a cycle. Empty for other schedules, and where there are over 1,000. */
export function restartSteps(
  { epochs, schedule }: Pick<TrainingConfig, 'epochs' | 'schedule'>,
  stepsPerEpoch: number,
): number[] {
  if (schedule.kind !== 'cosine') return [];
  const steps = epochs * stepsPerEpoch;
  const first = wholeSteps(schedule.cycle, stepsPerEpoch);
  const count = cycleOf(schedule.multiplier, first, steps - 1);
  if (count > MAX_RESTARTS) return [];
  return Array.from({ length: count }, (_, i) => cycleStart(schedule.multiplier, first, i + 1));
}

const wholeSteps = (epochs: number, stepsPerEpoch: number) => Math.max(1, Math.round(epochs * stepsPerEpoch));

/** The step at which a cycle begins, after cycles of first, first·multiplier, first·multiplier² … steps. */
function cycleStart(multiplier: Cosine['multiplier'], first: number, cycle: number): number {
  if (multiplier === 1) return first * cycle;
  // multiplier^cycle − 1 keeps its digits this way where the multiplier is close to 1.
  return Math.round((first * Math.expm1(cycle * Math.log1p(multiplier - 1))) / (multiplier - 1));
}

/** The cycle a step is in, counted from 0. */
function cycleOf(multiplier: Cosine['multiplier'], first: number, step: number): number {
  if (multiplier === 1) return Math.floor(step / first);
  let cycle = Math.floor(Math.log1p((step * (multiplier - 1)) / first) / Math.log1p(multiplier - 1));
  // Cycles begin at rounded steps, so the inverse of the unrounded sum may be one off.
  while (cycleStart(multiplier, first, cycle + 1) <= step) cycle++;
  while (cycleStart(multiplier, first, cycle) > step) cycle--;
  return cycle;
}

/** Where in one-cycle a step is: on the way up or down, and how far along that. */
function oneCyclePhase(rise: number, step: number, last: number): { rising: boolean; share: number } {
  const peak = Math.max(0, rise * (last + 1) - 1);
  if (step <= peak) return { rising: true, share: peak === 0 ? 1 : step / peak };
  return { rising: false, share: (step - peak) / (last - peak) };
}

/** From `start` to `end` along half a cosine wave, as `share` goes from 0 to 1. */
function anneal(start: number, end: number, share: number): number {
  return end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));
}
