import type { Args, EngineKind, Events, Replies, WorkbookInfo } from '../../shared/protocol.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { StartEngine } from './engine-link.ts';
import type { JournalContent, WorkDocument } from './journal.ts';
import type { Pending } from './pending.ts';
import type { Kept } from './work-record.ts';

/** Keeps the engine process alive and the work in it: starts it, routes requests to it, journals every change before it
 *  is sent, and after a crash starts another process, replays the journal and goes on, so that its callers see no more
 *  than a late reply. */
export type Supervisor = {
  /** Opens another workbook in place of the open one. Throws UserError, and the open one stays, where that can't be. */
  open(load: Args<'load'>, document: WorkDocument): Promise<WorkbookInfo>;
  /** Opens the work of a journal read from disk, and goes on journalling it there. */
  recover(path: string, content: JournalContent): Promise<WorkbookInfo>;
  /** Sends a client's request to the engine. Throws UserError where the engine refuses, or stopped twice over it, or
   *  where it is meant for another workbook than the open one. */
  request<K extends EngineKind>(kind: K, args: Args<K>, client?: number, workbook?: string): Promise<Replies[K]>;
  /** Passes a window's request, whose arguments have been checked, on to the engine in the frame it came in, and the
   *  frame of the reply back. Throws UserError, or rejects with one, as `request` does. */
  forward(request: WindowRequest, answer: Answer): void;
  /** Throws UserError where something is meant for another workbook than the open one. */
  checkMeant(workbook: string | undefined): void;
  dropClient(client: number): void;
  /** Writes the workbook to this file; from then on it is the work's document. Throws UserError where another workbook
   *  than this one is open. */
  save(path: string, describe: () => Promise<WorkDocument>, workbook?: string): Promise<void>;
  /** Writes a copy of the workbook into the journals' folder, for somebody else to take away. Its path. */
  copy(): Promise<string>;
  readonly document: WorkDocument;
  /** Whether there are changes since the workbook was opened or saved. */
  isModified(): Promise<boolean>;
  /** Drops the autosave; the workbook counts as saved. Throws UserError where another workbook than this one is
   *  open. */
  discard(workbook?: string): Promise<void>;
  /** Ends the engine. The autosave stays on disk where `keep` says so; resolves with what of the work is in it. */
  close(options: { keep: boolean }): Promise<Kept>;
  readonly enginePid: number | undefined;
};

/** A request of a window for the engine. `workbook`: the one it is meant for. */
export type WindowRequest = { kind: EngineKind; args: unknown; client?: number; workbook?: string; frame?: Uint8Array };
/** Who sends a request, and for which workbook. `whenDead`: where the engine dies over it, it is refused with this. */
export type Sender = Pick<WindowRequest, 'client' | 'workbook'> & { whenDead?: Sentence };
export type Answer = Pick<Pending, 'resolve' | 'reject'>;

export type SupervisorOptions = {
  start: StartEngine;
  /** Folder of the journals; it exists. */
  folder: string;
  /** Events of the engine for one client, or for all of them where `client` is undefined. `frame` is the event as it
   *  came, to be passed on as it is. */
  onEvent<E extends keyof Events>(event: E, data: Events[E], client?: number, frame?: Uint8Array): void;
  /** The disk begins to refuse what keeps the work safe, and why; or without an error, it is safe again. `changes`:
   *  what is changed isn't kept; else it is, but there is no copy to restore the work from. */
  onTrouble?(error: Error | undefined, changes: boolean): void;
  /** Milliseconds without any sign of life before a request counts as hung. */
  patience?: number;
  /** Bytes of changes after which the journal gets a new checkpoint. */
  compactAfter?: number;
  /** Milliseconds after the engine was given up in which no request starts another one. */
  calm?: number;
  log?: (line: string) => void;
};
