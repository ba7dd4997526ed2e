/** The engine as its clients meet it: frames in, frames out. It holds the open workbook; files come in through
 *  functions, so that it runs in any process. */
import { randomUUID } from 'node:crypto';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { TensorId } from '../../../shared/network.ts';
import {
  type Args,
  type EngineKind,
  engineRequests,
  type Events,
  type Message,
  supervisorRequests,
  type WorkbookInfo,
} from '../../../shared/protocol.ts';
import { decodeFrame, encodeFrame, parseArgs } from '../../../shared/rpc.ts';
import type { Workbook } from '../../../shared/workbook.ts';
import { startBackend } from '../backend/backend.ts';
import { createBrowser } from '../evaluation/browse.ts';
import { nativeAvailable, startChosen } from '../backend/native.ts';
import { createDataCache, type ReadData } from '../data/data-cache.ts';
import { createDataHandlers, dataKinds, type ReadImages, type ReadOneImage } from './data-host.ts';
import type { Client, Context, Handlers, Open } from './open.ts';
import type { CheckpointStore } from '../training/checkpoint-writer.ts';
import { createRuns } from '../training/runs.ts';
import { type Changed, createSession, type Session } from '../workbook/session.ts';
import type { Content, WorkFiles } from '../workbook/work-files.ts';
import { keptRuns, trainingHandlers } from './training-host.ts';
import { createWatches, type Update } from './watches.ts';

/** How the host reaches the outside. The functions throw UserError where a file is at fault. */
export type HostOptions = {
  post(frame: Uint8Array<ArrayBuffer>): void;
  readTemplate(name: string): Promise<Workbook>;
  readFile(path: string): Promise<Workbook>;
  readBytes(bytes: Uint8Array, name: string): Workbook;
  /** The pieces of a .convsheet file; `tell` hears what it has no room for. */
  toPieces(workbook: Workbook, tell?: (sentence: Sentence) => void): Iterable<Uint8Array>;
  writeFile(path: string, content: Content): Promise<{ size: number }>;
  readData: ReadData;
  readImages: ReadImages;
  readImage: ReadOneImage;
  /** Without them, there are no checkpoints of the workbook. */
  files?: WorkFiles;
  /** Without it, a run ends with the process. */
  checkpoints?: CheckpointStore;
  /** Milliseconds between two checkpoints, where not the usual ones. */
  checkpointEvery?: number;
  /** Milliseconds after which a calculation tells how it goes on, where not the usual ones. */
  longPass?: number;
  /** Takes defects of ours. */
  log(line: string): void;
  /** A defect struck, whatever was under way: the process has to end, and its parent restores the work in another. */
  fail(): void;
};

export type Host = {
  /** To be called with every frame that arrives. */
  receive(frame: Uint8Array): void;
};

/** Any of them, called with arguments that its own schema has checked. */
type EngineRequest = Extract<Message, { type: 'request' }> & { kind: EngineKind };
type Handler = (args: unknown, client: Client, checked?: boolean) => unknown;

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 100;
/** Milliseconds after which a calculation tells how it goes on. */
const LONG_PASS = 1000;
const REQUESTS = { ...engineRequests, ...supervisorRequests };
/** Requests that may take long and don't change what is shown: those after them don't wait for them. */
const ASIDE = new Set<EngineKind>(['listDigits', 'findDigit', 'write', 'checkpoint', 'train', ...dataKinds]);
const NOTHING: ReadonlySet<TensorId> = new Set();

export function createEngineHost(options: HostOptions): Host {
  let open: Open | undefined;
  /** Everyone who has to hear of changes. */
  const clients = new Set<Client>();
  /** Resolved when every earlier request has been answered; undefined where none is under way. */
  let queue: Promise<void> | undefined;

  let writing: Promise<unknown> = Promise.resolve();
  const dataSets = createDataCache(options.readData);
  const { longPass = LONG_PASS } = options;
  const { notes } = sentences.runs;
  // Under way before the first request needs it; a failure is told there.
  startBackend().catch(() => {});

  const current = (): Open => {
    if (!open) throw new UserError(sentences.engine.noWorkbook);
    return open;
  };
  const send = (message: Message) => options.post(encodeFrame(message));
  const emit = <E extends keyof Events>(event: E, data: Events[E], client: Client) =>
    options.post(encodeFrame({ type: 'event', event, data, client } as Message));

  /** Tells every client the new state, and what it watches of the changed tensors; where the network became another
   *  one, the workbook afresh. */
  function announce(work: Open, changed: ReadonlySet<TensorId>): { revision: number } {
    const { id, session } = work;
    const state = session.state();
    if (work.sheet !== session.sheet) {
      Object.assign(work, watched(work));
      emit('workbook', describe(work), undefined);
    }
    const updates = work.watches.collect(changed);
    for (const client of clients) {
      const { windows, scales }: Update = updates.get(client) ?? { windows: [], scales: [] };
      const data = { workbook: id, state, windows, scales };
      options.post(encodeFrame({ type: 'event', event: 'changes', data, client }));
    }
    return { revision: state.revision };
  }

  function describe({ id, session, runs }: Open): WorkbookInfo {
    const { network, classes } = session.sheet;
    return {
      id,
      sheets: session.sheets,
      network,
      classes,
      structure: session.structure,
      state: session.state(),
      backend: 'wasm',
      ...keptRuns(session),
      setup: session.setup(),
      run: runs.state(),
      nativeBackend: nativeAvailable(),
    };
  }

  /** Does a command of the session, within the run where one is under way, and tells everyone what it changed.
   *  `describe` makes the run's note of it. */
  function command(act: (session: Session) => Changed, describe: (label: Sentence) => Sentence, label: Sentence) {
    const work = current();
    const kept = work.session.runs();
    const told = announce(
      work,
      work.runs.command(() => act(work.session), describe, label),
    );
    if (work.session.runs() !== kept) emit('runs', keptRuns(work.session), undefined);
    return told;
  }

  function watched({ session, runs }: Pick<Open, 'session' | 'runs'>): Pick<Open, 'sheet' | 'watches'> {
    const { sheet } = session;
    const watches = createWatches(sheet, (tensor, plane) =>
      plane === 'value' ? session.value(tensor) : runs.inPlane(tensor, plane),
    );
    return { sheet, watches };
  }

  function openSession(id: string, session: Session): Open {
    const runs = createRuns({
      session,
      readData: dataSets.get,
      files: options.files,
      startBackend: startChosen,
      checkpoints: options.checkpoints,
      checkpointEvery: options.checkpointEvery,
      emit: (event, data) => emit(event, data, undefined),
      announce: changed => announce(work, changed),
      watched: () => clients.size > 0,
      log: line => options.log(line),
      fail: error => fail('training', error),
    });
    const work: Open = { id, session, runs, browser: createBrowser(session), ...watched({ session, runs }) };
    return work;
  }

  /** Tells it now and then; that it is done only where it was told before. */
  const progress = (client: Client, task: Sentence) => {
    let told = performance.now();
    let tells = 0;
    return (fraction: number) => {
      const now = performance.now();
      if (fraction < 1 ? now - told < REPORT_EVERY : tells === 0) return;
      told = now;
      tells = fraction < 1 ? tells + 1 : 0;
      emit('progress', { task, fraction }, client);
    };
  };
  /** Everybody hears of a pass that takes long, and the supervisor that this process is alive. */
  let pass: { next: number; task?: Sentence } | undefined;
  const onPass = (layer: string | undefined, done: number) => {
    const now = performance.now();
    if (layer === undefined) {
      if (pass?.task !== undefined) emit('progress', { task: pass.task, fraction: 1 }, undefined);
      pass = undefined;
      return;
    }
    pass ??= { next: now + longPass };
    if (now < pass.next) return;
    pass = { next: now + REPORT_EVERY, task: sentences.engine.calculating(layer) };
    emit('progress', { task: pass.task!, fraction: done }, undefined);
  };
  const classifying = (client: Client) => progress(client, sentences.engine.classifying);

  const files = (): WorkFiles => {
    if (!options.files) throw new UserError(sentences.engine.noFolder);
    return options.files;
  };

  const read = async (args: Args<'load'>): Promise<Workbook> => {
    if (args.from === 'template') return options.readTemplate(args.template);
    if (args.from === 'file') return options.readFile(args.path);
    if (args.from === 'checkpoint') return options.readFile(await files().find(args));
    return options.readBytes(args.bytes, args.name);
  };

  const context: Context = { current, dataSets, emit, announce, command, progress };
  const data = createDataHandlers(context, options);
  const handlers: Handlers<EngineKind> = {
    ...trainingHandlers(context),
    ...data.handlers,
    getWorkbook: () => describe(current()),
    watch({ windows }, client) {
      const { id, session, watches } = current();
      const update = watches.watch(client, windows);
      const state = session.state();
      if (update.windows.length > 0 || update.scales.length > 0)
        emit('changes', { workbook: id, state, ...update }, client);
      return { revision: state.revision };
    },
    change: ({ structure, ...asked }, _client, checked) =>
      command(session => session.change(asked, { structure, checked }), notes.edited, asked.label),
    undo() {
      const { session } = current();
      const told = command(() => session.undo(), notes.undone, session.state().undo ?? '');
      return { ...told, cells: session.revisited() };
    },
    redo() {
      const { session } = current();
      const told = command(() => session.redo(), notes.redone, session.state().redo ?? '');
      return { ...told, cells: session.revisited() };
    },
    showDigit({ index }) {
      const shown = current().browser.show(index);
      return command(session => session.change(shown), notes.edited, shown.label);
    },
    listDigits: (request, client) => current().browser.list(request, classifying(client)),
    async findDigit(request, client) {
      return { index: await current().browser.find(request, classifying(client)) };
    },
    async load(args) {
      await startBackend();
      const session = createSession(await read(args), onPass);
      const before = open;
      open = openSession(args.id ?? randomUUID(), session);
      if (before?.runs.underWay) emit('notice', { tone: 'warning', sentence: sentences.runs.otherWorkbook }, undefined);
      data.reset();
      before?.runs.dispose();
      before?.browser.dispose();
      before?.session.dispose();
      return describe(open);
    },
    async write({ path }) {
      const work = current();
      const position = work.session.position();
      const tell = (sentence: Sentence) => emit('notice', { tone: 'warning', sentence }, undefined);
      const pieces = options.toPieces(work.runs.workbook(), tell);
      // Edits needn't wait for a slow disk, but another write does: the newest has to be the last.
      const written = writing.then(() => options.writeFile(path, pieces));
      writing = written.then(({ size }) => size).catch(() => 0);
      const { size } = await written;
      work.session.markSaved(position);
      if (open === work) announce(work, NOTHING);
      return { size };
    },
    async checkpoint({ file }) {
      const { runs, session } = current();
      const { modified } = session.state();
      return { ...(await files().write(file, options.toPieces(runs.workbook()))), modified };
    },
    setModified({ modified }) {
      const { session } = current();
      session.markSaved(modified ? undefined : session.position());
      return announce(current(), NOTHING);
    },
    dropClient(_args, client) {
      clients.delete(client);
      data.drop(client);
      open?.watches.drop(client);
      return {};
    },
  };

  async function answer({ id, kind, args, client, checked }: EngineRequest): Promise<void> {
    try {
      const parsed = checked ? args : parseArgs<EngineKind>(REQUESTS[kind].args, kind, args);
      if (client !== undefined && kind !== 'dropClient') clients.add(client);
      const result = await (handlers[kind] as Handler)(parsed, client, checked);
      send({ type: 'reply', id, result });
    } catch (error) {
      if (error instanceof UserError) send({ type: 'error', id, sentence: error.sentence, expected: true });
      else fail(`request "${kind}"`, error);
    }
  }

  /** After a defect nothing here can be trusted: the wasm runtime may have stopped, a change may be half done. There is
   *  no answer either: whoever asked hears from the next engine. */
  function fail(where: string, error: unknown): void {
    options.log(`${where}: ${(error as Error).stack ?? String(error)}`);
    options.fail();
  }

  /** Runs requests one after the other, at once where nothing is under way. */
  function receive(frame: Uint8Array): void {
    let message: Message;
    try {
      message = decodeFrame(frame);
    } catch (error) {
      options.log((error as Error).message);
      return;
    }
    if (message.type !== 'request') return;
    const { id, kind } = message;
    if (!Object.hasOwn(REQUESTS, kind)) {
      send({ type: 'error', id, sentence: sentences.engine.unknownRequest(kind), expected: true });
      return;
    }
    const request = { ...message, kind: kind as EngineKind };
    const mine = queue ? queue.then(() => answer(request)) : answer(request);
    if (ASIDE.has(request.kind)) return;
    const last = mine.finally(() => {
      if (queue === last) queue = undefined;
    });
    queue = last;
  }

  return { receive };
}
