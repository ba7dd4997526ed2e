/** More than 500 lines: what becomes of a request when engines die under it is told in one place. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sentenceOfError, UserError } from '../../shared/errors.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences, together } from '../../shared/messages/sentences.ts';
import type { Args, EngineKind, Events, Replies, WorkbookInfo } from '../../shared/protocol.ts';
import { type Caller, createCaller } from '../../shared/rpc.ts';
import { createDeathCount } from './death-count.ts';
import type { EngineLink } from './engine-link.ts';
import { deleteFile, deleteResult, runFile } from './journal.ts';
import { type Asked, createKeptWork } from './kept-work.ts';
import { isJournalled, journalledAlready, labelOf, modifiedMark, type Pending, pendingOf } from './pending.ts';
import { replay } from './replay.ts';
import { createRunFollower, leaveOutOf } from './run-follower.ts';
import type { Answer, Sender, Supervisor, SupervisorOptions, WindowRequest } from './supervisor-types.ts';
import { createWatchdog } from './watchdog.ts';

export type { Supervisor, SupervisorOptions } from './supervisor-types.ts';

/** Milliseconds a write may still take when the app ends. */
const CLOSE_WITHIN = 5000;
/** Milliseconds that changes of a work just opened wait for its checkpoint. */
const HELD_FOR = 2000;

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { patience = 30_000, compactAfter = 64 * 2 ** 20, calm = 60_000, log = () => {} } = options;
  let engine: { link: EngineLink; caller: Caller } | undefined;
  let phase: 'running' | 'restarting' | 'failed' | 'closed' = 'restarting';
  const { work, checkpoints, wantIfTooLong } = createKeptWork({
    folder: options.folder,
    ask: askForCheckpoint,
    isTooLong: () => run.id === undefined && work.isLong(compactAfter),
    onCut: () => (historyCut = true),
    onTrouble: (error, changes) => options.onTrouble?.(error, changes),
    log,
  });
  /** The engine can undo what a checkpoint came after; another engine couldn't. */
  let historyCut = false;
  /** Sent and not answered, in the order they were sent; the function tells the sender that the engine died. */
  const inFlight = new Map<Pending, () => void>();
  /** Not journalled, to be sent when the engine runs again. */
  let waiting: Pending[] = [];
  /** Journalled requests held back while something must not be interrupted by changes. */
  let held: Pending[] | undefined;
  let opening = 0;
  /** The checkpoint of a work just opened is asked for while changes are held back already. */
  let alone = false;
  /** Changes wait for it that came after the result of a run, which has to be in the journal before an engine takes it
   *  into the workbook. */
  let gate: Promise<void> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const watches = new Map<number, Args<'watch'>>();
  /** Replies to requests that were replayed: their senders get them after the changes they caused, as always. */
  const replayed: (() => void)[] = [];
  const deaths = createDeathCount();
  let gaveUpAt = 0;
  const leftOut: Sentence[] = [];
  let leaving: Promise<void> | undefined;
  const run = createRunFollower(() => deaths.forgive());
  /** Nothing was changed since. */
  let discarded = false;
  let started = false;

  const watchdog = createWatchdog(
    patience,
    () => (engine ? inFlight.keys().next().value : undefined),
    ({ kind }) => {
      log(`engine gave no sign of life during "${kind}"`);
      engine?.link.kill();
    },
  );

  function spawn() {
    const link = options.start(options.folder);
    const caller = createCaller(link.post, (event, data, client, frame) => {
      if (event === 'runEnded') return keepResult(data as Events['runEnded']);
      if (event === 'run') run.progressed((data as Events['run']).state);
      // While the journal is replayed, the clients' own state is older than what they would be told.
      if (phase === 'running' || event === 'progress') options.onEvent(event, data, client, frame);
    });
    const mine = { link, caller };
    link.onFrame(frame => {
      watchdog.alive();
      try {
        caller.receive(frame);
      } catch (error) {
        log(`engine sent a damaged frame: ${(error as Error).message}`);
        link.kill();
      }
    });
    link.onExit(reason => {
      if (engine === mine) died(reason);
    });
    engine = mine;
    return mine;
  }

  /** Sends a request; true when it was answered (with a result or a refusal), false when the engine died. Its sender is
   *  told at once, or where `later` is given, by what is put there. */
  function dispatch(pending: Pending, later?: (() => void)[]): Promise<boolean> {
    const { caller } = engine!;
    if (inFlight.size === 0) watchdog.alive();
    pending.sent = true;
    let done: (answered: boolean) => void = () => {};
    const ended = new Promise<boolean>(resolve => (done = resolve));
    inFlight.set(pending, () => done(false));
    const answered = (settle: () => void) => {
      // A reply that was on its way when the engine died is no longer waited for.
      if (!inFlight.delete(pending)) return;
      pending.deaths = 0;
      const tell = () => {
        if (pending.answered) return;
        pending.answered = true;
        settle();
      };
      const tellWhenSafe = pending.safe ? () => void pending.safe!.then(tell) : tell;
      if (later) later.push(tellWhenSafe);
      else tellWhenSafe();
      done(true);
    };
    caller.ask(pending, {
      resolve(result, frame) {
        if (inFlight.has(pending) && run.began(pending)) run.startedAt((result as Replies['train']).step);
        answered(() => pending.resolve(result, frame));
      },
      reject(error) {
        // Another engine might not refuse it, and train what nobody waits for.
        if (pending.kind === 'train') leaveOut(pending, sentenceOfError(error));
        answered(() => pending.reject(error));
      },
    });
    return ended;
  }

  /** Tells its sender that it wasn't done; where it was journalled, it is left out from now on, so that this stays
   *  true. */
  function refuse(pending: Pending, sentence: Sentence): void {
    if (pending.answered) return;
    pending.answered = true;
    const error = new UserError(sentence);
    if (!pending.journalled || !work.entries.includes(pending)) return pending.reject(error);
    pending.skipped = true;
    if (run.began(pending)) run.refused(undefined);
    void work.rewrite().then(() => pending.reject(error));
  }

  function died(reason: string) {
    engine = undefined;
    if (phase === 'closed' || phase === 'failed') return;
    log(`engine ended: ${reason}`);
    phase = 'restarting';
    const lost = [...inFlight];
    inFlight.clear();
    for (const [pending, ended] of lost) {
      pending.deaths++;
      if (pending.whenDead !== undefined) refuse(pending, pending.whenDead);
      else if (pending.deaths < 2 || run.began(pending)) {
        if (!pending.journalled) waiting.push(pending);
      } else {
        // The second time it was alone with the engine (see `replay`), so it was this one.
        if (pending.journalled) {
          leaveOutOf(work.entries, pending);
          leftOut.push(labelOf(pending));
          leaving = work.rewrite();
        }
        refuse(pending, sentences.shell.engineStoppedOver(labelOf(pending)));
      }
      ended();
    }
    deaths.add();
    run.engineDied();
    if (deaths.tooMany()) return giveUp(sentences.shell.engineGaveUp);
    options.onEvent('progress', { task: sentences.shell.restarting, fraction: 0 });
    void revive();
  }

  function giveUp(sentence: Sentence) {
    phase = 'failed';
    gaveUpAt = performance.now();
    // The result of a run is nobody's request: it stays in the journal.
    const unanswered = [...work.entries, ...inFlight.keys()].filter(({ kind }) => kind !== 'finishRun');
    for (const pending of [...unanswered, ...waiting, ...(held ?? [])]) refuse(pending, sentence);
    waiting = [];
    held &&= [];
    replayed.length = 0;
    inFlight.clear();
    engine?.link.kill();
    options.onEvent('progress', { task: sentences.shell.restarting, fraction: 1 });
    options.onEvent('notice', { tone: 'error', sentence });
  }

  /** What killed one engine after the other may be over. */
  function tryAgain() {
    phase = 'restarting';
    deaths.forgive();
    options.onEvent('progress', { task: sentences.shell.restarting, fraction: 0 });
    void revive();
  }

  /** Starts an engine and brings it to where the last one was. Ends early when that one dies as well: `died` has then
   *  called this again. */
  async function revive() {
    const again = started;
    started = true;
    const mine = spawn();
    let next = 0;
    let info: WorkbookInfo | undefined;
    if (work.load) {
      let refusal: Error | undefined;
      const load = pendingOf('load', work.load, { reject: error => (refusal = error) });
      if (!(await dispatch(load))) return;
      if (refusal) return giveUp(refusal.message);
      const { givenUp } = run;
      if (givenUp !== undefined && !(await dispatch(pendingOf('giveUpRun', { id: givenUp }, {})))) return;
      const done = await replayOn(mine, replayed);
      if (!done || (done.train && !(await dispatch(done.train, replayed)))) return;
      ({ next } = done);
      const ask = pendingOf('getWorkbook', {}, { resolve: result => (info = result as WorkbookInfo) });
      if (!(await dispatch(ask)) || engine !== mine) return;
      if (!info) return giveUp(sentences.shell.engineGaveUp);
      if (again) options.onEvent('workbook', info);
    }
    // What came meanwhile may be a result, too.
    for (let closed = gate; closed; closed = gate) {
      await closed;
      if (engine !== mine) return;
    }
    phase = 'running';
    // Before whatever waits, which may ask for the workbook as it is with these.
    for (const entry of work.entries.slice(next)) if (!entry.skipped) void dispatch(entry);
    const shown = [...watches].map(([client, args]) => dispatch(pendingOf('watch', args, { client })));
    void answerReplayed(shown);
    const late = waiting;
    waiting = [];
    for (const pending of late) void dispatch(pending);
    // What is said to be left out isn't to come back.
    await leaving;
    if (!again || engine !== mine) return;
    const { told, lost } = run.engineRestarted(info?.run);
    options.onEvent('progress', { task: sentences.shell.restarting, fraction: 1 });
    options.onEvent('notice', {
      tone: leftOut.length > 0 || lost ? 'warning' : 'info',
      sentence: together([sentences.shell.restarted({ without: leftOut.splice(0), historyCut }), ...told]),
    });
    historyCut = false;
  }

  const replayOn = (mine: typeof engine, later?: (() => void)[]) =>
    replay({
      entries: () => work.entries,
      dispatch: pending => dispatch(pending, pending.journalled ? later : undefined),
      isAlive: () => engine === mine,
    });

  async function answerReplayed(shown: Promise<boolean>[]) {
    // Where the engine died again meanwhile, the next one shows the changes.
    if (!(await Promise.all(shown)).every(Boolean)) return;
    for (const settle of replayed.splice(0)) settle();
  }

  /** A run has ended: its result is journalled before the engine takes it into the workbook. From then on a replay need
   *  not train. */
  function keepResult(result: Events['runEnded']) {
    const { id } = result;
    if (run.id !== id) {
      deleteFile(options.folder, runFile(id), log);
      // Nobody wants its result, but the engine waits for it.
      const waits = run.dropped === id && phase === 'running';
      const taken = waits ? dispatch(pendingOf('finishRun', result, {})) : Promise.resolve(true);
      void taken.then(() => deleteResult(options.folder, result, log));
      return;
    }
    send('finishRun', result).catch((error: Error) => log(`run not finished: ${error.message}`));
  }

  function removeCheckpoint(id: string) {
    if (work.written) deleteFile(options.folder, runFile(id), log);
  }

  function leaveOut(train: Pending, sentence: Sentence) {
    train.skipped = true;
    if (run.began(train)) run.refused(phase === 'restarting' ? sentence : undefined);
    train.safe = work.rewrite();
  }

  function send<K extends EngineKind>(kind: K, args: Args<K>, from: Sender = {}): Promise<Replies[K]> {
    return new Promise((resolve, reject) => forward({ kind, args, ...from }, { resolve, reject }));
  }

  /** Sends a request on its way, or keeps it until that is possible. */
  function forward(request: WindowRequest & Sender, { resolve, reject }: Answer): void {
    const { kind, args, client, workbook, frame, whenDead } = request;
    checkMeant(workbook);
    if (kind === 'watch' && client !== undefined) watches.set(client, args as Args<'watch'>);
    const journalled = isJournalled(kind);
    const pending = pendingOf(kind, args, { client, frame, journalled, whenDead, resolve, reject });
    // No change of the work, but restored work is to have it.
    if (kind === 'keepSetup' && workbook !== undefined)
      pending.resolve = (result, reply) => {
        if (workbook === work.load?.id) void work.mark(journalledAlready(kind, args));
        resolve(result, reply);
      };
    if (phase === 'failed' && performance.now() - gaveUpAt >= calm) tryAgain();
    if (phase === 'failed' || phase === 'closed') return reject(new UserError(sentences.shell.engineGaveUp));
    if (journalled && opening > 0 && kind !== 'finishRun') return reject(new UserError(sentences.shell.opening));
    if (journalled && held) held.push(pending);
    else if (journalled && !record(pending)) return;
    else if (gate && journalled) sendWhenOpen(pending);
    else if (phase === 'running') void dispatch(pending);
    else if (!journalled) waiting.push(pending);
  }

  function checkMeant(workbook: string | undefined): void {
    if (workbook !== undefined && workbook !== work.load?.id) throw new UserError(sentences.shell.otherWorkbook);
  }

  /** Journals a change, which then is to be sent; false where there is nothing to do. While the engine restarts, the
   *  replay comes to it. */
  function record(pending: Pending): boolean {
    // While it was held back, the engine died, and another one has brought a result of the same run.
    if (pending.kind === 'finishRun' && run.id !== (pending.args as Args<'finishRun'>).id) {
      deleteResult(options.folder, pending.args as Args<'finishRun'>, log);
      pending.resolve({});
      return false;
    }
    discarded = false;
    const safe = work.add(pending);
    pending.safe = safe;
    run.journalled(pending, work.entries);
    if (pending.kind === 'finishRun') {
      const mine = safe.then(() => removeCheckpoint((pending.args as Args<'finishRun'>).id));
      gate = mine;
      void mine.finally(() => {
        if (gate === mine) gate = undefined;
      });
    }
    wantIfTooLong();
    return true;
  }

  /** Sends what was journalled, when the gate is open. While the engine restarts, the replay comes to it. */
  function sendWhenOpen(pending: Pending) {
    const send = () => {
      const isWanted = !pending.sent && !pending.skipped && work.entries.includes(pending);
      if (phase === 'running' && isWanted) void dispatch(pending);
    };
    if (gate) void gate.then(send);
    else send();
  }

  /** Runs `act` while no change gets to the engine, one after the other. */
  function exclusively<T>(act: () => Promise<T>): Promise<T> {
    const mine = turn.then(async () => {
      held ??= [];
      if (gate) await gate;
      try {
        return await act();
      } finally {
        const late = held;
        held = undefined;
        for (const pending of late) {
          if (phase === 'failed' || phase === 'closed') pending.reject(new UserError(sentences.shell.engineGaveUp));
          else if (record(pending)) sendWhenOpen(pending);
        }
      }
    });
    turn = mine.catch(() => {});
    return mine;
  }

  /** Asks for a checkpoint between two changes. It can't hold a run that is under way: when that has ended, it is time
   *  again. */
  async function askForCheckpoint(file: string): Promise<Asked | undefined> {
    const id = work.load?.id;
    const ask = (): Asked | undefined => {
      if (phase !== 'running' || run.id !== undefined || work.load?.id !== id) return undefined;
      const mine = engine;
      const reply = send('checkpoint', { file }, { whenDead: sentences.shell.engineStoppedCopying });
      return { last: work.entries.at(-1), reply, died: () => engine !== mine };
    };
    return alone ? ask() : exclusively(async () => ask());
  }

  void revive();

  return {
    open(load, nextDocument) {
      return new Promise((resolve, reject) => {
        exclusively(async () => {
          opening++;
          let info: WorkbookInfo;
          try {
            info = await send('load', load, { whenDead: sentences.shell.engineStoppedOpening(nextDocument.name) });
            watches.clear();
            checkpoints.forget();
            // What the engine tells of the run in the work before comes too late.
            if (run.id !== undefined) removeCheckpoint(run.id);
            run.forget();
            discarded = false;
            // What was held back was meant for the work before.
            for (const pending of held ?? []) pending.reject(new UserError(sentences.shell.otherWorkbook));
            held = [];
            historyCut = false;
            work.open({ ...load, id: info.id }, nextDocument);
          } finally {
            opening--;
          }
          resolve(info);
          alone = true;
          const made = checkpoints.want();
          alone = false;
          // Another program may change the file. Changes wait for its copy, but not long where it is large.
          if (load.from === 'file') await Promise.race([made, pause(HELD_FOR, undefined, { ref: false })]);
        }).catch(reject);
      });
    },
    recover(path, content) {
      return new Promise((resolve, reject) => {
        exclusively(async () => {
          const [load, ...rest] = content.requests;
          let info = await send('load', load.args as Args<'load'>);
          historyCut = false;
          const entries = rest.map(({ kind, args }) => journalledAlready(kind, args));
          work.open({ ...(load.args as Args<'load'>), id: info.id }, content.document, { path, entries });
          checkpoints.forget();
          run.forget();
          for (const entry of entries) run.journalled(entry, entries);
          // What was cut off in the file is cut off for good, or what comes behind it could not be read.
          const rewritten = work.rewrite();
          const train = phase === 'running' ? (await replayOn(engine))?.train : undefined;
          if (train) void dispatch(train);
          info = await send('getWorkbook', {});
          await rewritten;
          resolve(info);
          if (work.load?.from === 'file') void checkpoints.want();
        }).catch(reject);
      });
    },
    request: (kind, args, client, workbook) => send(kind, args, { client, workbook }),
    forward,
    checkMeant,
    dropClient(client) {
      watches.delete(client);
      send('dropClient', {}, { client }).catch(() => {});
    },
    async save(path, describe, workbook) {
      // What the work is restored from may be what is replaced now.
      if (work.load?.from === 'file') await checkpoints.want();
      return exclusively(async () => {
        checkMeant(workbook);
        await send('write', { path });
        if (work.load?.from === 'file' && work.load.path === path && run.id === undefined)
          work.compact(work.load, work.entries.at(-1), []);
        await work.saved(await describe(), modifiedMark(false));
      });
    },
    copy: async () => join(options.folder, (await send('checkpoint', { file: `${randomUUID()}.copy` })).file),
    get document() {
      return work.document;
    },
    async isModified() {
      return work.load !== undefined && !discarded && (await send('getWorkbook', {})).state.modified;
    },
    discard(workbook) {
      return exclusively(async () => {
        checkMeant(workbook);
        await send('setModified', { modified: false });
        void work.mark(modifiedMark(false));
        discarded = true;
        work.remove();
        if (run.id === undefined) return;
        for (const entry of work.entries) if (run.began(entry)) entry.skipped = true;
        run.drop();
        await send('controlRun', { action: 'stop' }).catch(() => {});
      });
    },
    async close({ keep }) {
      const ready = turn.then(() => (keep ? work.restore() : undefined));
      await Promise.race([ready, pause(CLOSE_WITHIN, undefined, { ref: false })]);
      phase = 'closed';
      watchdog.stop();
      checkpoints.forget();
      if (!keep && run.id !== undefined) removeCheckpoint(run.id);
      if (!keep) work.remove();
      const late = pause(CLOSE_WITHIN, 'not all' as const, { ref: false });
      const kept = await Promise.race([work.close(), late]);
      const link = engine?.link;
      if (!link) return kept;
      const ended = new Promise<void>(resolve => link.onExit(() => resolve()));
      link.kill();
      await ended;
      return kept;
    },
    get enginePid() {
      return engine?.link.pid;
    },
  };
}
