/** The engine's files in the journal's folder: checkpoints of workbooks, and results of runs. */
import type { StoredFile } from '../../../shared/protocol.ts';

/** The bytes of a file, or its pieces in order, made one by one when they are asked for. */
export type Content = Uint8Array | Iterable<Uint8Array>;

export type WorkFiles = {
  /** Writes a file of this name, whole or not at all, and checks it by reading it again. Throws UserError if the disk
   *  refuses it, or if what is read differs. */
  write(file: string, content: Content): Promise<StoredFile>;
  /** The path of a file. Throws UserError if it is gone or isn't whole. */
  find(stored: StoredFile): Promise<string>;
  /** The bytes of a file. Throws as `find` does. */
  read(stored: StoredFile): Promise<Uint8Array>;
};
