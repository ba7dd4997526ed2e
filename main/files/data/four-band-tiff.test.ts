import { deflateSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { english } from '../../../shared/messages/render.ts';
import { folderOf, GREY, read, removePictures } from './testing/pictures.ts';
import { readFourBands } from './four-band-tiff.ts';

afterAll(removePictures);

type Form = {
  deflate?: boolean;
  differences?: boolean;
  planar?: boolean;
  words?: boolean;
  tile?: number;
  rows?: number;
};
const [WIDTH, HEIGHT] = [20, 12];
/** Pixels [12, 20, 4] that all differ in each channel. Where the fourth is 0, colours stay what they are. */
const pixels = Uint8Array.from({ length: HEIGHT * WIDTH * 4 }, (_, i) => (i % 4 === 3 ? (i % 7) * 3 : (i * 37) % 256));

/** A little-endian TIFF file of these pixels. Its fourth channel is no transparency, and its first no grey. */
function tiff({ deflate, differences, planar, words, tile, rows = HEIGHT }: Form): Uint8Array {
  const [blockWidth, blockHeight] = tile ? [tile, tile] : [WIDTH, rows];
  const blocks: Uint8Array[] = [];
  for (const plane of planar ? [0, 1, 2, 3] : [undefined])
    for (let top = 0; top < HEIGHT; top += blockHeight)
      for (let left = 0; left < WIDTH; left += blockWidth) {
        const numbers: number[] = [];
        const high = tile ? blockHeight : Math.min(blockHeight, HEIGHT - top);
        for (let y = top; y < top + high; y++)
          for (let x = left; x < left + blockWidth; x++)
            for (const channel of plane === undefined ? [0, 1, 2, 3] : [plane]) {
              const at = (column: number) => pixels[(y * WIDTH + column) * 4 + channel];
              const before = differences && x > left ? at(x - 1) : 0;
              const inside = y < HEIGHT && x < WIDTH;
              numbers.push(inside ? (words ? 257 : 1) * (at(x) - before) : 0);
            }
        const content = words ? new Uint8Array(Uint16Array.from(numbers).buffer) : Uint8Array.from(numbers);
        blocks.push(deflate ? deflateSync(content) : content);
      }
  const tags: [tag: number, type: 3 | 4, values: number[]][] = [
    [256, 3, [WIDTH]],
    [257, 3, [HEIGHT]],
    [258, 3, [1, 2, 3, 4].map(() => (words ? 16 : 8))],
    [259, 3, [deflate ? 8 : 1]],
    [262, 3, [1]],
    [277, 3, [4]],
    [284, 3, [planar ? 2 : 1]],
    [317, 3, [differences ? 2 : 1]],
    [338, 3, [0, 0, 0]],
    ...(tile
      ? ([
          [322, 3, [tile]],
          [323, 3, [tile]],
        ] as [number, 3, number[]][])
      : [[278, 3, [rows]] as [number, 3, number[]]]),
  ];
  const start = 8;
  let end = start;
  const offsets = blocks.map(block => (end += block.length) - block.length);
  tags.push([tile ? 324 : 273, 4, offsets], [tile ? 325 : 279, 4, blocks.map(({ length }) => length)]);
  tags.sort(([a], [b]) => a - b);
  const file = Buffer.alloc(end + 2 + 12 * tags.length + 4 + 8 * blocks.length + 100);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(end, 4);
  for (const [i, block] of blocks.entries()) file.set(block, offsets[i]);
  file.writeUInt16LE(tags.length, end);
  let more = end + 2 + 12 * tags.length + 4;
  for (const [i, [tag, type, values]] of tags.entries()) {
    const entry = end + 2 + 12 * i;
    file.writeUInt16LE(tag, entry);
    file.writeUInt16LE(type, entry + 2);
    file.writeUInt32LE(values.length, entry + 4);
    const size = type === 3 ? 2 : 4;
    let at = entry + 8;
    if (size * values.length > 4) {
      file.writeUInt32LE(more, at);
      at = more;
      more += size * values.length;
    }
    for (const [n, value] of values.entries())
      if (size === 2) file.writeUInt16LE(value, at + 2 * n);
      else file.writeUInt32LE(value, at + 4 * n);
  }
  return file;
}

test.each<[title: string, form: Form]>([
  ['one strip', {}],
  ['strips', { rows: 5 }],
  ['deflate', { deflate: true, rows: 5 }],
  ['differences', { deflate: true, differences: true }],
  ['tiles', { deflate: true, tile: 16 }],
  ['planes', { planar: true }],
  ['16 bits', { words: true, deflate: true, differences: true }],
])('four channels that are data are read as they are: %s', (_title, form) => {
  expect(readFourBands(tiff(form), 1e6)).toEqual({ width: WIDTH, height: HEIGHT, pixels });
});

test('a data set of such files keeps every channel; a network for RGB leaves them out with a reason', async () => {
  const path = folderOf({ 'a/1.tif': tiff({}), 'b/1.tif': tiff({ deflate: true }) });
  const set = await read({ kind: 'folders', path }, { shape: [HEIGHT, WIDTH, 4] });
  expect(set.bytes).toEqual(Uint8Array.from([...pixels, ...pixels]));
  const mixed = folderOf({ 'a/1.tif': tiff({}), 'a/2.png': GREY, 'b/1.png': GREY });
  const { problems } = await read({ kind: 'folders', path: mixed }, { shape: [HEIGHT, WIDTH, 3] });
  expect(problems.map(({ name, reason }) => `${name}: ${english(reason)}`)).toEqual([
    'a/1.tif: its four channels can only be read by a network for 4 channels, and only unpacked or packed by deflate',
  ]);
});

test('a file that says the same tag 60,000 times, each with a million values, is read in one go', () => {
  const whole = tiff({});
  const directory = new DataView(whole.buffer, whole.byteOffset).getUint32(4, true);
  const times = 60_000;
  const file = Buffer.alloc(2 ** 22 + directory + 2 + 12 * (times + 20));
  file.set(whole.subarray(0, directory));
  file.writeUInt16LE(times + 13, directory);
  file.set(whole.subarray(directory + 2, directory + 2 + 12 * 13), directory + 2);
  for (let i = 0; i < times; i++) {
    const entry = directory + 2 + 12 * (13 + i);
    file.writeUInt16LE(i % 2 === 0 ? 273 : 50_000, entry);
    file.writeUInt16LE(4, entry + 2);
    file.writeUInt32LE(2 ** 20, entry + 4);
  }
  expect(() => readFourBands(file, 1e6)).not.toThrow();
});

test('a tile far larger than its image is not unpacked', () => {
  const file = Buffer.from(tiff({ tile: 16, deflate: true }));
  const directory = file.readUInt32LE(4);
  for (let entry = directory + 2; entry < directory + 2 + 12 * file.readUInt16LE(directory); entry += 12)
    if ([322, 323].includes(file.readUInt16LE(entry))) file.writeUInt16LE(8192, entry + 8);
  // It would throw that the tile ends early.
  expect(readFourBands(file, 1e6)).toBeUndefined();
});

test('damaged files are refused, and never take more memory than their pixels', () => {
  const whole = tiff({ deflate: true, tile: 16 });
  for (let at = 0; at < whole.length; at += 5) {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 0xff;
    try {
      readFourBands(damaged, 1e6);
    } catch (error) {
      expect((error as Error).constructor.name, `byte ${at}`).toMatch(/^(RangeError|Error)$/);
    }
  }
});
