/** Reports a run to everyone: where it is, what it recorded, and the values of the sheet. Reports come often enough to
 *  look smooth, and seldom enough not to slow the run down. */
import type { Sentence } from '../../../shared/messages/sentence.ts';
import type { LayerId } from '../../../shared/network.ts';
import type { Args, Events } from '../../../shared/protocol.ts';
import type { LayerHistograms, RunEnd, RunRecord, RunState } from '../../../shared/training.ts';
import type { TrainingMemory } from '../../../shared/workbook.ts';
import { layerHistogram, layerHistograms } from './histograms.ts';
import type { Checkpoint } from './run-bytes.ts';
import type { Interrupted } from './interrupted.ts';
import type { RunHead } from './run-record.ts';
import type { Changed, Session, TensorValues } from '../workbook/session.ts';
import type { Trainer } from './trainer.ts';

/** A run, from its request until its result is in the workbook. */
export type Active = {
  args: Args<'train'>;
  status: RunState['status'];
  abort: AbortController;
  /** The run's checkpoint, if an engine that ended has left one. */
  checkpoint?: Checkpoint;
  /** What the run continues: the memory that was there when it began, and the interrupted run. */
  memory?: TrainingMemory;
  interrupted?: Interrupted;
  /** Both are set once the images have been read. */
  head?: RunHead;
  trainer?: Trainer;
  /** A learning rate that was set before there was a trainer. */
  learningRate?: number;
  /** What to say of formulas over parameters that the run can't follow. */
  stays?: readonly Sentence[];
  /** Whether something was edited since the last checkpoint. */
  edited: boolean;
  /** Whether a checkpoint could not be written. That is reported once. */
  unsafe?: boolean;
  /** Whether the run pauses after one step. */
  single: boolean;
  /** How the run ended. `status` says so only when the result is in the workbook. */
  end?: RunEnd;
  sentence?: Sentence;
  /** Set when the run has ended: what it leaves. From then on the session's parameters are the run's, and are edited as
   *  without a run. */
  left?: { record: RunRecord; memory?: TrainingMemory };
};

export type ReporterOptions = {
  session: Session;
  /** Sends an event to everyone. */
  emit: <E extends keyof Events>(event: E, data: Events[E]) => void;
  /** Sends everyone the values of the sheet that changed. */
  announce: (changed: Changed) => void;
  /** Whether anybody looks at the sheet. */
  watched: () => boolean;
};

type Reporter = {
  /** A new run begins. Nothing of it was reported yet. */
  begin(): void;
  stateOf(run: Active): RunState;
  /** Reports where the run is and what it recorded since the last report. */
  tell(run: Active): void;
  /** Does the same, and brings the sheet up to date. */
  report(run: Active): void;
  /** Reports if it is time for that, or else makes part of the histograms. Each call takes little time, even with
   *  millions of weights. */
  reportIfDue(run: Active, epochEnded: boolean): void;
  /** Starts measuring the speed: the run goes on from here. */
  startClock(run: Active): void;
  /** Stops measuring the speed: the run pauses. */
  stopClock(): void;
};

/** Milliseconds between two reports. If updating the sheet takes long, ten times that long. */
const REPORT_EVERY = 100;
const SHEET_SHARE = 10;
const HISTOGRAMS_EVERY = 1000;
/** Milliseconds between two times at which predictions of other images are made again. That happens after an epoch. */
const SETTLE_EVERY = 1000;
/** Milliseconds over which the speed is measured. */
const PACE_OVER = 3000;

export function createReporter({ session, emit, announce, watched }: ReporterOptions): Reporter {
  const sent = { step: 0, epochs: 0, notes: 0, confusion: undefined as readonly number[] | undefined };
  let due = 0;
  let histogramsDue = 0;
  /** The histograms of the first layers. They are sent when the others are made too. */
  let histograms: LayerHistograms[] = [];
  /** Whether the last call that did anything was a report. */
  let reported = false;
  let settleDue = 0;
  /** Whether an epoch has ended since predictions were last made again. */
  let unsettled = false;
  /** Time, steps and samples at the last reports since the run was last paused. */
  let pace: { time: number; step: number; samples: number }[] = [];

  const mark = ({ step, samples }: Trainer) => ({ time: performance.now(), step, samples });

  function stateOf({ args, status, trainer, checkpoint, interrupted, head, end, sentence, stays }: Active): RunState {
    const { id, name, config } = args;
    const stepsPerEpoch = head?.stepsPerEpoch ?? 0;
    const step = trainer?.step ?? checkpoint?.trainer.place.step ?? interrupted?.place.step ?? 0;
    const steps = config.epochs * stepsPerEpoch;
    return {
      id,
      name,
      status,
      step,
      steps,
      stepsPerEpoch,
      epochs: config.epochs,
      seconds: trainer?.seconds ?? checkpoint?.trainer.seconds ?? 0,
      ...(status === 'running' && speed(steps - step)),
      learningRate: trainer?.learningRate ?? config.learningRate,
      backend: config.backend,
      ...(status === 'ended' ? { end, sentence } : stays && stays.length > 0 && { stays }),
    };
  }

  /** Undefined before there are two measurements. */
  function speed(stepsLeft: number): Pick<RunState, 'secondsLeft' | 'samplesPerSecond'> | undefined {
    const [first, newest] = [pace[0], pace.at(-1)];
    if (!first || !newest || newest.step === first.step) return undefined;
    const seconds = (newest.time - first.time) / 1000;
    return {
      secondsLeft: (stepsLeft * seconds) / (newest.step - first.step),
      samplesPerSecond: (newest.samples - first.samples) / seconds,
    };
  }

  function tell(run: Active, more: Pick<Events['run'], 'histograms' | 'moved'> = {}): void {
    const { history, confusion } = run.trainer ?? {};
    const points = pointsAfter(history?.points ?? [], sent.step);
    const epochs = history?.epochs.slice(sent.epochs) ?? [];
    const notes = history?.notes.slice(sent.notes) ?? [];
    emit('run', {
      state: stateOf(run),
      points,
      epochs,
      notes,
      confusion: confusion === sent.confusion ? undefined : confusion,
      ...more,
    });
    sent.step = points.at(-1)?.step ?? sent.step;
    sent.epochs += epochs.length;
    sent.notes += notes.length;
    sent.confusion = confusion;
  }

  /** Makes the histogram of one more layer. */
  function addHistogram(run: Active): void {
    const trainer = run.trainer!;
    const next = layerHistogram(trainer.parameters(), trainer.gradients(), histograms.length);
    if (next) histograms.push(next);
    else tellHistograms(run, histograms);
  }

  function tellHistograms(run: Active, all: LayerHistograms[]): void {
    tell(run, { histograms: all });
    histograms = [];
    histogramsDue = performance.now() + HISTOGRAMS_EVERY;
  }

  /** With `settled`, predictions of other images have to be made again. */
  function reportNow(run: Active, settled: boolean): void {
    const trainer = run.trainer!;
    const start = performance.now();
    if (run.status === 'running') pace.push(mark(trainer));
    while (pace.length > 2 && start - pace[0].time > PACE_OVER) pace.shift();
    const parameters = trainer.parameters();
    const follows = settled || watched();
    const moved = follows ? movements(session, parameters) : undefined;
    // This comes first, so that whoever gets the new values knows which step made them. Commands change values too.
    tell(run, { moved });
    if (follows) {
      session.unrecorded.follow(parameters);
      announce(session.unrecorded.recalculate(settled));
    }
    if (settled) {
      unsettled = false;
      settleDue = start + SETTLE_EVERY;
    }
    const end = performance.now();
    due = end + Math.max(REPORT_EVERY, SHEET_SHARE * (end - start));
  }

  return {
    begin() {
      Object.assign(sent, { step: 0, epochs: 0, notes: 0, confusion: undefined });
      unsettled = false;
      histogramsDue = 0;
      histograms = [];
    },
    stateOf,
    tell: run => tell(run),
    report(run) {
      reportNow(run, true);
      const trainer = run.trainer!;
      if (performance.now() > histogramsDue)
        tellHistograms(run, layerHistograms(trainer.parameters(), trainer.gradients()));
    },
    reportIfDue(run, epochEnded) {
      unsettled ||= epochEnded;
      const now = performance.now();
      // If batches take long, a report is always due. So histograms take turns with reports.
      const instead = reported && now > histogramsDue;
      if (now > due && !instead) {
        reportNow(run, unsettled && now > settleDue);
        reported = true;
      } else if (now > histogramsDue) {
        addHistogram(run);
        reported = false;
      }
    },
    startClock(run) {
      pace = [mark(run.trainer!)];
    },
    stopClock() {
      pace = [];
    },
  };
}

/** The points of later steps than `step`. The points are in the order of their steps. */
function pointsAfter<P extends { step: number }>(points: readonly P[], step: number): P[] {
  let first = points.length;
  while (first > 0 && points[first - 1].step > step) first--;
  return points.slice(first);
}

/** For each layer, how far its farthest parameter moved since the sheet was last updated. */
function movements(session: Session, parameters: TensorValues): { layer: LayerId; largest: number }[] {
  const layers = new Map<LayerId, number>();
  for (const [tensor, values] of parameters) {
    const { layer } = session.sheet.tensors.get(tensor)!;
    const before = session.value(tensor);
    let largest = layers.get(layer) ?? 0;
    for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] - before[i]));
    layers.set(layer, largest);
  }
  return [...layers].map(([layer, largest]) => ({ layer, largest }));
}
