import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { readImageBytes, readImageFiles } from './images.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-images-'));
afterAll(() => rmSync(folder, { recursive: true }));
const options = { progress: () => {}, signal: new AbortController().signal };

/** A grey TIFF file of 32 bits a pixel. Source: TIFF 6.0 */
function tiffOf(width: number, height: number, pixels: Buffer, format: 'unsigned' | 'float'): Buffer {
  // Width, height, bits, no compression, 0 is black, offset of the pixels, samples per pixel, rows, bytes, format.
  const sampleFormat = format === 'float' ? 3 : 1;
  const values = [width, height, 32, 1, 1, 0, 1, height, pixels.length, sampleFormat];
  const tags = [256, 257, 258, 259, 262, 273, 277, 278, 279, 339];
  const header = Buffer.alloc(8 + 2 + 12 * tags.length + 4);
  values[5] = header.length;
  header.write('II*\0', 'latin1');
  header.writeUInt32LE(8, 4);
  header.writeUInt16LE(tags.length, 8);
  for (const [i, tag] of tags.entries()) {
    const at = 10 + 12 * i;
    header.writeUInt16LE(tag, at);
    header.writeUInt16LE(4, at + 2);
    header.writeUInt32LE(1, at + 4);
    header.writeUInt32LE(values[i], at + 8);
  }
  return Buffer.concat([header, pixels]);
}

test('an image of numbers whose range nobody knows is listed, not read as black or white', async () => {
  const floats = Buffer.from(Float32Array.of(0, 0.25, 0.5, 1).buffer);
  const integers = Buffer.from(Uint32Array.of(0, 1_000, 100_000, 4_000_000_000).buffer);
  const files = Object.entries({
    'floats.tif': tiffOf(2, 2, floats, 'float'),
    'integers.tif': tiffOf(2, 2, integers, 'unsigned'),
  }).map(([name, bytes]) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return { path, name, bytes: bytes.length, modified: 0 };
  });
  const { kept, problems } = await readImageFiles(files, [2, 2, 1], 'stretch', options);
  expect(kept).toEqual([]);
  expect(problems).toEqual([
    { name: 'floats.tif', reason: 'its pixels are of the type float; save it with 8 or 16 bits a channel' },
    { name: 'integers.tif', reason: 'its pixels are of the type uint; save it with 8 or 16 bits a channel' },
  ]);
});

test('of an image with opacity every channel is resized by itself, whatever its opacity (fault 10)', async () => {
  const [width, height] = [9, 7];
  const planes = [0, 1, 2, 3].map(channel =>
    Uint8Array.from({ length: width * height }, (_, i) =>
      channel === 3 ? (i % 3) * 20 : (i * (37 + channel * 20)) % 256,
    ),
  );
  const four = Uint8Array.from({ length: width * height * 4 }, (_, i) => planes[i % 4][Math.floor(i / 4)]);
  const path = join(folder, 'four.png');
  await sharp(four, { raw: { width, height, channels: 4 } })
    .png()
    .toFile(path);
  const file = { path, name: 'four.png', bytes: 1000, modified: 0 };
  const fits = { stretch: 'fill', crop: 'cover', pad: 'contain' } as const;
  for (const fit of ['stretch', 'crop', 'pad'] as const) {
    for (const [rows, columns] of [
      [4, 4],
      [7, 9],
      [20, 12],
    ]) {
      const { bytes } = await readImageFiles([file], [rows, columns, 4], fit, options);
      for (const [channel, plane] of planes.entries()) {
        const alone = await sharp(plane, { raw: { width, height, channels: 1 } })
          .resize(columns, rows, { fit: fits[fit], background: channel === 3 ? 'white' : 'black' })
          .toColourspace('b-w')
          .raw()
          .toBuffer();
        expect(Array.from(bytes).filter((_, i) => i % 4 === channel)).toEqual(Array.from(alone));
      }
    }
  }
});

test('colours stay what they are where nothing of them can be seen (fault 10)', async () => {
  for (const [name, alpha] of [
    ['unseen.png', 0],
    ['hardly.webp', 0.004],
  ] as const) {
    const path = join(folder, name);
    const image = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 200, g: 100, b: 50, alpha } } });
    await (name.endsWith('png') ? image.png() : image.webp({ lossless: true, exact: true })).toFile(path);
    const file = { path, name, bytes: 100, modified: 0 };
    for (const fit of ['stretch', 'crop', 'pad'] as const) {
      const { bytes } = await readImageFiles([file], [4, 4, 4], fit, options);
      const seen = Array.from({ length: 16 }, () => [200, 100, 50, Math.round(alpha * 255)]).flat();
      expect(Array.from(bytes)).toEqual(seen);
    }
  }
});

test('an opaque image has the same colours with four channels as with three', async () => {
  const pixels = Uint8Array.from({ length: 9 * 7 * 3 }, (_, i) => (i * 53) % 256);
  const path = join(folder, 'opaque.png');
  await sharp(pixels, { raw: { width: 9, height: 7, channels: 3 } })
    .png()
    .toFile(path);
  const withAlpha = join(folder, 'opaque-alpha.png');
  await sharp(path).ensureAlpha().png().toFile(withAlpha);
  const read = async (from: string, channels: number) => {
    const file = { path: from, name: 'opaque.png', bytes: 100, modified: 0 };
    return Array.from((await readImageFiles([file], [4, 5, channels], 'crop', options)).bytes);
  };
  const three = await read(path, 3);
  const four = (await read(path, 4)).filter((_, i) => i % 4 < 3);
  expect((await read(withAlpha, 4)).filter((_, i) => i % 4 < 3)).toEqual(three);
  expect(four).toEqual(three);
});

test('an image of the input’s size goes in as it is; another is told and fitted as wanted (fault 47)', async () => {
  const raw = { width: 4, height: 2, channels: 1 } as const;
  const pixels = Uint8Array.of(0, 0, 255, 255, 0, 0, 255, 255);
  const png = await sharp(pixels, { raw }).png().toBuffer();
  const same = await readImageBytes('a.png', png, [2, 4, 1], undefined);
  expect(same).toEqual({ name: 'a.png', width: 4, height: 2, pixels });
  expect(await readImageBytes('a.png', png, [2, 2, 1], undefined)).toEqual({ name: 'a.png', width: 4, height: 2 });
  const read = async (fit: 'stretch' | 'crop' | 'pad', shape: [number, number, 1]) =>
    Array.from((await readImageBytes('a.png', png, shape, fit)).pixels!);
  expect(await read('crop', [2, 2, 1])).toEqual([0, 255, 0, 255]);
  expect(await read('stretch', [2, 2, 1])).toEqual([14, 241, 14, 241]);
  expect(await read('pad', [4, 4, 1])).toEqual([0, 0, 0, 0, ...pixels, 0, 0, 0, 0]);
});

test('an image that the camera held sideways has the size that it has upright (fault 47)', async () => {
  const bytes = await sharp({ create: { width: 6, height: 2, channels: 3, background: 'red' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  expect(await readImageBytes('a.jpg', bytes, [1, 1, 3], undefined)).toEqual({ name: 'a.jpg', width: 2, height: 6 });
});

test('one image that can’t be read is refused with the reason that files have (fault 47)', async () => {
  const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const floats = Buffer.from(Float32Array.of(0, 0.25, 0.5, 1).buffer);
  const cases: [bytes: Uint8Array, reason: string][] = [
    [new Uint8Array(), 'it is damaged'],
    [Buffer.from('Dear reader,'), 'it is no image of a known format'],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'it is no image of a known format'],
    [whole.subarray(0, whole.length / 2), 'it is damaged'],
    [tiffOf(2, 2, floats, 'float'), 'its pixels are of the type float; save it with 8 or 16 bits a channel'],
  ];
  // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person drops them
  for (const [bytes, reason] of cases)
    await expect(readImageBytes('a.png', bytes, [2, 2, 1], 'pad')).rejects.toThrow(
      `a.png can’t be read: ${reason}. Choose another image.`,
    );
});
