import { constants, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { UserError } from '../../shared/errors.ts';
import { ARCHIVE_LIMITS } from '../../shared/file-limits.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { FileStamp } from '../../shared/protocol.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { formatBytes, type Source } from './archive.ts';
import type { Written } from './atomic.ts';
import { readWorkbook } from './convsheet.ts';
import { explainReadError } from './file-error.ts';

/** Opens the workbook in a .convsheet file. Its numbers are read directly to where they stay in memory. Throws
 *  UserError that names the file. A file that is too large, or was written since it had this stamp, is refused before
 *  it is read. */
export async function openWorkbook(path: string, stamp?: FileStamp): Promise<Workbook> {
  const { large, tooLarge } = sentences.files;
  const limit = ARCHIVE_LIMITS.fileBytes;
  return readingFile(path, async (file, size) => {
    if (stamp && (stamp.size !== size || stamp.modified !== (await file.stat()).mtimeMs))
      throw new UserError(sentences.files.writtenSince(path));
    if (size > limit) throw new UserError(tooLarge(path, large.file, formatBytes(limit)));
    return readWorkbook(sourceIn(file.fd, size), basename(path));
  });
}

/** Whether a file has exactly these bytes. Throws UserError if it can't be read. */
export async function isWhole(path: string, { size, checksum }: Written): Promise<boolean> {
  return readingFile(path, async (file, found) => {
    if (found !== size) return false;
    const source = sourceIn(file.fd, size);
    const room = new Uint8Array(Math.min(size, PIECE));
    let sum = 0;
    for (let at = 0; at < size; at += PIECE) {
      const piece = room.subarray(0, size - at);
      source.read(at, piece);
      sum = crc32(piece, sum);
      // Lets other work have a turn.
      if (at + PIECE < size) await nextTurn();
    }
    return sum === checksum;
  });
}

/** How many bytes are read at once. */
const PIECE = 16 * 2 ** 20;

/** The bytes of an open file. */
export function sourceIn(fd: number, size: number): Source {
  return {
    size,
    read(at, target) {
      for (let done = 0; done < target.length; ) {
        const count = readSync(fd, target, done, Math.min(PIECE, target.length - done), at + done);
        // Another program has just shortened the file.
        if (count === 0) throw Object.assign(new Error('The file has become shorter.'), { code: 'EIO' });
        done += count;
      }
    },
  };
}

/** The bytes of a file. Throws UserError that names it. A file of more than `limit` bytes is refused before it is
 *  read. */
export async function readFileWithin(path: string, limit: number): Promise<Uint8Array> {
  const { large, tooLarge } = sentences.files;
  return readingFile(path, (file, size) => {
    if (size > limit) throw new UserError(tooLarge(path, large.file, formatBytes(limit)));
    return file.readFile();
  });
}

/** Opens a regular file, calls `read` with it and its size, and closes it. Throws UserError that names the file if the
 *  system refuses, or if it is no regular file. */
export async function readingFile<T>(path: string, read: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  const { reading } = sentences.files;
  try {
    // Non-blocking, because opening a pipe would wait for its writer forever. Windows has neither.
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
