/** The engine's files in the folder of the journals: checkpoints of workbooks and of runs, and results of runs. The
 *  journals name them. */
import { openSync, closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { StoredFile } from '../../shared/protocol.ts';
import { type Content, writeFileAtomically, writeFileAtOnce } from './atomic.ts';
import { isWhole, sourceIn } from './open.ts';

/** Without a folder there are no such files; then it returns undefined. */
export function filesOfWork(folder: string | undefined) {
  if (!folder) return undefined;
  const find = async (stored: StoredFile): Promise<string> => {
    const path = join(folder, stored.file);
    if (!(await isWhole(path, stored))) throw new UserError(sentences.files.notWhole(path));
    return path;
  };
  return {
    async write(file: string, content: Content): Promise<StoredFile> {
      const stored = { file, ...(await writeFileAtomically(join(folder, file), content)) };
      // The file that it replaces will be deleted soon.
      await find(stored);
      return stored;
    },
    find,
    read: async (stored: StoredFile) => bytesOf(await find(stored)),
  };
}

/** The name of a run's checkpoint. */
const nameOf = (id: string) => `${id}.run`;

/** Checkpoints of training runs, by the runs' ids. undefined without a folder. */
export function fileCheckpoints(folder: string | undefined) {
  if (!folder) return undefined;
  const pathOf = (id: string) => join(folder, nameOf(id));
  return {
    /** undefined if there is none. */
    read(id: string): Uint8Array | undefined {
      try {
        return bytesOf(pathOf(id));
      } catch {
        return undefined;
      }
    },
    /** Replaces the last checkpoint, whole or not at all. */
    async write(id: string, bytes: Uint8Array): Promise<void> {
      await writeFileAtomically(pathOf(id), bytes);
    },
    writeAtOnce: (id: string, bytes: Uint8Array) => writeFileAtOnce(pathOf(id), bytes),
  };
}

/** The bytes of a file. `readFileSync` can't read more than 2 GiB. */
function bytesOf(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(fstatSync(file).size);
    sourceIn(file, bytes.length).read(0, bytes);
    return bytes;
  } finally {
    closeSync(file);
  }
}
