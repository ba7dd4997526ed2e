/** Writes a run's checkpoints while the run goes on. */

/** Where checkpoints of runs are kept, by the runs' ids. */
export type CheckpointStore = {
  /** Undefined if there is no checkpoint. */
  read(id: string): Uint8Array | undefined;
  /** Replaces the last checkpoint, whole or not at all. */
  write(id: string, bytes: Uint8Array): Promise<void>;
  /** Does the same. The file is on the disk when this returns. */
  writeAtOnce(id: string, bytes: Uint8Array): void;
};

/** Makes the bytes of a checkpoint in the memory `room`. If that is too small it takes a larger piece of memory, which
 *  the next checkpoint may reuse. */
type MakeCheckpoint = (room: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

export type CheckpointWriter = {
  /** Writes the checkpoint that `make` makes. If another one is being written, this waits. Of several that wait only
   *  the last is made and written. */
  write(id: string, make: MakeCheckpoint): void;
  /** Writes a run's first checkpoint before anything else happens. */
  writeAtOnce(id: string, make: MakeCheckpoint): void;
  /** Milliseconds since a checkpoint was last asked for. */
  age(): number;
  /** Milliseconds from the making of the last checkpoint until it was on the disk; 0 before the first. */
  readonly took: number;
  /** Drops the requests that wait. Resolves when nothing is being written and no memory is held. */
  stop(): Promise<void>;
};

/** `onError` gets the error of every checkpoint that can't be written. */
export function createCheckpointWriter(store: CheckpointStore, onError: (error: Error) => void): CheckpointWriter {
  let asked = performance.now();
  let took = 0;
  let writing: Promise<void> | undefined;
  let next: (() => Promise<void>) | undefined;
  /** The memory of the last checkpoint, for the next one. */
  let room = new Uint8Array();

  async function writeAll(first: () => Promise<void>): Promise<void> {
    next = first;
    while (next) {
      const write = next;
      next = undefined;
      const start = performance.now();
      try {
        // oxlint-disable-next-line no-await-in-loop -- one at a time
        await write();
      } catch (error) {
        onError(error as Error);
      }
      took = performance.now() - start;
    }
    writing = undefined;
  }

  return {
    write(id, make) {
      asked = performance.now();
      const write = () => {
        const bytes = make(room);
        room = new Uint8Array(bytes.buffer);
        return store.write(id, bytes);
      };
      if (writing) next = write;
      else writing = writeAll(write);
    },
    writeAtOnce(id, make) {
      asked = performance.now();
      try {
        store.writeAtOnce(id, make(new Uint8Array()));
      } catch (error) {
        onError(error as Error);
      }
    },
    age: () => performance.now() - asked,
    get took() {
      return took;
    },
    async stop() {
      next = undefined;
      await writing;
      room = new Uint8Array();
    },
  };
}

/** Milliseconds of training that a kill may cost. Between two checkpoints are at least CHECKPOINT_AFTER
 *  milliseconds. */
export const CHECKPOINT_EVERY = 30_000;
const CHECKPOINT_AFTER = 2000;
/** Writing checkpoints may take one part in CHECKPOINT_SHARE of the time, or one in EDIT_SHARE after an edit. Otherwise
 *  those of a large network would hold up its training, or the edits. */
const CHECKPOINT_SHARE = 100;
const EDIT_SHARE = 10;

/** Whether it is time for the next checkpoint. `edited`: something was edited since the last one. A kill may cost
 *  `every` milliseconds. */
export function isCheckpointDue(writer: CheckpointWriter, edited: boolean, every: number): boolean {
  const { took } = writer;
  const after = edited ? took * EDIT_SHARE : Math.max(CHECKPOINT_AFTER, took * CHECKPOINT_SHARE);
  // So that the checkpoint is on the disk before a kill would cost more than that.
  const latest = Math.max(took, every - took);
  return writer.age() > Math.min(latest, after);
}
