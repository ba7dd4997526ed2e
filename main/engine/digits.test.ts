import { expect, test } from 'vitest';
import { pixelsOf, testDigits } from './digits.ts';

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
  // The top stroke of the 7, lightest in its middle, by eye from the image.
  const stroke = Array.from(digits.bytes.subarray(7 * 28 + 6, 7 * 28 + 12));
  expect(stroke).toEqual([84, 185, 159, 151, 60, 36]);
  expect(Array.from(pixels.subarray(784 + 7 * 28 + 6, 784 + 7 * 28 + 12), pixel => pixel * 256)).toEqual([
    84, 186, 160, 152, 60, 36,
  ]);
});
