/** Sums over samples. Each group of samples is summed by itself, perhaps by another thread, and then the groups, always
 *  in the same order. */
import { loadLanes } from './lanes';
import { NUMBER } from './maps';

/** from [groups,…] → to[i] = Σ from[group][i], for `count` numbers. A group begins `step` bytes after the one before.
 *  There are at most 8 groups. They are added in pairs, then in pairs of pairs. */
export function addGroups(from: usize, to: usize, groups: i32, step: usize, count: i32): void {
  const second = from + 4 * step;
  const firsts = min(groups, 4);
  const seconds = groups - 4;
  let at: usize = 0;
  for (; count >= 4; count -= 4) {
    let sum = sumOfFour(from + at, step, firsts);
    if (seconds > 0) sum = f32x4.add(sum, sumOfFour(second + at, step, seconds));
    v128.store(to + at, sum);
    at += 16;
  }
  for (; count > 0; count--) {
    let sum = sumOfFourSingle(from + at, step, firsts);
    if (seconds > 0) sum += sumOfFourSingle(second + at, step, seconds);
    store<f32>(to + at, sum);
    at += NUMBER;
  }
}

function sumOfFour(from: usize, step: usize, groups: i32): v128 {
  let sum = v128.load(from);
  if (groups == 1) return sum;
  sum = f32x4.add(sum, v128.load(from + step));
  if (groups == 2) return sum;
  let other = v128.load(from + 2 * step);
  if (groups > 3) other = f32x4.add(other, v128.load(from + 3 * step));
  return f32x4.add(sum, other);
}

function sumOfFourSingle(from: usize, step: usize, groups: i32): f32 {
  let sum = load<f32>(from);
  if (groups == 1) return sum;
  sum += load<f32>(from + step);
  if (groups == 2) return sum;
  let other = load<f32>(from + 2 * step);
  if (groups > 3) other += load<f32>(from + 3 * step);
  return sum + other;
}

/** Doubles from [groups,channels] → to [channels], the sums over the groups times `factor`, as float32. */
export function foldSums(from: usize, to: usize, groups: i32, channels: i32, factor: f64): void {
  const step = (channels as usize) * 8;
  for (let left = channels; left > 0; left--) {
    let sum = load<f64>(from);
    let at = from;
    for (let group = groups - 1; group > 0; group--) {
      at += step;
      sum += load<f64>(at);
    }
    store<f32>(to, (sum * factor) as f32);
    from += 8;
    to += NUMBER;
  }
}

/** How many rows are summed in float32. */
const BLOCK: i32 = 64;

/** x [rows,channels], with `step` bytes from row to row → sums [channels], doubles. A block of rows is summed in
 *  float32, the blocks in doubles: one float32 sum over a whole batch would drift. */
export function sumChannels(x: usize, sums: usize, rows: i32, channels: i32, step: usize): void {
  let channel = 0;
  for (; channel + 16 <= channels; channel += 16) {
    clear(sums, 16);
    let at = x;
    for (let row = 0; row < rows; row += BLOCK) {
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        a = f32x4.add(a, v128.load(at));
        b = f32x4.add(b, v128.load(at, 16));
        c = f32x4.add(c, v128.load(at, 32));
        d = f32x4.add(d, v128.load(at, 48));
        at += step;
      }
      addDoubles(sums, a);
      addDoubles(sums + 32, b);
      addDoubles(sums + 64, c);
      addDoubles(sums + 96, d);
    }
    x += 64;
    sums += 128;
  }
  for (; channel < channels; channel += 4) {
    const lanes = min(channels - channel, 4);
    let low = f64x2.splat(0);
    let high = low;
    let at = x;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        sum = f32x4.add(sum, loadLanes(at, lanes));
        at += step;
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sum)));
    }
    storeDoubles(sums, low, high, lanes);
    x += 16;
    sums += 32;
  }
}

/** The same of (x − mean)², where mean [channels]. */
export function sumSquares(x: usize, mean: usize, sums: usize, rows: i32, channels: i32, step: usize): void {
  let channel = 0;
  for (; channel + 16 <= channels; channel += 16) {
    clear(sums, 16);
    const m0 = v128.load(mean);
    const m1 = v128.load(mean, 16);
    const m2 = v128.load(mean, 32);
    const m3 = v128.load(mean, 48);
    let at = x;
    for (let row = 0; row < rows; row += BLOCK) {
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        const d0 = f32x4.sub(v128.load(at), m0);
        const d1 = f32x4.sub(v128.load(at, 16), m1);
        const d2 = f32x4.sub(v128.load(at, 32), m2);
        const d3 = f32x4.sub(v128.load(at, 48), m3);
        a = f32x4.add(a, f32x4.mul(d0, d0));
        b = f32x4.add(b, f32x4.mul(d1, d1));
        c = f32x4.add(c, f32x4.mul(d2, d2));
        d = f32x4.add(d, f32x4.mul(d3, d3));
        at += step;
      }
      addDoubles(sums, a);
      addDoubles(sums + 32, b);
      addDoubles(sums + 64, c);
      addDoubles(sums + 96, d);
    }
    x += 64;
    mean += 64;
    sums += 128;
  }
  for (; channel < channels; channel += 4) {
    const lanes = min(channels - channel, 4);
    const means = loadLanes(mean, lanes);
    let low = f64x2.splat(0);
    let high = low;
    let at = x;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        const distance = f32x4.sub(loadLanes(at, lanes), means);
        sum = f32x4.add(sum, f32x4.mul(distance, distance));
        at += step;
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sum)));
    }
    storeDoubles(sums, low, high, lanes);
    x += 16;
    mean += 16;
    sums += 32;
  }
}

/** The same of dy · (x − mean) · inverse, where mean, inverse [channels]. */
export function sumProducts(
  dy: usize,
  x: usize,
  mean: usize,
  inverse: usize,
  sums: usize,
  rows: i32,
  channels: i32,
  step: usize,
): void {
  let channel = 0;
  for (; channel + 8 <= channels; channel += 8) {
    clear(sums, 8);
    const m0 = v128.load(mean);
    const m1 = v128.load(mean, 16);
    const i0 = v128.load(inverse);
    const i1 = v128.load(inverse, 16);
    let at = x;
    let gradient = dy;
    for (let row = 0; row < rows; row += BLOCK) {
      let a = f32x4.splat(0);
      let b = a;
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        const h0 = f32x4.mul(f32x4.sub(v128.load(at), m0), i0);
        const h1 = f32x4.mul(f32x4.sub(v128.load(at, 16), m1), i1);
        a = f32x4.add(a, f32x4.mul(v128.load(gradient), h0));
        b = f32x4.add(b, f32x4.mul(v128.load(gradient, 16), h1));
        at += step;
        gradient += step;
      }
      addDoubles(sums, a);
      addDoubles(sums + 32, b);
    }
    dy += 32;
    x += 32;
    mean += 32;
    inverse += 32;
    sums += 64;
  }
  for (; channel < channels; channel += 4) {
    const lanes = min(channels - channel, 4);
    const means = loadLanes(mean, lanes);
    const inverses = loadLanes(inverse, lanes);
    let low = f64x2.splat(0);
    let high = low;
    let at = x;
    let gradient = dy;
    for (let row = 0; row < rows; row += BLOCK) {
      let sum = f32x4.splat(0);
      for (let left = min(rows - row, BLOCK); left > 0; left--) {
        const distance = f32x4.mul(f32x4.sub(loadLanes(at, lanes), means), inverses);
        sum = f32x4.add(sum, f32x4.mul(loadLanes(gradient, lanes), distance));
        at += step;
        gradient += step;
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(sum)));
    }
    storeDoubles(sums, low, high, lanes);
    dy += 16;
    x += 16;
    mean += 16;
    inverse += 16;
    sums += 32;
  }
}

function clear(sums: usize, count: usize): void {
  memory.fill(sums, 0, count * 8);
}

/** Adds four float32 numbers to four doubles in memory. */
function addDoubles(sums: usize, four: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(four)));
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(upperHalf(four))), 16);
}

/** Stores the first `lanes` (1 to 4) doubles. */
function storeDoubles(to: usize, low: v128, high: v128, lanes: i32): void {
  store<f64>(to, f64x2.extract_lane(low, 0));
  if (lanes > 1) store<f64>(to, f64x2.extract_lane(low, 1), 8);
  if (lanes > 2) store<f64>(to, f64x2.extract_lane(high, 0), 16);
  if (lanes > 3) store<f64>(to, f64x2.extract_lane(high, 1), 24);
}

function upperHalf(vector: v128): v128 {
  return i64x2.shuffle(vector, vector, 1, 1);
}
