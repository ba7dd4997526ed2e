/** Tells everyone of a run: where it stands, what it recorded, and the sheet that follows it; often enough to look
 *  smooth, and seldom enough not to slow it down. */
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

/** A run under way, from its request until its result is in the workbook. */
export type Active = {
  args: Args<'train'>;
  status: RunState['status'];
  abort: AbortController;
  /** What was left of it by an engine that ended. */
  checkpoint?: Checkpoint;
  /** What it goes on with: the memory that was there when it began, and the run, which was cut short. */
  memory?: TrainingMemory;
  interrupted?: Interrupted;
  /** Both there once the images are read. */
  head?: RunHead;
  trainer?: Trainer;
  /** What the learning rate was set to before there was a trainer. */
  learningRate?: number;
  /** Something was edited since the last checkpoint. */
  edited: boolean;
  /** A checkpoint could not be written, which was told. */
  unsafe?: boolean;
  /** One step, then a pause. */
  single: boolean;
  /** How it ended; its status says so once its result is in the workbook. */
  end?: RunEnd;
  sentence?: Sentence;
  /** From then on: what it leaves. The session's parameters are its own, and are edited as if there were no run. */
  left?: { record: RunRecord; memory?: TrainingMemory };
};

export type ReporterOptions = {
  session: Session;
  /** Tells everyone. */
  emit: <E extends keyof Events>(event: E, data: Events[E]) => void;
  /** Tells everyone what of the sheet changed. */
  announce: (changed: Changed) => void;
  /** Whether anybody looks at the sheet. */
  watched: () => boolean;
};

export type Reporter = {
  /** Nothing of the run was told yet. */
  begin(): void;
  stateOf(run: Active): RunState;
  /** Tells where the run stands and what was recorded since it was last told. */
  tell(run: Active): void;
  /** The same, and lets the sheet follow. */
  report(run: Active): void;
  /** The same where it is time for it, or a part of the histograms: each call takes little time, even where there are
   *  millions of weights. */
  reportIfDue(run: Active, epochEnded: boolean): void;
  /** It goes on from here. */
  startClock(run: Active): void;
  /** It stands still. */
  stopClock(): void;
};

/** Milliseconds between two reports; where the sheet takes long, ten times what it takes. */
const REPORT_EVERY = 100;
const SHEET_SHARE = 10;
const HISTOGRAMS_EVERY = 1000;
/** Who predicts other images does so again after an epoch, but no more often than this. */
const SETTLE_EVERY = 1000;
/** Milliseconds the speed is measured over. */
const PACE_OVER = 3000;

export function createReporter({ session, emit, announce, watched }: ReporterOptions): Reporter {
  const sent = { step: 0, epochs: 0, notes: 0, confusion: undefined as readonly number[] | undefined };
  let due = 0;
  let histogramsDue = 0;
  /** Those of the first layers, which are told when the others are made too. */
  let histograms: LayerHistograms[] = [];
  /** The last call that did anything was a report. */
  let reported = false;
  let settleDue = 0;
  /** An epoch has ended since predictions last had to be made again. */
  let unsettled = false;
  /** Times, steps and samples of the last reports while it ran without a pause. */
  let pace: { time: number; step: number; samples: number }[] = [];

  const mark = ({ step, samples }: Trainer) => ({ time: performance.now(), step, samples });

  function stateOf({ args, status, trainer, checkpoint, interrupted, head, end, sentence }: Active): RunState {
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
      ...(status === 'ended' && { end, sentence }),
    };
  }

  /** Undefined before it can be told. */
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

  /** `settled`: predictions of other images have to be made again. */
  function reportNow(run: Active, settled: boolean): void {
    const trainer = run.trainer!;
    const start = performance.now();
    if (run.status === 'running') pace.push(mark(trainer));
    while (pace.length > 2 && start - pace[0].time > PACE_OVER) pace.shift();
    const parameters = trainer.parameters();
    const follows = settled || watched();
    const moved = follows ? movements(session, parameters) : undefined;
    // First, so that whoever gets the new values knows which step made them: commands change values too.
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
      // Where the batches take long, a report is always due: histograms take turns with it.
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

/** Points of later steps than this one, of points in the order of their steps. */
function pointsAfter<P extends { step: number }>(points: readonly P[], step: number): P[] {
  let first = points.length;
  while (first > 0 && points[first - 1].step > step) first--;
  return points.slice(first);
}

/** How far the farthest parameter of each layer moved since the sheet last followed. */
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
