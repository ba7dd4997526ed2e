/** Convolutions and average pools as the sheet shows them. Sums are made in doubles, so that long ones don't drift, and
 *  rounded to float32 once at the end. One image is calculated at a time, without a padded copy or a list of
 *  windows. */
import { NUMBER } from './maps';
import { storeLanes } from './lanes';

/** Output channels that are summed at a time, in four vectors of two doubles. If four or two are left, a vector takes
 *  two or four terms at a time, so that an addition needn't wait for the one before. */
const BLOCK = 8;

/** Bytes of scratch memory `convolveExactly` needs: one block of kernels as doubles. */
export function exactScratch(kernelHeight: i32, kernelWidth: i32, channels: i32): i32 {
  return kernelHeight * kernelWidth * channels * BLOCK * 8;
}

/** Conv2D with a bias (none if `bias` is 0): x [H,W,inC], w [kH,kW,inC,outC] → y [H',W',outC]. It reads the input
 *  channels from `first` up to, but not including, `end`. A number that overflows float32 becomes infinite or NaN. */
export function convolveExactly(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  scratch: usize,
  first: i32,
  end: i32,
  height: i32,
  width: i32,
  inChannels: i32,
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
  const channels = end - first;
  const pixel = (inChannels as usize) * NUMBER;
  const row = pixel * (width as usize);
  const outPixel = (outChannels as usize) * NUMBER;
  const start = x + (first as usize) * NUMBER;
  for (let outC = 0; outC < outChannels; outC += BLOCK) {
    const lanes = min(outChannels - outC, BLOCK);
    const block = lanes > 4 ? 8 : lanes > 2 ? 4 : 2;
    const tap = ((channels * block) as usize) * 8;
    packBlock(w, scratch, kernelHeight * kernelWidth, inChannels, outChannels, first, end, outC, lanes, block);
    const b0 = biasOf(bias, outC, lanes);
    const b1 = biasOf(bias, outC + 2, lanes - 2);
    const b2 = biasOf(bias, outC + 4, lanes - 4);
    const b3 = biasOf(bias, outC + 6, lanes - 6);
    let to = y + (outC as usize) * NUMBER;
    for (let outY = 0; outY < outHeight; outY++) {
      const top = outY * strideHeight - padTop;
      const ky0 = max(-top, 0);
      const ky1 = min(height - top, kernelHeight);
      for (let outX = 0; outX < outWidth; outX++) {
        const left = outX * strideWidth - padLeft;
        const kx0 = max(-left, 0);
        const columns = min(width - left, kernelWidth) - kx0;
        // If all channels are read, the numbers of one row of the window lie side by side.
        const runs = channels == inChannels ? 1 : columns;
        const run = channels == inChannels ? columns * channels : channels;
        let s0 = b0;
        let s1 = b1;
        let s2 = b2;
        let s3 = b3;
        for (let ky = ky0; ky < ky1; ky++) {
          let weights = scratch + ((ky * kernelWidth + kx0) as usize) * tap;
          let from = start + row * ((top + ky) as usize) + pixel * ((left + kx0) as usize);
          for (let kx = 0; kx < runs; kx++) {
            let at = from;
            let rest = run;
            if (block == 8) {
              for (; rest > 0; rest--) {
                const value = splat(at);
                s0 = f64x2.add(s0, f64x2.mul(value, v128.load(weights)));
                s1 = f64x2.add(s1, f64x2.mul(value, v128.load(weights, 16)));
                s2 = f64x2.add(s2, f64x2.mul(value, v128.load(weights, 32)));
                s3 = f64x2.add(s3, f64x2.mul(value, v128.load(weights, 48)));
                at += NUMBER;
                weights += 64;
              }
            } else if (block == 4) {
              for (; rest >= 2; rest -= 2) {
                const value = splat(at);
                const next = splat(at + NUMBER);
                s0 = f64x2.add(s0, f64x2.mul(value, v128.load(weights)));
                s1 = f64x2.add(s1, f64x2.mul(value, v128.load(weights, 16)));
                s2 = f64x2.add(s2, f64x2.mul(next, v128.load(weights, 32)));
                s3 = f64x2.add(s3, f64x2.mul(next, v128.load(weights, 48)));
                at += 2 * NUMBER;
                weights += 64;
              }
              if (rest > 0) {
                const value = splat(at);
                s0 = f64x2.add(s0, f64x2.mul(value, v128.load(weights)));
                s1 = f64x2.add(s1, f64x2.mul(value, v128.load(weights, 16)));
                weights += 32;
              }
            } else {
              for (; rest >= 4; rest -= 4) {
                s0 = f64x2.add(s0, f64x2.mul(splat(at), v128.load(weights)));
                s1 = f64x2.add(s1, f64x2.mul(splat(at + NUMBER), v128.load(weights, 16)));
                s2 = f64x2.add(s2, f64x2.mul(splat(at + 2 * NUMBER), v128.load(weights, 32)));
                s3 = f64x2.add(s3, f64x2.mul(splat(at + 3 * NUMBER), v128.load(weights, 48)));
                at += 4 * NUMBER;
                weights += 64;
              }
              for (; rest > 0; rest--) {
                s0 = f64x2.add(s0, f64x2.mul(splat(at), v128.load(weights)));
                at += NUMBER;
                weights += 16;
              }
            }
            from += pixel;
          }
        }
        if (block == 8) {
          storeLanes(to, toFloats(s0, s1), 4);
          storeLanes(to + 16, toFloats(s2, s3), lanes - 4);
        } else {
          if (block == 2) {
            s0 = f64x2.add(s0, s1);
            s1 = f64x2.splat(0);
          } else s1 = f64x2.add(s1, s3);
          s0 = f64x2.add(s0, s2);
          if (block == 2) s0 = f64x2.add(s0, s3);
          storeLanes(to, toFloats(s0, s1), lanes);
        }
        to += outPixel;
      }
    }
  }
}

/** The weights of `lanes` output channels from `outC` on, as doubles: [taps,channels,block], filled up with zeros. */
function packBlock(
  w: usize,
  to: usize,
  taps: i32,
  inChannels: i32,
  outChannels: i32,
  first: i32,
  end: i32,
  outC: i32,
  lanes: i32,
  block: i32,
): void {
  for (let tap = 0; tap < taps; tap++) {
    let from = w + (((tap * inChannels + first) * outChannels + outC) as usize) * NUMBER;
    for (let inC = first; inC < end; inC++) {
      for (let lane = 0; lane < block; lane++) {
        const weight: f64 = lane < lanes ? (load<f32>(from + (lane as usize) * NUMBER) as f64) : 0;
        store<f64>(to + (lane as usize) * 8, weight);
      }
      from += (outChannels as usize) * NUMBER;
      to += (block as usize) * 8;
    }
  }
}

function splat(from: usize): v128 {
  return f64x2.splat(load<f32>(from) as f64);
}

/** The biases of two output channels as doubles, or 0 without a bias. */
function biasOf(bias: usize, outC: i32, lanes: i32): v128 {
  if (bias == 0 || lanes < 1) return f64x2.splat(0);
  const at = bias + (outC as usize) * NUMBER;
  const low = f64x2.splat(load<f32>(at) as f64);
  return lanes < 2 ? low : f64x2.replace_lane(low, 1, load<f32>(at, 4) as f64);
}

/** Four doubles rounded to float32. */
function toFloats(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** AvgPool: x [H,W,C] → y [H',W',C]. Padding doesn't count as cells. */
export function averagePoolExactly(
  x: usize,
  y: usize,
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
  for (let outY = 0; outY < outHeight; outY++) {
    const top = max(outY * strideHeight - padTop, 0);
    const rows = min(outY * strideHeight - padTop + poolHeight, height) - top;
    for (let outX = 0; outX < outWidth; outX++) {
      const left = max(outX * strideWidth - padLeft, 0);
      const columns = min(outX * strideWidth - padLeft + poolWidth, width) - left;
      const cells = (rows * columns) as f64;
      let at = x + row * (top as usize) + pixel * (left as usize);
      for (let channel = 0; channel < channels; channel++) {
        store<f32>(y, (sumOf(at, rows, columns, row, pixel) / cells) as f32);
        at += NUMBER;
        y += NUMBER;
      }
    }
  }
}

/** The sum of one channel of one window. */
function sumOf(x: usize, rows: i32, columns: i32, row: usize, pixel: usize): f64 {
  let sum: f64 = 0;
  for (; rows > 0; rows--) {
    let at = x;
    for (let left = columns; left > 0; left--) {
      sum += load<f32>(at) as f64;
      at += pixel;
    }
    x += row;
  }
  return sum;
}
