import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataChoice } from '../../../shared/data.ts';
import { BLACK, imageOf, plain, png, readFolders, removePictures, WHITE } from './testing/pictures.ts';

afterAll(removePictures);

describe('an image', () => {
  /** The image of class a. */
  const one = async (image: Uint8Array, changes: Partial<DataChoice>) =>
    imageOf(await readFolders({ 'a/1.png': image, 'b/1.png': BLACK }, changes), 0);
  const times = <T>(count: number, values: T[]) => Array.from({ length: count }, () => values).flat();

  test('is stretched, cropped from its middle, or padded with black', async () => {
    // Three parts side by side: red, white, blue.
    const parts = await Promise.all(['#ff0000', '#ffffff', '#0000ff'].map(colour => png(colour, 4, 4)));
    const wide = await plain('#000000', 12, 4)
      .composite(parts.map((input, i) => ({ input, left: 4 * i, top: 0 })))
      .png()
      .toBuffer();
    const pixel = async (fit: 'stretch' | 'crop' | 'pad', x: number, y: number) =>
      (await one(wide, { shape: [12, 12, 3], fit })).slice(3 * (12 * y + x), 3 * (12 * y + x) + 3);
    expect(await pixel('stretch', 1, 0)).toEqual([255, 0, 0]);
    expect(await pixel('stretch', 10, 11)).toEqual([0, 0, 255]);
    expect(await pixel('crop', 5, 0)).toEqual([255, 255, 255]);
    expect(await pixel('crop', 6, 11)).toEqual([255, 255, 255]);
    expect(await pixel('pad', 1, 0)).toEqual([0, 0, 0]);
    expect(await pixel('pad', 1, 5)).toEqual([255, 0, 0]);
  });

  test('becomes grey, RGB or RGBA as the network takes it, whatever it was', async () => {
    const shape = (channels: 1 | 3 | 4): Partial<DataChoice> => ({ shape: [2, 2, channels] });
    const grey = await plain('#646464').toColourspace('b-w').png().toBuffer();
    expect(await one(grey, shape(1))).toEqual(times(4, [100]));
    expect(await one(grey, shape(3))).toEqual(times(4, [100, 100, 100]));
    expect(await one(grey, shape(4))).toEqual(times(4, [100, 100, 100, 255]));
    const colour = await png('#ff8040');
    expect(await one(colour, shape(3))).toEqual(times(4, [255, 128, 64]));
    expect(await one(colour, shape(4))).toEqual(times(4, [255, 128, 64, 255]));
    const [brightness] = await one(colour, shape(1));
    expect(brightness).toBeGreaterThan(120);
    expect(brightness).toBeLessThan(190);
    // Half transparent. Without a channel for that, the white paper below shows.
    const glass = await png({ r: 255, g: 0, b: 0, alpha: 128 / 255 });
    expect(await one(glass, shape(4))).toEqual(times(4, [255, 0, 0, 128]));
    expect(await one(glass, shape(3))).toEqual(times(4, [255, 127, 127]));
  });

  test('of 16 bits is read in 8', async () => {
    const levels = Uint16Array.from({ length: 16 }, (_, i) => i * 4369);
    const deep = await sharp(levels, { raw: { width: 4, height: 4, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const read = await one(deep, { shape: [4, 4, 1] });
    for (const [i, level] of levels.entries()) expect(Math.abs(read[i] - level / 257)).toBeLessThanOrEqual(1);
  });

  test('is turned as the camera says it was held', async () => {
    const upright = await plain('#000000', 8, 4)
      .composite([{ input: await png('#ffffff', 4, 4), left: 0, top: 0 }])
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    // The camera was held so that the left of the stored picture is the top of the scene.
    const turned = await one(upright, { shape: [4, 4, 1] });
    expect(turned.slice(0, 4).every(value => value > 200)).toBe(true);
    expect(turned.slice(12).every(value => value < 50)).toBe(true);
  });

  test('may be PNG, JPEG, WebP, GIF, TIFF or AVIF', async () => {
    const formats = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const;
    const files: Record<string, Uint8Array> = {};
    for (const format of formats) {
      files[`a/1.${format}`] = await plain('#ff8000').toFormat(format).toBuffer();
      files[`b/1.${format}`] = await plain('#0080ff').toFormat(format).toBuffer();
    }
    const set = await readFolders(files, { shape: [2, 2, 3] });
    expect(set.count).toBe(12);
    expect(set.problems).toEqual([]);
    for (let index = 0; index < 12; index++) {
      const [red, green, blue] = imageOf(set, index);
      expect(Math.abs(green - 128)).toBeLessThan(6);
      expect(Math.abs((index < 6 ? red : blue) - 255)).toBeLessThan(6);
      expect(index < 6 ? blue : red).toBeLessThan(6);
    }
  });

  test('of more pixels than fit is listed, not decoded', async () => {
    // The header of a PNG file (bytes 12 to 28, then its checksum) says 20,000 × 20,000.
    const huge = Buffer.from(WHITE);
    huge.writeUInt32BE(20_000, 16);
    huge.writeUInt32BE(20_000, 20);
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    const set = await readFolders({ 'a/huge.png': huge, 'a/1.png': BLACK, 'b/1.png': WHITE });
    expect(set.count).toBe(2);
    expect(set.problems).toEqual([{ name: 'a/huge.png', reason: 'it has more than 100 megapixels' }]);
  });
});
