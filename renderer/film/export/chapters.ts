/** The parts of a film that players can go to, as MP4 files have them. The library that writes the files knows none. */
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

/** The number that every box begins with: its length in bytes. */
export function lengthBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

function box(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([lengthBytes(8 + content.length), new TextEncoder().encode(name), content]);
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
