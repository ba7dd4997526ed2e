import { expect, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import { noTta, type Tta, viewCount } from '../../../shared/tta.ts';
import { meanOfViews, viewsOf, writeView } from './views.ts';

/** Every view of an image whose bytes are 0, 51, 102 …, in fifths of white. */
function viewsOfImage(bytes: number[], shape: readonly [number, number, number], tta: Partial<Tta>): number[][] {
  return viewsOf({ ...noTta, ...tta }, shape).map(view => {
    const pixels = new Float32Array(bytes.length);
    writeView(Uint8Array.from([9, ...bytes]).subarray(1), [0], shape, view, pixels);
    return Array.from(pixels, pixel => Math.round(5 * pixel));
  });
}

const square = [0, 51, 102, 153];

test('without a choice there is the image alone', () => {
  expect(viewsOfImage(square, [2, 2, 1], {})).toEqual([[0, 1, 2, 3]]);
});

test('a flip adds the mirror image, and the symmetries make 8 views', () => {
  expect(viewsOfImage(square, [2, 2, 1], { flip: true })).toEqual([
    [0, 1, 2, 3],
    [1, 0, 3, 2],
  ]);
  const views = viewsOfImage(square, [2, 2, 1], { symmetries: true, flip: true });
  expect(new Set(views.map(view => view.join(''))).size).toBe(8);
  expect(views[0]).toEqual([0, 1, 2, 3]);
  expect(() => viewsOf({ ...noTta, symmetries: true }, [2, 3, 1])).toThrow(UserError);
});

test('shifts move by whole pixels, by one at least', () => {
  const views = viewsOfImage([0, 51, 102, 153, 204], [1, 5, 1], { shift: 0.01 });
  expect(views.slice(0, 3)).toEqual([
    [0, 1, 2, 3, 4],
    [1, 2, 3, 4, 4],
    [0, 0, 1, 2, 3],
  ]);
  expect(views).toHaveLength(5);
});

test('crops are the four corners and the middle, stretched', () => {
  // Eight columns; a part of four of them is twice as large.
  const row = Array.from({ length: 8 }, (_, x) => 17 * x);
  const views = viewsOf({ ...noTta, crop: 0.5 }, [1, 8, 1]).map(view => {
    const pixels = new Float32Array(8);
    writeView(Uint8Array.from(row), [0], [1, 8, 1], view, pixels);
    return Math.round((pixels.reduce((sum, pixel) => sum + pixel, 0) / 8) * 255);
  });
  const mean = (first: number, last: number) => Math.round((17 * (first + last)) / 2);
  // Beyond the corners' edges the image repeats them, so their means are a little further inside.
  for (const [n, expected] of [mean(0, 7), mean(0, 3), mean(4, 7), mean(0, 3), mean(4, 7), mean(2, 5)].entries())
    expect(Math.abs(views[n] - expected)).toBeLessThanOrEqual(2);
});

test.each([
  [{}, 1],
  [{ flip: true }, 2],
  [{ symmetries: true }, 8],
  [{ flip: true, shift: 0.1 }, 10],
  [{ crop: 0.1, rotate: 10 }, 8],
  [{ symmetries: true, shift: 0.1, crop: 0.1, rotate: 10 }, 96],
])('%o has %d views', (tta, count) => {
  expect(viewCount({ ...noTta, ...tta })).toBe(count);
  expect(viewsOf({ ...noTta, ...tta }, [8, 8, 3])).toHaveLength(count);
});

test('probabilities are averaged, and the loss is that of the mean, also where a probability is too small', () => {
  const said = (probabilities: number[], losses: number[]) => ({
    probabilities: Float32Array.from(probabilities),
    losses: Float64Array.from(losses),
  });
  const one = said([0.5, 0.5, 1, 0], [-Math.log(0.5), 800]);
  const other = said([0.9, 0.1, 1, 0], [-Math.log(0.9), 900]);
  const { probabilities, losses } = meanOfViews([one, other], true, Float32Array.of(1, 0, 0, 1));
  expect(Array.from(probabilities)).toEqual([0.7, 0.3, 1, 0].map(Math.fround));
  expect(losses[0]).toBeCloseTo(-Math.log(0.7), 12);
  expect(losses[1]).toBeCloseTo(800 + Math.log(2), 9);
  const several = meanOfViews([one, other], false, Float32Array.of(1, 0, 1, 1));
  expect(several.losses[0]).toBeCloseTo((-Math.log(0.7) - Math.log(0.7)) / 2, 6);
  expect(several.losses[1]).toBeCloseTo(-Math.log(1e-7) / 2, 4);
  expect(meanOfViews([one], true, Float32Array.of(1, 0, 0, 1))).toBe(one);
});
