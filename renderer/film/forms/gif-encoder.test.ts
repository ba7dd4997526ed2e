import { expect, test } from 'vitest';
import { createGifEncoder } from './gif-encoder.ts';

const [width, height] = [8, 8];
/** A picture of one grey with a white pixel. */
function pixels(grey: number, white: number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(grey);
  rgba.fill(255, 4 * white, 4 * white + 4);
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255;
  return rgba;
}

test('frames that stay the same make the one before longer, whether they are painted again or not', () => {
  const made = (again: (rgba: Uint8ClampedArray) => Uint8ClampedArray | undefined) => {
    const gif = createGifEncoder(width, height);
    for (const grey of [40, 90]) {
      gif.scene(pixels(grey, 1));
      for (const white of [1, 2]) {
        gif.frame(pixels(grey, white), 10);
        gif.frame(again(pixels(grey, white)), 10);
      }
    }
    return Buffer.from(gif.finish());
  };
  const bytes = made(rgba => rgba);
  expect(
    Buffer.compare(
      bytes,
      made(() => undefined),
    ),
  ).toBe(0);
  // Each frame says how long it is shown, in hundredths of a second.
  const control = Buffer.from([0x21, 0xf9, 4]);
  const delays: number[] = [];
  for (let at = bytes.indexOf(control); at >= 0; at = bytes.indexOf(control, at + 1))
    delays.push(bytes.readUInt16LE(at + 4));
  expect(delays).toEqual([20, 20, 20, 20]);
});

test('a flushed frame is counted at once', () => {
  const gif = createGifEncoder(width, height);
  gif.scene(pixels(40, 1));
  gif.frame(pixels(40, 1), 10);
  const before = gif.size();
  gif.flush();
  expect(gif.size()).toBeGreaterThan(before);
});
