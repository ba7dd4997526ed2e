/** The open work and its windows: answers the requests that the shell answers itself. */
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sentenceOfError, UserError } from '../../shared/errors.ts';
import { MOST_FRAME_BYTES } from '../../shared/file-limits.ts';
import { en } from '../../shared/messages/en.ts';
import { english } from '../../shared/messages/render.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import {
  type Args,
  type ClientRole,
  type DocumentInfo,
  type Events,
  type FileStamp,
  type Message,
  type Replies,
  shellRequests,
  type WorkbookInfo,
  type WorkbookState,
} from '../../shared/protocol.ts';
import { decodeFrame, encodeFrame, forwardFrame, REQUEST_LIMITS } from '../../shared/rpc.ts';
import { createAdmission, isEngineKind } from './admit.ts';
import type { StartEngine } from './engine-link.ts';
import { type ChooseMode, type Host, isSaving } from './host.ts';
import { whyRefused } from '../files/file-error.ts';
import { whyUnkept } from './journal-file.ts';
import { lessonHandlers, namedBy } from './lesson-files.ts';
import type { WorkDocument } from './journal.ts';
import { linkHandler } from './links.ts';
import type { Memory } from './state.ts';
import { createOutputs } from './output-files.ts';
import { recoverWork } from './recover.ts';
import { createShownViews } from './shown-views.ts';
import { createSupervisor } from './supervisor.ts';
import { takeAway } from './take-away.ts';
import { checkPath, completePath, EXTENSION, listFolder, stampOf, titleOf, withRecent } from './workbook-files.ts';

/** One window on the work. */
export type Connection = {
  /** Takes every frame that the window sends. */
  receive(frame: Uint8Array): void;
  close(): void;
};

type Target = { file: string } | { template: string };

/** The open work and its windows. It answers their requests, lets one of them edit, and knows the files. Both shells
 *  are thin layers around it. */
export type Documents = {
  /** Opens the target that the app was started with: a file by its path, or a template by its name. Without one, the
   *  unsaved work of last time, or else the first starter network. */
  begin(target?: Target): Promise<void>;
  /** Opens this template, or this very file, whatever it is called. Rejects if that can't be: nothing else is opened
   *  in its place. */
  beginExactly(target: Target): Promise<void>;
  /** Adds a window. `post` sends it a frame; `refuse` ends a connection that breaks the protocol. */
  connect(post: (frame: Uint8Array) => void, refuse: (reason: string) => void): Connection;
  /** Gives the editing window a command from a native menu, or a file that was opened from outside. If there is no such
   *  window yet, the last one waits for it. */
  command(id: string, argument?: string): void;
  readonly document: DocumentInfo;
  readonly workbook: WorkbookInfo | undefined;
  readonly clients: number;
  isModified(): Promise<boolean>;
  save(args: Args<'save'>, workbook?: string): Promise<Replies['save']>;
  /** Asks with a native dialog, starting in the last used folder. undefined if the user cancels. */
  chooseFile(mode: ChooseMode, suggestion: string): Promise<string | undefined>;
  discard(): Promise<void>;
  /** Ends the engine. Unsaved work stays on the disk for the next start. Resolves with whether there is any, or why it
   *  couldn't be kept. */
  close(): Promise<{ unsaved: boolean; problem?: Sentence }>;
  readonly enginePid: number | undefined;
};

export type DocumentsOptions = {
  host: Host;
  /** The state folder, which exists. */
  folder: string;
  memory: Memory;
  startEngine: StartEngine;
  /** Milliseconds after which a viewer takes over from an editor that has gone. A reloaded window is back earlier. */
  promoteAfter?: number;
  /** After how many bytes of changes a journal gets a new checkpoint, if not the usual number. */
  compactAfter?: number;
  log?: (line: string) => void;
};

const FIRST_TEMPLATE = 'lesson3';
/** What a new workbook is called whose network is empty. */
const EMPTY = 'network';
/** How many milliseconds the engine has, when the app ends, to say whether there are unsaved changes. */
const ANSWER_WITHIN = 3000;
type Client = {
  id: number;
  role: ClientRole;
  /** Whether the window has said hello. Only then it can become the editor. */
  present: boolean;
  post(frame: Uint8Array): void;
};

export function createDocuments(options: DocumentsOptions): Documents {
  const { host, folder, memory, promoteAfter = 1500, log = () => {} } = options;
  const works = join(folder, 'works');
  const admit = createAdmission();
  const views = createShownViews(memory);
  const clients = new Map<number, Client>();
  const outputs = createOutputs(host, folder, client => clients.has(client));
  let nextClient = 1;
  let workbook: WorkbookInfo | undefined;
  let recovered = false;
  /** Why changes aren't being kept safe. */
  let unkept: Sentence | undefined;
  let problem: Sentence | undefined;
  /** The file that `save` has refused to replace, and its state then. The same request again means yes. */
  let refusedToReplace: { path: string; stamp: FileStamp } | undefined;
  let firstNotices: Events['notice'][] = [];
  /** A file that was opened from outside while there was no window to handle it. */
  let unheard: Events['command'] | undefined;
  let isReady = false;
  let begun: () => void;
  const ready = new Promise<void>(resolve => {
    begun = () => {
      isReady = true;
      resolve();
    };
  });

  const supervisor = createSupervisor({
    start: options.startEngine,
    folder: works,
    compactAfter: options.compactAfter,
    log,
    onTrouble(error, changes) {
      if (error) problem = whyRefused(error);
      unkept = error && whyUnkept(error, changes, supervisor.document.name);
      broadcast('notice', { tone: unkept ? 'warning' : 'info', sentence: unkept ?? sentences.shell.autosaveWorks });
      documentChanged();
    },
    onEvent(event, data, client, frame) {
      if (event === 'workbook') {
        workbook = data as WorkbookInfo;
        host.changed?.();
        host.runChanged?.(workbook.run);
      }
      if (event === 'run') host.runChanged?.((data as Events['run']).state);
      if (event === 'changes') noteState((data as Events['changes']).state);
      const bytes = frame ?? encodeFrame({ type: 'event', event, data } as Message);
      if (client === undefined) for (const each of clients.values()) each.post(bytes);
      else clients.get(client)?.post(bytes);
    },
  });

  function noteState(state: WorkbookState) {
    // Saving changes no value, so the revision stays.
    const same = workbook?.state.revision === state.revision && workbook.state.modified === state.modified;
    if (!workbook || same) return;
    workbook = { ...workbook, state };
    host.changed?.();
  }

  function tell<E extends keyof Events>(client: Client, event: E, data: Events[E]) {
    client.post(encodeFrame({ type: 'event', event, data } as Message));
  }
  function broadcast<E extends keyof Events>(event: E, data: Events[E]) {
    for (const client of clients.values()) tell(client, event, data);
  }

  function documentInfo(): DocumentInfo {
    const { name, path } = supervisor.document;
    return { name: name || en.shell.untitled, path, recent: memory.get().recent, recovered, unkept };
  }
  function documentChanged() {
    broadcast('document', documentInfo());
    host.changed?.();
  }

  function remember(path: string) {
    memory.set({ recent: withRecent(memory.get().recent, path), folder: dirname(path) });
  }

  async function openWork(load: Args<'load'>, document: WorkDocument) {
    const info = await supervisor.open(load, document);
    workbook = info;
    recovered = false;
    refusedToReplace = undefined;
    if (document.path) remember(document.path);
    else views.beginUntitled();
    broadcast('workbook', { ...info, view: views.find(document.path) });
    documentChanged();
    host.runChanged?.(info.run);
  }

  async function openFile(named: string) {
    const path = await completePath(named);
    checkPath(path);
    const stamp = await stampOf(path);
    if (!stamp) {
      memory.set({ recent: memory.get().recent.filter(file => file.path !== path) });
      documentChanged();
      throw new UserError(sentences.shell.fileMissing(path));
    }
    await openWork({ from: 'file', path }, { name: titleOf(path), path, stamp });
  }

  /** Opens a template, and tells what there is to say about it. */
  async function openTemplate(template: string, say: (notice: Events['notice']) => void) {
    await openWork({ from: 'template', template }, { name: template });
    const { opened } = sentences.templates;
    if (Object.hasOwn(opened, template)) say({ tone: 'info', sentence: opened[template as keyof typeof opened] });
  }

  /** Saves the workbook. `workbook`: the one that is meant, if it must be the open one. */
  async function save({ path, overwrite }: Args<'save'>, workbook?: string): Promise<Replies['save']> {
    const { document } = supervisor;
    const before = document.path;
    const target = path ?? before;
    if (!target) throw new UserError(sentences.shell.noPath);
    checkPath(target);
    const stamp = await stampOf(target);
    const own = target === document.path;
    const known = [
      own ? document.stamp : undefined,
      refusedToReplace?.path === target ? refusedToReplace.stamp : undefined,
    ];
    if (
      stamp &&
      !overwrite &&
      !known.some(each => each && each.modified === stamp.modified && each.size === stamp.size)
    ) {
      refusedToReplace = { path: target, stamp };
      throw new UserError((own ? sentences.shell.changedOnDisk : sentences.shell.exists)(basename(target)));
    }
    const describe = async () => ({ name: titleOf(target), path: target, stamp: await stampOf(target) });
    await supervisor.save(target, describe, workbook);
    recovered = false;
    refusedToReplace = undefined;
    remember(target);
    views.moved(before, target);
    documentChanged();
    return { path: target };
  }

  function leave({ id }: Client) {
    supervisor.dropClient(id);
    void outputs.dropOf(id);
  }

  async function chooseFile(mode: ChooseMode, suggestion: string): Promise<string | undefined> {
    if (!host.chooseFile) throw new UserError(sentences.shell.noNativeDialogs);
    const { path: own } = supervisor.document;
    const folderOf = own ? dirname(own) : (memory.get().folder ?? homedir());
    const saves = isSaving(mode);
    const path = await host.chooseFile(mode, saves ? join(folderOf, basename(suggestion)) : folderOf);
    const stamp = mode === 'save' && path !== undefined ? await stampOf(path) : undefined;
    // The dialog has already asked whether to replace it.
    if (path !== undefined && stamp) refusedToReplace = { path, stamp };
    return path;
  }

  async function discard(workbook?: string) {
    await supervisor.discard(workbook);
    recovered = false;
    documentChanged();
  }

  const handlers: {
    [K in keyof typeof shellRequests]: (
      args: Args<K>,
      client: Client,
      workbook: string | undefined,
    ) => Promise<Replies[K]> | Replies[K];
  } = {
    async hello(_args, client) {
      await ready;
      // A page that was reloaded over the same connection starts anew.
      if (client.present) leave(client);
      client.present = true;
      if (!editor()) client.role = 'editor';
      const info = await supervisor.request('getWorkbook', {}, client.id);
      workbook = info;
      const { settings } = memory.get();
      const reply = {
        role: client.role,
        capabilities: host.capabilities,
        settings,
        document: documentInfo(),
        workbook: { ...info, view: views.find(supervisor.document.path) },
      };
      // After the reply, because before it the window can't show anything.
      setImmediate(() => {
        for (const notice of firstNotices) tell(client, 'notice', notice);
        firstNotices = [];
        if (unheard && client.role === 'editor') {
          tell(client, 'command', unheard);
          unheard = undefined;
        }
        if (client.role === 'viewer') tell(client, 'notice', { tone: 'info', sentence: sentences.shell.viewer });
      });
      return reply;
    },
    async newWorkbook(args, client) {
      if ('classes' in args) await openWork({ from: 'fresh', ...args }, { name: args.template });
      else if ('images' in args) await openWork({ from: 'empty', images: args.images }, { name: EMPTY });
      else await openTemplate(args.template, notice => tell(client, 'notice', notice));
      return {};
    },
    async openFile({ path }) {
      await openFile(path);
      return {};
    },
    async openBytes({ name, bytes }) {
      await openWork({ from: 'bytes', name, bytes }, { name: titleOf(name) });
      return {};
    },
    save: (args, _client, workbook) => save(args, workbook),
    async fileBytes() {
      const name = `${documentInfo().name}${EXTENSION}`;
      return { name, bytes: await takeAway(await supervisor.copy(), name) };
    },
    async chooseFile({ mode, suggestion }) {
      return { path: await chooseFile(mode, suggestion) };
    },
    listFolder({ path, show = 'workbooks' }) {
      const { document } = supervisor;
      const folderOf = path ?? (document.path ? dirname(document.path) : memory.get().folder);
      return listFolder(folderOf, { show, fallback: path === undefined });
    },
    clearRecent() {
      memory.set({ recent: [] });
      // Kept views name files too, so they are cleared.
      views.clear(supervisor.document.path);
      documentChanged();
      return {};
    },
    setSettings(changes) {
      const given = Object.entries(changes).filter(([, value]) => value !== undefined);
      const settings = { ...memory.get().settings, ...Object.fromEntries(given) };
      memory.set({ settings });
      broadcast('settings', settings);
      host.settingsChanged?.(settings);
      return settings;
    },
    ...lessonHandlers(folder, () => broadcast('lessons', {})),
    keepView({ view }) {
      views.keep(supervisor.document.path, view);
      return {};
    },
    setMenu({ menu }) {
      host.setMenu?.(menu);
      return {};
    },
    async discard(_args, _client, workbook) {
      await discard(workbook);
      return {};
    },
    quit(_args, client) {
      // A second window only closes itself. The reply is sent first.
      if (client.role === 'editor') setImmediate(() => host.quit());
      return {};
    },
    openLink: linkHandler(host),
    ...outputs.handlers,
  };

  const editor = () => [...clients.values()].find(client => client.present && client.role === 'editor');

  function promote() {
    if (editor()) return;
    const [next] = [...clients.values()].filter(client => client.present);
    if (!next) return;
    next.role = 'editor';
    tell(next, 'role', { role: 'editor' });
    tell(next, 'notice', { tone: 'info', sentence: sentences.shell.promoted });
  }

  /** Opens the unsaved work of an earlier start, if there is some: the newest, or the newest of `file`. */
  async function recover(file: string | undefined): Promise<boolean> {
    const { info, notices } = await recoverWork(supervisor, works, file, log);
    firstNotices.push(...notices);
    if (!info) return false;
    workbook = info;
    recovered = info.state.modified;
    if (recovered) firstNotices.push({ tone: 'info', sentence: sentences.shell.recovered(documentInfo().name) });
    return true;
  }

  return {
    async begin(target) {
      const { file, template, lesson } = namedBy(target);
      // The window opens a lesson beside the workbook that would be open without it.
      if (lesson !== undefined) unheard = { id: 'file.openRecent', argument: lesson };
      try {
        if (template === undefined && (await recover(file))) return;
        if (file !== undefined) return await openFile(file);
        await openTemplate(template ?? FIRST_TEMPLATE, notice => firstNotices.push(notice));
      } catch (error) {
        if (!(error instanceof UserError) || target === undefined) throw error;
        firstNotices.push({ tone: 'error', sentence: error.sentence });
        await openTemplate(FIRST_TEMPLATE, () => {});
      } finally {
        begun();
      }
    },
    async beginExactly(target) {
      try {
        if ('template' in target) await openTemplate(target.template, () => {});
        else await openWork({ from: 'file', path: target.file }, { name: titleOf(target.file), path: target.file });
      } finally {
        begun();
      }
    },
    connect(post, refuse) {
      const client: Client = { id: nextClient++, role: 'viewer', present: false, post };
      clients.set(client.id, client);
      return {
        receive(frame) {
          if (frame.length > MOST_FRAME_BYTES) return refuse(english(sentences.shell.frameTooLarge));
          let message: Message;
          try {
            message = decodeFrame(frame, REQUEST_LIMITS);
          } catch (error) {
            return refuse((error as Error).message);
          }
          // Windows only send requests, and only the shell may mark them as checked.
          if (message.type !== 'request' || message.checked)
            return refuse(english(sentences.shell.refused(message.type)));
          const { id } = message;
          const reply = (content: Uint8Array) => {
            if (clients.has(client.id)) post(content);
          };
          const told = {
            resolve: (result: unknown, of?: Uint8Array) =>
              reply(of ? forwardFrame(of, { id }) : encodeFrame({ type: 'reply', id, result })),
            reject: (error: Error) => {
              const expected = error instanceof UserError;
              if (!expected) log(error.stack ?? error.message);
              // The window shows unexpected errors as such.
              reply(encodeFrame({ type: 'error', id, sentence: sentenceOfError(error), expected }));
            },
          };
          try {
            const { kind, args, workbook: meant, complete } = admit(message, client.role, workbook);
            if (!isEngineKind(kind)) {
              if (meant !== undefined) supervisor.checkMeant(meant);
              const result = Promise.resolve(handlers[kind](args as never, client, message.workbook));
              void result.then(told.resolve, told.reject);
            } else if (!isReady) void ready.then(() => this.receive(frame));
            else {
              const own = complete ? frame : undefined;
              supervisor.forward({ kind, args, client: client.id, workbook: meant, frame: own }, told);
            }
          } catch (error) {
            told.reject(error as Error);
          }
        },
        close() {
          if (!clients.delete(client.id)) return;
          leave(client);
          if (client.role === 'editor') setTimeout(promote, promoteAfter).unref();
        },
      };
    },
    command(id, argument) {
      const target = editor();
      if (target) tell(target, 'command', { id, argument });
      else unheard = { id, argument };
    },
    get document() {
      return documentInfo();
    },
    get workbook() {
      return workbook;
    },
    get clients() {
      return clients.size;
    },
    isModified: () => supervisor.isModified(),
    save,
    chooseFile,
    discard,
    async close() {
      // If the engine doesn't answer soon, keeping the work is safer.
      const late = pause(ANSWER_WITHIN, true, { ref: false });
      const unsaved = await Promise.race([supervisor.isModified(), late]).catch(() => true);
      await outputs.dropAll();
      const kept = await supervisor.close({ keep: unsaved });
      await memory.written();
      if (kept === 'not all') return { unsaved: true, problem: problem ?? sentences.shell.tooSlow };
      return { unsaved: kept === 'all' };
    },
    get enginePid() {
      return supervisor.enginePid;
    },
  };
}
