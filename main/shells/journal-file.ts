import {
  close as closeFile,
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  fsync,
  ftruncate,
  mkdirSync,
  open,
  openSync,
  renameSync,
  rmSync,
  stat,
  write,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { sentenceOfError } from '../../shared/errors.ts';
import { syncFolder } from '../files/atomic.ts';
import { whyRefused } from '../files/file-error.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import {
  documentRecord,
  type JournalContent,
  type JournalledRequest,
  requestRecord,
  type WorkDocument,
} from './journal.ts';

/** The autosave of one work: a file that grows with every change. A returned promise resolves when everything added
 *  before it is written. It then survives a crash of this process, and at most `FLUSH_AFTER` later also a power
 *  failure. If the disk refuses or somebody removes the file, writing is tried again, and nothing is forgotten
 *  meanwhile. */
export type JournalFile = {
  /** Whether there should be a file: something was added since it was created or removed. */
  readonly wanted: boolean;
  /** Whether the file has everything that was added. */
  readonly complete: boolean;
  /** Adds a request. The first one writes the whole journal. Resolves when it is written, or the disk has refused
   *  it. */
  append(request: JournalledRequest): Promise<void>;
  /** Adds the work's current document. */
  describe(document: WorkDocument): Promise<void>;
  /** Replaces the whole journal in one step: after a crash, the file is the old one or the new one. Resolves as
   *  `append` does. */
  rewrite(): Promise<void>;
  /** Deletes the file. The next request writes a new one. */
  remove(): void;
  /** If the file isn't complete, deletes it, because it would be wrong, and writes it anew when the disk allows it.
   *  Throws the system's error if it can't be deleted. */
  startAnew(): Promise<void>;
  /** Tries a last time to write what is missing, and leaves the file on the disk. Resolves with whether it is
   *  complete. */
  close(): Promise<boolean>;
};

export type JournalFileOptions = {
  path: string;
  /** The whole work as it is now. */
  content: () => JournalContent;
  /** Is awaited before the whole journal is written. The folder exists by then. */
  beforeWhole?: () => Promise<void>;
  /** The whole file now has this content. */
  onReplaced?: (content: JournalContent) => void;
  /** Called with the error when the disk begins to refuse, and without one when everything is written again. */
  onTrouble: (error: Error | undefined) => void;
};

/** Milliseconds from a change to its flush to the disk. */
const FLUSH_AFTER = 500;
/** Milliseconds after which a refused write is tried again: at first, and at most. */
const RETRY = 250;
const RETRY_AT_MOST = 4000;
/** Milliseconds between checks whether the file still exists. */
const LOOK_EVERY = 5000;
/** How many bytes are written at once. */
const PIECE = 4 * 2 ** 20;

const openAsync = promisify(open);
const writeAsync = promisify(write);
const syncAsync = promisify(fsync);
const truncateAsync = promisify(ftruncate);
const statAsync = promisify(stat);

type Waiting = { bytes: () => Uint8Array; done?: () => void };

export function createJournalFile({
  path,
  content,
  beforeWhole,
  onReplaced,
  onTrouble,
}: JournalFileOptions): JournalFile {
  let file: number | undefined;
  /** The length of the complete records in the file, in bytes. */
  let length = 0;
  let wanted = false;
  let closed = false;
  /** Records that aren't in the file yet, in their order. */
  let queue: Waiting[] = [];
  /** Callbacks that wait until the whole journal is replaced. undefined if it shouldn't be. */
  let replacing: (() => void)[] | undefined;
  /** Whether the disk has no room to replace the journal. The old file then still takes records. */
  let postponed = false;
  /** Changes with every removal. Work that began before a removal is dropped. */
  let life = 0;
  let busy: Promise<void> | undefined;
  let trouble: Error | undefined;
  let delay = RETRY;
  let retryTimer: NodeJS.Timeout | undefined;
  let flushTimer: NodeJS.Timeout | undefined;
  let lookTimer: NodeJS.Timeout | undefined;

  /** Closes the file, but not while something is being written: another file could get its number. */
  function letGo(): void {
    const old = file;
    file = undefined;
    length = 0;
    if (old === undefined) return;
    if (busy) void busy.then(() => closeFile(old, () => {}));
    else closeFile(old, () => {});
  }

  function flushSoon(): void {
    flushTimer ??= setTimeout(() => {
      flushTimer = undefined;
      if (file !== undefined) fdatasync(file, () => {});
    }, FLUSH_AFTER).unref();
  }

  async function look(mine: number): Promise<void> {
    const found = await statAsync(path).catch(() => undefined);
    if (file === mine && !busy && found?.ino !== fstatSync(mine).ino) missing();
  }

  /** Checks from time to time, because somebody may delete or replace the folder. */
  function lookSometimes(): void {
    lookTimer ??= setInterval(() => {
      const mine = file;
      if (mine === undefined || busy) return;
      void look(mine);
    }, LOOK_EVERY).unref();
  }

  function missing(): void {
    letGo();
    void work();
  }

  const hasWork = () => wanted && (file === undefined || queue.length > 0 || (replacing && !postponed));

  /** Writes everything that waits, in order. Resolves when nothing is left, or the disk refuses. */
  function work(): Promise<void> {
    busy ??= (async () => {
      // Everything that is added in one turn is written together.
      await Promise.resolve();
      try {
        while (hasWork()) {
          if (file !== undefined && queue.length > 0) await appendWaiting(file);
          else await replace();
        }
        if (!postponed) stopRetrying();
        if (trouble) {
          trouble = undefined;
          onTrouble(undefined);
        }
      } catch (error) {
        refused(error as Error);
      } finally {
        busy = undefined;
      }
    })();
    return busy;
  }

  function refused(error: Error): void {
    if (!wanted) return;
    const first = trouble === undefined;
    trouble = error;
    // The callers don't wait any longer, because the disk may never accept it. The records stay in the queue.
    for (const each of queue) {
      each.done?.();
      each.done = undefined;
    }
    for (const done of replacing?.splice(0) ?? []) done();
    if (first) onTrouble(error);
    retryLater();
  }

  function retryLater(): void {
    if (closed) return;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => {
      postponed = false;
      void work();
    }, delay).unref();
    delay = Math.min(2 * delay, RETRY_AT_MOST);
  }

  function stopRetrying(): void {
    clearTimeout(retryTimer);
    delay = RETRY;
    postponed = false;
  }

  async function appendWaiting(target: number): Promise<void> {
    const mine = life;
    const batch: Waiting[] = [];
    const records: Uint8Array[] = [];
    let size = 0;
    for (const each of queue) {
      if (size > PIECE) break;
      const bytes = each.bytes();
      batch.push(each);
      records.push(bytes);
      size += bytes.length;
    }
    if (fstatSync(target).nlink === 0) {
      letGo();
      return;
    }
    try {
      await writeAll(target, records.length === 1 ? records[0] : Buffer.concat(records), length);
    } catch (error) {
      // Half a record would hide everything after it, so it is cut off.
      const cut = await truncateAsync(target, length).then(
        () => true,
        () => false,
      );
      if (mine === life && !cut) letGo();
      throw error;
    }
    if (mine !== life) return;
    length += size;
    queue.splice(0, batch.length);
    for (const { done } of batch) done?.();
    flushSoon();
  }

  async function replace(): Promise<void> {
    const mine = life;
    let included = 0;
    const told = replacing ?? [];
    replacing = undefined;
    const temporary = `${path}.new`;
    let next: number | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await beforeWhole?.();
      included = queue.length;
      const whole = content();
      const { document, requests } = whole;
      next = await openAsync(temporary, 'w', 0o600);
      let at = 0;
      const records = [() => documentRecord(document), ...requests.map(request => () => requestRecord(request))];
      for (const piece of pieces(records)) {
        await writeAll(next, piece, at);
        at += piece.length;
        if (mine !== life) break;
      }
      // A journal that replaces another must be safe. The first one must not delay the first edit.
      const replaces = existsSync(path);
      if (replaces) await syncAsync(next);
      if (mine !== life) {
        closeSync(next);
        rmSync(temporary, { force: true });
        for (const done of told) done();
        return;
      }
      const old = file;
      if (old !== undefined) closeSync(old);
      file = undefined;
      // The open descriptor stays valid after the rename. Windows can't rename an open file, so there it is closed and
      // opened again.
      if (process.platform === 'win32') {
        closeSync(next);
        next = undefined;
      }
      renameSync(temporary, path);
      file = next ?? openSync(path, 'r+');
      length = at;
      for (const { done } of queue.splice(0, included)) done?.();
      flushSoon();
      lookSometimes();
      // The files that only the old journal names are deleted next. So the rename must survive a power failure first.
      if (replaces) await syncFolder(dirname(path));
      if (mine === life) onReplaced?.(whole);
      for (const done of told) done();
    } catch (error) {
      if (next !== undefined && next !== file) closeSync(next);
      removeIfPossible(temporary);
      replacing = [...told, ...(replacing ?? [])];
      if (file === undefined) throw error;
      // The old file holds all that the new one would, and more.
      for (const done of replacing.splice(0)) done();
      postponed = true;
      retryLater();
    }
  }

  function add(bytes: () => Uint8Array): Promise<void> {
    return new Promise(resolve => {
      wanted = true;
      // After a refusal, the disk is tried again later, so the caller doesn't wait.
      queue.push({ bytes, done: trouble ? undefined : resolve });
      if (trouble) resolve();
      else void work();
    });
  }

  function remove(): void {
    life++;
    wanted = false;
    stopRetrying();
    clearInterval(lookTimer);
    lookTimer = undefined;
    letGo();
    for (const { done } of queue) done?.();
    for (const done of replacing ?? []) done();
    queue = [];
    replacing = undefined;
    const told = trouble;
    trouble = undefined;
    if (told) onTrouble(undefined);
    rmSync(path, { force: true });
  }

  return {
    get wanted() {
      return wanted;
    },
    get complete() {
      return file !== undefined && queue.length === 0;
    },
    append: request => add(() => requestRecord(request)),
    describe: document => (wanted ? add(() => documentRecord(document)) : Promise.resolve()),
    rewrite() {
      return new Promise(resolve => {
        wanted = true;
        (replacing ??= []).push(resolve);
        void work();
      });
    },
    remove,
    async startAnew() {
      life++;
      letGo();
      const written = new Promise<void>(resolve => (replacing ??= []).push(resolve));
      void (busy ?? Promise.resolve()).then(work);
      rmSync(path, { force: true });
      await written;
    },
    async close() {
      closed = true;
      clearTimeout(retryTimer);
      await busy;
      if (wanted) await work();
      const complete = !wanted || (file !== undefined && queue.length === 0);
      clearTimeout(flushTimer);
      clearInterval(lookTimer);
      stopRetrying();
      letGo();
      return complete;
    },
  };
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // If the disk refuses one, it may refuse the other too.
  }
}

/** Joins small records to larger pieces. */
function* pieces(records: readonly (() => Uint8Array)[]): Generator<Uint8Array> {
  let together: Uint8Array[] = [];
  let size = 0;
  for (const record of records) {
    const bytes = record();
    together.push(bytes);
    size += bytes.length;
    if (size < PIECE) continue;
    yield Buffer.concat(together);
    together = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(together);
}

async function writeAll(file: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await writeAsync(file, bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

/** Why the work isn't kept safe, as a sentence; see SupervisorOptions.onTrouble. */
export function whyUnkept(error: Error, changes: boolean, name: string): Sentence {
  return changes
    ? sentences.shell.autosaveFailed(whyRefused(error))
    : sentences.shell.noCopy(name, sentenceOfError(error));
}
