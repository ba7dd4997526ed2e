import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readImageFiles } from './images.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-images-'));
afterAll(() => rmSync(folder, { recursive: true }));
const options = { progress: () => {}, signal: new AbortController().signal };

/** A grey TIFF file of 32 bits a pixel. Source: TIFF 6.0 */
function tiffOf(width: number, height: number, pixels: Buffer, format: 'unsigned' | 'float'): Buffer {
  // Width, height, bits, no compression, 0 is black, where the pixels are, samples a pixel, rows and bytes of them, their format.
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
