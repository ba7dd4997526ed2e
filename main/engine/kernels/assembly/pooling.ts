/** Max and average pools and their gradients. Vectors run along the channels. */
import { loadLanes, storeLanes } from './lanes';
import { NUMBER } from './maps';

/** MaxPool: x [count,H,W,C] → y [count,H',W',C]. A window that contains NaN gives NaN; XNNPACK's result for it is
 *  undefined. */
export function maxPool(
  x: usize,
  y: usize,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  poolHeight: i32,
  poolWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = (channels as usize) * NUMBER;
  const row = pixel * (width as usize);
  for (let n = 0; n < count; n++) {
    for (let outY = 0; outY < outHeight; outY++) {
      const top = max(outY * strideHeight - padTop, 0);
      const rows = min(outY * strideHeight - padTop + poolHeight, height) - top;
      for (let outX = 0; outX < outWidth; outX++) {
        const left = max(outX * strideWidth - padLeft, 0);
        const columns = min(outX * strideWidth - padLeft + poolWidth, width) - left;
        const first = x + row * (top as usize) + pixel * (left as usize);
        let at = first;
        let rest = channels;
        for (; rest >= 4; rest -= 4) {
          v128.store(y, largestOf(at, rows, columns, row, pixel));
          at += 16;
          y += 16;
        }
        for (; rest > 0; rest--) {
          store<f32>(y, largestOfOne(at, rows, columns, row, pixel));
          at += NUMBER;
          y += NUMBER;
        }
      }
    }
    x += row * (height as usize);
  }
}

/** The largest numbers of four channels of one window. */
function largestOf(x: usize, rows: i32, columns: i32, row: usize, pixel: usize): v128 {
  let largest = v128.load(x);
  for (; rows > 0; rows--) {
    let at = x;
    for (let left = columns; left > 0; left--) {
      largest = f32x4.max(largest, v128.load(at));
      at += pixel;
    }
    x += row;
  }
  return largest;
}

/** The largest number of one channel of one window. */
function largestOfOne(x: usize, rows: i32, columns: i32, row: usize, pixel: usize): f32 {
  let largest = load<f32>(x);
  for (; rows > 0; rows--) {
    let at = x;
    for (let left = columns; left > 0; left--) {
      largest = max(largest, load<f32>(at));
      at += pixel;
    }
    x += row;
  }
  return largest;
}

/** MaxPoolGrad: x [count,H,W,C], the pool's output and dy [count,H',W',C] → dx [count,H,W,C]. Each window gives its dy
 *  to its largest element; of equal ones to the first in row-major order. */
export function maxPoolGradient(
  x: usize,
  output: usize,
  dy: usize,
  dx: usize,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  poolHeight: i32,
  poolWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = (channels as usize) * NUMBER;
  const row = pixel * (width as usize);
  const sample = row * (height as usize);
  for (let n = 0; n < count; n++) {
    memory.fill(dx, 0, sample);
    for (let outY = 0; outY < outHeight; outY++) {
      const top = max(outY * strideHeight - padTop, 0);
      const rows = min(outY * strideHeight - padTop + poolHeight, height) - top;
      for (let outX = 0; outX < outWidth; outX++) {
        const left = max(outX * strideWidth - padLeft, 0);
        const columns = min(outX * strideWidth - padLeft + poolWidth, width) - left;
        const first = row * (top as usize) + pixel * (left as usize);
        let at = first;
        let rest = channels;
        for (; rest >= 4; rest -= 4) {
          giveToLargest(x + at, dx + at, v128.load(output), v128.load(dy), rows, columns, row, pixel);
          at += 16;
          output += 16;
          dy += 16;
        }
        for (; rest > 0; rest--) {
          giveToFirst(x + at, dx + at, load<f32>(output), load<f32>(dy), rows, columns, row, pixel);
          at += NUMBER;
          output += NUMBER;
          dy += NUMBER;
        }
      }
    }
    x += sample;
    dx += sample;
  }
}

/** Gives the dy of four channels of one window. */
function giveToLargest(
  x: usize,
  dx: usize,
  largest: v128,
  value: v128,
  rows: i32,
  columns: i32,
  row: usize,
  pixel: usize,
): void {
  let rest = value;
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (let left = columns; left > 0; left--) {
      const found = f32x4.eq(v128.load(x + at), largest);
      v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(rest, found)));
      rest = v128.andnot(rest, found);
      at += pixel;
    }
    x += row;
    dx += row;
  }
}

/** Gives the dy of one channel of one window. */
function giveToFirst(
  x: usize,
  dx: usize,
  largest: f32,
  value: f32,
  rows: i32,
  columns: i32,
  row: usize,
  pixel: usize,
): void {
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (let left = columns; left > 0; left--) {
      if (load<f32>(x + at) == largest) {
        store<f32>(dx + at, load<f32>(dx + at) + value);
        return;
      }
      at += pixel;
    }
    x += row;
    dx += row;
  }
}

/** AvgPool: x [count,H,W,C] → y [count,H',W',C]. Padding doesn't count as elements. */
export function averagePool(
  x: usize,
  y: usize,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  poolHeight: i32,
  poolWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = (channels as usize) * NUMBER;
  const row = pixel * (width as usize);
  for (let n = 0; n < count; n++) {
    for (let outY = 0; outY < outHeight; outY++) {
      const top = max(outY * strideHeight - padTop, 0);
      const rows = min(outY * strideHeight - padTop + poolHeight, height) - top;
      for (let outX = 0; outX < outWidth; outX++) {
        const left = max(outX * strideWidth - padLeft, 0);
        const columns = min(outX * strideWidth - padLeft + poolWidth, width) - left;
        let at = x + row * (top as usize) + pixel * (left as usize);
        const cells = (rows * columns) as f32;
        for (let channel = 0; channel < channels; channel += 4) {
          const lanes = min(channels - channel, 4);
          const sum =
            lanes == 4 ? sumOf(at, rows, columns, row, pixel) : sumOfSome(at, lanes, rows, columns, row, pixel);
          storeLanes(y, f32x4.div(sum, f32x4.splat(cells)), lanes);
          at += 16;
          y += (lanes as usize) * NUMBER;
        }
      }
    }
    x += row * (height as usize);
  }
}

/** The sums of four channels of one window. Each row is summed by itself: one sum over a large window would drift. */
function sumOf(x: usize, rows: i32, columns: i32, row: usize, pixel: usize): v128 {
  let total = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let sum = f32x4.splat(0);
    let at = x;
    for (let left = columns; left > 0; left--) {
      sum = f32x4.add(sum, v128.load(at));
      at += pixel;
    }
    total = f32x4.add(total, sum);
    x += row;
  }
  return total;
}

/** The same of fewer than four channels. */
function sumOfSome(x: usize, lanes: i32, rows: i32, columns: i32, row: usize, pixel: usize): v128 {
  let total = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let sum = f32x4.splat(0);
    let at = x;
    for (let left = columns; left > 0; left--) {
      sum = f32x4.add(sum, loadLanes(at, lanes));
      at += pixel;
    }
    total = f32x4.add(total, sum);
    x += row;
  }
  return total;
}

/** AvgPoolGrad: dy [count,H',W',C] → dx [count,H,W,C]. Each window shares its dy evenly among its elements. Padding
 *  doesn't count as elements. */
export function averagePoolGradient(
  dy: usize,
  dx: usize,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  poolHeight: i32,
  poolWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = (channels as usize) * NUMBER;
  const row = pixel * (width as usize);
  const sample = row * (height as usize);
  memory.fill(dx, 0, sample * (count as usize));
  for (let n = 0; n < count; n++) {
    for (let outY = 0; outY < outHeight; outY++) {
      const top = max(outY * strideHeight - padTop, 0);
      const rows = min(outY * strideHeight - padTop + poolHeight, height) - top;
      for (let outX = 0; outX < outWidth; outX++) {
        const left = max(outX * strideWidth - padLeft, 0);
        const columns = min(outX * strideWidth - padLeft + poolWidth, width) - left;
        const first = dx + sample * (n as usize) + row * (top as usize) + pixel * (left as usize);
        const share: f32 = 1 / ((rows * columns) as f32);
        for (let y = 0; y < rows; y++) {
          let at = first + row * (y as usize);
          for (let column = 0; column < columns; column++) {
            addScaled(at, dy, share, channels);
            at += pixel;
          }
        }
        dy += pixel;
      }
    }
  }
}

/** to[0…count) += factor · from[0…count). */
function addScaled(to: usize, from: usize, factor: f32, count: i32): void {
  const factors = f32x4.splat(factor);
  let rest = count;
  for (; rest >= 4; rest -= 4) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), factors)));
    to += 16;
    from += 16;
  }
  for (; rest > 0; rest--) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * factor);
    to += NUMBER;
    from += NUMBER;
  }
}
