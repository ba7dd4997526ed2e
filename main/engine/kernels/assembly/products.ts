/** Products of matrices, for dense layers. Rows of a matrix are `…Step` bytes apart, so that a part of one (some rows,
 *  some columns) is a matrix too. A block of the second matrix is copied into panels of eight columns, which stay in
 *  the cache while all rows pass them: the more rows, the faster. The order in which the terms of a sum are added
 *  depends only on their number, so parts of a product have the bits of the whole. */
import { loadLanes, madd, storeEight } from './lanes';
import { NUMBER } from './maps';

/** Terms of a sum, and columns, that are copied at a time: 64 KB. In the gradient of a kernel the terms are the
 *  samples, of which there are few. */
const DEPTH: i32 = 256;
const WIDTH: i32 = 64;
const SAMPLES: i32 = 64;
const UNITS: i32 = 256;

/** Bytes of scratch memory that each product needs: the panels, and four columns of a transposed matrix. */
export function productScratch(): i32 {
  return (DEPTH * WIDTH + 4 * SAMPLES) * 4;
}

/** a [rows,inner] · b [inner,columns] + bias [columns] (none if it is 0) → c [rows,columns]. If `relu` is 1, numbers
 *  below 0 become 0. */
export function multiply(
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  bias: usize,
  c: usize,
  cStep: usize,
  scratch: usize,
  relu: i32,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  for (let column = 0; column < columns; column += WIDTH) {
    const width = min(columns - column, WIDTH);
    const at = (column as usize) * NUMBER;
    for (let first = 0; first < inner; first += DEPTH) {
      const depth = min(inner - first, DEPTH);
      packPanels(b + at + bStep * (first as usize), bStep, scratch, depth, width);
      multiplyPanels(
        a + (first as usize) * NUMBER,
        aStep,
        scratch,
        first > 0 ? c + at : bias == 0 ? 0 : bias + at,
        first > 0 ? cStep : 0,
        c + at,
        cStep,
        relu != 0 && first + depth == inner,
        rows,
        depth,
        width,
      );
    }
  }
}

/** a [rows,inner] · bᵀ [inner,columns] → c [rows,columns], where b is [columns,inner]: the gradient of a dense layer's
 *  input, of dy and the kernel. */
export function multiplyTransposedB(
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cStep: usize,
  scratch: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  for (let column = 0; column < columns; column += WIDTH) {
    const width = min(columns - column, WIDTH);
    const target = c + (column as usize) * NUMBER;
    for (let first = 0; first < inner; first += DEPTH) {
      const depth = min(inner - first, DEPTH);
      packTransposed(b + bStep * (column as usize) + (first as usize) * NUMBER, bStep, scratch, depth, width);
      multiplyPanels(
        a + (first as usize) * NUMBER,
        aStep,
        scratch,
        first > 0 ? target : 0,
        cStep,
        target,
        cStep,
        false,
        rows,
        depth,
        width,
      );
    }
  }
}

/** aᵀ [rows,inner] · b [inner,columns] → c [rows,columns], where a is [inner,rows]: the gradient of a dense layer's
 *  kernel, of x and dy. */
export function multiplyTransposedA(
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cStep: usize,
  scratch: usize,
  inner: i32,
  rows: i32,
  columns: i32,
): void {
  const four = scratch + ((SAMPLES * UNITS) as usize) * NUMBER;
  for (let column = 0; column < columns; column += UNITS) {
    const width = min(columns - column, UNITS);
    for (let first = 0; first < inner; first += SAMPLES) {
      const depth = min(inner - first, SAMPLES);
      packPanels(b + (column as usize) * NUMBER + bStep * (first as usize), bStep, scratch, depth, width);
      for (let row = 0; row < rows; row += 4) {
        const count = min(rows - row, 4);
        let from = a + (row as usize) * NUMBER + aStep * (first as usize);
        let to = four;
        for (let left = depth; left > 0; left--) {
          v128.store(to, loadLanes(from, count));
          from += aStep;
          to += 16;
        }
        const target = c + cStep * (row as usize) + (column as usize) * NUMBER;
        multiplyFour(four, scratch, target, cStep, first > 0, count, depth, width);
      }
    }
  }
}

/** b [depth,columns] → [columns / 8,depth,8]. The last panel is filled up with zeros. It is read row by row: columns of
 *  a large matrix lie in few places of the cache. */
function packPanels(b: usize, bStep: usize, to: usize, depth: i32, columns: i32): void {
  const panel = ((depth * 8) as usize) * NUMBER;
  const rest = columns & 7;
  for (let left = depth; left > 0; left--) {
    let from = b;
    let target = to;
    for (let whole = columns >> 3; whole > 0; whole--) {
      v128.store(target, v128.load(from));
      v128.store(target, v128.load(from, 16), 16);
      from += 32;
      target += panel;
    }
    if (rest > 0) {
      v128.store(target, loadLanes(from, min(rest, 4)));
      v128.store(target, rest > 4 ? loadLanes(from + 16, rest - 4) : f32x4.splat(0), 16);
    }
    b += bStep;
    to += 32;
  }
}

/** b [columns,depth] → [columns / 8,depth,8]. The last panel is filled up with repetitions. */
function packTransposed(b: usize, bStep: usize, to: usize, depth: i32, columns: i32): void {
  for (let column = 0; column < columns; column += 8) {
    const last = columns - column - 1;
    const from = b + bStep * (column as usize);
    packFour(from, bStep, last, to, depth);
    packFour(from + bStep * (min(4, last) as usize), bStep, max(last - 4, 0), to + 16, depth);
    to += ((depth * 8) as usize) * NUMBER;
  }
}

/** Four rows of b as four columns of a panel. `last`: the last row that there is. */
function packFour(b: usize, bStep: usize, last: i32, to: usize, depth: i32): void {
  let b0 = b;
  let b1 = b + bStep * (min(1, last) as usize);
  let b2 = b + bStep * (min(2, last) as usize);
  let b3 = b + bStep * (min(3, last) as usize);
  for (; depth > 0; depth -= 4) {
    const lanes = min(depth, 4);
    const v0 = loadLanes(b0, lanes);
    const v1 = loadLanes(b1, lanes);
    const v2 = loadLanes(b2, lanes);
    const v3 = loadLanes(b3, lanes);
    const low01 = i32x4.shuffle(v0, v1, 0, 4, 1, 5);
    const low23 = i32x4.shuffle(v2, v3, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(v0, v1, 2, 6, 3, 7);
    const high23 = i32x4.shuffle(v2, v3, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
    if (lanes > 1) v128.store(to, i64x2.shuffle(low01, low23, 1, 3), 32);
    if (lanes > 2) v128.store(to, i64x2.shuffle(high01, high23, 0, 2), 64);
    if (lanes > 3) v128.store(to, i64x2.shuffle(high01, high23, 1, 3), 96);
    b0 += 16;
    b1 += 16;
    b2 += 16;
    b3 += 16;
    to += 128;
  }
}

/** a [rows,depth] · panels → c [rows,columns], added to the numbers at `start` (0 if it is 0), whose rows are
 *  `startStep` bytes apart. */
function multiplyPanels(
  a: usize,
  aStep: usize,
  panels: usize,
  start: usize,
  startStep: usize,
  c: usize,
  cStep: usize,
  relu: bool,
  rows: i32,
  depth: i32,
  columns: i32,
): void {
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  for (let column = 0; column < columns; column += 8) {
    const lanes = min(columns - column, 8);
    const at = (column as usize) * NUMBER;
    for (let row = 0; row < rows; row += 4) {
      // If fewer than four rows are left, the last one is calculated several times.
      const last = rows - row - 1;
      const r1 = min(1, last) as usize;
      const r2 = min(2, last) as usize;
      const r3 = min(3, last) as usize;
      let a0 = a + aStep * (row as usize);
      let a1 = a0 + aStep * r1;
      let a2 = a0 + aStep * r2;
      let a3 = a0 + aStep * r3;
      const from = start + startStep * (row as usize) + at;
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let t0 = s0;
      let t1 = s0;
      let u0 = s0;
      let u1 = s0;
      let v0 = s0;
      let v1 = s0;
      if (start != 0) {
        s0 = loadLanes(from, min(lanes, 4));
        t0 = loadLanes(from + startStep * r1, min(lanes, 4));
        u0 = loadLanes(from + startStep * r2, min(lanes, 4));
        v0 = loadLanes(from + startStep * r3, min(lanes, 4));
        if (lanes > 4) {
          s1 = loadLanes(from + 16, lanes - 4);
          t1 = loadLanes(from + startStep * r1 + 16, lanes - 4);
          u1 = loadLanes(from + startStep * r2 + 16, lanes - 4);
          v1 = loadLanes(from + startStep * r3 + 16, lanes - 4);
        }
      }
      let panel = panels;
      for (let left = depth; left > 0; left--) {
        const p0 = v128.load(panel);
        const p1 = v128.load(panel, 16);
        let value = v128.load32_splat(a0);
        s0 = madd(value, p0, s0);
        s1 = madd(value, p1, s1);
        value = v128.load32_splat(a1);
        t0 = madd(value, p0, t0);
        t1 = madd(value, p1, t1);
        value = v128.load32_splat(a2);
        u0 = madd(value, p0, u0);
        u1 = madd(value, p1, u1);
        value = v128.load32_splat(a3);
        v0 = madd(value, p0, v0);
        v1 = madd(value, p1, v1);
        panel += 32;
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
      }
      const to = c + cStep * (row as usize) + at;
      storeEight(to, f32x4.pmax(s0, floor), f32x4.pmax(s1, floor), lanes);
      storeEight(to + cStep * r1, f32x4.pmax(t0, floor), f32x4.pmax(t1, floor), lanes);
      storeEight(to + cStep * r2, f32x4.pmax(u0, floor), f32x4.pmax(u1, floor), lanes);
      storeEight(to + cStep * r3, f32x4.pmax(v0, floor), f32x4.pmax(v1, floor), lanes);
    }
    panels += ((depth * 8) as usize) * NUMBER;
  }
}

/** aᵀ · panels → c [rows,columns], where a is [depth,4] and rows is at most 4; with `add`, added to what is there. */
function multiplyFour(
  a: usize,
  panel: usize,
  c: usize,
  cStep: usize,
  add: bool,
  rows: i32,
  depth: i32,
  columns: i32,
): void {
  for (; columns > 0; columns -= 8) {
    const lanes = min(columns, 8);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let t0 = s0;
    let t1 = s0;
    let u0 = s0;
    let u1 = s0;
    let v0 = s0;
    let v1 = s0;
    let at = a;
    for (let left = depth; left > 0; left--) {
      const p0 = v128.load(panel);
      const p1 = v128.load(panel, 16);
      let value = v128.load32_splat(at);
      s0 = madd(value, p0, s0);
      s1 = madd(value, p1, s1);
      value = v128.load32_splat(at, 4);
      t0 = madd(value, p0, t0);
      t1 = madd(value, p1, t1);
      value = v128.load32_splat(at, 8);
      u0 = madd(value, p0, u0);
      u1 = madd(value, p1, u1);
      value = v128.load32_splat(at, 12);
      v0 = madd(value, p0, v0);
      v1 = madd(value, p1, v1);
      at += 16;
      panel += 32;
    }
    putEight(c, s0, s1, lanes, add);
    if (rows > 1) putEight(c + cStep, t0, t1, lanes, add);
    if (rows > 2) putEight(c + 2 * cStep, u0, u1, lanes, add);
    if (rows > 3) putEight(c + 3 * cStep, v0, v1, lanes, add);
    c += 32;
  }
}

/** Stores the first `lanes` (1 to 8) numbers, or adds them to the ones in memory. */
function putEight(to: usize, low: v128, high: v128, lanes: i32, add: bool): void {
  if (add) {
    low = f32x4.add(low, loadLanes(to, min(lanes, 4)));
    if (lanes > 4) high = f32x4.add(high, loadLanes(to + 16, lanes - 4));
  }
  storeEight(to, low, high, lanes);
}
