import { EncodedPacket, EncodedVideoPacketSource } from 'mediabunny';
import { expect, test } from 'vitest';
import { beginOutput } from './film-file.ts';

/** A WebM with one picture. */
async function webm(chapters: readonly { at: number; title: string }[]): Promise<Uint8Array> {
  let file = new Uint8Array();
  const { output, finish } = beginOutput(false, chapters, async (at, bytes) => {
    const all = new Uint8Array(Math.max(file.length, at + bytes.length));
    all.set(file);
    all.set(bytes, at);
    file = all;
  });
  const pictures = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(pictures, { frameRate: 30 });
  await output.start();
  const decoderConfig = { codec: 'vp09.00.10.08', codedWidth: 64, codedHeight: 64 };
  await pictures.add(new EncodedPacket(new Uint8Array(50).fill(7), 'key', 0, 8), { decoderConfig });
  await finish();
  return file;
}

type Element = { id: string; at: number; content: number; end: number };

/** The elements from one place of a file to another. */
function elements(file: Uint8Array, from: number, to: number): Element[] {
  const found: Element[] = [];
  const number = (at: number, length: number) => Number(`0x${hex(file.subarray(at, at + length))}`);
  for (let at = from; at < to; at = found.at(-1)!.end) {
    const size = at + 1 + Math.clz32(file[at]) - 24;
    const bytes = 1 + Math.clz32(file[size]) - 24;
    const content = size + bytes;
    found.push({
      id: hex(file.subarray(at, size)),
      at,
      content,
      end: content + number(size, bytes) - 2 ** (7 * bytes),
    });
  }
  return found;
}
const hex = (bytes: Uint8Array) => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');

const [INDEX, INFO, TRACKS, CHAPTERS, SPACE, PICTURES, CUES] =
  '114d9b74 1549a966 1654ae6b 1043a770 ec 1f43b675 1c53bb6b'.split(' ');

test('a WebM has its chapters before its pictures, and its index knows where', async () => {
  const file = await webm([
    { at: 0, title: 'Bild' },
    { at: 2.5, title: 'ä'.repeat(3000) },
  ]);
  const segment = elements(file, 0, file.length)[1];
  expect(segment.end).toBe(file.length);
  const parts = elements(file, segment.content, segment.end);
  expect(parts.map(({ id }) => id)).toEqual([INDEX, INFO, TRACKS, CHAPTERS, SPACE, PICTURES, CUES]);
  const inside = ({ content, end }: Element) => elements(file, content, end);
  const text = ({ content, end }: Element) => new TextDecoder().decode(file.subarray(content, end));
  const [edition] = inside(parts[3]);
  const chapters = inside(edition).map(chapter => {
    const [uid, time, shown] = inside(chapter);
    return [file[uid.end - 1], new DataView(file.buffer).getBigUint64(time.content), text(inside(shown)[0])];
  });
  expect(chapters).toEqual([
    [1, 0n, 'Bild'],
    [2, 2_500_000_000n, 'ä'.repeat(3000)],
  ]);
  const index = inside(parts[0]).map(inside);
  const known = index.map(([id, place]) => {
    const at = Number(`0x${hex(file.subarray(place.content, place.end))}`);
    return [hex(file.subarray(id.content, id.end)), at + segment.content];
  });
  expect(known).toEqual([1, 2, 3, 6].map(nth => [parts[nth].id, parts[nth].at]));
});

test('a WebM without chapters has no room for any', async () => {
  const file = await webm([]);
  const segment = elements(file, 0, file.length)[1];
  const parts = elements(file, segment.content, segment.end);
  expect(parts.map(({ id }) => id)).toEqual([INDEX, INFO, TRACKS, PICTURES, CUES]);
});
