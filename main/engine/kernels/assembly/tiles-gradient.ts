/** The gradient of a kernel of 3×3 by tiles: the convolution of tiles.ts on the way back. Each number of y is linear in
 *  the kernel, so its gradient is Gᵀ [Σ (A dy Aᵀ) ⊙ (Bᵀ d B)] G, summed over tiles with their 2×2 numbers of dy. For
 *  each of the 16 places the sum is a product of matrices, [outC,tiles] · [tiles,inC]. */
import { NUMBER, transpose } from './maps';
import { addSegment } from './segments';
import { copyStrip, GAP, halfOf, PLACES, tilesAlong, tilesTogether, transformTiles } from './tiles';

/** Bytes of scratch memory that `gradientOfTiles` needs. */
export function tilesGradientScratch(inChannels: i32, outChannels: i32): i32 {
  const tiles = tilesTogether(inChannels, outChannels);
  const kernel = inChannels * outChannels;
  const ofPlace = kernel + tiles * (inChannels + outChannels) + 3 * GAP;
  const strip = 4 * (2 * tiles + 2) * inChannels;
  return (PLACES * ofPlace + strip + 9 * kernel) * 4;
}

/** As `filterGradient`, for kernels and channels that `isTiled` allows. */
export function gradientOfTiles(
  x: usize,
  dy: usize,
  dw: usize,
  scratch: usize,
  count: i32,
  height: i32,
  width: i32,
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const most = tilesTogether(inChannels, outChannels);
  const tilesDown = tilesAlong(outHeight);
  const tilesAcross = tilesAlong(outWidth);
  const inBytes = (inChannels as usize) * NUMBER;
  const outBytes = (outChannels as usize) * NUMBER;

  const sums = scratch;
  const sumStep = ((inChannels * outChannels + GAP) as usize) * NUMBER;
  const tiles = sums + PLACES * sumStep;
  const tileStep = ((most * inChannels + GAP) as usize) * NUMBER;
  const gradients = tiles + PLACES * tileStep;
  const gradientStep = ((most * outChannels + GAP) as usize) * NUMBER;
  const strip = gradients + PLACES * gradientStep;
  const kernel = strip + 4 * ((2 * most + 2) as usize) * inBytes;
  memory.fill(sums, 0, PLACES * sumStep);

  const rows = max(1, most / tilesAcross);
  const all = count * tilesDown;
  for (let first = 0; first < all; first += rows) {
    const end = min(first + rows, all);
    for (let column = 0; column < tilesAcross; column += most) {
      const across = min(most, tilesAcross - column);
      let to = tiles;
      let gradientTo = gradients;
      for (let row = first; row < end; row++) {
        const n = row / tilesDown;
        const top = 2 * (row - n * tilesDown);
        const map = x + inBytes * ((n * height * width) as usize);
        copyStrip(map, strip, top - padTop, 2 * column - padLeft, 2 * across + 2, height, width, inBytes);
        transformTiles(strip, to, tileStep, across, inBytes);
        const pixel = (n * outHeight + top) * outWidth + 2 * column;
        transformGradients(
          dy + outBytes * (pixel as usize),
          gradientTo,
          gradientStep,
          across,
          outBytes,
          outWidth,
          outHeight - top,
          outWidth - 2 * column,
        );
        to += inBytes * (across as usize);
        gradientTo += outBytes * (across as usize);
      }
      for (let place = 0; place < PLACES; place++) {
        const at = place as usize;
        for (let outC = 0; outC < outChannels; outC += 4) {
          addSegment(
            tiles + tileStep * at,
            0,
            inBytes,
            gradients + gradientStep * at + (outC as usize) * NUMBER,
            outBytes,
            1,
            (end - first) * across,
            sums + sumStep * at + inBytes * (outC as usize),
            inBytes,
            inChannels,
          );
        }
      }
    }
  }
  for (let outC = 0; outC < outChannels; outC++) {
    const at = inBytes * (outC as usize);
    foldSums(sums + at, sumStep, kernel + 9 * at, inBytes);
  }
  transpose(kernel, 9 * inBytes, dw, outChannels, 9 * inChannels);
}

/** A dy Aᵀ of a row of tiles. Only `rows` and `columns` are left of the map; there is nothing beyond. */
function transformGradients(
  dy: usize,
  to: usize,
  step: usize,
  across: i32,
  pixel: usize,
  outWidth: i32,
  rows: i32,
  columns: i32,
): void {
  const below = pixel * (outWidth as usize);
  const zero = f32x4.splat(0);
  for (; across > 0; across--) {
    for (let at: usize = 0; at < pixel; at += 16) {
      const from = dy + at;
      const a = v128.load(from);
      const b = columns > 1 ? v128.load(from + pixel) : zero;
      const c = rows > 1 ? v128.load(from + below) : zero;
      const d = rows > 1 && columns > 1 ? v128.load(from + below + pixel) : zero;
      storeSpread(to, step, a, b);
      storeSpread(to + 4 * step, step, f32x4.add(a, c), f32x4.add(b, d));
      storeSpread(to + 8 * step, step, f32x4.sub(a, c), f32x4.sub(b, d));
      storeSpread(to + 12 * step, step, f32x4.neg(c), f32x4.neg(d));
      to += 16;
    }
    dy += 2 * pixel;
    columns -= 2;
  }
}

/** Stores a row of two numbers times Aᵀ. */
function storeSpread(to: usize, step: usize, left: v128, right: v128): void {
  v128.store(to, left);
  v128.store(to + step, f32x4.add(left, right));
  v128.store(to + 2 * step, f32x4.sub(left, right));
  v128.store(to + 3 * step, f32x4.neg(right));
}

/** Gᵀ m G of the sums m of one output channel [16 places,inC] → [3,3,inC]. */
function foldSums(sums: usize, step: usize, to: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    for (let column: usize = 0; column < 3; column++) {
      const a = foldedAcross(sums + at, step, column);
      const b = foldedAcross(sums + at + 4 * step, step, column);
      const c = foldedAcross(sums + at + 8 * step, step, column);
      const d = foldedAcross(sums + at + 12 * step, step, column);
      const middle = halfOf(f32x4.add(b, c));
      const target = to + at + bytes * column;
      v128.store(target, f32x4.add(a, middle));
      v128.store(target + 3 * bytes, halfOf(f32x4.sub(b, c)));
      v128.store(target + 6 * bytes, f32x4.add(middle, d));
    }
  }
}

/** A row of four sums times a column of G. */
function foldedAcross(sums: usize, step: usize, column: usize): v128 {
  const b = v128.load(sums + step);
  const c = v128.load(sums + 2 * step);
  if (column == 1) return halfOf(f32x4.sub(b, c));
  return f32x4.add(halfOf(f32x4.add(b, c)), v128.load(sums + (column == 0 ? 0 : 3 * step)));
}
