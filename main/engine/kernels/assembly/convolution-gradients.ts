/** Gradients of 2-D convolutions. Dense layers are convolutions of 1×1 maps here.
 *
 *  Behind a ReLU or a max pool most of dy is zero, so both gradients first list what isn't, as pairs of a byte offset and a value, and then read the list instead of dy; where nothing is
 *  zero, the lists cost a few per cent. What one window reads of a row of x (kernelWidth · inChannels numbers, called a segment) lies in one piece: the vectors run along it. */
import { loadLanes, storeLanes } from './lanes';
import { copyRows, NUMBER, paddedSize, transpose } from './maps';

/** Bytes of one pair in a list. */
const PAIR: usize = 8;

/** Bytes of scratch memory either gradient of such a convolution needs. */
export function convolutionScratch(
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
  const sample = paddedHeight * paddedWidth * inChannels;
  const kernel = kernelHeight * kernelWidth * inChannels * outChannels;
  return (sample + kernel + 2 * max(outHeight * outWidth, outChannels) + 8) * 4;
}

/** Conv2DBackpropFilter: x [count,H,W,inC], dy [count,H',W',outC] → dw [kH,kW,inC,outC], the gradient of the kernel. */
export function filterGradient(
  x: usize,
  dy: usize,
  dw: usize,
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
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const padded = paddedHeight != height || paddedWidth != width;
  const rowBytes = ((paddedWidth * inChannels) as usize) * NUMBER;
  const taps = kernelHeight * kernelWidth * inChannels;
  const segment = kernelWidth * inChannels;
  const outputs = outHeight * outWidth;

  const sample = scratch;
  const transposed = sample + (padded ? rowBytes * (paddedHeight as usize) : 0);
  const list = transposed + ((taps * outChannels) as usize) * NUMBER;
  const alongSegments = segment >= 16 || outChannels < 8;
  memory.fill(alongSegments ? transposed : dw, 0, ((taps * outChannels) as usize) * NUMBER);
  if (padded) memory.fill(sample, 0, rowBytes * (paddedHeight as usize));

  for (let n = 0; n < count; n++) {
    let source = x + ((n * height * width * inChannels) as usize) * NUMBER;
    if (padded) {
      copyRows(
        source,
        ((width * inChannels) as usize) * NUMBER,
        sample + rowBytes * (padTop as usize) + ((padLeft * inChannels) as usize) * NUMBER,
        rowBytes,
        ((width * inChannels) as usize) * NUMBER,
        height,
      );
      source = sample;
    }
    const gradient = dy + ((n * outputs * outChannels) as usize) * NUMBER;
    if (!alongSegments) {
      tapsByChannels(
        source,
        gradient,
        dw,
        inChannels,
        outHeight,
        outWidth,
        outChannels,
        kernelWidth,
        taps,
        rowBytes,
        rowBytes * (strideHeight as usize),
        ((strideWidth * inChannels) as usize) * NUMBER,
      );
      continue;
    }
    for (let outC = 0; outC < outChannels; outC++) {
      const end = listPixels(
        gradient + (outC as usize) * NUMBER,
        (outChannels as usize) * NUMBER,
        list,
        outHeight,
        outWidth,
        rowBytes * (strideHeight as usize),
        ((strideWidth * inChannels) as usize) * NUMBER,
      );
      if (end == list) continue;
      let target = transposed + ((outC * taps) as usize) * NUMBER;
      for (let ky = 0; ky < kernelHeight; ky++) {
        gatherSegment(source + rowBytes * (ky as usize), list, end, target, segment);
        target += (segment as usize) * NUMBER;
      }
    }
  }
  if (alongSegments) transpose(transposed, dw, outChannels, taps);
}

/** The non-zero elements of one channel of one sample's dy: where their windows begin in x, and their values. Returns the list's end. */
function listPixels(
  gradient: usize,
  step: usize,
  list: usize,
  outHeight: i32,
  outWidth: i32,
  rowStep: usize,
  columnStep: usize,
): usize {
  let end = list;
  let row: usize = 0;
  for (let y = 0; y < outHeight; y++) {
    let at = row;
    for (let x = 0; x < outWidth; x++) {
      const value = load<f32>(gradient);
      // Written in any case and kept only where needed: a branch would be mispredicted all the time.
      store<u32>(end, at as u32);
      store<f32>(end, value, 4);
      end += select<usize>(PAIR, 0, value != 0);
      at += columnStep;
      gradient += step;
    }
    row += rowStep;
  }
  return end;
}

/** target[0…length) += Σ over the list of value · x[offset…offset+length). */
function gatherSegment(x: usize, list: usize, end: usize, target: usize, length: i32): void {
  let rest = length;
  for (; rest >= 24; rest -= 24) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    for (let pair = list; pair < end; pair += PAIR) {
      const from = x + (load<u32>(pair) as usize);
      const value = v128.load32_splat(pair, 4);
      a = f32x4.add(a, f32x4.mul(value, v128.load(from)));
      b = f32x4.add(b, f32x4.mul(value, v128.load(from, 16)));
      c = f32x4.add(c, f32x4.mul(value, v128.load(from, 32)));
      d = f32x4.add(d, f32x4.mul(value, v128.load(from, 48)));
      e = f32x4.add(e, f32x4.mul(value, v128.load(from, 64)));
      f = f32x4.add(f, f32x4.mul(value, v128.load(from, 80)));
    }
    v128.store(target, f32x4.add(v128.load(target), a));
    v128.store(target, f32x4.add(v128.load(target, 16), b), 16);
    v128.store(target, f32x4.add(v128.load(target, 32), c), 32);
    v128.store(target, f32x4.add(v128.load(target, 48), d), 48);
    v128.store(target, f32x4.add(v128.load(target, 64), e), 64);
    v128.store(target, f32x4.add(v128.load(target, 80), f), 80);
    x += 96;
    target += 96;
  }
  for (; rest >= 8; rest -= 8) {
    let a = f32x4.splat(0);
    let b = a;
    for (let pair = list; pair < end; pair += PAIR) {
      const from = x + (load<u32>(pair) as usize);
      const value = v128.load32_splat(pair, 4);
      a = f32x4.add(a, f32x4.mul(value, v128.load(from)));
      b = f32x4.add(b, f32x4.mul(value, v128.load(from, 16)));
    }
    v128.store(target, f32x4.add(v128.load(target), a));
    v128.store(target, f32x4.add(v128.load(target, 16), b), 16);
    x += 32;
    target += 32;
  }
  for (; rest > 0; rest--) {
    let sum: f32 = 0;
    for (let pair = list; pair < end; pair += PAIR) {
      sum += load<f32>(pair, 4) * load<f32>(x + (load<u32>(pair) as usize));
    }
    store<f32>(target, load<f32>(target) + sum);
    x += NUMBER;
    target += NUMBER;
  }
}

/** The kernel's gradient where segments are short (the first layer of a network): vectors run along the output channels. */
function tapsByChannels(
  x: usize,
  dy: usize,
  dw: usize,
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelWidth: i32,
  taps: i32,
  rowBytes: usize,
  rowStep: usize,
  columnStep: usize,
): void {
  const pixel = (outChannels as usize) * NUMBER;
  const segment = kernelWidth * inChannels;
  for (let tap = 0; tap < taps; tap += 4) {
    // Up to four taps at a time; where fewer are left, the last one's sums are made several times and stored once.
    const last = taps - 1;
    const from0 = x + tapOffset(tap, segment, rowBytes);
    const from1 = x + tapOffset(min(tap + 1, last), segment, rowBytes);
    const from2 = x + tapOffset(min(tap + 2, last), segment, rowBytes);
    const from3 = x + tapOffset(min(tap + 3, last), segment, rowBytes);
    let outC = 0;
    for (; outC + 8 <= outChannels; outC += 8) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let b0 = a0;
      let b1 = a0;
      let c0 = a0;
      let c1 = a0;
      let d0 = a0;
      let d1 = a0;
      let gradient = dy + (outC as usize) * NUMBER;
      for (let y = 0; y < outHeight; y++) {
        let at = rowStep * (y as usize);
        for (let column = 0; column < outWidth; column++) {
          const low = v128.load(gradient);
          const high = v128.load(gradient, 16);
          let value = v128.load32_splat(from0 + at);
          a0 = f32x4.add(a0, f32x4.mul(value, low));
          a1 = f32x4.add(a1, f32x4.mul(value, high));
          value = v128.load32_splat(from1 + at);
          b0 = f32x4.add(b0, f32x4.mul(value, low));
          b1 = f32x4.add(b1, f32x4.mul(value, high));
          value = v128.load32_splat(from2 + at);
          c0 = f32x4.add(c0, f32x4.mul(value, low));
          c1 = f32x4.add(c1, f32x4.mul(value, high));
          value = v128.load32_splat(from3 + at);
          d0 = f32x4.add(d0, f32x4.mul(value, low));
          d1 = f32x4.add(d1, f32x4.mul(value, high));
          at += columnStep;
          gradient += pixel;
        }
      }
      const target = dw + (outC as usize) * NUMBER + pixel * (tap as usize);
      addTo(target, a0, a1);
      if (tap + 1 < taps) addTo(target + pixel, b0, b1);
      if (tap + 2 < taps) addTo(target + 2 * pixel, c0, c1);
      if (tap + 3 < taps) addTo(target + 3 * pixel, d0, d1);
    }
    for (; outC < outChannels; outC++) {
      for (let one = tap; one < min(tap + 4, taps); one++) {
        const from = x + tapOffset(one, segment, rowBytes);
        let sum: f32 = 0;
        let gradient = dy + (outC as usize) * NUMBER;
        for (let y = 0; y < outHeight; y++) {
          let at = from + rowStep * (y as usize);
          for (let column = 0; column < outWidth; column++) {
            sum += load<f32>(gradient) * load<f32>(at);
            at += columnStep;
            gradient += pixel;
          }
        }
        const target = dw + (outC as usize) * NUMBER + pixel * (one as usize);
        store<f32>(target, load<f32>(target) + sum);
      }
    }
  }
}

/** Adds to eight numbers. */
function addTo(target: usize, low: v128, high: v128): void {
  v128.store(target, f32x4.add(v128.load(target), low));
  v128.store(target, f32x4.add(v128.load(target, 16), high), 16);
}

/** How far behind its window's beginning a tap of the kernel (row, column and input channel as one number) reads x. */
function tapOffset(tap: i32, segment: i32, rowBytes: usize): usize {
  return rowBytes * ((tap / segment) as usize) + ((tap % segment) as usize) * NUMBER;
}

/** Conv2DBackpropInput: dy [count,H',W',outC], w [kH,kW,inC,outC] → dx [count,H,W,inC], the gradient of the layer's input. */
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
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const padded = paddedHeight != height || paddedWidth != width;
  const rowBytes = ((paddedWidth * inChannels) as usize) * NUMBER;
  const segment = kernelWidth * inChannels;
  const taps = kernelHeight * segment;
  const sampleBytes = rowBytes * (paddedHeight as usize);
  const columnStep = ((strideWidth * inChannels) as usize) * NUMBER;

  const transposed = scratch + (padded ? sampleBytes : 0);
  const list = transposed + ((taps * outChannels) as usize) * NUMBER;
  transpose(w, transposed, taps, outChannels);

  let gradient = dy;
  for (let n = 0; n < count; n++) {
    const result = dx + ((n * height * width * inChannels) as usize) * NUMBER;
    const sample = padded ? scratch : result;
    memory.fill(sample, 0, sampleBytes);
    for (let y = 0; y < outHeight; y++) {
      let window = sample + rowBytes * ((y * strideHeight) as usize);
      for (let x = 0; x < outWidth; x++) {
        const end = listChannels(gradient, list, outChannels, (taps as usize) * NUMBER);
        gradient += (outChannels as usize) * NUMBER;
        for (let four = list; four < end; four += 4 * PAIR) {
          let kernel = transposed;
          let row = window;
          for (let ky = 0; ky < kernelHeight; ky++) {
            addFour(four, kernel, row, segment);
            kernel += (segment as usize) * NUMBER;
            row += rowBytes;
          }
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

/** The non-zero channels of one pixel of dy: where their kernels begin, and their values. Filled up with zeros to a multiple of four pairs. Returns the list's end. */
function listChannels(gradient: usize, list: usize, outChannels: i32, kernelBytes: usize): usize {
  let end = list;
  let at: usize = 0;
  for (let outC = 0; outC < outChannels; outC++) {
    const value = load<f32>(gradient);
    store<u32>(end, at as u32);
    store<f32>(end, value, 4);
    end += select<usize>(PAIR, 0, value != 0);
    at += kernelBytes;
    gradient += NUMBER;
  }
  const zero = f32x4.splat(0);
  v128.store(end, zero);
  v128.store(end, zero, 16);
  return list + ((end - list + 3 * PAIR) & ~(4 * PAIR - 1));
}

/** target[0…length) += Σ over four pairs of value · w[offset…offset+length). Four at a time, because lists are short: a loop over them would end at another place every time, which
 *  processors can't foresee. */
function addFour(pairs: usize, w: usize, target: usize, length: i32): void {
  let k0 = w + (load<u32>(pairs) as usize);
  let k1 = w + (load<u32>(pairs, 8) as usize);
  let k2 = w + (load<u32>(pairs, 16) as usize);
  let k3 = w + (load<u32>(pairs, 24) as usize);
  const v0 = v128.load32_splat(pairs, 4);
  const v1 = v128.load32_splat(pairs, 12);
  const v2 = v128.load32_splat(pairs, 20);
  const v3 = v128.load32_splat(pairs, 28);
  let rest = length;
  for (; rest >= 8; rest -= 8) {
    let a = f32x4.add(f32x4.mul(v0, v128.load(k0)), f32x4.mul(v1, v128.load(k1)));
    let b = f32x4.add(f32x4.mul(v0, v128.load(k0, 16)), f32x4.mul(v1, v128.load(k1, 16)));
    const c = f32x4.add(f32x4.mul(v2, v128.load(k2)), f32x4.mul(v3, v128.load(k3)));
    const d = f32x4.add(f32x4.mul(v2, v128.load(k2, 16)), f32x4.mul(v3, v128.load(k3, 16)));
    a = f32x4.add(a, c);
    b = f32x4.add(b, d);
    v128.store(target, f32x4.add(v128.load(target), a));
    v128.store(target, f32x4.add(v128.load(target, 16), b), 16);
    k0 += 32;
    k1 += 32;
    k2 += 32;
    k3 += 32;
    target += 32;
  }
  for (; rest > 0; rest -= 4) {
    const lanes = min(rest, 4);
    const a = f32x4.add(f32x4.mul(v0, loadLanes(k0, lanes)), f32x4.mul(v1, loadLanes(k1, lanes)));
    const b = f32x4.add(f32x4.mul(v2, loadLanes(k2, lanes)), f32x4.mul(v3, loadLanes(k3, lanes)));
    storeLanes(target, f32x4.add(loadLanes(target, lanes), f32x4.add(a, b)), lanes);
    k0 += 16;
    k1 += 16;
    k2 += 16;
    k3 += 16;
    target += 16;
  }
}
