/** The run on the open workbook. It trains between other requests, updates the sheet, and writes checkpoints. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sentenceOfError, UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences, together } from '../../../shared/messages/sentences.ts';
import { otherImages } from './fit.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Args, Replies, StoredFile } from '../../../shared/protocol.ts';
import type { BackendName, RunEnd, RunRecord, RunState } from '../../../shared/training.ts';
import { type Made, narrowed } from '../../../shared/change.ts';
import { frozenIn } from '../../../shared/phases.ts';
import type { Workbook } from '../../../shared/workbook.ts';
import type { DataCache } from '../data/data-cache.ts';
import {
  CHECKPOINT_EVERY,
  type CheckpointStore,
  createCheckpointWriter,
  isCheckpointDue,
} from './checkpoint-writer.ts';
import { keepRun } from './keep-run.ts';
import { configFrom, TURN_EVERY } from './learner.ts';
import { checkpointBytes, readCheckpoint } from './run-bytes.ts';
import { runThatGoesOn, snapshotOf } from './interrupted.ts';
import { createRunResults } from './run-results.ts';
import { endedRecord, endingOf, goingOn, headOf, recordOf, type RunEnding } from './run-record.ts';
import { type Active, createReporter, type ReporterOptions } from './run-reporter.ts';
import { createRunSession, overlaid } from './run-session.ts';
import type { Changed, TensorValues } from '../workbook/session.ts';
import type { WorkFiles } from '../workbook/work-files.ts';
import { beginningOf } from './start.ts';
import { stayingIn, tiesOf } from './tied-weights.ts';
import { createTrainer, memoryOf } from './trainer.ts';

type RunsOptions = ReporterOptions & {
  readData: DataCache['get'];
  startBackend: (backend: BackendName) => Promise<void>;
  files?: WorkFiles;
  checkpoints?: CheckpointStore;
  /** Milliseconds between two checkpoints. */
  checkpointEvery?: number;
  /** Milliseconds of a step after which other requests get their turn. */
  turnEvery?: number;
  log: (line: string) => void;
  /** Called for a fault in our own code: the engine can't go on. */
  fail: (error: unknown) => void;
};

export type Runs = {
  /** Opens a run. If it has a checkpoint, it goes to that state. It doesn't train before `start`. */
  open(args: Args<'train'>): void;
  /** Opens the run if it isn't open, and starts it. Resolves when it is under way. Throws UserError if it can't start;
   *  the workbook is then as before. */
  start(args: Args<'train'>, progress: (fraction: number) => void): Promise<Replies['train']>;
  /** Says that the run with this id must not go on. When it is started it ends at its checkpoint, or is refused if
   *  there is none. */
  giveUp(id: string): void;
  /** Begins the replay of a run that another engine has trained. `made` is what the run changed besides its weights;
   *  `finish` brings its result. */
  begin(made: Made | undefined): void;
  /** Puts a run's result into the workbook, from its file or its bytes. Throws UserError if they can't be read. */
  finish(result: StoredFile | Uint8Array | undefined): Promise<Changed>;
  control(action: Args<'controlRun'>['action']): void;
  setLearningRate(rate: number): void;
  /** Runs a command on the session with the run's current parameters, and gives the run what the command changed.
   *  `describe` makes the run's note about it. */
  command(act: () => Changed, describe: (label: Sentence) => Sentence, label: Sentence): Changed;
  readonly underWay: boolean;
  state(): RunState | undefined;
  /** The record of the run under way, as far as it has come. */
  record(): RunRecord | undefined;
  /** A copy of the parameters as they are now. */
  parameters(): TensorValues;
  /** A copy of the workbook as it is now. The run under way is among its runs. */
  workbook(): Workbook;
  /** The values of a tensor in a plane: for a parameter the gradients of the last step, for the output of a dropout
   *  layer the masks of the step's first image. NaN, which shows as blank, for every other tensor. */
  inPlane(tensor: TensorId, plane: 'gradient' | 'mask'): Float32Array;
  dispose(): void;
};

export function createRuns(options: RunsOptions): Runs {
  const { session, emit, announce, checkpoints, checkpointEvery = CHECKPOINT_EVERY, log } = options;
  const reporter = createReporter(options);
  const runSession = createRunSession(session);
  const writer = checkpoints && createCheckpointWriter(checkpoints, tellUnsafe);
  const results = createRunResults(options.files, tellUnsafe);
  let active: Active | undefined;
  /** A run of a replay that is open and not started yet. */
  let opened: Active | undefined;
  let last: RunState | undefined;
  /** How many of the next commands of a replay the checkpoint already includes. */
  let commandsToSkip = 0;
  /** What a replayed run changes in the workbook besides its weights. Undefined once that is done. */
  let replayed: Made | undefined;
  let disposed = false;
  /** How many training loops were started so far. Only the last one may go on. */
  let loops = 0;
  let givenUp: string | undefined;

  const isRunning = (run: Active) => active === run && run.status === 'running' && run.end === undefined;
  const underWay = (): Active => {
    if (!active) throw new UserError(sentences.runs.notRunning);
    return active;
  };

  /** Trains until the run pauses or ends. Requests get their turn between two pieces of work, and in the middle of long
   *  steps. */
  async function drive(run: Active): Promise<void> {
    const trainer = run.trainer!;
    const { step } = trainer;
    // If the run was paused and resumed within one turn, a newer loop drives it already.
    const mine = ++loops;
    const goesOn = () => isRunning(run) && loops === mine;
    reporter.startClock(run);
    while (goesOn()) {
      const progress = trainer.advance(performance.now() + (options.turnEvery ?? TURN_EVERY));
      if (progress === 'ended') return conclude(run);
      // After a pause in the middle of a validation, the end of that validation is not a step.
      if (run.single && trainer.step > step && progress !== 'validation') return pause(run);
      if (progress !== 'rest') {
        reporter.reportIfDue(run, progress === 'epoch');
        if (writer && isCheckpointDue(writer, run.edited, checkpointEvery)) saveCheckpoint(run);
      }
      // oxlint-disable-next-line no-await-in-loop -- so that messages get through
      await nextTurn();
    }
  }

  /** Trains without being waited for. After a fault in our own code, another engine goes on from the last
   *  checkpoint. */
  function startDriving(run: Active): void {
    run.status = 'running';
    drive(run).catch(options.fail);
  }

  function pause(run: Active): void {
    run.trainer!.takeBack();
    run.status = 'paused';
    run.single = false;
    reporter.stopClock();
    reporter.report(run);
    saveCheckpoint(run);
  }

  /** Reports, once in a run, that another engine could not go on with it. */
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
    end(run, trainer.end!, trainer.sentence, endingOf(trainer, run.args.id));
    trainer.dispose();
  }

  /** The run is over. The shell writes its result into the journal and sends it back as `finishRun`. Only then is the
   *  end reported, because undo can't take the run back before. */
  function end(run: Active, how: RunEnd, sentence: Sentence | undefined, left: RunEnding): void {
    run.end = how;
    run.sentence = sentence;
    const record = endedRecord(run.head!, left, { end: how, sentence });
    run.left = { record, memory: left.memory };
    const result = {
      record,
      parameters: left.parameters,
      memory: left.memory,
      commands: runSession.commands(),
    };
    const [id, made] = [run.args.id, runSession.made()];
    // The shell deletes the checkpoint. One that is still being written must not come after that.
    void Promise.resolve(writer?.stop())
      .then(() => results.keep(result))
      .then(kept => emit('runEnded', { id, ...kept, made }));
  }

  /** Ends a run that has a checkpoint but can't go on, in the state of the checkpoint. */
  function endAtCheckpoint(run: Active, how: RunEnd, sentence: Sentence | undefined): void {
    const { head, trainer, section } = run.checkpoint!;
    run.head = head;
    // Edits since the checkpoint stay.
    const edits = runSession.editedSince(section.commands);
    const parameters = new Map([...trainer.parameters, ...overlaid(trainer.parameters, edits)]);
    session.unrecorded.follow(parameters);
    announce(session.unrecorded.recalculate(true));
    end(run, how, sentence, {
      history: trainer.recorder,
      weights: trainer.recorder.weights,
      step: trainer.place.step,
      parameters,
      memory: memoryOf(head.id, head.config, trainer.place, trainer.optimizer),
      config: configFrom(head.config, trainer),
      seconds: trainer.seconds,
    });
  }

  function saveCheckpoint(run: Active, how: 'write' | 'writeAtOnce' = 'write'): void {
    if (run.end !== undefined) return;
    run.edited = false;
    writer?.[how](run.args.id, room => {
      const [section, trainer] = [runSession.section(), run.trainer!.snapshot()];
      return checkpointBytes({ head: run.head!, paused: run.status === 'paused', section, trainer }, room);
    });
  }

  /** In a replay: makes the run's change of the network if so many commands have been done. */
  function applyReplayed(commands: number): void {
    if (!replayed || commands < replayed.commands) return;
    runSession.become(replayed);
    replayed = undefined;
  }

  /** Counts a command. True if the checkpoint of a replay already includes it; then it must not be done again. */
  function skipOrCount(): boolean {
    if (commandsToSkip > 0) {
      commandsToSkip--;
      return true;
    }
    runSession.countCommand();
    return false;
  }

  /** Notes a command that changed the run. A checkpoint with the change is written soon. */
  function changedByCommand(run: Active, sentence: Sentence): void {
    note(run, sentence);
    run.edited = true;
    if (run.status === 'paused') saveCheckpoint(run);
  }

  /** What the run would leave if it ended now. The session gets its parameters. */
  function leftIfStopped(): Active['left'] {
    if (!active?.trainer) return undefined;
    const { head, trainer } = active;
    const left = endingOf(trainer, head!.id);
    session.unrecorded.follow(left.parameters);
    const record = endedRecord(head!, left, { end: 'stopped', sentence: sentences.runs.savedWhileRunning });
    return { record, memory: left.memory };
  }

  function beginRun(args: Args<'train'>): Active {
    if (runSession.isOpen) throw new UserError(sentences.runs.running);
    const bytes = checkpoints?.read(args.id);
    const checkpoint = bytes && readCheckpoint(bytes);
    const interrupted =
      args.goesOn && !checkpoint
        ? runThatGoesOn({ runs: session.runs(), memory: session.memory() }, args.config)
        : undefined;
    // The memory could be deleted, together with its run, before the images are read.
    const memory = args.start === 'continue' ? session.memory() : undefined;
    const from = { checkpoint, interrupted, memory };
    active = { args, status: 'preparing', abort: new AbortController(), ...from, edited: false, single: false };
    reporter.begin();
    runSession.begin(frozenIn(session.sheet.network, args.config));
    commandsToSkip = 0;
    if (checkpoint) {
      active.head = checkpoint.head;
      commandsToSkip = checkpoint.section.commands;
      announce(runSession.restore(checkpoint.section, checkpoint.trainer.parameters));
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
    const kept = tiesOf(session, session.parameters(), config)?.staying;
    const before = { network: own, classes: names, values: session.parameters(), fit: session.fit(), kept };
    const { network, classes, data, notices, remarks, renewed, values } = beginningOf(before, images, config, start);
    const from = checkpoint?.trainer ?? (interrupted && snapshotOf(interrupted, memory!, values));
    const trainer = createTrainer({ network, parameters: values, data, config, memory, from });
    // Edits that were made while the images were read.
    const edits = runSession
      .editedSince(checkpoint?.section.commands ?? 0)
      .filter(({ tensor }) => !renewed.has(tensor));
    trainer.edit(edits);
    run.trainer = trainer;
    run.head =
      checkpoint?.head ??
      (interrupted && goingOn(interrupted, args.id)) ??
      headOf(args, {
        dataName: data.name,
        classes,
        stepsPerEpoch: trainer.stepsPerEpoch,
        loss: trainer.loss,
        layers: network.layers,
      });
    // A notice can be replaced by the next one, so this is also noted in the run.
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
      runSession.become({ changes, commands: runSession.commands() }, trainer.parameters());
      // Later edits may name tensors that only the new network has. An engine that goes on with the run has to know
      // that network, so the checkpoint is on the disk before an edit is answered.
      saveCheckpoint(run, 'writeAtOnce');
      announce(session.unrecorded.recalculate(true));
      notices.push(sentences.runs.undoneWithRun);
    }
    const stays = tie(run);
    if (!checkpoint) for (const sentence of stays) note(run, sentence);
    remarks.push(...stays);
    const told = checkpoint ? notices : [...notices, ...remarks];
    // All in one notice, because a second one would replace the first.
    if (told.length > 0) emit('notice', { tone: remarks.length > 0 ? 'warning' : 'info', sentence: together(told) });
  }

  /** Gives the run the formulas that stand over parameters now. Returns what is new to say of those that it can't
   *  follow. */
  function tie(run: Active): readonly Sentence[] {
    const trainer = run.trainer!;
    const ties = trainer.tie(parameters => tiesOf(session, parameters, trainer.config));
    const before = new Set(run.stays?.map(sentence => JSON.stringify(sentence)));
    run.stays = ties && stayingIn(ties);
    return run.stays?.filter(sentence => !before.has(JSON.stringify(sentence))) ?? [];
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
        const changed = runSession.abandon();
        if (changed.size > 0) announce(changed);
        throw new UserError(sentence);
      }
      if (checkpoint?.paused) pause(run);
      else {
        run.status = 'running';
        reporter.report(run);
        startDriving(run);
      }
      return begun;
    },
    giveUp(id) {
      givenUp = id;
    },
    begin(made) {
      if (runSession.isOpen) throw new UserError(sentences.runs.running);
      runSession.begin();
      commandsToSkip = 0;
      replayed = made;
      applyReplayed(runSession.commands());
    },
    async finish(from) {
      const { result, problem } = await results.read(from);
      if (!runSession.isOpen || (active && active.args.id !== result?.record.id))
        throw new UserError(sentences.runs.unknownRun);
      applyReplayed(Number.POSITIVE_INFINITY);
      if (!result) {
        // The result is of another version. What was done during the run is kept.
        runSession.abandon();
        throw new UserError(problem);
      }
      const { record, memory } = result;
      const changed = runSession.end(sentences.runs.label(record.name), { ...result, fit: record.config.data.fit });
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
        startDriving(run);
      }
    },
    setLearningRate(rate) {
      if (!runSession.isOpen) throw new UserError(sentences.runs.notRunning);
      if (skipOrCount()) return;
      if (active?.end !== undefined) throw new UserError(sentences.runs.notRunning);
      if (active?.trainer) {
        active.trainer.setLearningRate(rate);
        changedByCommand(active, sentences.runs.notes.learningRate(rate));
        reporter.tell(active);
      } else {
        if (active) active.learningRate = rate;
        applyReplayed(runSession.commands());
      }
    },
    command(act, describe, label) {
      if (skipOrCount()) return new Set();
      const run = active?.end === undefined ? active : undefined;
      if (!run?.trainer) {
        try {
          return act();
        } finally {
          applyReplayed(runSession.commands());
        }
      }
      session.unrecorded.follow(run.trainer.parameters());
      const changed = act();
      const edits = runSession.editedSince(runSession.commands() - 1);
      const rewritten = runSession.takeRewritten();
      if (edits.length === 0 && !rewritten) return changed;
      run.trainer.edit(edits);
      // A step follows formulas over weights from its beginning on.
      if (rewritten || run.stays) run.trainer.takeBack();
      const stays = rewritten ? tie(run) : [];
      changedByCommand(run, describe(label));
      for (const sentence of stays) note(run, sentence);
      if (rewritten) reporter.tell(run);
      return changed;
    },
    get underWay() {
      return runSession.isOpen;
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
      const left = active?.left ?? leftIfStopped();
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
