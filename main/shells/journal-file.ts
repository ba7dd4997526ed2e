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

/** One work's autosave: a file that grows with every change. Nothing waits for the disk but the promises: once one
 *  resolves, what was added before is with the operating system and survives the death of this process; for a power cut
 *  there is a flush to the disk at most `FLUSH_AFTER` later. A disk that refuses is tried again and again, and so is a
 *  file that somebody took away; what could not be written meanwhile is not forgotten. */
export type JournalFile = {
  /** Whether there is to be a file: something was added since it was made or removed. */
  readonly wanted: boolean;
  /** Whether it holds everything that was added. */
  readonly complete: boolean;
  /** Adds a request; the first one writes the whole journal. Resolves when it is written, or when the disk refuses
   *  it. */
  append(request: JournalledRequest): Promise<void>;
  /** Adds what the work's document is now. */
  describe(document: WorkDocument): Promise<void>;
  /** Replaces the whole journal, at once: before or after a crash it is either the old one or the new one. Resolves as
   *  `append` does. */
  rewrite(): Promise<void>;
  /** Deletes the file; the next request writes another. */
  remove(): void;
  /** Where the file lacks something: deletes it, for it would tell less than the truth, and writes it anew as soon as
   *  the disk lets it. Throws the system's error where it can't be deleted. */
  startAnew(): Promise<void>;
  /** Tries what is not yet written a last time, and leaves the file on the disk. Resolves with whether it holds
   *  everything. */
  close(): Promise<boolean>;
};

export type JournalFileOptions = {
  path: string;
  /** The whole work as it is now. */
  content: () => JournalContent;
  /** Waited for before the whole journal is written, once its folder is there. */
  beforeWhole?: () => Promise<void>;
  /** The file has become this, as a whole. */
  onReplaced?: (content: JournalContent) => void;
  /** Called when the disk begins to refuse, and without an error when everything is written again. */
  onTrouble: (error: Error | undefined) => void;
};

/** Milliseconds between a change and its flush to the disk. */
const FLUSH_AFTER = 500;
/** Milliseconds after which a disk that refused is tried again: at first, and at most. */
const RETRY = 250;
const RETRY_AT_MOST = 4000;
/** Milliseconds between two looks whether the file is still there. */
const LOOK_EVERY = 5000;
/** Bytes written at once. */
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
  /** Bytes of the file that are whole records. */
  let length = 0;
  let wanted = false;
  let closed = false;
  /** Records that are not in the file, in their order. */
  let queue: Waiting[] = [];
  /** Those who wait for the whole journal to be replaced; undefined where it isn't to be. */
  let replacing: (() => void)[] | undefined;
  /** The disk has no room for another whole journal, but the file goes on taking records. */
  let postponed = false;
  /** Differs after every removal: what was begun before it comes to nothing. */
  let life = 0;
  let busy: Promise<void> | undefined;
  let trouble: Error | undefined;
  let delay = RETRY;
  let retryTimer: NodeJS.Timeout | undefined;
  let flushTimer: NodeJS.Timeout | undefined;
  let lookTimer: NodeJS.Timeout | undefined;

  /** Not while something may still be written into it: its number could be another file's by then. */
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

  /** Somebody may delete the folder, or put another in its place. */
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

  /** Writes what is to be written, one after the other. Resolves when there is nothing left, or the disk refuses. */
  function work(): Promise<void> {
    busy ??= (async () => {
      // What is added in one turn is written together.
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
    // Nobody waits for a disk that may never take it; the records stay.
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
      // Half a record would hide everything behind it.
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
      // What it replaces is safe already; a first one need not hold up the first edit.
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
      // The open descriptor goes with the file to its new name. Windows renames no open file, so there it is opened
      // again.
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
      // What only the old one names is deleted now: after a power cut it must not be the old one that stands here.
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
      // A disk that refuses is tried again in its own time.
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
    // A disk that refuses the one may refuse the other.
  }
}

/** Records one after the other, several small ones together. */
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
