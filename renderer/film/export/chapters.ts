/** The parts of a film that players can go to, as MP4 and WebM files have them. The library that writes the files knows
 *  none. */
export type Chapter = { at: number; title: string };

/** The most that the box can hold: chapters, and bytes of a title. */
const MOST = 255;
/** Its times are counted in tenths of microseconds. */
const TICKS = 10_000_000;

/** A box `udta` with a box `chpl` in it, in which many players look for chapters. */
export function chaptersBox(chapters: readonly Chapter[]): Uint8Array<ArrayBuffer> {
  const entries = chapters.slice(0, MOST).map(({ at, title }) => {
    const name = shortened(title);
    const entry = new Uint8Array(9 + name.length);
    new DataView(entry.buffer).setBigUint64(0, BigInt(Math.round(at * TICKS)));
    entry[8] = name.length;
    entry.set(name, 9);
    return entry;
  });
  // The version, three bytes of flags, four that nobody uses, and the number of chapters.
  return box('udta', box('chpl', joined([Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, entries.length), ...entries])));
}

/** Ids of elements of a WebM. */
const [CHAPTERS, TAGS, SPACE] = [[0x10, 0x43, 0xa7, 0x70], [0x12, 0x54, 0xc3, 0x67], [0xec]];

/** An element with the chapters of a WebM. Source: matroska.org/technical/chapters.html */
export function chaptersElement(chapters: readonly Chapter[]): Uint8Array<ArrayBuffer> {
  const atoms = chapters.map(({ at, title }, nth) => {
    const nanoseconds = new Uint8Array(8);
    new DataView(nanoseconds.buffer).setBigUint64(0, BigInt(Math.round(at * 1e9)));
    const name = element([0x85], new TextEncoder().encode(title));
    const language = element([0x43, 0x7c], new TextEncoder().encode('und'));
    const uid = element([0x73, 0xc4], lengthBytes(nth + 1));
    return element([0xb6], joined([uid, element([0x91], nanoseconds), element([0x80], joined([name, language]))]));
  });
  return element(CHAPTERS, element([0x45, 0xb9], joined(atoms)));
}

/** What to write over the beginning of a WebM, so that it has chapters instead of tags. `head`: the beginning, up to
 *  the pictures. It has an index first; its tags come last, and have at least 40 bytes more than the chapters. */
export function chaptersForTags(
  head: Uint8Array,
  chapters: Uint8Array,
): { at: number; bytes: Uint8Array<ArrayBuffer> }[] {
  const isTags = (_: number, at: number) => TAGS.every((byte, nth) => head[at + nth] === byte);
  const [inIndex, tags] = [head.findIndex(isTags), head.findLastIndex(isTags)];
  const rest = new Uint8Array(head.length - tags - chapters.length - SPACE.length - 4);
  return [
    { at: inIndex, bytes: Uint8Array.from(CHAPTERS) },
    { at: tags, bytes: joined([chapters, element(SPACE, rest)]) },
  ];
}

/** The number that every box begins with: its length in bytes. */
export function lengthBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

function box(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([lengthBytes(8 + content.length), new TextEncoder().encode(name), content]);
}

/** Sizes of elements have a one before their bits, which says that they have four bytes. */
function element(id: readonly number[], content: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([Uint8Array.from(id), lengthBytes(2 ** 28 + content.length), content]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A title in UTF-8 that isn't too long, without half a character at its end. */
function shortened(title: string): Uint8Array {
  const bytes = new Uint8Array(MOST);
  const { written } = new TextEncoder().encodeInto(title, bytes);
  return bytes.subarray(0, written);
}
