/** The open work in the form that another engine can restore: what was loaded, and every change since. A journal on the
 *  disk keeps both safe. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { editsOf, type TensorEdit } from '../../shared/change.ts';
import { sizeOfStoryboard } from '../../shared/changes/storyboard.ts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Args } from '../../shared/protocol.ts';
import { deleteFile, filesOf, type JournalledRequest, type WorkDocument } from './journal.ts';
import { createJournalFile, type JournalFile } from './journal-file.ts';

/** A change. A skipped one is left out when the work is restored. */
export type RecordEntry = JournalledRequest & { skipped: boolean };

export type WorkRecord<Entry extends RecordEntry> = {
  /** What restores the work before `entries`. undefined before anything was opened. */
  readonly load: Args<'load'> | undefined;
  readonly entries: readonly Entry[];
  /** Whether the changes since `load` take more than `most` bytes. The files that they name count apart: they may also
   *  take twice the bytes of the file of `load`. */
  isLong(most: number): boolean;
  /** Whether somebody has removed the file of `load`. */
  isGone(): boolean;
  readonly document: WorkDocument;
  /** Whether everything that was added is on the disk. */
  readonly written: boolean;
  /** Other work replaces this one, and its journal is deleted. The new work's journal is written with its first change.
   *  If it comes from a journal, `rewrite` writes it again. */
  open(load: Args<'load'>, document: WorkDocument, journal?: { path: string; entries: Entry[] }): void;
  /** Adds a change. Like the next three functions, it resolves when that is on the disk, or the disk has refused it. */
  add(entry: Entry): Promise<void>;
  /** Marks the work as saved or modified from here on. This alone is no reason to write a journal. */
  mark(entry: Entry): Promise<void>;
  /** Writes the journal anew with the current entries, if there is one. */
  rewrite(): Promise<void>;
  /** The work was saved to a file, which is its document now. `mark`: the entry that it counts as saved. */
  saved(document: WorkDocument, mark: Entry): Promise<void>;
  /** From now on the work is restored from this `load`: its state after the entry `last` (undefined: before all
   *  entries). Later entries stay; `marks` are added before them. Returns false and does nothing if `last` isn't there
   *  any more. */
  compact(load: Args<'load'>, last: Entry | undefined, marks: Entry[]): boolean;
  /** If somebody has removed the checkpoint, makes another one. */
  restore(): Promise<void>;
  /** Deletes the journal. The next change writes it again. */
  remove(): void;
  /** Tries a last time to write what is missing, and leaves the journal on the disk. Resolves with how much of the work
   *  will come back. */
  close(): Promise<Kept>;
};

/** How much of a work is on the disk: all of it, not all of it, or nothing, because nothing was changed. */
export type Kept = 'all' | 'not all' | 'nothing';

export type WorkRecordOptions = {
  onTrouble: (error: Error | undefined) => void;
  /** Makes another checkpoint. Resolves when it is made, or can't be. */
  onGone: () => Promise<void>;
  log: (line: string) => void;
};

/** Makes the record. Journals are in `folder`. `onTrouble` is called when the disk begins to refuse, and without an
 *  error when everything is written. `onGone` is called when somebody has removed the file that the work is restored
 *  from. */
export function createWorkRecord<Entry extends RecordEntry>(
  folder: string,
  { onTrouble, onGone, log }: WorkRecordOptions,
): WorkRecord<Entry> {
  let load: Args<'load'> | undefined;
  let entries: Entry[] = [];
  let document: WorkDocument = { name: '' };
  let journal: JournalFile | undefined;
  /** Bytes of the changes, and of the files that they name. */
  let size = { inline: 0, inFiles: 0 };
  /** The engine's files that belong to this work. */
  const files = new Set<string>();

  const requestOf = ({ kind, args, frame }: JournalledRequest): JournalledRequest => ({ kind, args, frame });
  const content = () => {
    const kept = entries.filter(({ skipped }) => !skipped).map(requestOf);
    return { document, requests: [{ kind: 'load' as const, args: load! }, ...kept] };
  };

  /** Deletes the files that aren't named by these requests and aren't about to be written. */
  function deleteFilesBut(requests: readonly JournalledRequest[]): void {
    const named = new Set([...filesOf(requests), ...filesOf(content().requests)].map(({ file }) => file));
    for (const file of files) {
      if (named.has(file)) continue;
      files.delete(file);
      deleteFile(folder, file, log);
    }
  }
  const isGone = () => load?.from === 'checkpoint' && !existsSync(join(folder, load.file));
  /** A journal must not name a checkpoint that somebody has removed. */
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
  /** It is tried again at the next write. */
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
    // If the journal stays, it needs its files.
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
      // The checkpoint may have been made before this was set up. Adding it twice does no harm.
      const setup = before.findLast(({ kind }) => kind === 'keepSetup');
      load = nextLoad;
      entries = [...marks, ...(setup ? [setup] : []), ...later];
      size = { inline: 0, inFiles: 0 };
      count(later);
      for (const { file } of filesOf(content().requests)) files.add(file);
      if (!journal?.wanted) deleteFilesBut([]);
      else {
        // Where there is no room for another whole journal, this one goes on from the file as it is now.
        if (load.from === 'file') for (const each of content().requests) void journal.append(each);
        void rewrite();
      }
      return true;
    },
    rewrite,
    async saved(nextDocument, entry) {
      document = nextDocument;
      const marked = mark(entry);
      const described = journal?.describe(document);
      // If the file ended before the save, the work would come back as unsaved.
      if (journal?.wanted && !journal.complete) await Promise.all([marked, described]);
      if (journal?.wanted && !journal.complete) await journal.startAnew().catch(notRemoved);
    },
    async restore() {
      if (!journal?.wanted || !isGone()) return;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      } catch {
        // If it can't be restored, the journal will report it.
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

/** How many milliseconds the journal waits for a checkpoint. Limited, because the checkpoint may wait for the
 *  journal. */
const RESTORED_WITHIN = 2000;

/** About how many bytes a request takes in a journal. */
function sizeOf(args: unknown): number {
  const { changes, state } = args as Partial<Args<'change'> & Args<'finishRun'>>;
  const boards = (changes ?? []).map(each => (each.kind === 'storyboard' ? sizeOfStoryboard(each) : 0));
  const own = boards.reduce((sum, each) => sum + each, 200 + (state?.byteLength ?? 0));
  const size = ({ indices, values }: TensorEdit) => (indices?.byteLength ?? 0) + values.byteLength + 100;
  return editsOf(changes).reduce((sum, edit) => sum + size(edit), own);
}
