/** The open work as another engine can restore it: what was loaded, every change since in its order, and the journal on
 *  the disk that keeps both safe. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { editsOf, type TensorEdit } from '../../shared/change.ts';
import type { Args } from '../../shared/protocol.ts';
import type { JournalledRequest, WorkDocument } from './journal.ts';
import { createJournalFile, type JournalFile } from './journal-file.ts';

/** A change; one that is skipped is left out when the work is restored. */
export type RecordEntry = JournalledRequest & { skipped: boolean };

export type WorkRecord<Entry extends RecordEntry> = {
  /** What restores the work as it was before `entries`; undefined before anything was opened. */
  readonly load: Args<'load'> | undefined;
  readonly entries: readonly Entry[];
  /** About how many bytes of changes were added since `load`, or since `countAnew`. */
  readonly size: number;
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
  countAnew(): void;
  /** From now on the work is restored from this, its present state; `marks` are what is still to be said of it. */
  compact(load: Args<'load'>, marks: Entry[]): void;
  /** Deletes the journal; the next change writes it again. */
  remove(): void;
  /** Leaves the journal on the disk, after a last attempt at what isn't there yet. Resolves with what of the work will
   *  come back. */
  close(): Promise<Kept>;
};

/** What of a work is on the disk: all of it, not all of it, or nothing, because nothing was changed. */
export type Kept = 'all' | 'not all' | 'nothing';

/** Journals are in `folder`. `onTrouble` hears when the disk begins to refuse, and without an error when everything is
 *  on it again. */
export function createWorkRecord<Entry extends RecordEntry>(
  folder: string,
  { onTrouble, log }: { onTrouble: (error: Error | undefined) => void; log: (line: string) => void },
): WorkRecord<Entry> {
  let load: Args<'load'> | undefined;
  let entries: Entry[] = [];
  let size = 0;
  let document: WorkDocument = { name: '' };
  let journal: JournalFile | undefined;

  const requestOf = ({ kind, args, frame }: JournalledRequest): JournalledRequest => ({ kind, args, frame });
  const content = () => {
    const kept = entries.filter(({ skipped }) => !skipped).map(requestOf);
    return { document, requests: [{ kind: 'load' as const, args: load! }, ...kept] };
  };

  async function mark(entry: Entry): Promise<void> {
    entries.push(entry);
    if (journal?.wanted) await journal.append(requestOf(entry));
  }
  async function rewrite(): Promise<void> {
    if (journal?.wanted) await journal.rewrite();
  }
  /** Tried once more when something is written. */
  const notRemoved = (error: Error) => log(`autosave not removed: ${error.message}`);
  function remove(): void {
    try {
      journal?.remove();
    } catch (error) {
      notRemoved(error as Error);
    }
  }

  return {
    get load() {
      return load;
    },
    get entries() {
      return entries;
    },
    get size() {
      return size;
    },
    get document() {
      return document;
    },
    get written() {
      return journal?.complete ?? false;
    },
    open(nextLoad, nextDocument, from) {
      load = nextLoad;
      document = nextDocument;
      entries = from?.entries ?? [];
      size = entries.reduce((sum, { args }) => sum + sizeOf(args), 0);
      remove();
      const path = from?.path ?? join(folder, `${randomUUID()}.journal`);
      journal = createJournalFile({ path, content, onTrouble });
      if (from) void journal.rewrite();
    },
    add(entry) {
      entries.push(entry);
      size += sizeOf(entry.args);
      return journal!.append(requestOf(entry));
    },
    mark,
    countAnew() {
      size = 0;
    },
    compact(nextLoad, marks) {
      // The checkpoint may have been made before this was set up; where it wasn't, once more makes no difference.
      const setup = entries.findLast(({ kind }) => kind === 'keepSetup');
      load = nextLoad;
      entries = setup ? [...marks, setup] : marks;
      size = 0;
      void rewrite();
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
    remove,
    async close() {
      if (!journal?.wanted) return 'nothing';
      return (await journal.close()) ? 'all' : 'not all';
    },
  };
}

/** About how many bytes a request takes in a journal. */
function sizeOf(args: unknown): number {
  const { changes, state } = args as Partial<Args<'change'> & Args<'finishRun'>>;
  const own = 200 + (state?.byteLength ?? 0);
  const size = ({ indices, values }: TensorEdit) => (indices?.byteLength ?? 0) + values.byteLength + 100;
  return editsOf(changes).reduce((sum, edit) => sum + size(edit), own);
}
