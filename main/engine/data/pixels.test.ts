import { expect, test } from 'vitest';
import { toPixels } from './pixels.ts';

test('every byte becomes the nearest multiple of 1/256, from any position and of any number', () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
  const expected = Array.from(bytes, byte => Math.round((byte / 255) * 256) / 256);
  for (const [from, count, at] of [
    [0, 256, 0],
    [0, 255, 1],
    [1, 257, 2],
    [2, 3, 0],
    [7, 1, 5],
    [8, 0, 3],
  ]) {
    const pixels = new Float32Array(260).fill(-1);
    toPixels(bytes, from, count, pixels, at);
    expect(Array.from(pixels.subarray(at, at + count))).toEqual(expected.slice(from, from + count));
    expect(pixels.filter(pixel => pixel === -1).length).toBe(260 - count);
    // A view that begins in the middle of a buffer.
    const part = new Float32Array(count);
    toPixels(bytes.subarray(3), from, count, part, 0);
    expect(Array.from(part)).toEqual(expected.slice(from + 3, from + 3 + count));
  }
});
