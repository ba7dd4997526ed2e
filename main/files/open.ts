import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { ARCHIVE_LIMITS, formatBytes } from './archive.ts';
import { readWorkbook } from './convsheet.ts';
import { explainReadError } from './file-error.ts';

/** The workbook in a .convsheet file. Throws UserError naming the file; a file too large is refused before it is
 *  read. */
export async function openWorkbook(path: string): Promise<Workbook> {
  return readWorkbook(await readFileWithin(path, ARCHIVE_LIMITS.fileBytes), basename(path));
}

/** A file's bytes. Throws UserError naming it; one larger than `limit` bytes is refused before it is read. */
export async function readFileWithin(path: string, limit: number): Promise<Uint8Array> {
  const { large, tooLarge } = messages.files;
  return readingFile(path, (file, size) => {
    if (size > limit) throw new UserError(tooLarge(path, large.file, formatBytes(limit)));
    return file.readFile();
  });
}

/** Opens a regular file for `read`, which is told its size, and closes it afterwards. Throws UserError naming the file
 *  where the operating system says no or it is no regular file. */
export async function readingFile<T>(path: string, read: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  const { reading } = messages.files;
  try {
    // Opening a pipe would wait for a writer for ever. Windows has neither.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await file.stat();
      if (found.isDirectory()) throw new UserError(reading.folder(path));
      if (!found.isFile()) throw new UserError(reading.special(path));
      return await read(file, found.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainReadError(error, path);
  }
}
