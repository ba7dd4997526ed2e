import { constants, crc32, inflateRawSync } from 'node:zlib';
import { UserError } from '../../shared/errors.ts';
import { ARCHIVE_LIMITS } from '../../shared/file-limits.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';

const MiB = 2 ** 20;
/** How large a file's content may be: some times its own size, or this much more. Zeros shrink to a thousandth, so
 *  without this a small file could take gigabytes. */
const RATIO = { times: 100, more: 64 * MiB };

/** Bytes that are read in pieces, such as those of a file. */
export type Source = {
  readonly size: number;
  /** Fills `target` with the bytes from `at` on. Throws if there are fewer. */
  read(at: number, target: Uint8Array): void;
};

/** The entries of a zip file. `size` is what the file declares; `read` unpacks one entry and gives exactly that many
 *  bytes. */
export type Archive = {
  names: ReadonlySet<string>;
  size(entry: string): number | undefined;
  /** The first bytes of an entry, about as many as asked for, before it is unpacked and checked as a whole. */
  head(entry: string, length: number): Uint8Array;
  read(entry: string): Uint8Array;
};

type Entry = { name: string; flags: number; method: number; crc: number; packed: number; size: number; offset: number };

const END = 0x06054b50;
const END_LENGTH = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_LENGTH = 46;
const LOCAL_ENTRY = 0x04034b50;
const LOCAL_ENTRY_LENGTH = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const LONGEST_COMMENT = 0xffff;
/** The longest table of contents. Ten thousand entries of our files take a megabyte. */
const LONGEST_DIRECTORY = 16 * MiB;

/** Reads a zip file's table of contents. Nothing in the bytes is trusted: every offset is checked, sizes are limited,
 *  and entries that occur twice or point outside are refused. `name`: the file's name for messages. Throws UserError.
 *  Source: PKWARE's APPNOTE.TXT, 4.3. */
export function openArchive(source: Source, name: string): Archive {
  const { fileBytes, contentBytes } = ARCHIVE_LIMITS;
  const { tooLarge, large, damage } = sentences.files;
  if (source.size > fileBytes) throw new UserError(tooLarge(name, large.file, formatBytes(fileBytes)));
  const entries = new Map<string, Entry>();
  let content = 0;
  for (const entry of readDirectory(source, name)) {
    if (entries.has(entry.name)) throw damaged(name, damage.duplicate(entry.name));
    if (pointsOutside(entry.name)) throw new UserError(sentences.files.unsafe(name, JSON.stringify(entry.name)));
    entries.set(entry.name, entry);
    content += entry.size;
  }
  if (content > contentBytes) throw new UserError(tooLarge(name, large.content, formatBytes(contentBytes)));
  if (content > RATIO.more + RATIO.times * source.size) throw new UserError(sentences.files.bomb(name, content));
  const find = (entryName: string): Entry => {
    const entry = entries.get(entryName);
    if (!entry) throw damaged(name, damage.missing(entryName));
    return entry;
  };
  return {
    names: new Set(entries.keys()),
    size: entry => entries.get(entry)?.size,
    head: (entryName, length) => readHead(source, find(entryName), name, length),
    read: entryName => readEntry(source, find(entryName), name),
  };
}

/** Bytes in memory as a source. */
export function sourceOf(bytes: Uint8Array): Source {
  return { size: bytes.length, read: (at, target) => target.set(bytes.subarray(at, at + target.length)) };
}

/** The bytes from a position on: `length` of them, or as many as there are. */
export function bytesAt(source: Source, at: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, source.size - at)));
  source.read(at, bytes);
  return bytes;
}

/** Bytes as little-endian float32 numbers. A part of a larger buffer is copied, because its position may not be a
 *  multiple of 4. */
export function asFloats(bytes: Uint8Array): Float32Array {
  const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  return new Float32Array(own.buffer as ArrayBuffer);
}

/** Whether all values are finite. x − x is 0 for finite numbers and NaN for others, and a sum with NaN stays NaN. */
export function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] - values[i];
  return sum === 0;
}

/** A size as text: 512 MiB, 1 GiB. */
export function formatBytes(bytes: number): string {
  return bytes % (1024 * MiB) === 0 ? `${bytes / (1024 * MiB)} GiB` : `${bytes / MiB} MiB`;
}

function readDirectory(source: Source, name: string): Entry[] {
  const { directory: wrong, end: noEnd } = sentences.files.damage;
  const tail = bytesAt(source, Math.max(0, source.size - END_LENGTH - LONGEST_COMMENT), END_LENGTH + LONGEST_COMMENT);
  const inTail = new DataView(tail.buffer);
  const at = findEnd(inTail);
  if (at === undefined) throw damaged(name, noEnd);
  const count = inTail.getUint16(at + 10, true);
  const length = inTail.getUint32(at + 12, true);
  const start = inTail.getUint32(at + 16, true);
  if (count === 0xffff || start === 0xffffffff || inTail.getUint32(at + 4, true) !== 0) {
    throw new UserError(sentences.files.unsupported(name));
  }
  if (count > ARCHIVE_LIMITS.entries) {
    throw new UserError(sentences.files.tooManyEntries(name, count, ARCHIVE_LIMITS.entries));
  }
  const end = source.size - tail.length + at;
  if (start + length !== end || inTail.getUint16(at + 8, true) !== count || length > LONGEST_DIRECTORY) {
    throw damaged(name, wrong);
  }
  const entries = entriesIn(bytesAt(source, start, length), count);
  if (!entries) throw damaged(name, wrong);
  return entries;
}

/** The entries of a table of contents. undefined if it isn't a table of `count` entries. */
function entriesIn(directory: Uint8Array<ArrayBuffer>, count: number): Entry[] | undefined {
  const view = new DataView(directory.buffer);
  const entries: Entry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + DIRECTORY_ENTRY_LENGTH > directory.length) return undefined;
    if (view.getUint32(at, true) !== DIRECTORY_ENTRY) return undefined;
    const nameLength = view.getUint16(at + 28, true);
    const next =
      at + DIRECTORY_ENTRY_LENGTH + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > directory.length) return undefined;
    entries.push({
      name: textIn(directory.subarray(at + DIRECTORY_ENTRY_LENGTH, at + DIRECTORY_ENTRY_LENGTH + nameLength)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return at === directory.length ? entries : undefined;
}

/** The position of the end record, which is the last record. Only a comment of at most 65,535 bytes can follow it, and
 *  the record has the comment's length. */
function findEnd(tail: DataView): number | undefined {
  const last = tail.byteLength - END_LENGTH;
  for (let at = last; at >= 0; at--) {
    if (tail.getUint32(at, true) === END && tail.getUint16(at + 20, true) === last - at) return at;
  }
  return undefined;
}

function readEntry(source: Source, entry: Entry, name: string): Uint8Array {
  const { packed, size, method } = entry;
  const unreadable = () => damaged(name, sentences.files.damage.content(entry.name));
  const data = bytesAt(source, contentOf(source, entry, name), packed);
  const content = method === STORED ? data : inflate(data, size, unreadable);
  if (content.length !== size || crc32(content) !== entry.crc) throw unreadable();
  return content;
}

function readHead(source: Source, entry: Entry, name: string, length: number): Uint8Array {
  const { packed, method } = entry;
  // Bytes that can't be packed grow a little.
  const start = bytesAt(source, contentOf(source, entry, name), Math.min(packed, length + 1024));
  if (method === STORED) return start.subarray(0, length);
  try {
    // What is cut off is no fault here.
    return inflateRawSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, length);
  } catch {
    throw damaged(name, sentences.files.damage.content(entry.name));
  }
}

/** Where the content of an entry begins. Throws UserError if the entry isn't as the table of contents says. */
function contentOf(source: Source, entry: Entry, name: string): number {
  const { offset, packed, size, method } = entry;
  if ((entry.flags & ENCRYPTED) !== 0 || (method !== STORED && method !== DEFLATED)) {
    throw new UserError(sentences.files.unsupported(name));
  }
  const unreadable = () => damaged(name, sentences.files.damage.content(entry.name));
  const head = bytesAt(source, offset, LOCAL_ENTRY_LENGTH);
  const view = new DataView(head.buffer);
  if (head.length < LOCAL_ENTRY_LENGTH || view.getUint32(0, true) !== LOCAL_ENTRY) throw unreadable();
  const nameLength = view.getUint16(26, true);
  const start = offset + LOCAL_ENTRY_LENGTH + nameLength + view.getUint16(28, true);
  if (start + packed > source.size) throw unreadable();
  if (textIn(bytesAt(source, offset + LOCAL_ENTRY_LENGTH, nameLength)) !== entry.name) throw unreadable();
  // Data that can't be packed grows by a few bytes.
  if (method === STORED ? packed !== size : packed > size + size / 64 + 1024) throw unreadable();
  return start;
}

/** Unpacks data of a declared size. It stops when more comes out, so a zip bomb costs no more than its declared
 *  size. */
function inflate(data: Uint8Array, size: number, unreadable: () => UserError): Uint8Array {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw unreadable();
  }
}

const textIn = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Whether an entry's name points outside the archive. Nothing is ever unpacked to disk, but such a name is a sign of
 *  an attack. */
function pointsOutside(entry: string): boolean {
  return entry === '' || /^[/\\]|^[A-Za-z]:|\\|\0/.test(entry) || entry.split('/').includes('..');
}

function damaged(name: string, what: Sentence): UserError {
  return new UserError(sentences.files.damaged(name, what));
}
