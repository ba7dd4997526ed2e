import { expect, test } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { createHeap } from './testing/heap.ts';

const BYTES = Float32Array.BYTES_PER_ELEMENT;
const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 31, 63, 64, 65, 130, 257, 260];

type Read = (row: number, column: number) => number;

/** Σ a(row, k) · b(k, column), in doubles. */
function productOf(a: Read, b: Read, [rows, inner, columns]: readonly number[]): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a(row, k) * b(k, column);
    return sum;
  });
}

/** The products of two matrices of these sizes in each of the three ways, beside those in doubles. `cut` says after how
 *  many rows and columns of the result a call ends and another one goes on; none if it is 0. */
function multiplyAll([rows, inner, columns]: readonly number[], seed: number, cut: readonly [number, number]) {
  const heap = createHeap(createRandom(seed));
  const { exports } = heap;
  const take = (height: number, width: number) => {
    const at = heap.take(height * width);
    const values = heap.read(at, height * width);
    return { at, step: width * BYTES, values, width };
  };
  const [a, aT, b, bT] = [take(rows, inner), take(inner, rows), take(inner, columns), take(columns, inner)];
  const bias = take(1, columns);
  const scratch = heap.take(exports.productScratch() / BYTES);
  const of =
    ({ values, width }: typeof a): Read =>
    (row, column) =>
      values[row * width + column];
  const turned =
    (read: Read): Read =>
    (row, column) =>
      read(column, row);

  /** Calculates the result piece by piece. */
  const inPieces = (run: (row: number, column: number, height: number, width: number, at: number) => void) => {
    const c = heap.take(rows * columns, () => Number.NaN);
    const [height, width] = [cut[0] || rows, cut[1] || columns];
    for (let row = 0; row < rows; row += height)
      for (let column = 0; column < columns; column += width)
        run(
          row,
          column,
          Math.min(height, rows - row),
          Math.min(width, columns - column),
          c + (row * columns + column) * BYTES,
        );
    return heap.read(c, rows * columns);
  };
  const step = columns * BYTES;
  const size = [rows, inner, columns];
  const found = [
    inPieces((row, column, height, width, at) =>
      exports.multiply(
        a.at + row * a.step,
        a.step,
        b.at + column * BYTES,
        b.step,
        bias.at + column * BYTES,
        at,
        step,
        scratch,
        1,
        height,
        inner,
        width,
      ),
    ),
    inPieces((row, column, height, width, at) =>
      exports.multiplyTransposedB(
        a.at + row * a.step,
        a.step,
        bT.at + column * bT.step,
        bT.step,
        at,
        step,
        scratch,
        height,
        inner,
        width,
      ),
    ),
    inPieces((row, column, height, width, at) =>
      exports.multiplyTransposedA(
        aT.at + row * BYTES,
        aT.step,
        b.at + column * BYTES,
        b.step,
        at,
        step,
        scratch,
        inner,
        height,
        width,
      ),
    ),
  ];
  const expected = [
    productOf(of(a), of(b), size).map((sum, at) => Math.max(0, sum + bias.values[at % columns])),
    productOf(of(a), turned(of(bT)), size),
    productOf(turned(of(aT)), of(b), size),
  ];
  expect(heap.broken()).toBe(0);
  return { found, expected };
}

/** Sizes of which each is tried several times, in an order that looks random. */
const cases = SIZES.map((rows, n) => [rows, SIZES[(n * 7 + 3) % SIZES.length], SIZES[(n * 5 + 1) % SIZES.length]]);

test.each(cases)('products of %i rows, %i terms and %i columns are right', (...size) => {
  const { found, expected } = multiplyAll(size, 1, [0, 0]);
  for (const [way, values] of found.entries()) {
    let most = 0;
    for (const [at, value] of values.entries()) most = Math.max(most, Math.abs(value - expected[way][at]));
    expect(most).toBeLessThan(1e-6 * (1 + size[1] / 8));
  }
});

test('a product in pieces of some rows and columns has the bits of the whole', () => {
  for (const size of [
    [20, 257, 70],
    [9, 65, 130],
  ])
    for (const cut of [
      [1, 8],
      [5, 3],
      [8, 0],
      [0, 64],
    ] as const)
      expect(multiplyAll(size, 2, cut).found).toEqual(multiplyAll(size, 2, [0, 0]).found);
});
