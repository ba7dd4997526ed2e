import { expect, test } from 'vitest';
import { looksInverted } from './inverted.ts';

/** An image of 8×8 with these pixels. */
const image = (pixel: (y: number, x: number) => number) =>
  Float32Array.from({ length: 64 }, (_, i) => pixel(Math.floor(i / 8), i % 8));
const inside = (y: number, x: number) => y > 1 && y < 6 && x > 2 && x < 5;

test.each([
  ['a black stroke on white', (y, x) => (inside(y, x) ? 0 : 1), true],
  ['a white stroke on black', (y, x) => (inside(y, x) ? 1 : 0), false],
  ['a grey stroke on pale paper', (y, x) => (inside(y, x) ? 0.4 : 0.85), true],
  ['a black stroke that runs off the page', (_y, x) => (x === 4 ? 0 : 1), true],
  ['a black page with white margins cut off', (y, x) => (y === 3 && x > 0 ? 0.2 : 0), false],
  ['an empty white page', () => 1, false],
  ['an empty black page', () => 0, false],
  ['noise in the middle of grey', (y, x) => 0.45 + 0.05 * ((x + y) % 2), false],
] as [string, (y: number, x: number) => number, boolean][])(
  '%s looks inverted: %s (fault 21)',
  (_name, pixel, inverted) => {
    expect(looksInverted(image(pixel), [8, 8, 1], 1)).toBe(inverted);
    const bytes = Uint8Array.from(image(pixel), value => Math.round(255 * value));
    expect(looksInverted(bytes, [8, 8, 1], 255)).toBe(inverted);
  },
);
