/** The open work as another engine can restore it: what was loaded, every change since in its order, and the journal on the disk that keeps both safe. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Args } from '../../shared/protocol.ts';
import { createJournal, type Journal, type JournalledRequest, type WorkDocument } from './journal.ts';

/** A change; one that is skipped is left out when the work is restored. */
export type RecordEntry = JournalledRequest & { skipped: boolean };

export type WorkRecord<Entry extends RecordEntry> = {
  /** What restores the work as it was before `entries`; undefined before anything was opened. */
  readonly load: Args<'load'> | undefined;
  readonly entries: readonly Entry[];
  /** About how many bytes of changes were added since `load`, or since `countAnew`. */
  readonly size: number;
  readonly document: WorkDocument;
  /** Whether the journal is on the disk. */
  readonly written: boolean;
  /** Another work takes the place of this one, whose journal is deleted. Its own is written with its first change, or where it comes from a journal, rewritten by `rewrite`. */
  open(load: Args<'load'>, document: WorkDocument, journal?: { path: string; entries: Entry[] }): void;
  /** Adds a change. */
  add(entry: Entry): void;
  /** Adds that the work counts as saved, or as modified, from here on; which alone is no reason to keep it on the disk. */
  mark(entry: Entry): void;
  countAnew(): void;
  /** From now on the work is restored from this, its present state; `marks` are what is still to be said of it. */
  compact(load: Args<'load'>, marks: Entry[]): void;
  /** Writes the journal anew, with entries as they are now. */
  rewrite(): void;
  /** The work was written to a file, which is its document from now on. `mark` says that it counts as saved. */
  saved(document: WorkDocument, mark: Entry): void;
  /** Deletes the journal; the next change writes it again. */
  remove(): void;
  /** Leaves the journal on the disk. */
  close(): void;
};

/** Journals are in `folder`. `onError` hears when the disk refuses one; nothing more is tried until the next save, or the next time it has to be written anew. */
export function createWorkRecord<Entry extends RecordEntry>(
  folder: string,
  { onError, log }: { onError: (error: Error) => void; log: (line: string) => void },
): WorkRecord<Entry> {
  let load: Args<'load'> | undefined;
  let entries: Entry[] = [];
  let size = 0;
  let document: WorkDocument = { name: '' };
  let journal: Journal | undefined;
  let failed = false;

  function rewrite(): void {
    if (!journal || !load) return;
    failed = false;
    const requests = [{ kind: 'load' as const, args: load }, ...entries.filter(({ skipped }) => !skipped)];
    journal.rewrite({ document, requests: requests.map(({ kind, args }) => ({ kind, args })) });
  }

  function mark(entry: Entry): void {
    entries.push(entry);
    if (journal?.written) journal.append(entry);
  }

  /** Where autosave failed, the file still ends before the save and would come back as unsaved work. The next change writes it anew. */
  function removeStale(): void {
    try {
      journal?.remove();
    } catch (error) {
      log(`autosave not removed: ${(error as Error).message}`);
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
      return journal?.written ?? false;
    },
    open(nextLoad, nextDocument, from) {
      load = nextLoad;
      document = nextDocument;
      entries = from?.entries ?? [];
      size = entries.reduce((sum, { args }) => sum + sizeOf(args), 0);
      journal?.remove();
      // The disk that refused the work before may take this one.
      failed = false;
      journal = createJournal(from?.path ?? join(folder, `${randomUUID()}.journal`), error => {
        failed = true;
        onError(error);
      });
    },
    add(entry) {
      entries.push(entry);
      size += sizeOf(entry.args);
      if (journal?.written) journal.append(entry);
      else if (!failed) rewrite();
    },
    mark,
    countAnew() {
      size = 0;
    },
    compact(nextLoad, marks) {
      load = nextLoad;
      entries = marks;
      size = 0;
      if (journal?.written) rewrite();
    },
    rewrite,
    saved(nextDocument, entry) {
      document = nextDocument;
      mark(entry);
      journal?.describe(document);
      if (!journal?.written) removeStale();
      failed = false;
    },
    remove: () => journal?.remove(),
    close: () => journal?.close(),
  };
}

/** About how many bytes a request takes in a journal. */
function sizeOf(args: unknown): number {
  const { edits = [], state } = args as Partial<Args<'edit'> & Args<'finishRun'>>;
  const own = 200 + (state?.byteLength ?? 0);
  return edits.reduce((sum, { indices, values }) => sum + indices.byteLength + values.byteLength + 100, own);
}
