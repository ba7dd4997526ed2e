/** The engine as its clients meet it: frames come in, frames go out. It holds the open workbook. It reads and writes
 *  files only through functions it is given, so it runs in any process. */
import { randomUUID } from 'node:crypto';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { EMPTY_STORYBOARD } from '../../../shared/film/storyboard.ts';
import { changesOf, isUnwritten } from '../../../shared/changes/written.ts';
import { emptyWorkbook, templateWorkbook } from '../../../shared/new-workbook.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { TensorId } from '../../../shared/network.ts';
import {
  type Args,
  type FileStamp,
  type EngineKind,
  engineRequests,
  type Events,
  type Message,
  type Replies,
  supervisorRequests,
  type WorkbookInfo,
} from '../../../shared/protocol.ts';
import { decodeFrame, encodeFrame, parseArgs } from '../../../shared/rpc.ts';
import type { Workbook } from '../../../shared/workbook.ts';
import { startBackend } from '../backend/backend.ts';
import { createBrowser } from '../evaluation/browse.ts';
import { createLiveGradients } from '../evaluation/live-gradients.ts';
import { nativeAvailable, startChosen } from '../backend/native.ts';
import { createDataCache, type ReadData } from '../data/data-cache.ts';
import { type CorrectLabels, createDataHandlers, dataKinds, type ReadImages, type ReadOneImage } from './data-host.ts';
import { filmHandlers } from './film-host.ts';
import { findHandlers } from './find-host.ts';
import type { Client, Context, Handlers, Open } from './open.ts';
import type { CheckpointStore } from '../training/checkpoint-writer.ts';
import { createRuns } from '../training/runs.ts';
import { type Changed, createSession, type Session } from '../workbook/session.ts';
import type { Content, WorkFiles } from '../workbook/work-files.ts';
import { keptRuns, trainingHandlers } from './training-host.ts';
import { tellMemory } from './memory.ts';
import { prepareAfter } from './prepare.ts';
import { createSheetWatches } from './sheet-watches.ts';
import { createWatches, type Update } from './watches.ts';

/** How the host reaches files and its parent process. The functions throw UserError if a file is at fault. */
type HostOptions = {
  post(frame: Uint8Array<ArrayBuffer>): void;
  readTemplate(name: string): Promise<Workbook>;
  readFile(path: string, stamp?: FileStamp): Promise<Workbook>;
  readBytes(bytes: Uint8Array, name: string): Workbook;
  /** The pieces of a .convsheet file. `tell` gets a sentence if the file has no room for something. */
  toPieces(workbook: Workbook, tell?: (sentence: Sentence) => void): Iterable<Uint8Array>;
  writeFile(path: string, content: Content): Promise<{ size: number }>;
  readData: ReadData;
  readImages: ReadImages;
  readImage: ReadOneImage;
  /** The text of a submission's sample, byte for byte. */
  readSample(path: string): Promise<string>;
  correct: CorrectLabels;
  /** Where checkpoints of the workbook go. Without it there are none. */
  files?: WorkFiles;
  /** Where checkpoints of runs go. Without it, a run ends with the process. */
  checkpoints?: CheckpointStore;
  /** Milliseconds between two checkpoints of a run. Given by tests. */
  checkpointEvery?: number;
  /** Milliseconds of a step after which other requests get their turn. Given by tests. */
  turnEvery?: number;
  /** A calculation that takes longer than this many milliseconds reports its progress. Given by tests. */
  longPass?: number;
  /** How many bytes of memory this process takes. If it is given, windows are told. */
  memory?: () => number;
  /** After so many milliseconds without a request, what formulas may wait for is made ready. Without it, never. */
  prepareAfter?: number;
  /** Writes a line about a fault in our own code. */
  log(line: string): void;
  /** Called after a fault in our own code, whatever was under way. The process has to end. Its parent starts another
   *  one and restores the work there. */
  fail(): void;
};

export type Host = {
  /** Takes a frame that has arrived. */
  receive(frame: Uint8Array): void;
};

/** A request whose arguments were checked by the schema of its kind. */
type EngineRequest = Extract<Message, { type: 'request' }> & { kind: EngineKind };
type Handler = (args: unknown, client: Client, checked?: boolean) => unknown;

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 100;
/** A calculation that takes longer than this many milliseconds reports its progress. */
const LONG_PASS = 1000;
const REQUESTS = { ...engineRequests, ...supervisorRequests };
/** Requests that may take long and don't change what is shown. Later requests don't wait for them. */
const ASIDE = new Set<EngineKind>([
  'listDigits',
  'findDigit',
  'write',
  'checkpoint',
  'train',
  'findCells',
  'findReplacements',
  'previewLayers',
  'filmStates',
  'inspect',
  ...dataKinds,
]);
/** The most derived values in a reply. */
const MOST_DERIVED = 1000;
const NOTHING: ReadonlySet<TensorId> = new Set();

export function createEngineHost(options: HostOptions): Host {
  let open: Open | undefined;
  /** The clients that are told about changes. */
  const clients = new Set<Client>();
  /** Resolves when every earlier request has been answered. Undefined if none is under way. */
  let queue: Promise<void> | undefined;

  let writing: Promise<unknown> = Promise.resolve();
  const dataSets = createDataCache(options.readData);
  const { longPass = LONG_PASS } = options;
  const { notes } = sentences.runs;
  // The backend starts now, so that the first request finds it ready. That request also reports a failure.
  startBackend().catch(() => {});

  const current = (): Open => {
    if (!open) throw new UserError(sentences.engine.noWorkbook);
    return open;
  };
  const send = (message: Message) => options.post(encodeFrame(message));
  const emit = <E extends keyof Events>(event: E, data: Events[E], client: Client) =>
    options.post(encodeFrame({ type: 'event', event, data, client } as Message));

  /** Tells every client the new state and the changed values in its windows. If the network or the class names were
   *  replaced, every client first gets the workbook anew. */
  function announce(work: Open, changed: ReadonlySet<TensorId>): { revision: number } {
    const { id, session } = work;
    const state = session.state();
    const { changes, told } = session.takeWritten();
    const { storyboard } = session;
    if (work.sheet !== session.sheet) {
      Object.assign(work, watched(work), { storyboard });
      emit('workbook', describe(work), undefined);
    } else if (changes.length > 0) emit('written', { workbook: id, changes }, undefined);
    if (work.storyboard !== storyboard) emit('storyboard', { workbook: id, storyboard }, undefined);
    work.storyboard = storyboard;
    for (const sentence of told) emit('notice', { tone: 'info', sentence }, undefined);
    work.gradients.forget();
    const updates = work.watches.collect(changed);
    const cellUpdates = work.sheetWatches.collect(session.takeChangedSheets());
    for (const client of clients) {
      const { windows, scales }: Update = updates.get(client) ?? { windows: [], scales: [] };
      const cells = cellUpdates.get(client);
      const data = { workbook: id, state, windows, scales, ...(cells && { cells }) };
      options.post(encodeFrame({ type: 'event', event: 'changes', data, client }));
    }
    return { revision: state.revision };
  }

  function describe({ id, session, runs }: Open): WorkbookInfo {
    const { network, classes } = session.sheet;
    return {
      id,
      sheets: session.sheets.map(({ id, name }) => ({ id, name })),
      ...(!isUnwritten(session.written) && { written: changesOf(session.written) }),
      network,
      classes,
      structure: session.structure,
      state: session.state(),
      backend: 'wasm',
      ...keptRuns(session),
      setup: session.setup(),
      ...(session.storyboard !== EMPTY_STORYBOARD && { storyboard: session.storyboard }),
      run: runs.state(),
      nativeBackend: nativeAvailable(),
    };
  }

  /** Runs a command on the session and tells everyone what it changed. During a run, the command becomes part of the
   *  run, and `describe` makes the run's note about it. */
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

  function watched({ session, runs, gradients }: Pick<Open, 'session' | 'runs' | 'gradients'>) {
    const { sheet } = session;
    const watches = createWatches(
      sheet,
      (tensor, plane) => {
        if (plane === 'value') return session.value(tensor);
        return plane === 'gradient' && !runs.underWay ? gradients.of(tensor) : runs.inPlane(tensor, plane);
      },
      (tensor, index) => session.otherAt(tensor, index),
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
      turnEvery: options.turnEvery,
      emit: (event, data) => emit(event, data, undefined),
      announce: changed => announce(work, changed),
      watched: () => clients.size > 0,
      log: line => options.log(line),
      fail: error => fail('training', error),
    });
    const gradients = createLiveGradients(session);
    const work: Open = {
      id,
      session,
      runs,
      gradients,
      storyboard: session.storyboard,
      browser: createBrowser(session),
      sheetWatches: createSheetWatches(place => session.contentAt(place)),
      ...watched({ session, runs, gradients }),
    };
    return work;
  }

  /** Returns a function that reports progress to a client, at most every 100 ms. The end is reported only if something
   *  was reported before. */
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
  /** Tells everyone about a calculation that takes long. The supervisor hears it too, and so knows that this process is
   *  alive. */
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
  if (options.memory) tellMemory(options.memory, clients, (bytes, client) => emit('memory', { bytes }, client));
  /** A run needs the time and the memory itself, and without a window nobody types. */
  const mayPrepare = () => !queue && clients.size > 0 && !open?.runs.underWay;
  const prepare = options.prepareAfter === undefined ? undefined : prepareAfter(options.prepareAfter, mayPrepare);
  const classifying = (client: Client) => progress(client, sentences.engine.classifying);

  const files = (): WorkFiles => {
    if (!options.files) throw new UserError(sentences.engine.noFolder);
    return options.files;
  };

  const read = async (args: Args<'load'>): Promise<Workbook> => {
    if (args.from === 'template') return options.readTemplate(args.template);
    if (args.from === 'empty') return emptyWorkbook(args.images);
    if (args.from === 'fresh') return templateWorkbook(args.template, args.images, args.classes);
    if (args.from === 'file') return options.readFile(args.path, args.stamp);
    if (args.from === 'checkpoint') return options.readFile(await files().find(args));
    return options.readBytes(args.bytes, args.name);
  };

  const context: Context = { current, dataSets, emit, announce, command, progress };
  const data = createDataHandlers(context, options);
  const handlers: Handlers<EngineKind> = {
    ...trainingHandlers(context),
    ...data.handlers,
    ...findHandlers(context, data.long),
    ...filmHandlers(context, data.long),
    getWorkbook: () => describe(current()),
    watch({ windows, cells: asked = [] }, client) {
      const { id, session, watches, sheetWatches } = current();
      const update = watches.watch(client, windows);
      const cells = sheetWatches.watch(client, asked);
      const state = session.state();
      if (update.windows.length > 0 || update.scales.length > 0 || cells.length > 0)
        emit('changes', { workbook: id, state, ...update, ...(cells.length > 0 && { cells }) }, client);
      return { revision: state.revision };
    },
    change({ structure, lifts, ...asked }, _client, checked) {
      if (current().runs.underWay && asked.changes.some(({ kind }) => kind === 'layers'))
        throw new UserError(sentences.layerEdits.duringRun);
      // What is drawn as a formula is entered is another matter: weights under formulas stay as they are.
      if (current().runs.underWay && asked.changes.length > 0 && asked.changes.every(({ kind }) => kind === 'draw'))
        throw new UserError(sentences.runs.recalculateWhileRunning);
      const running = current().runs.underWay;
      const meant = { structure, checked, ...(lifts && { lifts, running }) };
      const told = command(session => session.change(asked, meant), notes.edited, asked.label);
      const lifted = lifts ? current().session.lifted() : [];
      return lifted.length > 0 ? { ...told, lifted } : told;
    },
    describeOverrides({ values }) {
      const { session } = current();
      const derived: Replies['describeOverrides']['derived'] = [];
      for (const [tensor, own] of session.written.formulas)
        for (const index of own.keys()) {
          const value = derived.length < MOST_DERIVED ? session.derivedAt(tensor, index) : undefined;
          if (value !== undefined) derived.push({ tensor, index, value });
        }
      const { predicted, tensors } = session.alone();
      return { derived, predicted, ...(values && { tensors }) };
    },
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
      // Edits don't wait for a slow disk, but another write does: the newest file has to stay.
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
      open?.sheetWatches.drop(client);
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

  /** After a fault in our own code nothing in this process can be trusted: the wasm runtime may have stopped, or a
   *  change may be half done. So the request gets no answer here. The next engine answers it. */
  function fail(where: string, error: unknown): void {
    options.log(`${where}: ${(error as Error).stack ?? String(error)}`);
    options.fail();
  }

  /** Answers requests one after the other. A request is answered at once if none is under way. */
  function receive(frame: Uint8Array): void {
    let message: Message;
    try {
      message = decodeFrame(frame);
    } catch (error) {
      options.log((error as Error).message);
      return;
    }
    if (message.type !== 'request') return;
    prepare?.();
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
