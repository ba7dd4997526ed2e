import { createHash, randomUUID } from 'node:crypto';
import { constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { access, type FileHandle, link, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { UserError } from '../../shared/errors.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { explainWriteError } from './file-error.ts';

/** What stands at a path, so that it can be told from what another program puts there later: 'nothing', or a text that
 *  differs for every file and for every time it is written. */
export type Standing = string;
const NOTHING: Standing = 'nothing';

/** Another program has written the file meanwhile. */
export class FileTakenError extends UserError {
  override name = 'FileTakenError';
}

/** What stands at the path now. Throws UserError naming the path where that can't be told. */
export async function standingAt(path: string): Promise<Standing> {
  try {
    const found = await stat(path).catch(ignoreMissing);
    return found ? `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs}` : NOTHING;
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

/** A file's bytes, or the pieces of them in their order, made as they are asked for. */
export type Content = Uint8Array | Iterable<Uint8Array>;
/** The bytes of a file that was written, and their CRC-32. */
export type Written = { size: number; checksum: number };

/** Puts the bytes at `path`, whole or not at all: whoever reads the file at any time, and whatever dies meanwhile,
 *  finds the old content or the new. Keeps the file's permissions; follows a symbolic link. Throws UserError naming the
 *  path; a FileTakenError, and changes nothing, where something else than `expected` stands there. */
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

/** Throws UserError naming the path where it can be told beforehand that nothing can be written there. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const old = await existingFile(path);
    await access(dirname(old?.path ?? path), constants.W_OK);
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

/** Where the file really stands and its permission bits; undefined where there is none yet. */
async function existingFile(path: string): Promise<{ path: string; mode: number } | undefined> {
  const found = await stat(path).catch(ignoreMissing);
  if (!found) return undefined;
  if (found.isDirectory()) throw new UserError(sentences.files.writing.folder(path));
  if (!found.isFile()) throw new UserError(sentences.files.writing.special(path));
  // A rename would replace even a write-protected file.
  await access(path, constants.W_OK);
  return { path: await realpath(path), mode: found.mode & 0o7777 };
}

/** The same at once, for what must be there before anything else happens. It survives the death of this process, but
 *  perhaps not a power failure right after it. */
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

/** In the same folder, because a rename is only atomic within a file system. */
function temporaryFor(path: string): string {
  return join(dirname(path), `.convsheet-${HOST}-${process.pid}-${randomUUID()}.tmp`);
}

/** `isNew`, asked when all bytes are written, tells whether nothing may stand at the path, or throws. */
async function replace(
  path: string,
  content: Content,
  mode: number | undefined,
  isNew: () => Promise<boolean>,
): Promise<Written> {
  // They may take the room that is needed now.
  await removeLeftovers(dirname(path));
  const temporary = temporaryFor(path);
  let written: Written;
  try {
    const file = await open(temporary, 'wx');
    try {
      written = await writeAll(file, content);
      if (mode !== undefined) await file.chmod(mode);
      // Without it, a power failure after the rename could leave an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    if (await isNew()) await renameToNew(temporary, path);
    else await renameOver(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
  return written;
}

/** Not `writeFile`, which writes half a megabyte in a turn of the event loop: between two turns of the engine's may
 *  come a whole batch of training. */
async function writeAll(file: FileHandle, content: Content): Promise<Written> {
  const written = { size: 0, checksum: 0 };
  for (const piece of inPieces(content)) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    if (piece.length === 0) await nextTurn();
    written.checksum = crc32(piece, written.checksum);
    written.size += piece.length;
    for (let at = 0; at < piece.length; ) {
      // oxlint-disable-next-line no-await-in-loop -- what is left of a write that was cut short
      at += (await file.write(piece, at)).bytesWritten;
    }
  }
  return written;
}

/** Bytes written at once: the system takes no more than 2 GiB. */
const PIECE = 64 * 2 ** 20;
/** Smaller pieces are written together. */
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

/** This computer, in the names of temporary files: a folder may be shared with others, whose processes aren't seen
 *  here. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
/** Names of the files that are written before they take another one's place: by which process of which computer, where
 *  it wasn't an earlier version of ConvSheet. */
export const TEMPORARY = /^\.convsheet-(?:([0-9a-f]{8})-(\d+)-)?[0-9a-f-]{36}\.tmp$/;
/** Milliseconds after which no writing is still under way. */
const LEFT_OVER_AFTER = 24 * 3_600_000;

/** Temporary files of processes that died while they wrote. They are hidden, so nobody else would ever remove them. */
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
      await rm(left, { force: true }).catch(() => undefined);
  }
}

/** Whether a process with this number runs on this computer. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but somebody else's.
    return codeOf(error) === 'EPERM';
  }
}

/** A rename that fails where there is a file of that name by now: two processes may have seen none at the same time. */
async function renameToNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new FileTakenError(sentences.files.writing.taken(to));
    // A file system without hard links: the name is taken by an empty file first.
    const file = await open(to, 'wx').catch((refused: unknown) => {
      throw codeOf(refused) === 'EEXIST' ? new FileTakenError(sentences.files.writing.taken(to)) : refused;
    });
    await file.close();
    return renameOver(from, to);
  }
  await rm(from, { force: true });
}

/** On Windows a virus scanner or indexer may hold the old file open for a moment. */
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

/** Makes the rename itself durable, where folders can be synced at all (not on Windows). */
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
