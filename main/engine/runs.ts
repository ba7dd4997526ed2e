/** The run under way on the open workbook: drives the trainer between other requests, lets the sheet follow it, and keeps checkpoints. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { LayerId, TensorId } from '../../shared/network.ts';
import type { Args, Events } from '../../shared/protocol.ts';
import type { BackendName, RunEnd, RunRecord, RunState } from '../../shared/training.ts';
import type { TensorEdit, TrainingMemory, Workbook } from '../../shared/workbook.ts';
import type { DataCache } from './data-cache.ts';
import { fitNetwork } from './fit.ts';
import { layerHistograms } from './histograms.ts';
import { keepRun } from './keep-run.ts';
import type { Recorder } from './recorder.ts';
import {
  type Checkpoint,
  checkpointBytes,
  headOf,
  readCheckpoint,
  readResult,
  resultBytes,
  type RunHead,
} from './run-bytes.ts';
import type { Changed, Session, TensorValues } from './session.ts';
import { freshValues } from './start.ts';
import { createTrainer, memoryOf, type Trainer } from './trainer.ts';

/** Where checkpoints of runs are kept, by the runs' ids. */
export type CheckpointStore = {
  /** Undefined where there is none. */
  read(id: string): Uint8Array | undefined;
  /** Replaces the one before, whole or not at all. */
  write(id: string, bytes: Uint8Array): Promise<void>;
};

export type RunsOptions = {
  session: Session;
  readData: DataCache['get'];
  startBackend: (backend: BackendName) => Promise<void>;
  checkpoints?: CheckpointStore;
  /** Milliseconds between two checkpoints. */
  checkpointEvery?: number;
  /** Tells everyone. */
  emit: <E extends keyof Events>(event: E, data: Events[E]) => void;
  /** Tells everyone what of the sheet changed. */
  announce: (changed: Changed) => void;
  /** Whether anybody looks at the sheet. */
  watched: () => boolean;
  log: (line: string) => void;
};

export type Runs = {
  /** Starts a run, or goes on with one that a checkpoint of this id is left of. Resolves when it is under way. Throws UserError where it can't be, and the workbook is as before. */
  start(args: Args<'train'>, progress: (fraction: number) => void): Promise<{ id: string }>;
  /** A run begins here that another engine has made; `finish` brings its result. */
  begin(): void;
  /** Puts a run's result into the workbook. Throws UserError where the bytes are none. */
  finish(state: Uint8Array): Changed;
  control(action: Args<'controlRun'>['action']): void;
  setLearningRate(rate: number): void;
  /** Does a command of the session with the run's parameters in it, and tells the run of what it changed. `describe` makes the note of it. */
  command(act: () => Changed, describe: (label: string) => string, label: string): Changed;
  readonly underWay: boolean;
  state(): RunState | undefined;
  /** The run under way, as far as it is. */
  record(): RunRecord | undefined;
  /** A copy of the parameters as they are now. */
  parameters(): TensorValues;
  /** The session's workbook as it is now, the run under way among its runs. */
  workbook(): Workbook;
  /** What stands on one of the further sheets at a tensor's place: the gradients of the last step (of parameters), or the masks that it drew for its first image (at outputs of dropout
   *  layers). NaN, which shows as blank, where there is nothing. */
  further(tensor: TensorId, sheet: 'gradient' | 'mask'): Float32Array;
  dispose(): void;
};

/** Milliseconds between two reports; where the sheet takes long, twenty times what it takes. */
const REPORT_EVERY = 100;
const SHEET_SHARE = 20;
const HISTOGRAMS_EVERY = 1000;
const CHECKPOINT_EVERY = 30_000;
/** An epoch's end makes a checkpoint only where the last one is so many milliseconds old. */
const EPOCH_CHECKPOINT_AFTER = 1000;
/** Seconds the speed is measured over. */
const SPEED_OVER = 3;

type Active = {
  args: Args<'train'>;
  status: RunState['status'];
  abort: AbortController;
  head?: RunHead;
  trainer?: Trainer;
  checkpoint?: Checkpoint;
  /** One step, then a pause. */
  single: boolean;
  end?: RunEnd;
  sentence?: string;
};

export function createRuns(options: RunsOptions): Runs {
  const { session, emit, announce, checkpoints, checkpointEvery = CHECKPOINT_EVERY } = options;
  let active: Active | undefined;
  let last: RunState | undefined;
  /** Commands of a replay that the checkpoint knows already. */
  let skip = 0;
  let disposed = false;
  const sent = { step: 0, epochs: 0, notes: 0, confusion: undefined as readonly number[] | undefined };
  let reportDue = 0;
  let histogramsDue = 0;
  let checkpointed = performance.now();
  let writing: Promise<void> | undefined;
  let writeAgain = false;
  /** Times, steps and samples of the last reports while it ran without a pause. */
  let pace: { time: number; step: number; samples: number }[] = [];

  const isRunning = (run: Active) => active === run && run.status === 'running';
  const underWay = (): Active => {
    if (!active) throw new UserError(messages.runs.notRunning);
    return active;
  };

  function state(): RunState | undefined {
    if (!active) return last;
    const { args, status, trainer, checkpoint, head, end, sentence } = active;
    const { id, name, config } = args;
    const stepsPerEpoch = head?.stepsPerEpoch ?? 0;
    const [first, newest] = [pace[0], pace.at(-1)];
    const seconds = first && newest ? (newest.time - first.time) / 1000 : 0;
    const step = trainer?.step ?? checkpoint?.trainer.step ?? 0;
    const steps = config.epochs * stepsPerEpoch;
    const moving = status === 'running' && seconds > 0 && newest!.step > first.step;
    return {
      id,
      name,
      status,
      step,
      steps,
      stepsPerEpoch,
      epochs: config.epochs,
      seconds: trainer?.seconds ?? checkpoint?.trainer.seconds ?? 0,
      secondsLeft: moving ? ((steps - step) * seconds) / (newest!.step - first.step) : undefined,
      samplesPerSecond: moving ? (newest!.samples - first.samples) / seconds : undefined,
      learningRate: trainer?.learningRate ?? config.learningRate,
      backend: config.backend,
      end,
      sentence,
    };
  }

  /** What was recorded since the last event. */
  function emitRun(more: { histograms?: boolean; moved?: Events['run']['moved'] } = {}): void {
    const history = active?.trainer?.history;
    const points = history ? pointsAfter(history.points, sent.step) : [];
    const epochs = history?.epochs.slice(sent.epochs) ?? [];
    const notes = history?.notes.slice(sent.notes) ?? [];
    const confusion = active?.trainer?.confusion;
    sent.step = points.at(-1)?.step ?? sent.step;
    sent.epochs += epochs.length;
    sent.notes += notes.length;
    emit('run', {
      state: state()!,
      points,
      epochs,
      notes,
      confusion: confusion === sent.confusion ? undefined : confusion,
      histograms: more.histograms
        ? layerHistograms(active!.trainer!.parameters(), active!.trainer!.gradients())
        : undefined,
      moved: more.moved,
    });
    sent.confusion = confusion;
  }

  /** Lets the sheet follow, and tells of the run. `settled`: it stands still, or a part of it is complete. */
  function report(settled: boolean): void {
    const { trainer } = underWay();
    const start = performance.now();
    pace.push({ time: start, step: trainer!.step, samples: trainer!.samples });
    while (start - pace[0].time > SPEED_OVER * 1000 && pace.length > 2) pace.shift();
    let moved: Events['run']['moved'];
    if (settled || options.watched()) {
      moved = movements(session, trainer!.parameters());
      session.follow(trainer!.parameters());
      announce(session.recalculate(settled));
    }
    const histograms = settled || start > histogramsDue;
    if (histograms) histogramsDue = start + HISTOGRAMS_EVERY;
    emitRun({ histograms, moved });
    const end = performance.now();
    reportDue = end + Math.max(REPORT_EVERY, SHEET_SHARE * (end - start));
  }

  /** Goes on until the run pauses or ends, a piece of work at a time, letting requests through in between. */
  async function drive(run: Active): Promise<void> {
    const trainer = run.trainer!;
    pace = [{ time: performance.now(), step: trainer.step, samples: trainer.samples }];
    while (isRunning(run)) {
      const progress = trainer.advance();
      if (progress === 'ended') return conclude(run);
      if (run.single && progress !== 'validation') return pause(run);
      const now = performance.now();
      if (progress === 'epoch' || now > reportDue) report(progress === 'epoch');
      if (now - checkpointed > (progress === 'epoch' ? EPOCH_CHECKPOINT_AFTER : checkpointEvery)) saveCheckpoint();
      // oxlint-disable-next-line no-await-in-loop -- so that messages get through
      await nextTurn();
    }
  }

  /** Runs it without being waited for; a defect ends the run, not the engine. */
  function go(run: Active): void {
    run.status = 'running';
    drive(run).catch((error: Error) => {
      options.log(`training: ${error.stack ?? error.message}`);
      if (active !== run) return;
      run.trainer!.stop('failed', messages.runs.defect);
      conclude(run);
    });
  }

  function pause(run: Active): void {
    run.status = 'paused';
    run.single = false;
    pace = [];
    report(true);
    saveCheckpoint();
  }

  const note = (run: Active, sentence: string) => run.trainer!.history.note({ step: run.trainer!.step, sentence });

  function conclude(run: Active): void {
    const trainer = run.trainer!;
    pace = [];
    report(true);
    end(run, trainer.end!, trainer.sentence, {
      history: trainer.history,
      parameters: trainer.parameters(),
      memory: trainer.memory(),
      config: trainer.config,
      seconds: trainer.seconds,
    });
    trainer.dispose();
  }

  type Left = {
    history: Pick<Recorder, 'points' | 'epochs' | 'notes'>;
    parameters: TensorValues;
    memory: TrainingMemory;
    config: Args<'train'>['config'];
    seconds: number;
  };

  function recordOf(head: RunHead, { history, config, seconds }: Omit<Left, 'parameters' | 'memory'>): RunRecord {
    const { network: _network, ...known } = head;
    const { points, epochs, notes } = history;
    return { ...known, config, points: [...points], epochs: [...epochs], notes: [...notes], seconds };
  }

  /** The run is over; the shell journals its result and sends it back as `finishRun`. */
  function end(run: Active, how: RunEnd, sentence: string | undefined, left: Left): void {
    const { network, classes } = run.head!;
    run.status = 'ended';
    run.end = how;
    run.sentence = sentence;
    emitRun();
    const record: RunRecord = { ...recordOf(run.head!, left), end: how, sentence };
    const result = {
      record,
      parameters: left.parameters,
      memory: left.memory,
      network,
      classes,
      commands: session.commands(),
    };
    const state = resultBytes(result);
    writeAgain = false;
    // A checkpoint that is still being written must not come after the shell has deleted it.
    void (writing ?? Promise.resolve()).then(() => emit('runEnded', { id: run.args.id, state }));
  }

  /** A run whose checkpoint is there but which can't go on ends where the checkpoint was made. */
  function endAtCheckpoint(run: Active, how: RunEnd, sentence: string): void {
    const { head, trainer } = run.checkpoint!;
    run.head = head;
    session.follow(trainer.parameters);
    announce(session.recalculate(true));
    end(run, how, sentence, {
      history: trainer.recorder,
      parameters: trainer.parameters,
      memory: memoryOf(head.config, trainer),
      config: { ...head.config, learningRate: trainer.learningRate },
      seconds: trainer.seconds,
    });
  }

  /** One at a time, and of several asked for meanwhile only the newest. */
  function saveCheckpoint(): void {
    if (!checkpoints || !active?.trainer || active.status === 'ended') return;
    checkpointed = performance.now();
    if (writing) {
      writeAgain = true;
      return;
    }
    const { head, trainer, status, args } = active;
    const bytes = checkpointBytes({
      head: head!,
      paused: status === 'paused',
      section: session.section(),
      trainer: trainer.snapshot(),
    });
    writing = checkpoints
      .write(args.id, bytes)
      .catch((error: Error) => options.log(`checkpoint: ${error.message}`))
      .finally(() => {
        writing = undefined;
        if (writeAgain) saveCheckpoint();
        writeAgain = false;
      });
  }

  async function prepare(run: Active, progress: (fraction: number) => void): Promise<void> {
    const { args, checkpoint, abort } = run;
    const { config, start } = args;
    await options.startBackend(config.backend);
    const data = await options.readData(config.data, progress, abort.signal).finally(() => progress(1));
    if (disposed || abort.signal.aborted) throw new UserError(messages.runs.stoppedPreparing);
    const memory = start === 'continue' ? session.memory() : undefined;
    if (start === 'continue' && !memory) throw new UserError(messages.runs.noMemory);
    const { sheet } = session;
    const fitted = fitNetwork(sheet.network, sheet.classes, data);
    const parameters = new Map([
      ...session.parameters(),
      ...(start === 'initial' ? freshValues(fitted.network, config) : []),
    ]);
    const trainer = createTrainer({ network: fitted.network, parameters, data, config, memory });
    if (checkpoint) trainer.restore(checkpoint.trainer);
    // What was edited while the images were read.
    trainer.setParameters(overlaid(trainer.parameters(), session.editedSince(checkpoint?.section.commands ?? 0)));
    run.trainer = trainer;
    run.head =
      checkpoint?.head ??
      headOf(args, {
        dataName: data.name,
        classes: data.classes,
        stepsPerEpoch: trainer.stepsPerEpoch,
        loss: trainer.loss,
        network: fitted.network,
      });
    if (checkpoint) note(run, messages.runs.notes.restored);
    if (fitted.notices.length === 0) return;
    session.restructure(fitted.network, fitted.classes);
    announce(session.recalculate(true));
    for (const sentence of fitted.notices) emit('notice', { tone: 'info', sentence });
  }

  return {
    async start(args, progress) {
      if (session.inRun) throw new UserError(messages.runs.running);
      const bytes = checkpoints?.read(args.id);
      const checkpoint = bytes && readCheckpoint(bytes);
      const run: Active = { args, status: 'preparing', abort: new AbortController(), checkpoint, single: false };
      active = run;
      Object.assign(sent, { step: 0, epochs: 0, notes: 0, confusion: undefined });
      session.beginRun();
      skip = 0;
      if (checkpoint) {
        run.head = checkpoint.head;
        skip = checkpoint.section.commands;
        session.follow(checkpoint.trainer.parameters);
        announce(session.restoreSection(checkpoint.section));
      }
      emitRun();
      try {
        await prepare(run, progress);
      } catch (error) {
        if (!(error instanceof UserError) || disposed) throw error;
        if (checkpoint) {
          const stopped = run.abort.signal.aborted;
          endAtCheckpoint(
            run,
            stopped ? 'stopped' : 'failed',
            stopped ? error.message : messages.runs.notResumed(error.message),
          );
          return { id: args.id };
        }
        run.status = 'ended';
        run.end = 'failed';
        run.sentence = error.message;
        emitRun();
        [active, last] = [undefined, state()];
        session.abandonRun();
        throw error;
      }
      checkpointed = performance.now();
      if (checkpoint?.paused) pause(run);
      else {
        report(true);
        go(run);
      }
      return { id: args.id };
    },
    begin() {
      if (session.inRun) throw new UserError(messages.runs.running);
      session.beginRun();
      skip = 0;
    },
    finish(bytes) {
      const result = readResult(bytes);
      if (!result || !session.inRun) throw new UserError(messages.runs.unknownRun);
      const { record, memory } = result;
      const changed = session.endRun(messages.runs.label(record.name), result);
      session.keepRuns(keepRun(session.runs(), record));
      session.remember(memory);
      last = state();
      active = undefined;
      return changed;
    },
    control(action) {
      const run = underWay();
      if (run.status === 'ended') throw new UserError(messages.runs.notRunning);
      if (action === 'stop') {
        if (run.status === 'preparing') return run.abort.abort();
        run.trainer!.stop('stopped');
        return conclude(run);
      }
      if (run.status === 'preparing') throw new UserError(messages.runs.preparing);
      if (action === 'pause' && run.status === 'running') {
        note(run, messages.runs.notes.paused);
        pause(run);
      } else if (action !== 'pause' && run.status === 'paused') {
        if (action === 'resume') note(run, messages.runs.notes.resumed);
        run.single = action === 'step';
        go(run);
      }
    },
    setLearningRate(rate) {
      const run = underWay();
      if (!run.trainer || run.status === 'ended') throw new UserError(messages.runs.preparing);
      run.trainer.setLearningRate(rate);
      note(run, messages.runs.notes.learningRate(rate));
      saveCheckpoint();
      emitRun();
    },
    command(act, describe, label) {
      if (skip > 0) {
        skip--;
        return new Set();
      }
      session.countCommand();
      const trainer = active?.status === 'ended' ? undefined : active?.trainer;
      if (trainer) session.follow(trainer.parameters());
      const changed = act();
      const edits = session.inRun ? session.editedSince(session.commands() - 1) : [];
      if (!trainer || edits.length === 0) return changed;
      trainer.setParameters(overlaid(session.parameters(), edits));
      note(active!, describe(label));
      saveCheckpoint();
      return changed;
    },
    get underWay() {
      return session.inRun;
    },
    state,
    record() {
      if (!active?.head) return undefined;
      const { head, trainer, checkpoint } = active;
      if (trainer) return recordOf(head, trainer);
      return recordOf(head, { ...checkpoint!.trainer, history: checkpoint!.trainer.recorder, config: head.config });
    },
    parameters() {
      const now = active?.trainer?.parameters() ?? session.parameters();
      return new Map([...now].map(([tensor, values]) => [tensor, values.slice()]));
    },
    workbook() {
      const trainer = active?.trainer;
      if (!trainer) return session.workbook();
      session.follow(trainer.parameters());
      const record: RunRecord = {
        ...recordOf(active!.head!, trainer),
        end: 'stopped',
        sentence: messages.runs.savedWhileRunning,
      };
      return { ...session.workbook(), runs: keepRun(session.runs(), record), memory: trainer.memory() };
    },
    further(tensor, sheet) {
      const found = sheet === 'gradient' ? active?.trainer?.gradients() : active?.trainer?.masks();
      return found?.get(tensor) ?? new Float32Array(session.sheet.tensors.get(tensor)!.size).fill(Number.NaN);
    },
    dispose() {
      disposed = true;
      active?.abort.abort();
      active?.trainer?.dispose();
      active = undefined;
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

/** The edited ones of these tensors, whole, with the edits in them. */
function overlaid(parameters: TensorValues, edits: readonly TensorEdit[]): TensorValues {
  return new Map(
    edits.map(({ tensor, indices, values }) => {
      const whole = parameters.get(tensor)!.slice();
      for (let i = 0; i < indices.length; i++) whole[indices[i]] = values[i];
      return [tensor, whole];
    }),
  );
}
