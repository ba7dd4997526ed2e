/** Writes zip files piece by piece, without a second copy of their contents. Only files of up to 4 GiB, whose sizes fit
 *  in 32 bits. Source: PKWARE's APPNOTE.TXT, 4.3. */
import { crc32, deflateRawSync } from 'node:zlib';

/** `level`: how hard the entry is packed, from 0 (stored unchanged) to 9. */
export type ArchiveEntry = { name: string; content: Uint8Array; level: number };

/** How many bytes are handled at once. */
const PIECE = 4 * 2 ** 20;
/** An empty piece. It is yielded while bytes are only read, so that the caller can do other work in between. */
const NOTHING = new Uint8Array();

const LOCAL_ENTRY = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END = 0x06054b50;
/** 1 January 1980, midnight, the earliest time of a zip file. So equal entries give equal bytes. */
const MODIFIED = 0x00210000;
const VERSION = 20;

/** How many bytes a file has besides the contents of its entries. */
export function overheadOf(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + 76 + 2 * name.length, 22);
}

/** The pieces of a file with these entries, in their order. Equal entries give equal bytes. An entry's content is read
 *  only when its pieces are asked for. */
export function* archivePieces(entries: Iterable<ArchiveEntry>): Generator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, content, level } of entries) {
    const data = level === 0 ? content : deflateRawSync(content, { level });
    let crc = 0;
    for (const piece of piecesOf(content)) {
      crc = crc32(piece, crc);
      if (content.length > PIECE) yield NOTHING;
    }
    const fields = { crc, packed: data.length, size: content.length, method: level === 0 ? 0 : 8 };
    const text = new TextEncoder().encode(name);
    directory.push(headOf(fields, text, at));
    const head = headOf(fields, text);
    yield head;
    yield* piecesOf(data);
    at += head.length + data.length;
  }
  yield* directory;
  const length = directory.reduce((sum, each) => sum + each.length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, END, true);
  end.setUint16(8, directory.length, true);
  end.setUint16(10, directory.length, true);
  end.setUint32(12, length, true);
  end.setUint32(16, at, true);
  yield new Uint8Array(end.buffer);
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

type Fields = { crc: number; packed: number; size: number; method: number };

/** The header before an entry's data. If its position `at` is given, the header for the table of contents. */
function headOf({ crc, packed, size, method }: Fields, name: Uint8Array, at?: number): Uint8Array {
  const inDirectory = at !== undefined;
  const length = inDirectory ? 46 : 30;
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, inDirectory ? DIRECTORY_ENTRY : LOCAL_ENTRY, true);
  if (inDirectory) view.setUint16(4, VERSION, true);
  const from = inDirectory ? 6 : 4;
  view.setUint16(from, VERSION, true);
  view.setUint16(from + 4, method, true);
  view.setUint32(from + 6, MODIFIED, true);
  view.setUint32(from + 10, crc, true);
  view.setUint32(from + 14, packed, true);
  view.setUint32(from + 18, size, true);
  view.setUint16(from + 22, name.length, true);
  if (inDirectory) view.setUint32(42, at, true);
  bytes.set(name, length);
  return bytes;
}
