/** Depthwise convolutions and their gradients, with kernels [kH,kW,C,multiplier]. Output channel c · multiplier + m
 *  reads only input channel c. The vectors run along the output channels, which lie side by side in dy and in the
 *  kernel. For a multiplier above 1, gradients read a copy of the input with each channel repeated. */
import { loadLanes, storeLanes } from './lanes';
import { copyRows, NUMBER, paddedSize } from './maps';

/** Bytes of scratch memory that each of the two gradients needs. */
export function depthwiseScratch(
  height: i32,
  width: i32,
  _channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): i32 {
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  return paddedHeight * paddedWidth * outChannels * (NUMBER as i32);
}

/** DepthwiseConv2dNative: x [count,H,W,C], w [kH,kW,C] → y [count,H',W',C]. */
export function depthwise(
  x: usize,
  w: usize,
  y: usize,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  _outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = (channels as usize) * NUMBER;
  const row = pixel * (width as usize);
  const kernelRow = pixel * (kernelWidth as usize);
  for (let n = 0; n < count; n++) {
    for (let outY = 0; outY < outHeight; outY++) {
      const top = outY * strideHeight - padTop;
      const firstY = max(-top, 0);
      const rows = min(height - top, kernelHeight) - firstY;
      for (let outX = 0; outX < outWidth; outX++) {
        const left = outX * strideWidth - padLeft;
        const firstX = max(-left, 0);
        const columns = min(width - left, kernelWidth) - firstX;
        // A window may lie wholly on padding.
        const empty = rows <= 0 || columns <= 0;
        let at = empty ? x : x + row * ((top + firstY) as usize) + pixel * ((left + firstX) as usize);
        let weights = empty ? w : w + kernelRow * (firstY as usize) + pixel * (firstX as usize);
        let rest = channels;
        for (; rest >= 8; rest -= 8) {
          sumEight(at, weights, y, empty ? 0 : rows, columns, row, kernelRow, pixel);
          at += 32;
          weights += 32;
          y += 32;
        }
        for (; rest > 0; rest -= 4) {
          const lanes = min(rest, 4);
          sumSome(at, weights, y, lanes, empty ? 0 : rows, columns, row, kernelRow, pixel);
          at += 16;
          weights += 16;
          y += (lanes as usize) * NUMBER;
        }
      }
    }
    x += row * (height as usize);
  }
}

/** Eight channels of one window. */
function sumEight(
  x: usize,
  w: usize,
  y: usize,
  rows: i32,
  columns: i32,
  row: usize,
  kernelRow: usize,
  pixel: usize,
): void {
  let low = f32x4.splat(0);
  let high = low;
  for (; rows > 0; rows--) {
    let at = x;
    let weights = w;
    for (let left = columns; left > 0; left--) {
      low = f32x4.add(low, f32x4.mul(v128.load(at), v128.load(weights)));
      high = f32x4.add(high, f32x4.mul(v128.load(at, 16), v128.load(weights, 16)));
      at += pixel;
      weights += pixel;
    }
    x += row;
    w += kernelRow;
  }
  v128.store(y, low);
  v128.store(y, high, 16);
}

/** The same of one to four channels. */
function sumSome(
  x: usize,
  w: usize,
  y: usize,
  lanes: i32,
  rows: i32,
  columns: i32,
  row: usize,
  kernelRow: usize,
  pixel: usize,
): void {
  let sum = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let at = x;
    let weights = w;
    for (let left = columns; left > 0; left--) {
      sum = f32x4.add(sum, f32x4.mul(loadLanes(at, lanes), loadLanes(weights, lanes)));
      at += pixel;
      weights += pixel;
    }
    x += row;
    w += kernelRow;
  }
  storeLanes(y, sum, lanes);
}

/** DepthwiseConv2dNativeBackpropFilter: x [count,H,W,C], dy [count,H',W',C·multiplier] → dw [kH,kW,C,multiplier], the
 *  gradient of the kernel. Each row of dy is summed by itself, and then the rows: one float32 sum over everything would
 *  drift. */
export function depthwiseFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  scratch: usize,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const copied = paddedHeight != height || paddedWidth != width || outChannels != channels;
  const pixel = (outChannels as usize) * NUMBER;
  const row = pixel * (paddedWidth as usize);
  const sourceRow = ((width * channels) as usize) * NUMBER;
  const columnStep = pixel * (strideWidth as usize);

  memory.fill(dw, 0, pixel * ((kernelHeight * kernelWidth) as usize));
  if (copied) memory.fill(scratch, 0, row * (paddedHeight as usize));
  for (let n = 0; n < count; n++) {
    let sample = x;
    if (copied) {
      const inside = scratch + row * (padTop as usize) + pixel * (padLeft as usize);
      spreadRows(x, inside, row, height, width, channels, outChannels / channels);
      sample = scratch;
    }
    for (let outY = 0; outY < outHeight; outY++) {
      let from = sample + row * ((outY * strideHeight) as usize);
      let to = dw;
      for (let ky = 0; ky < kernelHeight; ky++) {
        addRow(from, dy, to, outWidth, kernelWidth, outChannels, columnStep);
        from += row;
        to += pixel * (kernelWidth as usize);
      }
      dy += pixel * (outWidth as usize);
    }
    x += sourceRow * (height as usize);
  }
}

/** Copies a map [height,width,channels], with each channel `multiplier` times. The rows of the copy begin `toRow` bytes
 *  apart. */
function spreadRows(
  from: usize,
  to: usize,
  toRow: usize,
  height: i32,
  width: i32,
  channels: i32,
  multiplier: i32,
): void {
  const numbers = width * channels;
  const bytes = (numbers as usize) * NUMBER;
  if (multiplier == 1) {
    copyRows(from, bytes, to, toRow, bytes, height);
    return;
  }
  for (; height > 0; height--) {
    let target = to;
    for (let left = numbers; left > 0; left--) {
      const value = load<f32>(from);
      for (let times = multiplier; times > 0; times--) {
        store<f32>(target, value);
        target += NUMBER;
      }
      from += NUMBER;
    }
    to += toRow;
  }
}

/** Adds the products of one row of x and one row of dy to a row of the kernel's gradient [kernelWidth,channels]. Three
 *  taps are calculated at a time, because they read the same numbers of dy. */
function addRow(
  x: usize,
  dy: usize,
  dw: usize,
  outWidth: i32,
  kernelWidth: i32,
  channels: i32,
  columnStep: usize,
): void {
  const pixel = (channels as usize) * NUMBER;
  const whole = channels & ~3;
  for (let kx = 0; kx < kernelWidth; ) {
    const taps = kernelWidth - kx >= 3 ? 3 : 1;
    for (let channel = 0; channel < whole; channel += 4) {
      const at = (channel as usize) * NUMBER;
      if (taps == 3) addThreeTaps(x + at, dy + at, dw + at, outWidth, columnStep, pixel);
      else addTap(x + at, dy + at, dw + at, outWidth, columnStep, pixel);
    }
    for (let channel = whole; channel < channels; channel++) {
      const at = (channel as usize) * NUMBER;
      for (let tap: usize = 0; tap < (taps as usize); tap++) {
        addTapOfOne(x + at + pixel * tap, dy + at, dw + at + pixel * tap, outWidth, columnStep, pixel);
      }
    }
    kx += taps;
    x += pixel * (taps as usize);
    dw += pixel * (taps as usize);
  }
}

/** Adds three neighbouring taps of four channels. */
function addThreeTaps(x: usize, dy: usize, dw: usize, outWidth: i32, columnStep: usize, pixel: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let second = x + pixel;
  let third = second + pixel;
  for (let left = outWidth; left > 0; left--) {
    const gradient = v128.load(dy);
    a = f32x4.add(a, f32x4.mul(v128.load(x), gradient));
    b = f32x4.add(b, f32x4.mul(v128.load(second), gradient));
    c = f32x4.add(c, f32x4.mul(v128.load(third), gradient));
    x += columnStep;
    second += columnStep;
    third += columnStep;
    dy += pixel;
  }
  v128.store(dw, f32x4.add(v128.load(dw), a));
  v128.store(dw + pixel, f32x4.add(v128.load(dw + pixel), b));
  v128.store(dw + 2 * pixel, f32x4.add(v128.load(dw + 2 * pixel), c));
}

/** Adds one tap of four channels. */
function addTap(x: usize, dy: usize, dw: usize, outWidth: i32, columnStep: usize, pixel: usize): void {
  let sum = f32x4.splat(0);
  for (let left = outWidth; left > 0; left--) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(x), v128.load(dy)));
    x += columnStep;
    dy += pixel;
  }
  v128.store(dw, f32x4.add(v128.load(dw), sum));
}

/** Adds one tap of one channel. */
function addTapOfOne(x: usize, dy: usize, dw: usize, outWidth: i32, columnStep: usize, pixel: usize): void {
  let sum: f32 = 0;
  for (let left = outWidth; left > 0; left--) {
    sum += load<f32>(x) * load<f32>(dy);
    x += columnStep;
    dy += pixel;
  }
  store<f32>(dw, load<f32>(dw) + sum);
}

/** DepthwiseConv2dNativeBackpropInput: dy [count,H',W',C·multiplier], w [kH,kW,C,multiplier] → dx [count,H,W,C], the
 *  gradient of the layer's input. Each pixel of dx is a sum over the windows that cover it. */
export function depthwiseInputGradient(
  dy: usize,
  w: usize,
  dx: usize,
  scratch: usize,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = (outChannels as usize) * NUMBER;
  const outRow = pixel * (outWidth as usize);
  const rowStep = pixel * ((kernelWidth * strideHeight) as usize);
  const columnStep = pixel * (strideWidth as usize);
  const multiplier = outChannels / channels;
  for (let n = 0; n < count; n++) {
    for (let y = padTop; y < padTop + height; y++) {
      // The last window over this row reads it by the first possible tap, the window before it by the tap one stride
      // later.
      const lastY = min(y / strideHeight, outHeight - 1);
      const ky = y - lastY * strideHeight;
      const rows = windowsOver(ky, lastY, kernelHeight, strideHeight);
      for (let x = padLeft; x < padLeft + width; x++) {
        const lastX = min(x / strideWidth, outWidth - 1);
        const kx = x - lastX * strideWidth;
        const columns = windowsOver(kx, lastX, kernelWidth, strideWidth);
        let gradient = dy + outRow * (lastY as usize) + pixel * (lastX as usize);
        let weights = w + pixel * ((ky * kernelWidth + kx) as usize);
        let to = multiplier == 1 ? dx : scratch;
        let rest = outChannels;
        for (; rest >= 8; rest -= 8) {
          gatherEight(gradient, weights, to, rows, columns, outRow, pixel, rowStep, columnStep);
          gradient += 32;
          weights += 32;
          to += 32;
        }
        if (rest >= 4) {
          gatherFour(gradient, weights, to, rows, columns, outRow, pixel, rowStep, columnStep);
          gradient += 16;
          weights += 16;
          to += 16;
          rest -= 4;
        }
        for (; rest > 0; rest--) {
          gatherOne(gradient, weights, to, rows, columns, outRow, pixel, rowStep, columnStep);
          gradient += NUMBER;
          weights += NUMBER;
          to += NUMBER;
        }
        if (multiplier != 1) sumGroups(scratch, dx, channels, multiplier);
        dx += (channels as usize) * NUMBER;
      }
    }
    dy += outRow * (outHeight as usize);
  }
}

/** How many windows cover a row or column. `last` is the number of the last such window, and `tap` the tap by which it
 *  reads the row. */
function windowsOver(tap: i32, last: i32, kernel: i32, stride: i32): i32 {
  return tap < kernel ? min((kernel - 1 - tap) / stride, last) + 1 : 0;
}

/** Σ dy · w of eight channels, over the windows that cover one pixel. */
function gatherEight(
  dy: usize,
  w: usize,
  to: usize,
  rows: i32,
  columns: i32,
  outRow: usize,
  pixel: usize,
  rowStep: usize,
  columnStep: usize,
): void {
  let low = f32x4.splat(0);
  let high = low;
  for (; rows > 0; rows--) {
    let gradient = dy;
    let weights = w;
    for (let left = columns; left > 0; left--) {
      low = f32x4.add(low, f32x4.mul(v128.load(gradient), v128.load(weights)));
      high = f32x4.add(high, f32x4.mul(v128.load(gradient, 16), v128.load(weights, 16)));
      gradient -= pixel;
      weights += columnStep;
    }
    dy -= outRow;
    w += rowStep;
  }
  v128.store(to, low);
  v128.store(to, high, 16);
}

/** The same of four channels. */
function gatherFour(
  dy: usize,
  w: usize,
  to: usize,
  rows: i32,
  columns: i32,
  outRow: usize,
  pixel: usize,
  rowStep: usize,
  columnStep: usize,
): void {
  let sum = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let gradient = dy;
    let weights = w;
    for (let left = columns; left > 0; left--) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(gradient), v128.load(weights)));
      gradient -= pixel;
      weights += columnStep;
    }
    dy -= outRow;
    w += rowStep;
  }
  v128.store(to, sum);
}

/** The same of one channel. */
function gatherOne(
  dy: usize,
  w: usize,
  to: usize,
  rows: i32,
  columns: i32,
  outRow: usize,
  pixel: usize,
  rowStep: usize,
  columnStep: usize,
): void {
  let sum: f32 = 0;
  for (; rows > 0; rows--) {
    let gradient = dy;
    let weights = w;
    for (let left = columns; left > 0; left--) {
      sum += load<f32>(gradient) * load<f32>(weights);
      gradient -= pixel;
      weights += columnStep;
    }
    dy -= outRow;
    w += rowStep;
  }
  store<f32>(to, sum);
}

/** Sums over the multiplier: [channels,multiplier] → [channels]. */
function sumGroups(from: usize, to: usize, channels: i32, multiplier: i32): void {
  for (; channels > 0; channels--) {
    let sum: f32 = 0;
    for (let left = multiplier; left > 0; left--) {
      sum += load<f32>(from);
      from += NUMBER;
    }
    store<f32>(to, sum);
    to += NUMBER;
  }
}
