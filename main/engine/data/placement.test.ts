import { expect, test } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { bothOf, inPlace, movedCorners, partOf, type Placement } from './placement.ts';

/** Where the pixel at (x, y) of a result comes from. */
function sourceOf({ a, b, left, c, d, top, g, h }: Placement, [x, y]: readonly [number, number]) {
  const w = g * x + h * y + 1;
  return { w, x: (a * x + b * y + left) / w, y: (c * x + d * y + top) / w };
}

test('moved corners, by up to a quarter of each side, show the image’s corners, and nothing is upside down', () => {
  const random = createRandom(1);
  for (let round = 0; round < 2000; round++) {
    const shape = [1 + random.integer(50), 1 + random.integer(50), 1] as const;
    const [bottom, right] = [shape[0] / 2, shape[1] / 2];
    const own = (
      [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ] as const
    ).map(([x, y]) => [x * right, y * bottom] as const);
    const moved = own.map(([x, y]) => [x * (1 - random.uniform() / 2), y * (1 - random.uniform() / 2)] as const);
    const placement = movedCorners(shape, moved);
    for (const [i, corner] of moved.entries()) {
      const { x, y } = sourceOf(placement, corner);
      expect(Math.abs(x - own[i][0]) + Math.abs(y - own[i][1])).toBeLessThan(1e-9);
    }
    for (const corner of own) expect(sourceOf(placement, corner).w).toBeGreaterThan(0);
  }
});

test('two placements one after the other are one', () => {
  const first = partOf(0.5, 0.25, 3, -1);
  const second = movedCorners(
    [10, 20, 1],
    [
      [-9, -4],
      [8, -5],
      [10, 5],
      [-7, 3],
    ],
  );
  const at = sourceOf(second, [2, 3]);
  const [both, expected] = [sourceOf(bothOf(first, second), [2, 3]), sourceOf(first, [at.x, at.y])];
  expect([both.x, both.y]).toEqual([expect.closeTo(expected.x, 9), expect.closeTo(expected.y, 9)]);
  expect(bothOf(inPlace, first)).toEqual(first);
});
