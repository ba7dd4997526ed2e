import { expect, test } from 'vitest';
import type { DataSet } from './data.ts';
import { createResampler } from './resample.ts';

type Shape = DataSet['shape'];

function resample(bytes: readonly number[], from: Shape, to: Shape, fit: 'stretch' | 'crop' | 'pad'): number[] {
  // Both images have other bytes before them.
  const target = new Uint8Array(3 + to[0] * to[1] * to[2]);
  createResampler(from, to, fit)(Uint8Array.of(9, 9, ...bytes), 2, target, 3);
  expect(Array.from(target.subarray(0, 3))).toEqual([0, 0, 0]);
  return Array.from(target.subarray(3));
}

/** [5, 7, 1] */
const picture = Array.from({ length: 35 }, (_, i) => {
  const [y, x] = [Math.floor(i / 7), i % 7];
  return (y * 37 + x * 91 + y * x * 13) % 256;
});

test('a picture becomes what Pillow makes of it, which rounds twice, smaller, larger and both', () => {
  // Image.fromarray(picture).resize((width, height), Image.BILINEAR) of Pillow 12.3
  const expected: [height: number, width: number, pixels: number[]][] = [
    [3, 4, [66, 145, 116, 108, 126, 143, 122, 101, 129, 143, 160, 176]],
    [2, 7, [37, 141, 175, 93, 127, 126, 79, 111, 160, 127, 164, 131, 168, 135]],
    [1, 1, [128]],
    // Its first row.
    [9, 11, [0, 41, 99, 157, 122, 17, 75, 133, 191, 109, 34]],
  ];
  for (const [height, width, pixels] of expected) {
    const found = resample(picture, [5, 7, 1], [height, width, 1], 'stretch').slice(0, pixels.length);
    for (const [i, pixel] of pixels.entries()) expect(Math.abs(found[i] - pixel)).toBeLessThanOrEqual(1);
  }
});

test('a colour everywhere stays that colour, whatever the sizes', () => {
  for (const channels of [1, 3, 4] as const) {
    const colour = [255, 1, 77, 200].slice(0, channels);
    for (const [height, width] of [
      [1, 1],
      [2, 9],
      [13, 5],
      [40, 3],
    ]) {
      const bytes = Array.from({ length: 6 * 5 }, () => colour).flat();
      const same = Array.from({ length: height * width }, () => colour).flat();
      expect(resample(bytes, [6, 5, channels], [height, width, channels], 'stretch')).toEqual(same);
      expect(resample(bytes, [6, 5, channels], [height, width, channels], 'crop')).toEqual(same);
    }
  }
});

test('cropped it is the middle, padded it stands in the middle of opaque black with sharp edges', () => {
  // Rows of four: dark, bright, bright, dark.
  const wide = [10, 200, 200, 10, 10, 200, 200, 10];
  expect(resample(wide, [2, 4, 1], [2, 2, 1], 'crop')).toEqual([200, 200, 200, 200]);
  expect(resample(wide, [2, 4, 1], [4, 4, 1], 'pad')).toEqual([0, 0, 0, 0, ...wide, 0, 0, 0, 0]);
  expect(resample([50, 60, 70, 128], [1, 1, 4], [1, 3, 4], 'pad')).toEqual([
    0, 0, 0, 255, 50, 60, 70, 128, 0, 0, 0, 255,
  ]);
  // 9.33 columns wide: nine whole ones.
  const thin = resample(Array<number>(30 * 10).fill(200), [30, 10, 1], [28, 28, 1], 'pad');
  expect(thin.slice(0, 28)).toEqual(Array.from({ length: 28 }, (_, x) => (x >= 9 && x < 18 ? 200 : 0)));
});

test('each of four channels is made as if it were alone: they may be data, not opacity (fault 10)', () => {
  expect(resample([255, 0, 0, 255, 0, 255, 0, 0], [1, 2, 4], [1, 1, 4], 'stretch')).toEqual([128, 128, 0, 128]);
  const four = Array.from({ length: 7 * 5 * 4 }, (_, i) => (i * 89 + (i % 4) * 31) % 256);
  for (const fit of ['stretch', 'crop', 'pad'] as const) {
    for (const [height, width] of [
      [3, 4],
      [10, 4],
      [2, 9],
    ]) {
      const found = resample(four, [7, 5, 4], [height, width, 4], fit);
      for (const channel of [0, 1, 2]) {
        const plane = four.filter((_, i) => i % 4 === channel);
        const alone = resample(plane, [7, 5, 1], [height, width, 1], fit);
        expect(found.filter((_, i) => i % 4 === channel)).toEqual(alone);
      }
    }
  }
});

test('a tall image of few columns is made of its rows one after the other, not held in numbers as a whole', () => {
  const [height, width] = [60_000, 400];
  const bytes = new Uint8Array(height * width).fill(100);
  const before = process.memoryUsage().arrayBuffers;
  const resample = createResampler([height, width, 1], [2, 1000, 1], 'stretch');
  // The whole image as numbers would be 192 MB, its rows at their new width 480 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  const target = new Uint8Array(2000);
  resample(bytes, 0, target, 0);
  expect(target.every(pixel => pixel === 100)).toBe(true);
});
