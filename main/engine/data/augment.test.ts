import { describe, expect, test } from 'vitest';
import { type Augmentation, noAugmentation } from '../../../shared/data.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import { augment } from './augment.ts';

type Shape = readonly [number, number, number];

/** The image as it is changed by these random numbers from 0 to 1, in the order in which they are drawn. 0.5 means no
 *  shift, rotation or zoom. */
const DRAWN = {
  right: 0.5,
  down: 0.5,
  angle: 0.5,
  scale: 0.5,
  mirror: 0.9,
  turns: 0,
  transpose: 0.9,
  brightness: 0.5,
  contrast: 0.5,
};
function change(image: number[], shape: Shape, augmentation: Partial<Augmentation>, drawn: Partial<typeof DRAWN> = {}) {
  const numbers = Object.values({ ...DRAWN, ...drawn });
  let next = 0;
  const random = { uniform: () => numbers[next++] } as Random;
  const changed = new Uint8Array(image.length);
  augment(Uint8Array.from(image), 0, shape, { ...noAugmentation, ...augmentation }, random, changed);
  expect(next).toBe(numbers.length);
  return Array.from(changed);
}

const square = [10, 20, 30, 40, 50, 60, 70, 80, 90];
const SQUARE: Shape = [3, 3, 1];

describe('augmentation', () => {
  test('shifts by whole pixels without changing their values, repeating the edge', () => {
    // The shift is two thirds of the largest one. That is half of three pixels, so one pixel to the right.
    const right = change(square, SQUARE, { shift: 0.5 }, { right: 0.5 + 1 / 3 });
    expect(right).toEqual([10, 10, 20, 40, 40, 50, 70, 70, 80]);
    const up = change(square, SQUARE, { shift: 0.5 }, { down: 0.5 - 1 / 3 });
    expect(up).toEqual([40, 50, 60, 70, 80, 90, 70, 80, 90]);
    // A shift by half a pixel mixes neighbours equally.
    expect(change([0, 100, 200], [1, 3, 1], { shift: 0.5 }, { right: 0.5 + 1 / 6 })).toEqual([0, 50, 150]);
  });

  test('turns by quarter turns without changing values', () => {
    const quarter = change(square, SQUARE, { rotate: 180 }, { angle: 0.75 });
    expect(quarter).toEqual([70, 40, 10, 80, 50, 20, 90, 60, 30]);
    expect(change(square, SQUARE, { rotate: 180 }, { angle: 0 })).toEqual(square.toReversed());
  });

  test('zooms about the middle, in and out by the same factor', () => {
    const row = [0, 40, 80, 120, 160];
    // 1.5 times larger: two steps from the middle show what was 4/3 of a step away. 1.5 times smaller: they show what
    // was three steps away, which lies outside and repeats the edge.
    expect(change(row, [1, 5, 1], { zoom: 0.5 }, { scale: 1 })).toEqual([27, 53, 80, 107, 133]);
    expect(change(row, [1, 5, 1], { zoom: 0.5 }, { scale: 0 })).toEqual([0, 20, 80, 140, 160]);
  });

  test('mirrors left and right half of the time', () => {
    expect(change(square, SQUARE, { flip: true }, { mirror: 0.49 })).toEqual([30, 20, 10, 60, 50, 40, 90, 80, 70]);
    expect(change(square, SQUARE, { flip: true }, { mirror: 0.5 })).toEqual(square);
    expect(change(square, SQUARE, {}, { mirror: 0.1 })).toEqual(square);
  });

  test('keeps the pixels of an image that is not square, with their channels together', () => {
    const image = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    expect(change(image, [2, 2, 3], { flip: true }, { mirror: 0 })).toEqual([4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
    expect(change(image, [3, 4, 1], { flip: true }, { mirror: 0 })).toEqual([4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9]);
  });

  test('has all 8 symmetries of the square, and exactly those', () => {
    const found = new Set<string>();
    for (const turns of [0, 0.25, 0.5, 0.75]) {
      for (const transpose of [0, 0.9])
        found.add(change([1, 2, 3, 4], [2, 2, 1], { symmetries: true }, { turns, transpose }).join(''));
    }
    expect([...found].sort()).toEqual(['1234', '1324', '2143', '2413', '3142', '3412', '4231', '4321']);
  });

  test('adds brightness, and stretches contrast about the middle of the range; the alpha channel stays', () => {
    const values = [0, 100, 200, 77];
    expect(change(values, [1, 1, 4], { light: 0.2 }, { brightness: 1 })).toEqual([51, 151, 251, 77]);
    expect(change(values, [1, 1, 4], { light: 0.5 }, { brightness: 1 })).toEqual([128, 228, 255, 77]);
    expect(change(values, [1, 1, 4], { light: 0.4 }, { contrast: 0 })).toEqual([51, 111, 171, 77]);
    expect(change(values, [4, 1, 1], { light: 0.2 }, { brightness: 0 })).toEqual([0, 49, 149, 26]);
  });

  test('draws the same numbers whatever is switched on, so one more change doesn’t alter the others', () => {
    const states = [noAugmentation, { ...noAugmentation, flip: true, rotate: 10 }].map(augmentation => {
      const random = createRandom(1);
      augment(Uint8Array.from(square), 0, SQUARE, augmentation, random, new Uint8Array(9));
      return random.state();
    });
    expect(states[1]).toEqual(states[0]);
  });

  test('keeps its limits over many images', () => {
    const random = createRandom(4);
    // A single bright pixel in the middle of 21×21. The centre of its light says how far it was moved.
    const image = new Uint8Array(441);
    image[220] = 255;
    const moved = new Uint8Array(441);
    let [furthest, sum] = [0, 0];
    for (let round = 0; round < 500; round++) {
      augment(image, 0, [21, 21, 1], { ...noAugmentation, shift: 0.2 }, random, moved);
      const light = moved.reduce((total, value) => total + value, 0);
      const x = moved.reduce((total, value, at) => total + value * ((at % 21) - 10), 0) / light;
      furthest = Math.max(furthest, Math.abs(x));
      sum += x;
    }
    expect(furthest).toBeLessThan(4.25);
    expect(furthest).toBeGreaterThan(4);
    expect(Math.abs(sum / 500)).toBeLessThan(0.4);
  });
});
