import { crc32, inflateRawSync } from 'node:zlib';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';

const MiB = 2 ** 20;
/** What an archive may have at most; checked against what it declares before anything is unpacked, and again while
 *  unpacking. */
export const ARCHIVE_LIMITS = { fileBytes: 512 * MiB, contentBytes: 1024 * MiB, entries: 10_000 } as const;
/** How much more than its own size a file's content may be, beyond what any may: zeros shrink to a thousandth, and a
 *  small file of them would take gigabytes. */
const RATIO = { times: 100, more: 64 * MiB };

/** The entries of a zip file. `size` is what the file declares; `read` unpacks one entry and gives exactly that many
 *  bytes. */
export type Archive = {
  names: ReadonlySet<string>;
  size(entry: string): number | undefined;
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

/** Reads a zip file's table of contents. Nothing in the bytes is trusted: every offset is checked, sizes are limited,
 *  entries that stand twice or point outside are refused. `name` is the file's name for messages. Throws UserError.
 *  Source: PKWARE's APPNOTE.TXT, 4.3. */
export function openArchive(bytes: Uint8Array, name: string): Archive {
  if (bytes.length > ARCHIVE_LIMITS.fileBytes) {
    throw new UserError(
      messages.files.tooLarge(name, messages.files.large.file, formatBytes(ARCHIVE_LIMITS.fileBytes)),
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map<string, Entry>();
  let content = 0;
  for (const entry of readDirectory(view, name)) {
    if (entries.has(entry.name)) throw damaged(name, messages.files.damage.duplicate(entry.name));
    if (pointsOutside(entry.name)) throw new UserError(messages.files.unsafe(name, JSON.stringify(entry.name)));
    entries.set(entry.name, entry);
    content += entry.size;
  }
  if (content > ARCHIVE_LIMITS.contentBytes) {
    const limit = formatBytes(ARCHIVE_LIMITS.contentBytes);
    throw new UserError(messages.files.tooLarge(name, messages.files.large.content, limit));
  }
  if (content > RATIO.more + RATIO.times * bytes.length) throw new UserError(messages.files.bomb(name, content));
  return {
    names: new Set(entries.keys()),
    size: entry => entries.get(entry)?.size,
    read(entryName) {
      const entry = entries.get(entryName);
      if (!entry) throw damaged(name, messages.files.damage.missing(entryName));
      return readEntry(view, entry, name);
    },
  };
}

/** Little-endian float32. What stands in a larger buffer is copied: the numbers may be at an odd place of it. */
export function asFloats(bytes: Uint8Array): Float32Array {
  const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  return new Float32Array(own.buffer as ArrayBuffer);
}

/** 512 MiB, 1 GiB. */
export function formatBytes(bytes: number): string {
  return bytes % (1024 * MiB) === 0 ? `${bytes / (1024 * MiB)} GiB` : `${bytes / MiB} MiB`;
}

function readDirectory(view: DataView, name: string): Entry[] {
  const end = findEnd(view);
  if (end === undefined) throw damaged(name, messages.files.damage.end);
  const count = view.getUint16(end + 10, true);
  const length = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || start === 0xffffffff || view.getUint32(end + 4, true) !== 0) {
    throw new UserError(messages.files.unsupported(name));
  }
  if (count > ARCHIVE_LIMITS.entries) {
    throw new UserError(messages.files.tooManyEntries(name, count, ARCHIVE_LIMITS.entries));
  }
  if (start + length !== end || view.getUint16(end + 8, true) !== count) {
    throw damaged(name, messages.files.damage.directory);
  }
  const entries: Entry[] = [];
  let at = start;
  while (entries.length < count) {
    if (at + DIRECTORY_ENTRY_LENGTH > end || view.getUint32(at, true) !== DIRECTORY_ENTRY) {
      throw damaged(name, messages.files.damage.directory);
    }
    const nameLength = view.getUint16(at + 28, true);
    const next =
      at + DIRECTORY_ENTRY_LENGTH + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw damaged(name, messages.files.damage.directory);
    entries.push({
      name: textAt(view, at + DIRECTORY_ENTRY_LENGTH, nameLength),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at = next;
  }
  if (at !== end) throw damaged(name, messages.files.damage.directory);
  return entries;
}

/** The end record stands last; only a comment of up to 65,535 bytes may follow its fixed part, and it says how long
 *  that is. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at) return at;
  }
  return undefined;
}

function readEntry(view: DataView, entry: Entry, name: string): Uint8Array {
  const { offset, packed, size, method } = entry;
  if ((entry.flags & ENCRYPTED) !== 0 || (method !== STORED && method !== DEFLATED)) {
    throw new UserError(messages.files.unsupported(name));
  }
  const unreadable = () => damaged(name, messages.files.damage.content(entry.name));
  if (offset + LOCAL_ENTRY_LENGTH > view.byteLength || view.getUint32(offset, true) !== LOCAL_ENTRY) throw unreadable();
  const nameLength = view.getUint16(offset + 26, true);
  const start = offset + LOCAL_ENTRY_LENGTH + nameLength + view.getUint16(offset + 28, true);
  if (start + packed > view.byteLength) throw unreadable();
  if (textAt(view, offset + LOCAL_ENTRY_LENGTH, nameLength) !== entry.name) throw unreadable();
  const data = new Uint8Array(view.buffer, view.byteOffset + start, packed);
  const content = method === STORED ? data : inflate(data, size, unreadable);
  if (content.length !== size || crc32(content) !== entry.crc) throw unreadable();
  return content;
}

/** Stops as soon as more comes out than was declared, so a bomb costs no more than its declared size. */
function inflate(data: Uint8Array, size: number, unreadable: () => UserError): Uint8Array {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw unreadable();
  }
}

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}

/** Nothing is ever unpacked to disk; an entry with such a name was still made to deceive. */
function pointsOutside(entry: string): boolean {
  return entry === '' || /^[/\\]|^[A-Za-z]:|\\|\0/.test(entry) || entry.split('/').includes('..');
}

function damaged(name: string, what: string): UserError {
  return new UserError(messages.files.damaged(name, what));
}
