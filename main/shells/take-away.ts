import { readFile, rm } from 'node:fs/promises';

/** A file's bytes; the file is deleted. */
export async function takeAway(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } finally {
    await rm(path, { force: true });
  }
}
