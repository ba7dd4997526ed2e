/** The open work as another engine can restore it: what was loaded, every change since in its order, and the journal on
 *  the disk that keeps both safe. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { editsOf, type TensorEdit } from '../../shared/change.ts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Args } from '../../shared/protocol.ts';
import { deleteFile, filesOf, type JournalledRequest, type WorkDocument } from './journal.ts';
import { createJournalFile, type JournalFile } from './journal-file.ts';

/** A change; one that is skipped is left out when the work is restored. */
export type RecordEntry = JournalledRequest & { skipped: boolean };

export type WorkRecord<Entry extends RecordEntry> = {
  /** What restores the work as it was before `entries`; undefined before anything was opened. */
  readonly load: Args<'load'> | undefined;
  readonly entries: readonly Entry[];
  /** Whether more bytes of changes than this have come after `load`, or much larger files than its own. */
  isLong(most: number): boolean;
  /** Whether somebody has taken away the file of `load`. */
  isGone(): boolean;
  readonly document: WorkDocument;
  /** Whether everything that was added is on the disk. */
  readonly written: boolean;
  /** Another work takes the place of this one, whose journal is deleted. Its own is written with its first change, or
   *  where it comes from a journal, rewritten by `rewrite`. */
  open(load: Args<'load'>, document: WorkDocument, journal?: { path: string; entries: Entry[] }): void;
  /** Adds a change. Like the next three, it resolves when that is on the disk, or the disk has refused it. */
  add(entry: Entry): Promise<void>;
  /** Adds that the work counts as saved, or as modified, from here on; which alone is no reason to keep it on the
   *  disk. */
  mark(entry: Entry): Promise<void>;
  /** Writes the journal anew, with entries as they are now, where there is one. */
  rewrite(): Promise<void>;
  /** The work was written to a file, which is its document from now on. `mark` says that it counts as saved. */
  saved(document: WorkDocument, mark: Entry): Promise<void>;
  /** From now on the work is restored from this: its state after `last`, or where that is undefined, before all
   *  entries; `marks` are what is still to be said of that. Entries that came later stay. False, and nothing is done,
   *  where `last` is there no longer. */
  compact(load: Args<'load'>, last: Entry | undefined, marks: Entry[]): boolean;
  /** Sees to it that a checkpoint that somebody took away is made again. */
  restore(): Promise<void>;
  /** Deletes the journal; the next change writes it again. */
  remove(): void;
  /** Leaves the journal on the disk, after a last attempt at what isn't there yet. Resolves with what of the work will
   *  come back. */
  close(): Promise<Kept>;
};

/** What of a work is on the disk: all of it, not all of it, or nothing, because nothing was changed. */
export type Kept = 'all' | 'not all' | 'nothing';

export type WorkRecordOptions = {
  onTrouble: (error: Error | undefined) => void;
  /** Resolves when the work has been given another one, or can't be. */
  onGone: () => Promise<void>;
  log: (line: string) => void;
};

/** Journals are in `folder`. `onTrouble` hears when the disk begins to refuse, and without an error when everything is
 *  on it again; `onGone`, when somebody has taken away the file that the work is restored from. */
export function createWorkRecord<Entry extends RecordEntry>(
  folder: string,
  { onTrouble, onGone, log }: WorkRecordOptions,
): WorkRecord<Entry> {
  let load: Args<'load'> | undefined;
  let entries: Entry[] = [];
  let document: WorkDocument = { name: '' };
  let journal: JournalFile | undefined;
  /** Bytes of changes, and of the files they name. */
  let size = { inline: 0, inFiles: 0 };
  /** Files of the engine's that belong to this work. */
  const files = new Set<string>();

  const requestOf = ({ kind, args, frame }: JournalledRequest): JournalledRequest => ({ kind, args, frame });
  const content = () => {
    const kept = entries.filter(({ skipped }) => !skipped).map(requestOf);
    return { document, requests: [{ kind: 'load' as const, args: load! }, ...kept] };
  };

  /** Deletes files that neither these requests name nor what is to be written. */
  function deleteFilesBut(requests: readonly JournalledRequest[]): void {
    const named = new Set([...filesOf(requests), ...filesOf(content().requests)].map(({ file }) => file));
    for (const file of files) {
      if (named.has(file)) continue;
      files.delete(file);
      deleteFile(folder, file, log);
    }
  }
  const isGone = () => load?.from === 'checkpoint' && !existsSync(join(folder, load.file));
  /** A journal isn't to name a checkpoint that somebody has taken away. */
  async function restore(): Promise<void> {
    if (isGone()) await Promise.race([onGone(), pause(RESTORED_WITHIN, undefined, { ref: false })]);
  }
  function count(added: readonly Entry[]): void {
    for (const { file } of filesOf(added)) files.add(file);
    size.inline += added.reduce((sum, { args }) => sum + sizeOf(args), 0);
    size.inFiles += filesOf(added).reduce((sum, file) => sum + file.size, 0);
  }
  async function mark(entry: Entry): Promise<void> {
    entries.push(entry);
    if (journal?.wanted) await journal.append(requestOf(entry));
  }
  async function rewrite(): Promise<void> {
    if (journal?.wanted) await journal.rewrite();
  }
  /** Tried once more when something is written. */
  const notRemoved = (error: Error) => log(`autosave not removed: ${error.message}`);
  function remove(): boolean {
    try {
      journal?.remove();
      return true;
    } catch (error) {
      notRemoved(error as Error);
      return false;
    }
  }
  function removeAll(): void {
    // A journal that stays needs them.
    if (remove()) for (const file of files) deleteFile(folder, file, log);
    files.clear();
  }

  return {
    get load() {
      return load;
    },
    get entries() {
      return entries;
    },
    isLong(most) {
      const own = load?.from === 'checkpoint' ? load.size : 0;
      return size.inline > most || size.inFiles > Math.max(most, 2 * own);
    },
    isGone,
    get document() {
      return document;
    },
    get written() {
      return journal?.complete ?? false;
    },
    open(nextLoad, nextDocument, from) {
      removeAll();
      load = nextLoad;
      document = nextDocument;
      entries = from?.entries ?? [];
      size = { inline: 0, inFiles: 0 };
      count(entries);
      for (const { file } of filesOf(content().requests)) files.add(file);
      const path = from?.path ?? join(folder, `${randomUUID()}.journal`);
      journal = createJournalFile({
        path,
        content,
        beforeWhole: restore,
        onReplaced: ({ requests }) => deleteFilesBut(requests),
        onTrouble,
      });
      if (from) void journal.rewrite();
    },
    add(entry) {
      entries.push(entry);
      count([entry]);
      return journal!.append(requestOf(entry));
    },
    mark,
    compact(nextLoad, last, marks) {
      const after = last === undefined ? 0 : entries.indexOf(last) + 1;
      if (last !== undefined && after === 0) return false;
      const [before, later] = [entries.slice(0, after), entries.slice(after)];
      // The checkpoint may have been made before this was set up; where it wasn't, once more makes no difference.
      const setup = before.findLast(({ kind }) => kind === 'keepSetup');
      load = nextLoad;
      entries = [...marks, ...(setup ? [setup] : []), ...later];
      size = { inline: 0, inFiles: 0 };
      count(later);
      for (const { file } of filesOf(content().requests)) files.add(file);
      if (journal?.wanted) void rewrite();
      else deleteFilesBut([]);
      return true;
    },
    rewrite,
    async saved(nextDocument, entry) {
      document = nextDocument;
      const marked = mark(entry);
      const described = journal?.describe(document);
      // A file that ends before the save would come back as unsaved work.
      if (journal?.wanted && !journal.complete) await Promise.all([marked, described]);
      if (journal?.wanted && !journal.complete) await journal.startAnew().catch(notRemoved);
    },
    async restore() {
      if (!journal?.wanted || !isGone()) return;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      } catch {
        // Where there is no place for it, the journal says so.
      }
      await restore();
    },
    remove: () => void remove(),
    async close() {
      if (!journal?.wanted) {
        removeAll();
        return 'nothing';
      }
      return (await journal.close()) ? 'all' : 'not all';
    },
  };
}

/** Milliseconds that the journal waits for it; the checkpoint may wait for the journal. */
const RESTORED_WITHIN = 2000;

/** About how many bytes a request takes in a journal. */
function sizeOf(args: unknown): number {
  const { changes, state } = args as Partial<Args<'change'> & Args<'finishRun'>>;
  const own = 200 + (state?.byteLength ?? 0);
  const size = ({ indices, values }: TensorEdit) => (indices?.byteLength ?? 0) + values.byteLength + 100;
  return editsOf(changes).reduce((sum, edit) => sum + size(edit), own);
}
