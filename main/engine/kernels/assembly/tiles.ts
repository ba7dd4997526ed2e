/** Convolutions by kernels of 3×3 in strides of 1 with fewer multiplications: F(2×2,3×3) of A. Lavin and S. Gray, "Fast
 *  Algorithms for Convolutional Neural Networks" (2015), after S. Winograd.
 *
 *  A tile is four pixels of y, 2×2. It follows from 4×4 pixels d of x and the 3×3 weights g of every input channel:
 *  Aᵀ [Σ (G g Gᵀ) ⊙ (Bᵀ d B)] A, where ⊙ multiplies numbers at the same place. G, B and A hold 0, ±1 and ±½, so 16
 *  multiplications take the place of 36. For each of the 16 places, the sums over channels are a product of matrices,
 *  [tiles,inC] · [inC,outC].
 *
 *  Sums are as exact as those of single pixels: the terms at a place are fewer, 1 for each input channel and not 9. If
 *  |x| ≤ p and |w| ≤ q, numbers on the way are at most 4p, 2.25q and, as the sum of 9·inC·pq that bounds y without its
 *  bias, 9·inC·pq at one place and nine times that in between, which the margin of bounds.ts covers. A pixel that isn't
 *  finite makes all four of a tile so whose 4×4 pixels hold it. */
import { madd } from './lanes';
import { NUMBER } from './maps';

export const PLACES: i32 = 16;
/** The most bytes of transformed tiles and of their sums, unless tiles would be fewer than LEAST: then the kernel,
 *  which may be larger than the cache, would be read too often. */
const BYTES: i32 = 1 << 17;
const LEAST: i32 = 32;
/** Numbers between the matrices of two places. Without them, they would lie in the same few places of the cache. */
export const GAP: i32 = 16;
/** The most weights of one place: 4 MB. */
const MOST_WEIGHTS: i32 = 1 << 20;

/** Whether a convolution is faster by tiles, for kernels and channels that they allow. It depends on the shapes alone,
 *  and not on the number of samples. Measured: to transform a tile and its sums takes as long as 40 multiplications for
 *  each channel, and the kernel as long as a tile's products. */
export function isTiled(
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
): bool {
  if (kernelHeight != 3 || kernelWidth != 3 || strideHeight != 1 || strideWidth != 1) return false;
  if (((inChannels | outChannels) & 3) != 0 || inChannels > MOST_WEIGHTS / outChannels) return false;
  const tiles = (tilesAlong(outHeight) * tilesAlong(outWidth)) as f64;
  const products = (inChannels * outChannels) as f64;
  const direct = products * ((9 * outHeight * outWidth) as f64);
  return direct > products * ((PLACES as f64) * (tiles + 1)) + tiles * ((40 * (inChannels + outChannels)) as f64);
}

export function tilesAlong(pixels: i32): i32 {
  return (pixels + 1) >> 1;
}

/** How many tiles are calculated together at most: a multiple of four. */
export function tilesTogether(inChannels: i32, outChannels: i32): i32 {
  return max(LEAST, (BYTES / (PLACES * (inChannels + outChannels) * 4)) & ~3);
}

/** Sums are calculated for eight channels at a time. */
function eights(outChannels: i32): i32 {
  return (outChannels + 7) & ~7;
}

/** Bytes of scratch memory that `convolveTiles` needs. */
export function tilesScratch(inChannels: i32, outChannels: i32): i32 {
  const tiles = tilesTogether(inChannels, outChannels);
  const columns = eights(outChannels);
  const ofPlace = inChannels * columns + tiles * (inChannels + columns) + 3 * GAP;
  const strip = 4 * (2 * tiles + 2) * inChannels;
  return (PLACES * ofPlace + strip) * 4;
}

/** As `convolve`, for kernels and channels that `isTiled` allows. */
export function convolveTiles(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  scratch: usize,
  relu: i32,
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
  const columns = eights(outChannels);
  const inBytes = (inChannels as usize) * NUMBER;
  const outBytes = (outChannels as usize) * NUMBER;
  const sumBytes = (columns as usize) * NUMBER;

  const weights = scratch;
  const weightStep = ((inChannels * columns + GAP) as usize) * NUMBER;
  const tiles = weights + PLACES * weightStep;
  const tileStep = ((most * inChannels + GAP) as usize) * NUMBER;
  const sums = tiles + PLACES * tileStep;
  const sumStep = ((most * columns + GAP) as usize) * NUMBER;
  const strip = sums + PLACES * sumStep;
  transformKernel(w, weights, weightStep, inChannels, outChannels);

  // Some rows of tiles together, of one map or of several, or a part of one row.
  const rows = max(1, most / tilesAcross);
  const all = count * tilesDown;
  for (let first = 0; first < all; first += rows) {
    const end = min(first + rows, all);
    for (let column = 0; column < tilesAcross; column += most) {
      const across = min(most, tilesAcross - column);
      let to = tiles;
      for (let row = first; row < end; row++) {
        const n = row / tilesDown;
        const top = 2 * (row - n * tilesDown) - padTop;
        const map = x + inBytes * ((n * height * width) as usize);
        copyStrip(map, strip, top, 2 * column - padLeft, 2 * across + 2, height, width, inBytes);
        transformTiles(strip, to, tileStep, across, inBytes);
        to += inBytes * (across as usize);
      }
      for (let place = 0; place < PLACES; place++) {
        const at = place as usize;
        // What is added at this place is added to all four pixels.
        const added = place == 5 ? bias : 0;
        multiplyTiles(
          tiles + tileStep * at,
          weights + weightStep * at,
          added,
          sums + sumStep * at,
          (end - first) * across,
          inChannels,
          outChannels,
        );
      }
      let from = sums;
      for (let row = first; row < end; row++) {
        const n = row / tilesDown;
        const top = 2 * (row - n * tilesDown);
        const pixel = (n * outHeight + top) * outWidth + 2 * column;
        const result = y + outBytes * (pixel as usize);
        writePixels(
          from,
          sumStep,
          sumBytes,
          result,
          relu,
          across,
          outBytes,
          outWidth,
          outHeight - top,
          outWidth - 2 * column,
        );
        from += sumBytes * (across as usize);
      }
    }
  }
}

/** w [3,3,inC,outC] → G w Gᵀ, for each of the 16 places [outC / 8,inC,8], with zeros after the last channel. */
function transformKernel(w: usize, to: usize, step: usize, inChannels: i32, outChannels: i32): void {
  const outBytes = (outChannels as usize) * NUMBER;
  const tap = outBytes * (inChannels as usize);
  for (let outC = 0; outC < eights(outChannels); outC += 4) {
    let from = w + (outC as usize) * NUMBER;
    let panel = to + (((outC & ~7) * inChannels + (outC & 4)) as usize) * NUMBER;
    for (let inC = 0; inC < inChannels; inC++) {
      let target = panel;
      if (outC == outChannels) {
        for (let place = 0; place < PLACES; place++) v128.store(target + step * (place as usize), f32x4.splat(0));
        panel += 32;
        continue;
      }
      for (let row = 0; row < 4; row++) {
        const a = weightsDown(from, 3 * tap, row);
        const b = weightsDown(from + tap, 3 * tap, row);
        const c = weightsDown(from + 2 * tap, 3 * tap, row);
        v128.store(target, a);
        v128.store(target + step, halfOf(f32x4.add(f32x4.add(a, c), b)));
        v128.store(target + 2 * step, halfOf(f32x4.sub(f32x4.add(a, c), b)));
        v128.store(target + 3 * step, c);
        target += 4 * step;
      }
      from += outBytes;
      panel += 32;
    }
  }
}

/** One row of G times a column of three weights. */
function weightsDown(w: usize, step: usize, row: i32): v128 {
  const a = v128.load(w);
  const c = v128.load(w + 2 * step);
  if (row == 0) return a;
  if (row == 3) return c;
  const b = v128.load(w + step);
  const ends = f32x4.add(a, c);
  return halfOf(row == 1 ? f32x4.add(ends, b) : f32x4.sub(ends, b));
}

export function halfOf(vector: v128): v128 {
  return f32x4.mul(vector, f32x4.splat(0.5));
}

/** Copies four rows of so many pixels of a map, from this row and column on. Pixels beyond the map are zeros. */
export function copyStrip(
  map: usize,
  to: usize,
  top: i32,
  left: i32,
  columns: i32,
  height: i32,
  width: i32,
  pixel: usize,
): void {
  const from = max(left, 0);
  const before = pixel * (min(from - left, columns) as usize);
  const inside = pixel * (max(0, min(left + columns, width) - from) as usize);
  const bytes = pixel * (columns as usize);
  for (let row = top; row < top + 4; row++) {
    if (row < 0 || row >= height) memory.fill(to, 0, bytes);
    else {
      memory.fill(to, 0, before);
      memory.copy(to + before, map + pixel * ((row * width + from) as usize), inside);
      memory.fill(to + before + inside, 0, bytes - before - inside);
    }
    to += bytes;
  }
}

/** Bᵀ d B of the tiles of a strip. The numbers of the next place begin `step` bytes later. */
export function transformTiles(strip: usize, to: usize, step: usize, across: i32, pixel: usize): void {
  const row = pixel * ((2 * across + 2) as usize);
  for (; across > 0; across--) {
    for (let at: usize = 0; at < pixel; at += 16) {
      let from = strip + at;
      let d0 = v128.load(from);
      let d1 = v128.load(from + row);
      let d2 = v128.load(from + 2 * row);
      let d3 = v128.load(from + 3 * row);
      const a0 = f32x4.sub(d0, d2);
      const a1 = f32x4.add(d1, d2);
      const a2 = f32x4.sub(d2, d1);
      const a3 = f32x4.sub(d1, d3);
      from += pixel;
      d0 = v128.load(from);
      d1 = v128.load(from + row);
      d2 = v128.load(from + 2 * row);
      d3 = v128.load(from + 3 * row);
      const b0 = f32x4.sub(d0, d2);
      const b1 = f32x4.add(d1, d2);
      const b2 = f32x4.sub(d2, d1);
      const b3 = f32x4.sub(d1, d3);
      from += pixel;
      d0 = v128.load(from);
      d1 = v128.load(from + row);
      d2 = v128.load(from + 2 * row);
      d3 = v128.load(from + 3 * row);
      const c0 = f32x4.sub(d0, d2);
      const c1 = f32x4.add(d1, d2);
      const c2 = f32x4.sub(d2, d1);
      const c3 = f32x4.sub(d1, d3);
      from += pixel;
      d0 = v128.load(from);
      d1 = v128.load(from + row);
      d2 = v128.load(from + 2 * row);
      d3 = v128.load(from + 3 * row);
      storeAcross(to, step, a0, b0, c0, f32x4.sub(d0, d2));
      storeAcross(to + 4 * step, step, a1, b1, c1, f32x4.add(d1, d2));
      storeAcross(to + 8 * step, step, a2, b2, c2, f32x4.sub(d2, d1));
      storeAcross(to + 12 * step, step, a3, b3, c3, f32x4.sub(d1, d3));
      to += 16;
    }
    strip += 2 * pixel;
  }
}

/** Stores a row of four numbers times B. */
function storeAcross(to: usize, step: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, f32x4.sub(a, c));
  v128.store(to + step, f32x4.add(b, c));
  v128.store(to + 2 * step, f32x4.sub(c, b));
  v128.store(to + 3 * step, f32x4.sub(b, d));
}

/** tiles [count,inC] · weights [outC / 8,inC,8] + bias [outC] (none if it is 0) → sums [count,outC], both rounded up:
 *  the count to a multiple of four, outC to one of eight. The products of products.ts take any shapes, which costs a
 *  third with 16 channels. */
function multiplyTiles(
  tiles: usize,
  weights: usize,
  bias: usize,
  sums: usize,
  count: i32,
  inChannels: i32,
  outChannels: i32,
): void {
  const inBytes = (inChannels as usize) * NUMBER;
  const sumBytes = (eights(outChannels) as usize) * NUMBER;
  for (let outC = 0; outC < outChannels; outC += 8) {
    const added = bias + (outC as usize) * NUMBER;
    const low = bias != 0 ? v128.load(added) : f32x4.splat(0);
    const high = bias != 0 && outChannels - outC > 4 ? v128.load(added, 16) : f32x4.splat(0);
    let at = tiles;
    let to = sums + (outC as usize) * NUMBER;
    for (let left = count; left > 0; left -= 4) {
      let at0 = at;
      let at1 = at + inBytes;
      let at2 = at + 2 * inBytes;
      let at3 = at + 3 * inBytes;
      let a0 = low;
      let a1 = high;
      let b0 = low;
      let b1 = high;
      let c0 = low;
      let c1 = high;
      let d0 = low;
      let d1 = high;
      let panel = weights;
      for (let terms = inChannels; terms > 0; terms--) {
        const w0 = v128.load(panel);
        const w1 = v128.load(panel, 16);
        let value = v128.load32_splat(at0);
        a0 = madd(value, w0, a0);
        a1 = madd(value, w1, a1);
        value = v128.load32_splat(at1);
        b0 = madd(value, w0, b0);
        b1 = madd(value, w1, b1);
        value = v128.load32_splat(at2);
        c0 = madd(value, w0, c0);
        c1 = madd(value, w1, c1);
        value = v128.load32_splat(at3);
        d0 = madd(value, w0, d0);
        d1 = madd(value, w1, d1);
        panel += 32;
        at0 += 4;
        at1 += 4;
        at2 += 4;
        at3 += 4;
      }
      v128.store(to, a0);
      v128.store(to, a1, 16);
      v128.store(to + sumBytes, b0);
      v128.store(to + sumBytes, b1, 16);
      v128.store(to + 2 * sumBytes, c0);
      v128.store(to + 2 * sumBytes, c1, 16);
      v128.store(to + 3 * sumBytes, d0);
      v128.store(to + 3 * sumBytes, d1, 16);
      at += 4 * inBytes;
      to += 4 * sumBytes;
    }
    weights += 8 * inBytes;
  }
}

/** Aᵀ m A of the sums m of some tiles, which are `sumBytes` apart: 2×2 pixels of each. Only `rows` and `columns` are
 *  left of the map. */
function writePixels(
  sums: usize,
  step: usize,
  sumBytes: usize,
  y: usize,
  relu: i32,
  across: i32,
  pixel: usize,
  outWidth: i32,
  rows: i32,
  columns: i32,
): void {
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  const below = pixel * (outWidth as usize);
  for (; across > 0; across--) {
    for (let at: usize = 0; at < pixel; at += 16) {
      const from = sums + at;
      const left0 = leftOf(from, step);
      const right0 = rightOf(from, step);
      const left1 = leftOf(from + 4 * step, step);
      const right1 = rightOf(from + 4 * step, step);
      const left2 = leftOf(from + 8 * step, step);
      const right2 = rightOf(from + 8 * step, step);
      const to = y + at;
      v128.store(to, f32x4.pmax(f32x4.add(f32x4.add(left0, left1), left2), floor));
      if (columns > 1) v128.store(to + pixel, f32x4.pmax(f32x4.add(f32x4.add(right0, right1), right2), floor));
      if (rows > 1) {
        const left3 = leftOf(from + 12 * step, step);
        v128.store(to + below, f32x4.pmax(f32x4.sub(f32x4.sub(left1, left2), left3), floor));
        if (columns > 1) {
          const right3 = rightOf(from + 12 * step, step);
          v128.store(to + below + pixel, f32x4.pmax(f32x4.sub(f32x4.sub(right1, right2), right3), floor));
        }
      }
    }
    sums += sumBytes;
    y += 2 * pixel;
    columns -= 2;
  }
}

/** A row of four sums times the first column of A. */
function leftOf(sums: usize, step: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(sums), v128.load(sums + step)), v128.load(sums + 2 * step));
}

/** A row of four sums times the second column of A. */
function rightOf(sums: usize, step: usize): v128 {
  return f32x4.sub(f32x4.sub(v128.load(sums + step), v128.load(sums + 2 * step)), v128.load(sums + 3 * step));
}
