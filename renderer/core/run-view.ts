import type { LayerId } from '../../shared/network.ts';
import type { Events } from '../../shared/protocol.ts';
import type { EpochPoint, LayerHistograms, RunNote, RunRecord, RunState } from '../../shared/training.ts';

/** For the curves of single batches: the share of the running mean that the next batch leaves unchanged. */
const SMOOTHING = 0.95;
/** With more points than this, every second one is dropped. A plot is a few hundred pixels wide. */
const MOST_POINTS = 40_000;

/** What was recorded of a run, in the columns that plots take. They grow in place. */
export type Curves = {
  /** For each batch that was kept: its step, its loss and metric, and their running means. */
  step: number[];
  loss: number[];
  metric: number[];
  learningRate: number[];
  meanLoss: number[];
  meanMetric: number[];
  epochs: EpochPoint[];
  notes: RunNote[];
};

/** A run that is being watched: its state, and everything recorded of it. */
export type RunView = {
  state: RunState;
  curves: Curves;
  /** Its set-up; undefined until it has arrived. */
  record: Omit<RunRecord, 'points' | 'epochs' | 'notes'> | undefined;
  /** The confusion matrix of the last validation, and the step it was made at. */
  confusion: { counts: readonly number[]; step: number } | undefined;
  histograms: readonly LayerHistograms[];
  /** The changes that the sheet last showed: the step, the number of steps since the time before, and the largest
   *  change in each layer. The run itself may be further. */
  moved: { step: number; steps: number; largest: ReadonlyMap<LayerId, number> };
};

/** Whether a run hasn't ended. It may be paused. */
export function isUnderWay(state: RunState | undefined): boolean {
  return state !== undefined && state.status !== 'ended';
}

/** The epoch of a run, counted from 1. */
export function epochOf({ step, stepsPerEpoch, epochs }: RunState): number {
  return Math.min(epochs, Math.floor(step / Math.max(1, stepsPerEpoch)) + 1);
}

/** The epochs that ended with a validation. */
export function validated(epochs: readonly EpochPoint[]): ValidatedEpoch[] {
  return epochs.filter(
    (epoch): epoch is ValidatedEpoch => epoch.validationLoss !== undefined && epoch.validationMetric !== undefined,
  );
}
export type ValidatedEpoch = EpochPoint & Required<Pick<EpochPoint, 'validationLoss' | 'validationMetric'>>;

/** A run of which only the state is known so far. */
export function runView(state: RunState): RunView {
  return {
    state,
    curves: emptyCurves(),
    record: undefined,
    confusion: undefined,
    histograms: [],
    moved: { step: state.step, steps: 0, largest: new Map() },
  };
}

/** The run after the engine or the connection has come back. `state`: the engine's state now. The records stay valid,
 *  because a resumed run repeats its steps bit for bit. A new engine doesn't know a run that has ended. */
export function runAfterReturn(known: RunView | undefined, state: RunState | undefined): RunView | undefined {
  const ended = known !== undefined && !isUnderWay(known.state);
  if (!state) return ended ? { ...known } : undefined;
  if (known?.state.id !== state.id) return runView(state);
  return { ...known, state, record: ended ? known.record : undefined };
}

/** The run after an event. New records are added to the same columns. A restarted engine repeats steps, and these are
 *  added only once. */
export function withEvent(view: RunView, { state, confusion, histograms, moved, ...recorded }: Events['run']): RunView {
  record(view.curves, recorded);
  return {
    ...view,
    state,
    confusion: confusion ? { counts: confusion, step: state.step } : view.confusion,
    histograms: histograms ?? view.histograms,
    // A pause sends the same step again.
    moved:
      moved && state.step !== view.moved.step
        ? {
            step: state.step,
            steps: Math.max(0, state.step - view.moved.step),
            largest: new Map(moved.map(({ layer, largest }) => [layer, largest])),
          }
        : view.moved,
  };
}

/** The run with its set-up and everything recorded so far. */
export function withRecord(view: RunView, { points, epochs, notes, ...rest }: RunRecord): RunView {
  const curves = curvesOf({ points, epochs, notes });
  // Events may have brought newer points than the record has.
  const { step, loss, metric, learningRate } = view.curves;
  record(curves, {
    points: step.map((at, i) => ({ step: at, loss: loss[i], metric: metric[i], learningRate: learningRate[i] })),
    epochs: view.curves.epochs,
    notes: view.curves.notes.slice(notes.length),
  });
  return { ...view, curves, record: rest };
}

/** Everything recorded of a kept run. */
export function curvesOf(recorded: Pick<RunRecord, 'points' | 'epochs' | 'notes'>): Curves {
  const curves = emptyCurves();
  record(curves, recorded);
  return curves;
}

function emptyCurves(): Curves {
  return { step: [], loss: [], metric: [], learningRate: [], meanLoss: [], meanMetric: [], epochs: [], notes: [] };
}

function record(curves: Curves, { points, epochs, notes }: Pick<Events['run'], 'points' | 'epochs' | 'notes'>): void {
  for (const { step, loss, metric, learningRate } of points) {
    const last = curves.step.length - 1;
    if (last >= 0 && step <= curves.step[last]) continue;
    curves.step.push(step);
    curves.loss.push(loss);
    curves.metric.push(metric);
    curves.learningRate.push(learningRate);
    curves.meanLoss.push(nextMean(curves.meanLoss, loss));
    curves.meanMetric.push(nextMean(curves.meanMetric, metric));
  }
  const lastEpoch = curves.epochs.at(-1)?.epoch ?? 0;
  curves.epochs.push(...epochs.filter(({ epoch }) => epoch > lastEpoch));
  curves.notes.push(...notes);
  if (curves.step.length > MOST_POINTS) thin(curves);
}

/** The running mean after one more value. The first values count more, so that the mean doesn't start at the very first
 *  one. */
function nextMean(means: readonly number[], value: number): number {
  const before = means.at(-1);
  if (before === undefined || Number.isNaN(before)) return value;
  const kept = Math.min(SMOOTHING, means.length / (means.length + 4));
  return kept * before + (1 - kept) * value;
}

function thin(curves: Curves): void {
  for (const column of ['step', 'loss', 'metric', 'learningRate', 'meanLoss', 'meanMetric'] as const) {
    const values = curves[column];
    // The last point always stays.
    const from = (values.length - 1) % 2;
    const half = values.filter((_, i) => i % 2 === from);
    values.length = 0;
    for (const value of half) values.push(value);
  }
}
