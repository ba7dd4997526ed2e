/** The gradient of a convolution's input; see convolution-gradients.ts. */
import { convolve, convolveScratch } from './convolution';
import { loadLanes, madd, storeLanes } from './lanes';
import { appendNonZero, fillTable, isSparse, TABLE_BYTES } from './lists';
import { copyRows, NUMBER, paddedSize, transpose } from './maps';
import { isTiled } from './tiles';

/** Conv2DBackpropInput: dy [count,H',W',outC], w [kH,kW,inC,outC] → dx [count,H,W,inC], the gradient of the layer's
 *  input. */
export function inputGradient(
  dy: usize,
  w: usize,
  dx: usize,
  scratch: usize,
  count: i32,
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
  const numbers = count * outHeight * outWidth * outChannels;
  const tiled = isTiled(outChannels, height, width, inChannels, kernelHeight, kernelWidth, strideHeight, strideWidth);
  if (
    isConvolution(kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft) &&
    !isSparse(dy, numbers, kernelHeight * kernelWidth * inChannels, tiled)
  ) {
    flip(w, scratch, kernelHeight * kernelWidth, inChannels, outChannels);
    convolve(
      dy,
      scratch,
      0,
      dx,
      scratch + ((kernelHeight * kernelWidth * inChannels * outChannels) as usize) * NUMBER,
      0,
      count,
      outHeight,
      outWidth,
      outChannels,
      height,
      width,
      inChannels,
      kernelHeight,
      kernelWidth,
      1,
      1,
      kernelHeight - 1 - padTop,
      kernelWidth - 1 - padLeft,
    );
    return;
  }
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const padded = paddedHeight != height || paddedWidth != width;
  const rowBytes = ((paddedWidth * inChannels) as usize) * NUMBER;
  const segment = kernelWidth * inChannels;
  const taps = kernelHeight * segment;
  const sampleBytes = rowBytes * (paddedHeight as usize);
  const columnStep = ((strideWidth * inChannels) as usize) * NUMBER;

  const transposed = scratch + (padded ? sampleBytes : 0);
  const table = transposed + ((taps * outChannels) as usize) * NUMBER;
  const list = table + TABLE_BYTES;
  const listBytes = ((outChannels + 8) as usize) * NUMBER;
  fillTable(table);
  transpose(w, (outChannels as usize) * NUMBER, transposed, taps, outChannels);

  let gradient = dy;
  for (let n = 0; n < count; n++) {
    const result = dx + ((n * height * width * inChannels) as usize) * NUMBER;
    const sample = padded ? scratch : result;
    memory.fill(sample, 0, sampleBytes);
    for (let y = 0; y < outHeight; y++) {
      let window = sample + rowBytes * ((y * strideHeight) as usize);
      for (let x = 0; x < outWidth; x++) {
        const end = listChannels(gradient, list, listBytes, table, outChannels, (taps as usize) * NUMBER);
        gradient += (outChannels as usize) * NUMBER;
        for (let four = list; four < end; four += 4 * NUMBER) {
          addFour(four, four + listBytes, transposed, window, kernelHeight, segment, rowBytes);
        }
        window += columnStep;
      }
    }
    if (padded) {
      copyRows(
        sample + rowBytes * (padTop as usize) + ((padLeft * inChannels) as usize) * NUMBER,
        rowBytes,
        result,
        ((width * inChannels) as usize) * NUMBER,
        ((width * inChannels) as usize) * NUMBER,
        height,
      );
    }
  }
}

/** Whether dx is a convolution of dy with the kernel turned by 180°. */
function isConvolution(
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): bool {
  return strideHeight == 1 && strideWidth == 1 && padTop < kernelHeight && padLeft < kernelWidth;
}

/** w [places,inC,outC] → [places,outC,inC], with the places of the kernel from last to first. */
function flip(w: usize, to: usize, places: i32, inChannels: i32, outChannels: i32): void {
  const bytes = ((inChannels * outChannels) as usize) * NUMBER;
  for (let place = places - 1; place >= 0; place--) {
    transpose(w + bytes * (place as usize), (outChannels as usize) * NUMBER, to, inChannels, outChannels);
    to += bytes;
  }
}

/** Bytes of scratch memory. */
export function inputScratch(
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
): i32 {
  const kernel = kernelHeight * kernelWidth * inChannels * outChannels;
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const sparse = (paddedHeight * paddedWidth * inChannels + 2 * (outChannels + 8)) * 4 + (TABLE_BYTES as i32);
  if (!isConvolution(kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft)) return kernel * 4 + sparse;
  const dense = convolveScratch(
    outHeight,
    outWidth,
    outChannels,
    height,
    width,
    inChannels,
    kernelHeight,
    kernelWidth,
    1,
    1,
    kernelHeight - 1 - padTop,
    kernelWidth - 1 - padLeft,
  );
  return kernel * 4 + max(dense, sparse);
}

/** Lists the channels of one pixel of dy that aren't zero: the offsets of their weights, and `listBytes` later their
 *  values. The list is filled up with zeros to a multiple of four. Returns the end of the offsets. */
function listChannels(
  gradient: usize,
  list: usize,
  listBytes: usize,
  table: usize,
  outChannels: i32,
  kernelBytes: usize,
): usize {
  let end = list;
  let offsets = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(kernelBytes as i32));
  const step = i32x4.splat((4 * kernelBytes) as i32);
  let rest = outChannels;
  for (; rest >= 4; rest -= 4) {
    end = appendNonZero(v128.load(gradient), offsets, end, listBytes, table);
    offsets = i32x4.add(offsets, step);
    gradient += 16;
  }
  if (rest > 0) end = appendNonZero(loadLanes(gradient, rest), offsets, end, listBytes, table);
  const zero = f32x4.splat(0);
  v128.store(end, zero);
  v128.store(end + listBytes, zero);
  return list + ((end - list + 15) & ~15);
}

/** Adds Σ value · w[offset…] over four numbers of a list to the rows of one window of dx. Lists are short, and a loop
 *  over them would end at another place every time, which processors predict badly. So four numbers are added at a
 *  time. */
function addFour(
  offsets: usize,
  values: usize,
  w: usize,
  window: usize,
  rows: i32,
  segment: i32,
  rowBytes: usize,
): void {
  let w0 = w + (load<u32>(offsets) as usize);
  let w1 = w + (load<u32>(offsets, 4) as usize);
  let w2 = w + (load<u32>(offsets, 8) as usize);
  let w3 = w + (load<u32>(offsets, 12) as usize);
  const v0 = v128.load32_splat(values);
  const v1 = v128.load32_splat(values, 4);
  const v2 = v128.load32_splat(values, 8);
  const v3 = v128.load32_splat(values, 12);
  for (; rows > 0; rows--) {
    let target = window;
    let rest = segment;
    for (; rest >= 8; rest -= 8) {
      const a = madd(v0, v128.load(w0), f32x4.mul(v1, v128.load(w1)));
      const b = madd(v0, v128.load(w0, 16), f32x4.mul(v1, v128.load(w1, 16)));
      const c = madd(v2, v128.load(w2), f32x4.mul(v3, v128.load(w3)));
      const d = madd(v2, v128.load(w2, 16), f32x4.mul(v3, v128.load(w3, 16)));
      v128.store(target, f32x4.add(v128.load(target), f32x4.add(a, c)));
      v128.store(target, f32x4.add(v128.load(target, 16), f32x4.add(b, d)), 16);
      w0 += 32;
      w1 += 32;
      w2 += 32;
      w3 += 32;
      target += 32;
    }
    for (; rest > 0; rest -= 4) {
      const lanes = min(rest, 4);
      const bytes = (lanes as usize) * NUMBER;
      const a = madd(v0, loadLanes(w0, lanes), f32x4.mul(v1, loadLanes(w1, lanes)));
      const b = madd(v2, loadLanes(w2, lanes), f32x4.mul(v3, loadLanes(w3, lanes)));
      storeLanes(target, f32x4.add(loadLanes(target, lanes), f32x4.add(a, b)), lanes);
      w0 += bytes;
      w1 += bytes;
      w2 += bytes;
      w3 += bytes;
      target += bytes;
    }
    window += rowBytes;
  }
}
