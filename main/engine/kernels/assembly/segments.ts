/** Sums of products over pixels, for the gradients of kernels. */
import { loadLanes, madd, storeLanes } from './lanes';

/** Adds Σ dy · x over some pixels to the sums of one segment, of four channels. The sums of the next channel begin
 *  `sumBytes` later. */
export function addSegment(
  x: usize,
  rowStep: usize,
  columnStep: usize,
  dy: usize,
  pixel: usize,
  rows: i32,
  columns: i32,
  sums: usize,
  sumBytes: usize,
  numbers: i32,
): void {
  for (; numbers >= 8; numbers -= 8) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let b0 = a0;
    let b1 = a0;
    let c0 = a0;
    let c1 = a0;
    let d0 = a0;
    let d1 = a0;
    let gradient = dy;
    let row = x;
    for (let y = rows; y > 0; y--) {
      let at = row;
      for (let left = columns; left > 0; left--) {
        const low = v128.load(at);
        const high = v128.load(at, 16);
        let value = v128.load32_splat(gradient);
        a0 = madd(value, low, a0);
        a1 = madd(value, high, a1);
        value = v128.load32_splat(gradient, 4);
        b0 = madd(value, low, b0);
        b1 = madd(value, high, b1);
        value = v128.load32_splat(gradient, 8);
        c0 = madd(value, low, c0);
        c1 = madd(value, high, c1);
        value = v128.load32_splat(gradient, 12);
        d0 = madd(value, low, d0);
        d1 = madd(value, high, d1);
        at += columnStep;
        gradient += pixel;
      }
      row += rowStep;
    }
    addTo(sums, a0, a1);
    addTo(sums + sumBytes, b0, b1);
    addTo(sums + 2 * sumBytes, c0, c1);
    addTo(sums + 3 * sumBytes, d0, d1);
    x += 32;
    sums += 32;
  }
  for (; numbers > 0; numbers -= 4) {
    const lanes = min(numbers, 4);
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let gradient = dy;
    let row = x;
    for (let y = rows; y > 0; y--) {
      let at = row;
      for (let left = columns; left > 0; left--) {
        const some = loadLanes(at, lanes);
        a = madd(v128.load32_splat(gradient), some, a);
        b = madd(v128.load32_splat(gradient, 4), some, b);
        c = madd(v128.load32_splat(gradient, 8), some, c);
        d = madd(v128.load32_splat(gradient, 12), some, d);
        at += columnStep;
        gradient += pixel;
      }
      row += rowStep;
    }
    addLanes(sums, a, lanes);
    addLanes(sums + sumBytes, b, lanes);
    addLanes(sums + 2 * sumBytes, c, lanes);
    addLanes(sums + 3 * sumBytes, d, lanes);
    x += 16;
    sums += 16;
  }
}

/** Adds the first `lanes` numbers to the ones in memory. */
function addLanes(to: usize, vector: v128, lanes: i32): void {
  storeLanes(to, f32x4.add(loadLanes(to, lanes), vector), lanes);
}

/** Adds eight numbers to the ones in memory. */
function addTo(target: usize, low: v128, high: v128): void {
  v128.store(target, f32x4.add(v128.load(target), low));
  v128.store(target, f32x4.add(v128.load(target, 16), high), 16);
}
