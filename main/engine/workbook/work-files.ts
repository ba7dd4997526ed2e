/** The engine's files in the folder of the journals: a workbook's checkpoint, a run's result. */
import type { StoredFile } from '../../../shared/protocol.ts';

/** A file's bytes, or the pieces of them in their order, made as they are asked for. */
export type Content = Uint8Array | Iterable<Uint8Array>;

export type WorkFiles = {
  /** Writes a file of this name, whole or not at all, and reads it again. Throws UserError where the disk refuses it,
   *  or has something else than was written. */
  write(file: string, content: Content): Promise<StoredFile>;
  /** Where the file stands. Throws UserError where it is gone, or isn't whole. */
  find(stored: StoredFile): Promise<string>;
  /** All of it; throws as `find` does. */
  read(stored: StoredFile): Promise<Uint8Array>;
};
