import { describe, expect, test } from 'vitest';
import { type Augmentation, noAugmentation } from '../../../shared/data.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import { augment, drawShare } from './augment.ts';

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
/** The same for newer changes. 0 for a corner means that it stays, 0 for an area that nothing is cut away. */
const MORE = {
  area: 0,
  proportions: 0.5,
  cropX: 0.5,
  cropY: 0.5,
  ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`corner${i}`, 0])),
  brightnessFactor: 0.5,
  contrastFactor: 0.5,
  saturation: 0.5,
  hue: 0.5,
  blur: 1,
  noise: 1,
  cutoutY: 0,
  cutoutX: 0,
};
type Drawn = Partial<typeof DRAWN & typeof MORE>;
function change(image: number[], shape: Shape, augmentation: Partial<Augmentation>, drawn: Drawn = {}) {
  const given = (all: Readonly<Record<string, number>>) =>
    Object.keys(all).map(name => (drawn as Readonly<Record<string, number>>)[name] ?? all[name]);
  const stub = (numbers: number[]) => {
    const uniform = () => numbers.shift()!;
    const random = { uniform, integer: (bound: number) => Math.floor(uniform() * bound), normal: () => 1 };
    return { numbers, random: random as Random };
  };
  const [first, more] = [stub(given(DRAWN)), stub(given(MORE))];
  let hasMore = false;
  const randoms = {
    random: first.random,
    more: () => {
      hasMore = true;
      return more.random;
    },
  };
  const changed = new Uint8Array(image.length);
  augment(Uint8Array.from(image), 0, shape, { ...noAugmentation, ...augmentation }, randoms, changed);
  expect(first.numbers).toEqual([]);
  if (hasMore) expect(more.numbers).toEqual([]);
  return Array.from(changed);
}
/** All random numbers from one generator. */
const from = (random: Random) => ({ random, more: () => random });

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
      augment(Uint8Array.from(square), 0, SQUARE, augmentation, from(random), new Uint8Array(9));
      return random.state();
    });
    expect(states[1]).toEqual(states[0]);
  });

  test('crops: a part of the image is stretched to the whole size', () => {
    const row = [0, 40, 80, 120];
    const rows = [...row, ...row, ...row, ...row];
    // Half of each side, from the middle, and from the left edge.
    expect(change(rows, [4, 4, 1], { crop: 0.75 }, { area: 1 }).slice(0, 4)).toEqual([30, 50, 70, 90]);
    expect(change(rows, [4, 4, 1], { crop: 0.75 }, { area: 1, cropX: 0 }).slice(0, 4)).toEqual([0, 10, 30, 50]);
    // As wide as can be: 4/3 wider than high.
    const wide = change(rows, [4, 4, 1], { crop: 0.75 }, { area: 1, proportions: 1 }).slice(0, 4);
    const half = (0.5 * (4 / 3) ** 0.5) / 2;
    expect(wide).toEqual([-3, -1, 1, 3].map(x => Math.round(60 + 40 * half * x)));
    expect(change(rows, [4, 4, 1], { crop: 0.5 }, { area: 0, proportions: 1 })).toEqual(rows);
  });

  test('perspective moves the corners inwards, and the image with them', () => {
    const row = [0, 40, 80, 120];
    const rows = [...row, ...row, ...row, ...row];
    // The two left corners move right by a quarter of the width, so the image is 3 pixels wide.
    const moved = change(rows, [4, 4, 1], { perspective: 0.5 }, { corner0: 1, corner6: 1 } as Drawn);
    expect(moved.slice(0, 4)).toEqual([0, 7, 60, 113]);
    expect(change(rows, [4, 4, 1], { perspective: 0.5 })).toEqual(rows);
  });

  // From Pillow: ImageEnhance.Brightness, Contrast and Color, which torchvision uses, and colorsys for the hue.
  const colours = [200, 40, 90, 10, 220, 130, 60, 60, 60, 250, 240, 20, 0, 0, 255, 123, 77, 31];
  test.each([
    [
      { brightness: 0.4 },
      { brightnessFactor: 1 },
      [255, 56, 126, 14, 255, 182, 84, 84, 84, 255, 255, 28, 0, 0, 255, 172, 107, 43],
    ],
    [
      { contrast: 0.4 },
      { contrastFactor: 0 },
      [162, 66, 96, 48, 174, 120, 78, 78, 78, 192, 186, 54, 42, 42, 195, 116, 88, 61],
    ],
    [
      { saturation: 0.5 },
      { saturation: 1 },
      [253, 13, 88, 0, 255, 121, 60, 60, 60, 255, 251, 0, 0, 0, 255, 141, 72, 3],
    ],
    [{ hue: 0.15 }, { hue: 1 }, [200, 134, 40, 10, 121, 220, 60, 60, 60, 53, 250, 20, 230, 0, 255, 86, 123, 31]],
    [{ hue: 0.3 }, { hue: 0 }, [40, 58, 200, 220, 172, 10, 60, 60, 60, 250, 20, 214, 0, 255, 51, 95, 31, 123]],
  ])('%o changes colours as Pillow and torchvision do', (augmentation, drawn, expected) => {
    const changed = change(colours, [2, 3, 3], augmentation, drawn);
    const furthest = Math.max(...changed.map((value, i) => Math.abs(value - expected[i])));
    expect(furthest).toBeLessThanOrEqual(1);
    const withAlpha = colours.flatMap((value, i) => (i % 3 === 2 ? [value, i] : [value]));
    const four = change(withAlpha, [2, 3, 4], augmentation, drawn);
    expect(four.filter((_, i) => i % 4 !== 3)).toEqual(changed);
    expect(four.filter((_, i) => i % 4 === 3)).toEqual([2, 5, 8, 11, 14, 17]);
  });

  test('grey images have contrast, but neither saturation nor hue', () => {
    expect(change(square, SQUARE, { saturation: 1, hue: 0.5 }, { saturation: 1, hue: 1 })).toEqual(square);
    expect(change([0, 100, 200], [1, 3, 1], { contrast: 0.5 }, { contrastFactor: 0 })).toEqual([50, 100, 150]);
  });

  test('blurs by a Gaussian of the given deviation, and keeps the light', () => {
    const dot = Array.from({ length: 441 }, (_, i) => (i === 220 ? 255 : 0));
    const blurred = change(dot, [21, 21, 1], { blur: 1.5 });
    const light = blurred.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(light - 255)).toBeLessThan(20);
    const middle = 255 / (2 * Math.PI * 1.5 ** 2);
    expect(Math.abs(blurred[220] - middle)).toBeLessThan(1);
    expect(Math.abs(blurred[222] - middle * Math.exp(-4 / (2 * 1.5 ** 2)))).toBeLessThan(1);
    expect(change([9, 9, 9, 9], [2, 2, 1], { blur: 5 })).toEqual([9, 9, 9, 9]);
  });

  test('adds noise of the given deviation to colours alone', () => {
    // Every normal number of the stub is 1.
    expect(change([0, 100, 250, 77], [1, 1, 4], { noise: 0.1 })).toEqual([26, 126, 255, 77]);
    const random = createRandom(3);
    const noisy = new Uint8Array(10_000);
    const grey = new Uint8Array(10_000).fill(128);
    augment(grey, 0, [100, 100, 1], { ...noAugmentation, noise: 0.1 }, from(random), noisy);
    const spread = Math.sqrt(noisy.reduce((sum, value) => sum + (value - 128) ** 2, 0) / noisy.length);
    expect(spread).toBeLessThan(25.5);
    expect(spread).toBeGreaterThan(1);
  });

  test('cuts out a square that may reach over the edge', () => {
    const ones = Array.from({ length: 16 }, () => 1);
    expect(change(ones, [4, 4, 1], { cutout: 0.5 })).toEqual([0, 1, 1, 1, ...ones.slice(4)]);
    const inside = change(ones, [4, 4, 1], { cutout: 0.5 }, { cutoutX: 0.5, cutoutY: 0.25 });
    expect(inside).toEqual([1, 0, 0, 1, 1, 0, 0, 1, ...ones.slice(8)]);
    const pixels = change([...ones, ...ones], [4, 4, 2], { cutout: 0.25 }, { cutoutX: 0.75, cutoutY: 0.75 });
    expect(pixels.lastIndexOf(0)).toBe(31);
    expect(pixels.filter(value => value === 0)).toHaveLength(2);
  });

  test('newer changes keep the random numbers of the others, and noise those of the next image', () => {
    const all = { ...noAugmentation, shift: 0.2, rotate: 20 };
    const image = Uint8Array.from({ length: 64 }, (_, i) => 4 * i);
    const made = [all, { ...all, cutout: 0.25 }].map(augmentation => {
      const [random, more] = [createRandom(1), createRandom(2)];
      const changed = new Uint8Array(64);
      augment(image, 0, [8, 8, 1], augmentation, { random, more: () => more }, changed);
      return { changed, state: random.state() };
    });
    expect(made[1].state).toEqual(made[0].state);
    const differing = made[0].changed.filter((value, i) => value !== made[1].changed[i]);
    expect(differing.length).toBeLessThanOrEqual(4);
  });

  test.each([0.2, 1, 3])('λ of mixup has the mean and variance of Beta(%d, %d)', alpha => {
    const random = createRandom(7);
    const shares = Array.from({ length: 20_000 }, () => drawShare(alpha, random));
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.004);
    expect(drawShare(1e-9, random) % 1).toBe(0);
  });

  test('keeps its limits over many images', () => {
    const random = createRandom(4);
    // A single bright pixel in the middle of 21×21. The centre of its light says how far it was moved.
    const image = new Uint8Array(441);
    image[220] = 255;
    const moved = new Uint8Array(441);
    let [furthest, sum] = [0, 0];
    for (let round = 0; round < 500; round++) {
      augment(image, 0, [21, 21, 1], { ...noAugmentation, shift: 0.2 }, from(random), moved);
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
