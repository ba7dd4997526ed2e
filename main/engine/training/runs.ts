/** The run under way on the open workbook: drives the trainer between other requests, lets the sheet follow it, and
 *  keeps checkpoints. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sentenceOfError, UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences, together } from '../../../shared/messages/sentences.ts';
import { otherImages } from './fit.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Args, Replies, StoredFile } from '../../../shared/protocol.ts';
import type { BackendName, RunEnd, RunRecord, RunState } from '../../../shared/training.ts';
import { type Made, narrowed } from '../../../shared/change.ts';
import type { TrainingMemory, Workbook } from '../../../shared/workbook.ts';
import type { DataCache } from '../data/data-cache.ts';
import { type CheckpointStore, type CheckpointWriter, createCheckpointWriter } from './checkpoint-writer.ts';
import { keepRun } from './keep-run.ts';
import type { Recorder } from './recorder.ts';
import { checkpointBytes, readCheckpoint } from './run-bytes.ts';
import { type Interrupted, runToGoOn, snapshotOf } from './interrupted.ts';
import { createRunResults } from './run-results.ts';
import { goingOn, headOf, recordOf } from './run-record.ts';
import { type Active, createReporter, type ReporterOptions } from './run-reporter.ts';
import { createRunSession, overlaid } from './run-session.ts';
import type { Changed, TensorValues } from '../workbook/session.ts';
import type { WorkFiles } from '../workbook/work-files.ts';
import { beginningOf } from './start.ts';
import { createTrainer, memoryOf } from './trainer.ts';

export type RunsOptions = ReporterOptions & {
  readData: DataCache['get'];
  startBackend: (backend: BackendName) => Promise<void>;
  files?: WorkFiles;
  checkpoints?: CheckpointStore;
  /** Milliseconds between two checkpoints. */
  checkpointEvery?: number;
  log: (line: string) => void;
  /** Takes defects: the engine can't go on. */
  fail: (error: unknown) => void;
};

export type Runs = {
  /** Begins a run, or goes to where the checkpoint was made that is left of one of this id. It stands there until it is
   *  started. */
  open(args: Args<'train'>): void;
  /** Opens a run, where it isn't, and starts it. Resolves when it is under way. Throws UserError where it can't be, and
   *  the workbook is as before. */
  start(args: Args<'train'>, progress: (fraction: number) => void): Promise<Replies['train']>;
  /** The run with this id isn't to go on: when it is started, it ends where its checkpoint was made, or is refused
   *  where there is none. */
  giveUp(id: string): void;
  /** A run begins here that another engine has made, and has made this of the workbook; `finish` brings its result. */
  begin(made: Made | undefined): void;
  /** Puts a run's result into the workbook, from its file or its bytes. Throws UserError where they are none. */
  finish(result: StoredFile | Uint8Array | undefined): Promise<Changed>;
  control(action: Args<'controlRun'>['action']): void;
  setLearningRate(rate: number): void;
  /** Does a command of the session with the run's parameters in it, and tells the run of what it changed. `describe`
   *  makes the note of it. */
  command(act: () => Changed, describe: (label: Sentence) => Sentence, label: Sentence): Changed;
  readonly underWay: boolean;
  state(): RunState | undefined;
  /** The run under way, as far as it is. */
  record(): RunRecord | undefined;
  /** A copy of the parameters as they are now. */
  parameters(): TensorValues;
  /** The session's workbook as it is now, the run under way among its runs. */
  workbook(): Workbook;
  /** What a tensor has in a plane: gradients of the last step for parameters, and for outputs of dropout layers the
   *  masks it drew for its first image. NaN, which shows as blank, where there is nothing. */
  inPlane(tensor: TensorId, plane: 'gradient' | 'mask'): Float32Array;
  dispose(): void;
};

/** Milliseconds of training that a kill may cost, and between two checkpoints at least. */
const CHECKPOINT_EVERY = 30_000;
const CHECKPOINT_AFTER = 2000;
/** A checkpoint takes at most one in so many milliseconds, and after an edit one in so many: a large network's would
 *  otherwise hold up its training, or the edits. */
const CHECKPOINT_SHARE = 100;
const EDIT_SHARE = 10;

export function createRuns(options: RunsOptions): Runs {
  const { session, emit, announce, checkpoints, checkpointEvery = CHECKPOINT_EVERY, log } = options;
  const reporter = createReporter(options);
  const open = createRunSession(session);
  const writer = checkpoints && createCheckpointWriter(checkpoints, tellUnsafe);
  const results = createRunResults(options.files, tellUnsafe);
  let active: Active | undefined;
  /** Of a replay: it was begun and is yet to be started. */
  let opened: Active | undefined;
  let last: RunState | undefined;
  /** Commands of a replay that the checkpoint knows already. */
  let skip = 0;
  /** What the workbook becomes in the course of a run that another engine has made. */
  let coming: Made | undefined;
  let disposed = false;
  /** How many loops have driven a run so far: the last one does. */
  let loops = 0;
  let givenUp: string | undefined;

  const isRunning = (run: Active) => active === run && run.status === 'running' && run.end === undefined;
  const underWay = (): Active => {
    if (!active) throw new UserError(sentences.runs.notRunning);
    return active;
  };

  /** Goes on until the run pauses or ends, a piece of work at a time, letting requests through in between. */
  async function drive(run: Active): Promise<void> {
    const trainer = run.trainer!;
    const { step } = trainer;
    // Paused and resumed within one turn, a run has another loop already.
    const mine = ++loops;
    const goesOn = () => isRunning(run) && loops === mine;
    reporter.startClock(run);
    while (goesOn()) {
      const progress = trainer.advance();
      if (progress === 'ended') return conclude(run);
      // Where it was paused in the middle of a validation, the end of that is no step yet.
      if (run.single && trainer.step > step && progress !== 'validation') return pause(run);
      reporter.reportIfDue(run, progress === 'epoch');
      if (writer && isCheckpointDue(writer, run)) saveCheckpoint(run);
      // oxlint-disable-next-line no-await-in-loop -- so that messages get through
      await nextTurn();
    }
  }

  function isCheckpointDue(checkpointWriter: CheckpointWriter, { edited }: Active): boolean {
    const { took } = checkpointWriter;
    const after = edited ? took * EDIT_SHARE : Math.max(CHECKPOINT_AFTER, took * CHECKPOINT_SHARE);
    // In time for it to be on the disk before a kill would cost more than the interval.
    const latest = Math.max(took, checkpointEvery - took);
    return checkpointWriter.age() > Math.min(latest, after);
  }

  /** Runs it without being waited for. After a defect, another engine goes on from the last checkpoint. */
  function go(run: Active): void {
    run.status = 'running';
    drive(run).catch(options.fail);
  }

  function pause(run: Active): void {
    run.status = 'paused';
    run.single = false;
    reporter.stopClock();
    reporter.report(run);
    saveCheckpoint(run);
  }

  /** Says once in a run that another engine could not go on with it. */
  function tellUnsafe(error: Error): void {
    log(`checkpoint: ${error.message}`);
    if (!active || active.unsafe) return;
    active.unsafe = true;
    emit('notice', { tone: 'warning', sentence: sentences.runs.checkpointFailed(sentenceOfError(error)) });
  }

  const note = (run: Active, sentence: Sentence) => run.trainer!.history.note({ step: run.trainer!.step, sentence });

  function conclude(run: Active): void {
    const trainer = run.trainer!;
    reporter.stopClock();
    reporter.report(run);
    end(run, trainer.end!, trainer.sentence, {
      history: trainer.history,
      parameters: trainer.parameters(),
      memory: trainer.memory(run.args.id),
      config: trainer.config,
      seconds: trainer.seconds,
    });
    trainer.dispose();
  }

  type Left = {
    history: Pick<Recorder, 'points' | 'epochs' | 'notes'>;
    parameters: TensorValues;
    memory?: TrainingMemory;
    config: Args<'train'>['config'];
    seconds: number;
  };

  /** The run is over; the shell journals its result and sends it back as `finishRun`. Only then it is told that the run
   *  has ended: before, undo can't take it back. */
  function end(run: Active, how: RunEnd, sentence: Sentence | undefined, left: Left): void {
    run.end = how;
    run.sentence = sentence;
    const record = recordOf(run.head!, left, { end: how, sentence });
    run.left = { record, memory: left.memory };
    const result = {
      record,
      parameters: left.parameters,
      memory: left.memory,
      commands: open.commands(),
    };
    const [id, made] = [run.args.id, open.made()];
    // A checkpoint that is still being written must not come after the shell has deleted it.
    void Promise.resolve(writer?.stop())
      .then(() => results.keep(result))
      .then(kept => emit('runEnded', { id, ...kept, made }));
  }

  /** A run whose checkpoint is there but which can't go on ends where the checkpoint was made. */
  function endAtCheckpoint(run: Active, how: RunEnd, sentence: Sentence | undefined): void {
    const { head, trainer, section } = run.checkpoint!;
    run.head = head;
    // What was edited since then stays.
    const edits = open.editedSince(section.commands);
    const parameters = new Map([...trainer.parameters, ...overlaid(trainer.parameters, edits)]);
    session.unrecorded.follow(parameters);
    announce(session.unrecorded.recalculate(true));
    end(run, how, sentence, {
      history: trainer.recorder,
      parameters,
      memory: memoryOf(head.id, head.config, trainer.place, trainer.optimizer),
      config: { ...head.config, learningRate: trainer.learningRate },
      seconds: trainer.seconds,
    });
  }

  function saveCheckpoint(run: Active, how: 'write' | 'writeAtOnce' = 'write'): void {
    if (run.end !== undefined) return;
    run.edited = false;
    writer?.[how](run.args.id, room => {
      const [section, trainer] = [open.section(), run.trainer!.snapshot()];
      return checkpointBytes({ head: run.head!, paused: run.status === 'paused', section, trainer }, room);
    });
  }

  /** In the replay of a run that another engine has made: so many commands of it are done. */
  function becomeAt(commands: number): void {
    if (!coming || commands < coming.commands) return;
    open.become(coming);
    coming = undefined;
  }

  /** Counts a command; true where, in a replay, the checkpoint knows it, so that it isn't to be done again. */
  function isKnown(): boolean {
    if (skip > 0) {
      skip--;
      return true;
    }
    open.countCommand();
    return false;
  }

  /** What a command changed in a run under way has to be on the disk soon. */
  function changedByCommand(run: Active, sentence: Sentence): void {
    note(run, sentence);
    run.edited = true;
    if (run.status === 'paused') saveCheckpoint(run);
  }

  /** The run that this one is to go on with. Throws UserError where that can't be. */
  function cutShort({ config }: Args<'train'>): Interrupted {
    const found = runToGoOn({ runs: session.runs(), memory: session.memory() }, config);
    if (!found) throw new UserError(sentences.runs.notCutShort);
    return found;
  }

  /** What the run under way would leave if it ended here. The session's parameters are its own then. */
  function stopped(): Active['left'] {
    if (!active?.trainer) return undefined;
    const { head, trainer } = active;
    session.unrecorded.follow(trainer.parameters());
    const record = recordOf(head!, trainer, { end: 'stopped', sentence: sentences.runs.savedWhileRunning });
    return { record, memory: trainer.memory(record.id) };
  }

  function beginRun(args: Args<'train'>): Active {
    if (open.isOpen) throw new UserError(sentences.runs.running);
    const bytes = checkpoints?.read(args.id);
    const checkpoint = bytes && readCheckpoint(bytes);
    const interrupted = args.goesOn && !checkpoint ? cutShort(args) : undefined;
    // It may be deleted, with the run that left it, before the images are read.
    const memory = args.start === 'continue' ? session.memory() : undefined;
    const from = { checkpoint, interrupted, memory };
    active = { args, status: 'preparing', abort: new AbortController(), ...from, edited: false, single: false };
    reporter.begin();
    open.begin();
    skip = 0;
    if (checkpoint) {
      active.head = checkpoint.head;
      skip = checkpoint.section.commands;
      announce(open.restore(checkpoint.section, checkpoint.trainer.parameters));
    }
    reporter.tell(active);
    return active;
  }

  async function prepare(run: Active, progress: (fraction: number) => void): Promise<void> {
    const { args, checkpoint, interrupted, abort, memory } = run;
    run.memory = undefined;
    const { config, start } = args;
    if (args.id === givenUp) throw new UserError(sentences.runs.gaveUp);
    if (start === 'continue' && !memory && !checkpoint) throw new UserError(sentences.runs.noMemory);
    await options.startBackend(config.backend);
    const images = await options.readData(config.data, progress, abort.signal).finally(() => progress(1));
    if (disposed || abort.signal.aborted) throw new UserError(sentences.runs.stoppedPreparing);
    const { network: own, classes: names } = session.sheet;
    const before = { network: own, classes: names, values: session.parameters(), fit: session.fit() };
    const { network, classes, data, notices, remarks, renewed, values } = beginningOf(before, images, config, start);
    const from = checkpoint?.trainer ?? (interrupted && snapshotOf(interrupted, memory!, values));
    const trainer = createTrainer({ network, parameters: values, data, config, memory, from });
    // What was edited while the images were read.
    const edits = open.editedSince(checkpoint?.section.commands ?? 0).filter(({ tensor }) => !renewed.has(tensor));
    trainer.setParameters(overlaid(trainer.parameters(), edits));
    run.trainer = trainer;
    run.head =
      checkpoint?.head ??
      (interrupted && goingOn(interrupted, args.id)) ??
      headOf(args, {
        dataName: data.name,
        classes,
        stepsPerEpoch: trainer.stepsPerEpoch,
        loss: trainer.loss,
      });
    // Also with the run, as a notice goes with the next one.
    const last = start === 'continue' && !interrupted ? session.runs().at(-1) : undefined;
    if (last && !checkpoint)
      for (const sentence of otherImages(last, config, data.name)) {
        remarks.push(sentence);
        note(run, sentence);
      }
    if (checkpoint) note(run, sentences.runs.notes.restored);
    else if (interrupted) note(run, sentences.runs.notes.resumed);
    if (run.learningRate !== undefined) {
      trainer.setLearningRate(run.learningRate);
      note(run, sentences.runs.notes.learningRate(run.learningRate));
    }
    if (notices.length > 0) {
      const changes = [
        { kind: 'network' as const, network, values: [] },
        { kind: 'classes' as const, classes },
      ].filter(change => narrowed(session.unrecorded.content, change));
      open.become({ changes, commands: open.commands() }, trainer.parameters());
      // What is edited from now on may name what only this network has: who goes on with the run has to know it before
      // an edit is answered.
      saveCheckpoint(run, 'writeAtOnce');
      announce(session.unrecorded.recalculate(true));
      notices.push(sentences.runs.undoneWithRun);
    }
    const told = checkpoint ? notices : [...notices, ...remarks];
    // In one, as a second notice would take the place of the first.
    if (told.length > 0) emit('notice', { tone: remarks.length > 0 ? 'warning' : 'info', sentence: together(told) });
  }

  return {
    open: args => void (opened = beginRun(args)),
    async start(args, progress) {
      const run = active && active === opened && active.args.id === args.id ? active : beginRun(args);
      opened = undefined;
      const { checkpoint } = run;
      const begun = { id: args.id, step: (checkpoint?.trainer ?? run.interrupted)?.place.step ?? 0 };
      try {
        await prepare(run, progress);
      } catch (error) {
        if (!(error instanceof UserError) || disposed) throw error;
        const stopped = run.abort.signal.aborted;
        const sentence = stopped ? sentences.runs.stoppedPreparing : error.sentence;
        const how = stopped ? 'stopped' : 'failed';
        if (checkpoint) {
          endAtCheckpoint(run, how, stopped ? undefined : sentences.runs.notResumed(sentence));
          return begun;
        }
        Object.assign(run, { status: 'ended', end: how, sentence });
        reporter.tell(run);
        last = reporter.stateOf(run);
        active = undefined;
        open.abandon();
        throw new UserError(sentence);
      }
      if (checkpoint?.paused) pause(run);
      else {
        run.status = 'running';
        reporter.report(run);
        go(run);
      }
      return begun;
    },
    giveUp(id) {
      givenUp = id;
    },
    begin(made) {
      if (open.isOpen) throw new UserError(sentences.runs.running);
      open.begin();
      skip = 0;
      coming = made;
      becomeAt(open.commands());
    },
    async finish(from) {
      const { result, problem } = await results.read(from);
      if (!open.isOpen || (active && active.args.id !== result?.record.id))
        throw new UserError(sentences.runs.unknownRun);
      becomeAt(Number.POSITIVE_INFINITY);
      if (!result) {
        // Another version's: what was done during the run is kept.
        open.abandon();
        throw new UserError(problem);
      }
      const { record, memory } = result;
      const changed = open.end(sentences.runs.label(record.name), { ...result, fit: record.config.data.fit });
      session.keepRuns(keepRun(session.runs(), record));
      session.remember(memory);
      if (active) {
        active.status = 'ended';
        reporter.tell(active);
        last = reporter.stateOf(active);
      }
      active = undefined;
      return changed;
    },
    control(action) {
      const run = underWay();
      if (run.end !== undefined) throw new UserError(sentences.runs.notRunning);
      if (action === 'stop') {
        if (run.status === 'preparing') return run.abort.abort();
        run.trainer!.stop('stopped');
        return conclude(run);
      }
      if (run.status === 'preparing') throw new UserError(sentences.runs.preparing);
      if (action === 'pause' && run.status === 'running') {
        note(run, sentences.runs.notes.paused);
        pause(run);
      } else if (action !== 'pause' && run.status === 'paused') {
        if (action === 'resume') note(run, sentences.runs.notes.resumed);
        run.single = action === 'step';
        go(run);
      }
    },
    setLearningRate(rate) {
      if (!open.isOpen) throw new UserError(sentences.runs.notRunning);
      if (isKnown()) return;
      if (active?.end !== undefined) throw new UserError(sentences.runs.notRunning);
      if (active?.trainer) {
        active.trainer.setLearningRate(rate);
        changedByCommand(active, sentences.runs.notes.learningRate(rate));
        reporter.tell(active);
      } else {
        if (active) active.learningRate = rate;
        becomeAt(open.commands());
      }
    },
    command(act, describe, label) {
      if (isKnown()) return new Set();
      const run = active?.end === undefined ? active : undefined;
      if (!run?.trainer) {
        try {
          return act();
        } finally {
          becomeAt(open.commands());
        }
      }
      session.unrecorded.follow(run.trainer.parameters());
      const changed = act();
      const edits = open.editedSince(open.commands() - 1);
      if (edits.length === 0) return changed;
      run.trainer.setParameters(overlaid(session.parameters(), edits));
      changedByCommand(run, describe(label));
      return changed;
    },
    get underWay() {
      return open.isOpen;
    },
    state: () => (active ? reporter.stateOf(active) : last),
    record() {
      if (!active?.head) return undefined;
      const { head, trainer, checkpoint, left } = active;
      if (left) return left.record;
      if (trainer) return recordOf(head, trainer);
      return recordOf(head, { ...checkpoint!.trainer, history: checkpoint!.trainer.recorder, config: head.config });
    },
    parameters() {
      const trainer = active?.left ? undefined : active?.trainer;
      const now = trainer?.parameters() ?? session.parameters();
      return new Map([...now].map(([tensor, values]) => [tensor, values.slice()]));
    },
    workbook() {
      const left = active?.left ?? stopped();
      if (!left) return session.workbook();
      const { record, memory } = left;
      const { fit } = record.config.data;
      return { ...session.workbook(), runs: keepRun(session.runs(), record), memory, fit };
    },
    inPlane(tensor, plane) {
      const found = plane === 'gradient' ? active?.trainer?.gradients() : active?.trainer?.masks();
      return found?.get(tensor) ?? new Float32Array(session.sheet.tensors.get(tensor)!.size).fill(Number.NaN);
    },
    dispose() {
      disposed = true;
      void writer?.stop();
      active?.abort.abort();
      active?.trainer?.dispose();
      active = undefined;
    },
  };
}
