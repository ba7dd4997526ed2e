/** Gradients of max and average pools. Vectors run along the channels; what is left over is done number by number. */

const NUMBER: usize = 4;

/** MaxPoolGrad: x [count,H,W,C], dy [count,H',W',C] → dx [count,H,W,C]. Each window hands its dy to its largest element, of equal ones to the first in row-major order. */
export function maxPoolGradient(
  x: usize,
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
        const first = sample * (n as usize) + row * (top as usize) + pixel * (left as usize);
        let channel = 0;
        for (; channel + 4 <= channels; channel += 4) {
          const at = first + (channel as usize) * NUMBER;
          giveToMaxima(x + at, dx + at, v128.load(dy), rows, columns, row, pixel);
          dy += 16;
        }
        for (; channel < channels; channel++) {
          const at = first + (channel as usize) * NUMBER;
          giveToMaximum(x + at, dx + at, load<f32>(dy), rows, columns, row, pixel);
          dy += NUMBER;
        }
      }
    }
  }
}

/** One window of four channels. */
function giveToMaxima(x: usize, dx: usize, value: v128, rows: i32, columns: i32, row: usize, pixel: usize): void {
  // The first element, not −∞, is the one to beat: a window may be all −∞.
  let largest = v128.load(x);
  let winner = i32x4.splat(0);
  for (let y = 0; y < rows; y++) {
    let at = x + row * (y as usize);
    for (let column = 0; column < columns; column++) {
      const candidate = v128.load(at);
      const larger = f32x4.gt(candidate, largest);
      largest = v128.bitselect(candidate, largest, larger);
      winner = v128.bitselect(i32x4.splat(y * columns + column), winner, larger);
      at += pixel;
    }
  }
  for (let y = 0; y < rows; y++) {
    let at = dx + row * (y as usize);
    for (let column = 0; column < columns; column++) {
      const mine = v128.and(value, i32x4.eq(winner, i32x4.splat(y * columns + column)));
      v128.store(at, f32x4.add(v128.load(at), mine));
      at += pixel;
    }
  }
}

/** One window of one channel. */
function giveToMaximum(x: usize, dx: usize, value: f32, rows: i32, columns: i32, row: usize, pixel: usize): void {
  let largest = load<f32>(x);
  let winner: usize = 0;
  for (let y = 0; y < rows; y++) {
    let at = row * (y as usize);
    for (let column = 0; column < columns; column++) {
      const candidate = load<f32>(x + at);
      if (candidate > largest) {
        largest = candidate;
        winner = at;
      }
      at += pixel;
    }
  }
  store<f32>(dx + winner, load<f32>(dx + winner) + value);
}

/** AvgPoolGrad: dy [count,H',W',C] → dx [count,H,W,C]. Each window spreads its dy evenly over its elements, padding not counted. */
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
