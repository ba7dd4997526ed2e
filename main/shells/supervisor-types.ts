import type { Args, EngineKind, Events, Replies, WorkbookInfo } from '../../shared/protocol.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { StartEngine } from './engine-link.ts';
import type { JournalContent, WorkDocument } from './journal.ts';
import type { Pending } from './pending.ts';
import type { Kept } from './work-record.ts';

/** Keeps the engine process and the work in it alive. It starts the engine, sends it requests, and journals every
 *  change before it is sent. After a crash it starts another engine and replays the journal. Callers only notice a late
 *  reply. */
export type Supervisor = {
  /** Opens another workbook instead of the open one. If that fails, throws UserError, and the open one stays. */
  open(load: Args<'load'>, document: WorkDocument): Promise<WorkbookInfo>;
  /** Opens the work of a journal from the disk, and continues that journal. */
  recover(path: string, content: JournalContent): Promise<WorkbookInfo>;
  /** Sends a client's request to the engine. Throws UserError if the engine refuses it, dies of it twice, or if it is
   *  meant for another workbook. */
  request<K extends EngineKind>(kind: K, args: Args<K>, client?: number, workbook?: string): Promise<Replies[K]>;
  /** Passes a window's request (already checked) on to the engine in its own frame, and the reply's frame back. Throws
   *  UserError, or rejects with one, as `request` does. */
  forward(request: WindowRequest, answer: Answer): void;
  /** Throws UserError if something is meant for another workbook than the open one. */
  checkMeant(workbook: string | undefined): void;
  dropClient(client: number): void;
  /** Writes the workbook to a file, which then is the work's document. Throws UserError if another workbook is open. */
  save(path: string, describe: () => Promise<WorkDocument>, workbook?: string): Promise<void>;
  /** Writes a copy of the workbook into the folder of the journals, for the caller to take away. Resolves with its
   *  path. */
  copy(): Promise<string>;
  readonly document: WorkDocument;
  /** Whether anything has changed since the workbook was opened or saved. */
  isModified(): Promise<boolean>;
  /** Drops the autosave, so that the workbook counts as saved. Throws UserError if another workbook is open. */
  discard(workbook?: string): Promise<void>;
  /** Ends the engine. With `keep`, the autosave stays on the disk. Resolves with how much of the work is in it. */
  close(options: { keep: boolean }): Promise<Kept>;
  readonly enginePid: number | undefined;
};

/** A window's request to the engine. `workbook`: the workbook that it is meant for. */
export type WindowRequest = { kind: EngineKind; args: unknown; client?: number; workbook?: string; frame?: Uint8Array };
/** The sender of a request, and the workbook that it is meant for. `whenDead`: if the engine dies over it, it fails
 *  with this sentence instead of being sent again. */
export type Sender = Pick<WindowRequest, 'client' | 'workbook'> & { whenDead?: Sentence };
export type Answer = Pick<Pending, 'resolve' | 'reject'>;

export type SupervisorOptions = {
  start: StartEngine;
  /** The folder of the journals, which exists. */
  folder: string;
  /** An event of the engine for one client, or for all if `client` is undefined. `frame` is the event as it came, which
   *  can be passed on. */
  onEvent<E extends keyof Events>(event: E, data: Events[E], client?: number, frame?: Uint8Array): void;
  /** The work isn't kept safe because the disk refuses (`error`), or is safe again (undefined). `changes`: changes
   *  aren't kept. Otherwise they are, but there is no copy to restore the work from. */
  onTrouble?(error: Error | undefined, changes: boolean): void;
  /** Milliseconds without a sign of life after which a request counts as hung. */
  patience?: number;
  /** After how many bytes of changes the journal gets a new checkpoint. */
  compactAfter?: number;
  /** After the engine was given up, requests don't start another one for so many milliseconds. */
  calm?: number;
  log?: (line: string) => void;
};
