/** Supervises the engine process; see supervisor-types.ts. */
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
import { type Asked, createKeptWork, stamped } from './kept-work.ts';
import { isJournalled, isMark, journalledAlready, labelOf, modifiedMark, type Pending, pendingOf } from './pending.ts';
import { replay } from './replay.ts';
import { createRunFollower, leaveOutOf } from './run-follower.ts';
import type { Answer, Sender, Supervisor, SupervisorOptions, WindowRequest } from './supervisor-types.ts';
import { createWatchdog } from './watchdog.ts';

export type { Supervisor, SupervisorOptions } from './supervisor-types.ts';

/** How many milliseconds a write may still take when the app ends. */
const CLOSE_WITHIN = 5000;
/** How many milliseconds the changes of newly opened work wait for its checkpoint. */
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
  /** Whether the engine can undo changes from before the checkpoint. Another engine couldn't. */
  let historyCut = false;
  /** Requests that were sent and not answered, in order. The function tells the sender that the engine died. */
  const inFlight = new Map<Pending, () => void>();
  /** Requests outside the journal, to be sent when the engine runs again. */
  let waiting: Pending[] = [];
  /** Journalled requests that are held back while something must not be interrupted by changes. */
  let held: Pending[] | undefined;
  let opening = 0;
  /** Whether changes are already held back for the checkpoint of newly opened work. */
  let alone = false;
  /** Changes after a run's result wait for this, until the result is in the journal. */
  let gate: Promise<void> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const watches = new Map<number, Args<'watch'>>();
  /** Replies to replayed requests. Their senders get them after the changes that they caused, as always. */
  const replayed: (() => void)[] = [];
  const deaths = createDeathCount();
  let gaveUpAt = 0;
  const leftOut: Sentence[] = [];
  let leaving: Promise<void> | undefined;
  const run = createRunFollower(() => deaths.forgive());
  /** Whether the work was discarded and hasn't changed since. */
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
      // During a replay, the clients' state is newer than what the engine reports.
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

  /** Sends a request. Resolves with true if it was answered (with a result or a refusal), and with false if the engine
   *  died. The sender is told at once; with `later`, the functions in there tell it. */
  function dispatch(pending: Pending, later?: (() => void)[]): Promise<boolean> {
    const { caller } = engine!;
    if (inFlight.size === 0) watchdog.alive();
    pending.sent = true;
    let done: (answered: boolean) => void = () => {};
    const ended = new Promise<boolean>(resolve => (done = resolve));
    inFlight.set(pending, () => done(false));
    const answered = (settle: () => void) => {
      // The engine has died since, and this reply is no longer awaited.
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
        // Another engine might accept it, and train although nobody waits for it.
        if (pending.kind === 'train') leaveOut(pending, sentenceOfError(error));
        answered(() => pending.reject(error));
      },
    });
    return ended;
  }

  /** Tells the sender that the request wasn't done. A journalled one is left out from now on, so that this stays
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
        // The second time it was alone with the engine (see `replay`), so it was the cause.
        if (pending.journalled) {
          leaveOutOf(work.entries, pending, log);
          if (!isMark(pending)) leftOut.push(labelOf(pending));
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
    // The result of a run wasn't requested by anybody, so it stays in the journal.
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

  /** Tries again: whatever killed the engines may be over. */
  function tryAgain() {
    phase = 'restarting';
    deaths.forgive();
    options.onEvent('progress', { task: sentences.shell.restarting, fraction: 0 });
    void revive();
  }

  /** Starts an engine and replays the journal. If that engine dies too, this ends early, and `died` has already called
   *  it again. */
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
    // The changes that came meanwhile may include another result.
    for (let closed = gate; closed; closed = gate) {
      await closed;
      if (engine !== mine) return;
    }
    phase = 'running';
    // These come before the waiting requests, which may ask for the changed workbook.
    for (const entry of work.entries.slice(next)) if (!entry.skipped) void dispatch(entry);
    const shown = [...watches].map(([client, args]) => dispatch(pendingOf('watch', args, { client })));
    void answerReplayed(shown);
    const late = waiting;
    waiting = [];
    for (const pending of late) void dispatch(pending);
    // Left-out requests must not come back, so this waits until they are gone from the disk.
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
    // If the engine has died again, the next one shows the changes.
    if (!(await Promise.all(shown)).every(Boolean)) return;
    for (const settle of replayed.splice(0)) settle();
  }

  /** A run has ended. Its result is journalled before the engine takes it into the workbook. After that, a replay need
   *  not train. */
  function keepResult(result: Events['runEnded']) {
    const { id } = result;
    if (run.id !== id) {
      deleteFile(options.folder, runFile(id), log);
      // Nobody wants this result, but the engine waits for an answer.
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

  /** Sends a request, or keeps it until that is possible. */
  function forward(request: WindowRequest & Sender, { resolve, reject }: Answer): void {
    const { kind, args, client, workbook, frame, whenDead } = request;
    checkMeant(workbook);
    if (kind === 'watch' && client !== undefined) watches.set(client, args as Args<'watch'>);
    const journalled = isJournalled(kind);
    const pending = pendingOf(kind, args, { client, frame, journalled, whenDead, resolve, reject });
    // This doesn't change the work, but a restored work should have it.
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

  /** Journals a change, which is sent afterwards. Returns false if there is nothing to do. While the engine restarts,
   *  the replay sends it. */
  function record(pending: Pending): boolean {
    // The engine died while this was held back, and another one has already brought a result of the same run.
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

  /** Sends a journalled request when the gate is open. While the engine restarts, the replay sends it. */
  function sendWhenOpen(pending: Pending) {
    const send = () => {
      const isWanted = !pending.sent && !pending.skipped && work.entries.includes(pending);
      if (phase === 'running' && isWanted) void dispatch(pending);
    };
    if (gate) void gate.then(send);
    else send();
  }

  /** Runs `act` while no changes are sent to the engine. Only one at a time. */
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

  /** Asks for a checkpoint between two changes. A checkpoint can't hold a run under way, so it is made after the
   *  run. */
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
            // Reports about the earlier work's run are too late now.
            if (run.id !== undefined) removeCheckpoint(run.id);
            run.forget();
            discarded = false;
            // The held requests were meant for the earlier work.
            for (const pending of held ?? []) pending.reject(new UserError(sentences.shell.otherWorkbook));
            held = [];
            historyCut = false;
            work.open(stamped({ ...load, id: info.id }, nextDocument), nextDocument);
          } finally {
            opening--;
          }
          resolve(info);
          alone = true;
          const made = checkpoints.want();
          alone = false;
          // Another program may change the file. So changes wait for a copy of it, but not long if it is large.
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
          // If the file was cut off, it is rewritten. Otherwise records after the cut couldn't be read.
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
      // The file that restores the work may be the one that is replaced now.
      if (work.load?.from === 'file') await checkpoints.want();
      return exclusively(async () => {
        checkMeant(workbook);
        await send('write', { path });
        const document = await describe();
        if (work.load?.from === 'file' && work.load.path === path && run.id === undefined)
          work.compact(stamped(work.load, document), work.entries.at(-1), []);
        await work.saved(document, modifiedMark(false));
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
