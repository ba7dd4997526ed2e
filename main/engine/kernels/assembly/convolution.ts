/** 2-D convolutions of a batch, and dense layers as convolutions of 1×1 maps. Eight output channels of four pixels are
 *  calculated at a time. That is as many sums as fit into the processor's registers; each step loads six numbers. */
import { loadLanes, madd, storeEight } from './lanes';
import { copyRows, copyWindow, isGathered, NUMBER, paddedSize } from './maps';
import { convolveTiles, isTiled, tilesScratch } from './tiles';

/** Bytes of scratch memory that `convolve` and `convolveDirectly` need. */
export function convolveScratch(
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
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const blocks = (outChannels + 7) >> 3;
  const taps = kernelHeight * kernelWidth * inChannels;
  // The last numbers are four gathered windows. Writing them may overwrite up to three numbers past their end.
  const directly = (paddedHeight * paddedWidth * inChannels + (blocks * 8 + 4) * taps + 4) * 4;
  const tiled = isTiled(
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
  );
  return tiled ? max(directly, tilesScratch(inChannels, outChannels)) : directly;
}

/** Conv2D with a bias: x [count,H,W,inC], w [kH,kW,inC,outC], bias [outC] (none if it is 0) → y [count,H',W',outC]. If
 *  `relu` is 1, numbers below 0 become 0. It goes by tiles (tiles.ts) where that is faster. */
export function convolve(
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
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  if (isTiled(inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth, strideHeight, strideWidth)) {
    convolveTiles(
      x,
      w,
      bias,
      y,
      scratch,
      relu,
      count,
      height,
      width,
      inChannels,
      outHeight,
      outWidth,
      outChannels,
      padTop,
      padLeft,
    );
    return;
  }
  convolveDirectly(
    x,
    w,
    bias,
    y,
    scratch,
    relu,
    count,
    height,
    width,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    padTop,
    padLeft,
  );
}

/** The same, never by tiles: nothing on the way to a number is larger than the terms of its sum. */
export function convolveDirectly(
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
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const padded = paddedHeight != height || paddedWidth != width;
  const rowBytes = ((paddedWidth * inChannels) as usize) * NUMBER;
  const sourceRow = ((width * inChannels) as usize) * NUMBER;
  const segment = kernelWidth * inChannels;
  const taps = kernelHeight * segment;
  const floor = f32x4.splat(relu ? 0 : -Infinity);

  const gathered = isGathered(segment, kernelHeight);
  const segments = gathered ? 1 : kernelHeight;
  const numbers = gathered ? taps : segment;
  const windowBytes = (taps as usize) * NUMBER;

  const packed = scratch;
  const windows = packed + windowBytes * (((outChannels + 7) & ~7) as usize);
  const sample = windows + 4 * windowBytes + 16;
  pack(w, packed, taps, outChannels);
  if (padded) memory.fill(sample, 0, rowBytes * (paddedHeight as usize));
  // Vectors are maps of one pixel each. Four samples are calculated at a time, like four pixels of a map.
  const vectors = outHeight == 1 && outWidth == 1 && !padded;
  const maps = vectors ? 1 : count;
  const pixels = vectors ? count : outHeight * outWidth;
  const rowStep = vectors ? sourceRow * (height as usize) : rowBytes * (strideHeight as usize);
  const columnStep = ((strideWidth * inChannels) as usize) * NUMBER;
  const rowPixels = vectors ? 1 : outWidth;
  const pixelBytes = (outChannels as usize) * NUMBER;

  for (let n = 0; n < maps; n++) {
    let source = x + sourceRow * ((n * height) as usize);
    if (padded) {
      const inside = sample + rowBytes * (padTop as usize) + ((padLeft * inChannels) as usize) * NUMBER;
      copyRows(source, sourceRow, inside, rowBytes, sourceRow, height);
      source = sample;
    }
    const result = y + pixelBytes * ((n * pixels) as usize);
    for (let pixel = 0; pixel < pixels; pixel += 4) {
      // If fewer than four pixels are left, the last one is calculated several times.
      const second = min(pixel + 1, pixels - 1);
      const third = min(pixel + 2, pixels - 1);
      const fourth = min(pixel + 3, pixels - 1);
      let from0 = source + windowAt(pixel, rowPixels, rowStep, columnStep);
      let from1 = source + windowAt(second, rowPixels, rowStep, columnStep);
      let from2 = source + windowAt(third, rowPixels, rowStep, columnStep);
      let from3 = source + windowAt(fourth, rowPixels, rowStep, columnStep);
      if (gathered) {
        // The memory after x may not be ours to read.
        const exact = !padded && n == maps - 1 && fourth + outWidth >= pixels;
        copyWindow(from0, rowBytes, windows, segment, kernelHeight, exact);
        copyWindow(from1, rowBytes, windows + windowBytes, segment, kernelHeight, exact);
        copyWindow(from2, rowBytes, windows + 2 * windowBytes, segment, kernelHeight, exact);
        copyWindow(from3, rowBytes, windows + 3 * windowBytes, segment, kernelHeight, exact);
        from0 = windows;
        from1 = windows + windowBytes;
        from2 = windows + 2 * windowBytes;
        from3 = windows + 3 * windowBytes;
      }
      let weights = packed;
      for (let outC = 0; outC < outChannels; outC += 8) {
        const lanes = min(outChannels - outC, 8);
        const added = bias + (outC as usize) * NUMBER;
        let a0 = bias != 0 ? loadLanes(added, min(lanes, 4)) : f32x4.splat(0);
        let a1 = bias != 0 && lanes > 4 ? loadLanes(added + 16, lanes - 4) : f32x4.splat(0);
        let b0 = a0;
        let b1 = a1;
        let c0 = a0;
        let c1 = a1;
        let d0 = a0;
        let d1 = a1;
        for (let ky = 0; ky < segments; ky++) {
          const row = rowBytes * (ky as usize);
          let at0 = from0 + row;
          let at1 = from1 + row;
          let at2 = from2 + row;
          let at3 = from3 + row;
          for (let left = numbers; left > 0; left--) {
            const w0 = v128.load(weights);
            const w1 = v128.load(weights, 16);
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
            weights += 32;
            at0 += 4;
            at1 += 4;
            at2 += 4;
            at3 += 4;
          }
        }
        const to = result + (outC as usize) * NUMBER;
        storeEight(to + pixelBytes * (pixel as usize), f32x4.pmax(a0, floor), f32x4.pmax(a1, floor), lanes);
        storeEight(to + pixelBytes * (second as usize), f32x4.pmax(b0, floor), f32x4.pmax(b1, floor), lanes);
        storeEight(to + pixelBytes * (third as usize), f32x4.pmax(c0, floor), f32x4.pmax(c1, floor), lanes);
        storeEight(to + pixelBytes * (fourth as usize), f32x4.pmax(d0, floor), f32x4.pmax(d1, floor), lanes);
      }
    }
  }
}

/** How many bytes after the map's start the window of a pixel begins. */
function windowAt(pixel: i32, rowPixels: i32, rowStep: usize, columnStep: usize): usize {
  const row = pixel / rowPixels;
  return rowStep * (row as usize) + columnStep * ((pixel - row * rowPixels) as usize);
}

/** w [taps,outC] → [outC / 8,taps,8]. The last block is filled up with zeros. */
function pack(w: usize, to: usize, taps: i32, outChannels: i32): void {
  for (let outC = 0; outC < outChannels; outC += 8) {
    const lanes = min(outChannels - outC, 8);
    let from = w + (outC as usize) * NUMBER;
    for (let tap = 0; tap < taps; tap++) {
      v128.store(to, loadLanes(from, min(lanes, 4)));
      v128.store(to, lanes > 4 ? loadLanes(from + 16, lanes - 4) : f32x4.splat(0), 16);
      from += (outChannels as usize) * NUMBER;
      to += 32;
    }
  }
}
