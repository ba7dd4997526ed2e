import { createHash, randomUUID } from 'node:crypto';
import { constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { access, type FileHandle, link, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { explainWriteError } from './file-error.ts';

/** A fingerprint of the file at a path, to notice whether another program replaces it. 'nothing', or a text that
 *  differs for every file and every time it is written. */
export type Standing = string;
const NOTHING: Standing = 'nothing';

/** The error if another program has written the file meanwhile. */
export class FileTakenError extends UserError {
  override name = 'FileTakenError';
}

/** The fingerprint of the file at the path now. Throws UserError that names the path if it can't be read. */
export async function standingAt(path: string): Promise<Standing> {
  try {
    const found = await stat(path).catch(ignoreMissing);
    return found ? `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs}` : NOTHING;
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

/** The bytes of a file, at once or in pieces. Pieces are made when they are asked for. */
export type Content = Uint8Array | Iterable<Uint8Array>;
/** The number of bytes of a written file, and their CRC-32. */
export type Written = { size: number; checksum: number };

/** Writes a file whole or not at all: a reader at any time, also after a crash, finds the old content or the new one.
 *  Keeps the file's permissions and follows a symbolic link. Throws UserError that names the path. Throws
 *  FileTakenError and changes nothing if the file isn't the `expected` one any more. */
export async function writeFileAtomically(path: string, content: Content, expected?: Standing): Promise<Written> {
  try {
    const old = await existingFile(path);
    return await replace(old?.path ?? path, content, old?.mode, async () => {
      if (expected !== undefined && (await standingAt(path)) !== expected)
        throw new FileTakenError(sentences.files.writing.taken(path));
      return expected === NOTHING;
    });
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

/** Throws UserError that names the path if it is clear that nothing can be written there. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const old = await existingFile(path);
    await access(dirname(old?.path ?? path), constants.W_OK);
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

/** The real path of an existing file and its permission bits. undefined if there is no file. */
async function existingFile(path: string): Promise<{ path: string; mode: number } | undefined> {
  const found = await stat(path).catch(ignoreMissing);
  if (!found) return undefined;
  if (found.isDirectory()) throw new UserError(sentences.files.writing.folder(path));
  if (!found.isFile()) throw new UserError(sentences.files.writing.special(path));
  // Checked here, because a rename would replace even a write-protected file.
  await access(path, constants.W_OK);
  return { path: await realpath(path), mode: found.mode & 0o7777 };
}

/** Like `writeFileAtomically`, but synchronous, for files that must exist before anything else happens. The file
 *  survives a crash of this process, but perhaps not a power failure right afterwards. */
export function writeFileAtOnce(path: string, bytes: Uint8Array): void {
  const temporary = temporaryFor(path);
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw explainWriteError(error, path);
  }
}

/** The path of a temporary file in the same folder, because a rename is atomic only within a file system. */
function temporaryFor(path: string): string {
  return join(dirname(path), `.convsheet-${HOST}-${process.pid}-${randomUUID()}.tmp`);
}

/** Writes a temporary file and renames it. `isNew` is called when all bytes are written. It returns whether no file may
 *  exist at the path yet, or throws. */
async function replace(
  path: string,
  content: Content,
  mode: number | undefined,
  isNew: () => Promise<boolean>,
): Promise<Written> {
  const temporary = await openTemporary(path);
  try {
    const written = await writeAll(temporary.file, content);
    await temporary.complete(mode);
    await ((await isNew()) ? renameToNew : renameOver)(temporary.path, path);
    await syncFolder(dirname(path));
    return written;
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

/** A new file beside the one that it will replace. */
async function openTemporary(target: string) {
  // Leftovers may take the room that is needed now.
  await removeLeftovers(dirname(target));
  const path = temporaryFor(target);
  const file = await open(path, 'wx');
  let isOpen = true;
  const close = async () => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    path,
    file,
    /** Brings all of it to the disk, and gives it these permissions. */
    async complete(mode: number | undefined) {
      if (!isOpen) return;
      if (mode !== undefined) await file.chmod(mode);
      // Without this, a power failure after the rename could leave an empty file.
      await file.sync();
      await close();
    },
    async remove() {
      await close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

/** A file that comes about over a longer time and in any order, such as a film. Nobody sees it before it is whole. */
export type FileInProgress = {
  /** Throws UserError that names the file if the disk refuses. */
  write(at: number, bytes: Uint8Array): Promise<void>;
  /** Puts the file in its place. Returns its path: another one if another program has meanwhile written a file there.
   *  Throws UserError that names the file; then it may be tried again. */
  finish(): Promise<string>;
  /** Removes all that was written, unless it is in its place. */
  drop(): Promise<void>;
};

/** Begins a file that will replace what is at the path now, but nothing that another program puts there later. Keeps
 *  the permissions of an existing file and follows a symbolic link. Throws UserError that names the path. */
export async function beginFile(path: string): Promise<FileInProgress> {
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw explainWriteError(error, path);
    }
  };
  const standing = await standingAt(path);
  const old = await explained(() => existingFile(path));
  const target = old?.path ?? path;
  const temporary = await explained(() => openTemporary(target));
  return {
    write: (at, bytes) => explained(() => writePiece(temporary.file, bytes, at)),
    finish: () =>
      explained(async () => {
        await temporary.complete(old?.mode);
        const now = await standingAt(path);
        if (now === standing && now !== NOTHING) await renameOver(temporary.path, target);
        // The old file may be gone by now.
        else if (now !== NOTHING || !(await isPlaced(temporary.path, target)))
          return placeBeside(temporary.path, target);
        await syncFolder(dirname(target));
        return path;
      }),
    drop: () => temporary.remove(),
  };
}

/** Renames to the first free name after `path`: film-2.mp4, film-3.mp4, … */
async function placeBeside(temporary: string, path: string): Promise<string> {
  const { dir, name, ext } = parse(path);
  for (let nth = 2; ; nth++) {
    const other = join(dir, `${name}-${nth}${ext}`);
    // oxlint-disable-next-line no-await-in-loop -- one name after the other
    if (!(await isPlaced(temporary, other))) continue;
    await syncFolder(dir);
    return other;
  }
}

/** Renames, and returns true, unless there is a file of the new name. */
async function isPlaced(from: string, to: string): Promise<boolean> {
  try {
    await renameToNew(from, to);
    return true;
  } catch (error) {
    if (error instanceof FileTakenError) return false;
    throw error;
  }
}

/** Files that get their places in a folder together. */
type FolderInProgress = {
  /** An empty folder for them. Nobody sees it. */
  path: string;
  /** Puts them in their places, and removes the files there for which `isOld` is true. Throws UserError that names the
   *  folder. */
  finish(isOld: (name: string) => boolean): Promise<void>;
  /** Removes all that was written, unless it is in its place. */
  drop(): Promise<void>;
};

/** Begins a folder, or files in one that exists. Throws UserError that names it. */
export async function beginFolder(path: string): Promise<FolderInProgress> {
  const isThere = async () => {
    const found = await stat(path).catch(ignoreMissing);
    if (found && !found.isDirectory()) throw new UserError(sentences.files.writing.noFolder(path));
    return found !== undefined;
  };
  let temporary: string;
  try {
    temporary = temporaryFor((await isThere()) ? join(path, 'inside') : path);
    await removeLeftovers(dirname(temporary));
    await mkdir(temporary);
  } catch (error) {
    throw explainWriteError(error, path);
  }
  return {
    path: temporary,
    async finish(isOld) {
      try {
        if (await isThere()) {
          const names = await readdir(temporary);
          // oxlint-disable-next-line no-await-in-loop -- one after the other, so that an error comes before the next
          for (const name of names) await renameOver(join(temporary, name), join(path, name));
          const old = (await readdir(path)).filter(name => isOld(name) && !names.includes(name));
          await Promise.all(old.map(name => rm(join(path, name), { force: true })));
          await rm(temporary, { recursive: true, force: true });
        } else await renameOver(temporary, path);
        await syncFolder(dirname(path));
      } catch (error) {
        throw explainWriteError(error, path);
      }
    },
    drop: () => rm(temporary, { recursive: true, force: true }),
  };
}

/** Writes all the content. `writeFile` isn't used: it writes half a megabyte in each turn of the event loop, and
 *  between two turns of the engine there can be a whole batch of training. */
async function writeAll(file: FileHandle, content: Content): Promise<Written> {
  const written = { size: 0, checksum: 0 };
  for (const piece of inPieces(content)) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    if (piece.length === 0) await nextTurn();
    written.checksum = crc32(piece, written.checksum);
    written.size += piece.length;
    await writePiece(file, piece);
  }
  return written;
}

/** Writes bytes at a place of the file, or after those that were written last. */
async function writePiece(file: FileHandle, piece: Uint8Array, place?: number): Promise<void> {
  for (let at = 0; at < piece.length; ) {
    const to = place === undefined ? null : place + at;
    // Continues if a write was cut short.
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    at += (await file.write(piece, at, piece.length - at, to)).bytesWritten;
  }
}

/** How many bytes are written at once. The system takes at most 2 GiB. */
const PIECE = 64 * 2 ** 20;
/** Smaller pieces are joined before they are written. */
const SMALL = 2 ** 16;

function* inPieces(content: Content): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  let size = 0;
  for (const piece of content instanceof Uint8Array ? [content] : content) {
    if (piece.length > 0 && piece.length < SMALL) {
      small.push(piece);
      size += piece.length;
      if (size < SMALL) continue;
    }
    if (size > 0) yield Buffer.concat(small);
    small = [];
    size = 0;
    if (piece.length === 0) yield piece;
    else if (piece.length >= SMALL)
      for (let at = 0; at < piece.length; at += PIECE) yield piece.subarray(at, at + PIECE);
  }
  if (size > 0) yield Buffer.concat(small);
}

/** Identifies this computer in the names of temporary files. A shared folder may have files of other computers, whose
 *  processes aren't visible here. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
/** The names of temporary files and folders: with the computer and process that made them, except by earlier
 *  versions. */
export const TEMPORARY = /^\.convsheet-(?:([0-9a-f]{8})-(\d+)-)?[0-9a-f-]{36}\.tmp$/;
/** Milliseconds after which a temporary file is a leftover for certain. */
const LEFT_OVER_AFTER = 24 * 3_600_000;

/** Removes temporary files and folders of processes that died while writing. They are hidden, so nobody else would
 *  remove them. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [itself, host, pid] = TEMPORARY.exec(name) ?? [];
    if (itself === undefined) continue;
    const left = join(folder, name);
    const found = await stat(left).catch(() => undefined);
    if (!found) continue;
    const orphaned = host === HOST && !isRunning(Number(pid));
    if (orphaned || Date.now() - found.mtimeMs > LEFT_OVER_AFTER)
      await rm(left, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether a process with this number runs on this computer. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists, but belongs to another user.
    return codeOf(error) === 'EPERM';
  }
}

/** A rename that fails if the new name exists by now, because two processes may both have seen no file. */
async function renameToNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new FileTakenError(sentences.files.writing.taken(to));
    // If the file system has no hard links, an empty file first takes the name.
    const file = await open(to, 'wx').catch((refused: unknown) => {
      throw codeOf(refused) === 'EEXIST' ? new FileTakenError(sentences.files.writing.taken(to)) : refused;
    });
    await file.close();
    return renameOver(from, to);
  }
  await rm(from, { force: true });
}

/** Renames over an existing file. It tries again for a moment, because on Windows a virus scanner or indexer may have
 *  the old file open. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '');
      if (!held || attempt === 10) throw error;
      await pause(20 * (attempt + 1));
    }
  }
}

/** Makes a rename safe against power failures, if the system can sync folders (Windows can't). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
