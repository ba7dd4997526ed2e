import { describe, expect, test } from 'vitest';
import { centre, rasterize, type Stroke } from './drawing.ts';

const pen = (points: [number, number][], radius = 1): Stroke => ({
  points: points.map(([x, y]) => ({ x, y })),
  radius,
  eraser: false,
});

function box(pixels: Float32Array, width: number) {
  const on = [...pixels.keys()].filter(i => pixels[i] >= 0.5);
  const rows = on.map(i => Math.floor(i / width));
  const columns = on.map(i => i % width);
  return {
    top: Math.min(...rows),
    bottom: Math.max(...rows),
    left: Math.min(...columns),
    right: Math.max(...columns),
  };
}

function mass(pixels: Float32Array, width: number) {
  let [total, x, y] = [0, 0, 0];
  for (const [i, value] of pixels.entries()) {
    total += value;
    x += value * ((i % width) + 0.5);
    y += value * (Math.floor(i / width) + 0.5);
  }
  return { x: x / total, y: y / total };
}

describe('rasterize', () => {
  test('draws a level line of radius 1 two pixels high, with edges that fade', () => {
    const pixels = rasterize(
      [
        pen([
          [2, 4],
          [8, 4],
        ]),
      ],
      8,
      10,
    );
    const column = Array.from({ length: 8 }, (_, y) => pixels[y * 10 + 5]);
    expect(column.slice(3, 5)).toEqual([0.91796875, 0.91796875]);
    expect(column[2]).toBeGreaterThan(0);
    expect(column[2]).toBeLessThan(0.5);
    expect(column[1]).toBe(0);
  });

  test('gives multiples of 1/256 from 0 to 1, however many strokes cross', () => {
    const pixels = rasterize(
      [
        pen([
          [1, 1],
          [9, 8],
        ]),
        pen(
          [
            [9, 1],
            [1, 8],
          ],
          1.7,
        ),
        pen([
          [5, 0],
          [5, 9],
        ]),
      ],
      9,
      10,
    );
    for (const value of pixels) {
      expect(value * 256).toBe(Math.round(value * 256));
      expect(value).toBeLessThanOrEqual(1);
    }
    expect(Math.max(...pixels)).toBe(1);
  });

  test('a dot is round and as wide as the pen', () => {
    const pixels = rasterize([pen([[5, 5]], 1.5)], 10, 10);
    expect(box(pixels, 10)).toEqual({ top: 4, bottom: 5, left: 4, right: 5 });
    expect(pixels[4 * 10 + 4]).toBe(pixels[5 * 10 + 5]);
  });

  test('an eraser takes away what earlier strokes and the background left, and nothing drawn later', () => {
    const eraser = {
      ...pen(
        [
          [5, 2],
          [5, 8],
        ],
        2,
      ),
      eraser: true,
    };
    const background = new Float32Array(100).fill(0.5);
    const pixels = rasterize(
      [
        pen([
          [0, 5],
          [10, 5],
        ]),
        eraser,
        pen([[5, 5]], 0.6),
      ],
      10,
      10,
      background,
    );
    expect(pixels[3 * 10 + 5]).toBe(0);
    expect(pixels[5 * 10 + 5]).toBeGreaterThan(0.3);
    expect(pixels[5 * 10 + 0]).toBeGreaterThan(0.9);
    expect(pixels[0]).toBe(0.5);
    expect(background[35]).toBe(0.5);
  });

  test('what is drawn beyond the edge is cut off', () => {
    const pixels = rasterize(
      [
        pen([
          [-20, -20],
          [2, 2],
          [60, 2],
        ]),
      ],
      5,
      6,
    );
    expect(pixels.length).toBe(30);
    expect(pixels[2 * 6 + 5]).toBeGreaterThan(0.9);
    expect(pixels[4 * 6 + 5]).toBe(0);
  });
});

describe('centre', () => {
  // Twice as high as wide, small, in the lower right corner.
  const small = [
    pen([
      [20, 18],
      [22.5, 18],
      [22.5, 23],
      [20, 23],
      [20, 18],
    ]),
  ];

  test('puts the centre of mass at the centre of the picture', () => {
    const at = mass(rasterize(centre(small, 28, 28), 28, 28), 28);
    expect(at.x).toBeCloseTo(14, 1);
    expect(at.y).toBeCloseTo(14, 1);
  });

  test('fills 20 of 28 pixels and keeps the proportions', () => {
    const { top, bottom, left, right } = box(rasterize(centre(small, 28, 28), 28, 28), 28);
    expect(bottom - top + 1).toBe(20);
    expect([11, 12]).toContain(right - left + 1);
  });

  test('fills the same share of a larger picture', () => {
    const { top, bottom } = box(rasterize(centre(small, 56, 70), 56, 70), 70);
    expect(bottom - top + 1).toBeGreaterThanOrEqual(31);
    expect(bottom - top + 1).toBeLessThanOrEqual(40);
  });

  test('shrinks a drawing that is too large, also where it runs beyond the edge', () => {
    const large = [
      pen([
        [-10, -6],
        [40, 30],
      ]),
    ];
    const { top, bottom, left, right } = box(rasterize(centre(large, 28, 28), 28, 28), 28);
    expect(right - left + 1).toBe(20);
    expect(bottom - top).toBeGreaterThan(8);
    expect(bottom - top).toBeLessThan(18);
  });

  test('moves an eraser along with what it erased', () => {
    const eraser = { ...pen([[20, 20.5]], 1), eraser: true };
    const [outline, erased] = centre([...small, eraser], 28, 28);
    const share = (erased.points[0].y - outline.points[0].y) / (outline.points[2].y - outline.points[0].y);
    expect(share).toBeCloseTo(0.5, 5);
  });

  test('a dot is moved to the centre and not blown up; an empty drawing stays empty', () => {
    expect(box(rasterize(centre([pen([[3, 3]], 1.5)], 28, 28), 28, 28), 28)).toEqual({
      top: 13,
      bottom: 14,
      left: 13,
      right: 14,
    });
    expect(centre([], 28, 28)).toEqual([]);
  });
});
