import { readFile, rm, stat } from 'node:fs/promises';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { MOST_FILE_BYTES } from '../../shared/file-limits.ts';

/** Reads a whole file into memory and deletes it. Throws UserError, with `name` for the file, if it is larger than a
 *  window can receive. */
export async function takeAway(path: string, name: string, most = MOST_FILE_BYTES): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size > most)
      throw new UserError(sentences.shell.tooLargeToDownload(name, Math.floor(most / 2 ** 20)));
    const { buffer, byteOffset, byteLength } = await readFile(path);
    // A Buffer would be put into the frame as JSON.
    return new Uint8Array(buffer, byteOffset, byteLength);
  } finally {
    await rm(path, { force: true });
  }
}
