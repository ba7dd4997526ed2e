/** The engine as its clients meet it: frames in, frames out. It holds the open workbook; files come in through functions, so that it runs in any process. */
import { randomUUID } from 'node:crypto';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { TensorId } from '../../shared/network.ts';
import {
  type Args,
  type EngineKind,
  engineRequests,
  type Events,
  type Message,
  type Replies,
  supervisorRequests,
  type WorkbookInfo,
} from '../../shared/protocol.ts';
import { decodeFrame, encodeFrame, parseArgs } from '../../shared/rpc.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { startBackend } from './backend.ts';
import { type Browser, createBrowser } from './browse.ts';
import { nativeAvailable } from './native.ts';
import { createSession, type Session } from './session.ts';
import { createWatches, type Update, type Watches } from './watches.ts';

/** How the host reaches the outside. The functions throw UserError where a file is at fault. */
export type HostOptions = {
  post(frame: Uint8Array<ArrayBuffer>): void;
  readTemplate(name: string): Promise<Workbook>;
  readFile(path: string): Promise<Workbook>;
  readBytes(bytes: Uint8Array, name: string): Workbook;
  /** The bytes of a .convsheet file. */
  toBytes(workbook: Workbook): Uint8Array;
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  /** Takes defects of ours. */
  log(line: string): void;
  /** A defect struck in the middle of a change, so the workbook can't be trusted any more: the process has to end, and its parent restores the work in another. */
  fail(): void;
};

export type Host = {
  /** To be called with every frame that arrives. */
  receive(frame: Uint8Array): void;
};

type Client = number | undefined;
type Open = { id: string; session: Session; watches: Watches; browser: Browser };
type Handlers = {
  [K in EngineKind]: (args: Args<K>, client: Client) => Replies[K] | Promise<Replies[K]>;
};
/** Any of them, called with arguments that its own schema has checked. */
type Handler = (args: unknown, client: Client) => unknown;

const REQUESTS = { ...engineRequests, ...supervisorRequests };
/** Requests that may take long and don't change what is shown: those after them don't wait for them. */
const ASIDE = new Set<EngineKind>(['listDigits', 'findDigit', 'write']);
const refuse = (): never => {
  throw new UserError(messages.engine.notYet);
};
const NOTHING: ReadonlySet<TensorId> = new Set();

export function createEngineHost(options: HostOptions): Host {
  let open: Open | undefined;
  /** Everyone who has to hear of changes. */
  const clients = new Set<Client>();
  /** Resolved when every earlier request has been answered; undefined where none is under way. */
  let queue: Promise<void> | undefined;

  let writing: Promise<void> = Promise.resolve();
  // Under way before the first request needs it; a failure is told there.
  startBackend().catch(() => {});

  const current = (): Open => {
    if (!open) throw new UserError(messages.engine.noWorkbook);
    return open;
  };
  const send = (message: Message) => options.post(encodeFrame(message));
  const emit = <E extends keyof Events>(event: E, data: Events[E], client: Client) =>
    send({ type: 'event', event, data, client } as Message);

  /** Tells every client the new state, and what it watches of the changed tensors. */
  function announce({ id, session, watches }: Open, changed: ReadonlySet<TensorId>): { revision: number } {
    const state = session.state();
    const updates = watches.collect(changed);
    for (const client of clients) {
      const { windows, scales }: Update = updates.get(client) ?? { windows: [], scales: [] };
      emit('changes', { workbook: id, state, windows, scales }, client);
    }
    return { revision: state.revision };
  }

  function describe({ id, session }: Open): WorkbookInfo {
    const { network, classes } = session.sheet;
    return {
      id,
      network,
      classes,
      state: session.state(),
      backend: 'wasm',
      runs: [],
      canContinue: false,
      nativeBackend: nativeAvailable(),
    };
  }

  const progress = (client: Client) => (fraction: number) =>
    emit('progress', { task: messages.engine.classifying, fraction }, client);

  const read = (args: Args<'load'>): Workbook | Promise<Workbook> => {
    if (args.from === 'template') return options.readTemplate(args.template);
    if (args.from === 'file') return options.readFile(args.path);
    return options.readBytes(args.bytes, args.name);
  };

  const handlers: Handlers = {
    getWorkbook: () => describe(current()),
    watch({ windows }, client) {
      const { id, session, watches } = current();
      const update = watches.watch(client, windows);
      const state = session.state();
      if (update.windows.length > 0 || update.scales.length > 0)
        emit('changes', { workbook: id, state, ...update }, client);
      return { revision: state.revision };
    },
    edit: command => announce(current(), current().session.edit(command)),
    undo: () => ({ ...announce(current(), current().session.undo()), cells: current().session.revisited() }),
    redo: () => ({ ...announce(current(), current().session.redo()), cells: current().session.revisited() }),
    showDigit({ index }) {
      const { session, browser } = current();
      return announce(current(), session.edit(browser.show(index)));
    },
    listDigits: (request, client) => current().browser.list(request, progress(client)),
    async findDigit(request, client) {
      return { index: await current().browser.find(request, progress(client)) };
    },
    describeData: refuse,
    listSamples: refuse,
    getImages: refuse,
    train: refuse,
    controlRun: refuse,
    setLearningRate: refuse,
    resetParameters: refuse,
    deleteRun: refuse,
    renameRun: refuse,
    getRun: refuse,
    findLearningRate: refuse,
    evaluate: refuse,
    listConfused: refuse,
    predictFiles: refuse,
    cancel: refuse,
    finishRun: refuse,
    async load(args) {
      await startBackend();
      const session = createSession(await read(args));
      const before = open;
      open = {
        id: args.id ?? randomUUID(),
        session,
        watches: createWatches(session.sheet, tensor => session.value(tensor)),
        browser: createBrowser(session),
      };
      before?.browser.dispose();
      before?.session.dispose();
      return describe(open);
    },
    async write({ path }) {
      const work = current();
      const position = work.session.position();
      const bytes = options.toBytes(work.session.workbook());
      // Edits needn't wait for a slow disk, but another write does: the newest has to be the last.
      const written = writing.then(() => options.writeFile(path, bytes));
      writing = written.catch(() => {});
      await written;
      work.session.markSaved(position);
      if (open === work) announce(work, NOTHING);
      return { size: bytes.length };
    },
    bytes: () => ({ bytes: options.toBytes(current().session.workbook()) }),
    setModified({ modified }) {
      const { session } = current();
      session.markSaved(modified ? undefined : session.position());
      return announce(current(), NOTHING);
    },
    dropClient(_args, client) {
      clients.delete(client);
      open?.watches.drop(client);
      return {};
    },
  };

  async function answer(id: number, kind: EngineKind, args: unknown, client: Client): Promise<void> {
    try {
      const parsed = parseArgs<EngineKind>(REQUESTS[kind].args, kind, args);
      if (client !== undefined && kind !== 'dropClient') clients.add(client);
      const result = await (handlers[kind] as Handler)(parsed, client);
      send({ type: 'reply', id, result });
    } catch (error) {
      const expected = error instanceof UserError;
      if (!expected) {
        options.log(`request "${kind}": ${(error as Error).stack ?? String(error)}`);
        if (kind in engineRequests && engineRequests[kind as keyof typeof engineRequests].journal) {
          options.fail();
          return;
        }
      }
      send({ type: 'error', id, sentence: expected ? error.message : messages.engine.defect(kind), expected });
    }
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
    const { id, kind, args, client } = message;
    if (!Object.hasOwn(REQUESTS, kind)) {
      send({ type: 'error', id, sentence: messages.engine.unknownRequest(kind), expected: true });
      return;
    }
    const start = () => answer(id, kind as EngineKind, args, client);
    if (ASIDE.has(kind as EngineKind)) {
      void (queue ? queue.then(start) : start());
      return;
    }
    const mine = (queue ? queue.then(start) : start()).finally(() => {
      if (queue === mine) queue = undefined;
    });
    queue = mine;
  }

  return { receive };
}
