/** The gradient of a convolution's kernel; see convolution-gradients.ts. */
import { loadLanes } from './lanes';
import { appendNonZero, fillTable, TABLE_BYTES } from './lists';
import { copyRows, NUMBER, paddedSize, transpose } from './maps';

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
  const table = transposed + ((taps * outChannels) as usize) * NUMBER;
  const lists = table + TABLE_BYTES;
  const listBytes = ((outputs + 8) as usize) * NUMBER;
  fillTable(table);
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
    for (let outC = 0; outC < outChannels; outC += 4) {
      const lanes = min(outChannels - outC, 4);
      listPixels(
        gradient + (outC as usize) * NUMBER,
        lanes,
        (outChannels as usize) * NUMBER,
        lists,
        listBytes,
        table,
        outHeight,
        outWidth,
        rowBytes * (strideHeight as usize),
        ((strideWidth * inChannels) as usize) * NUMBER,
      );
      for (let lane = 0; lane < lanes; lane++) {
        const offsets = lists + listBytes * ((2 * lane) as usize);
        const values = offsets + listBytes;
        // The last place of the offsets holds their length in bytes.
        const end = offsets + (load<u32>(offsets + listBytes - NUMBER) as usize);
        let target = transposed + (((outC + lane) * taps) as usize) * NUMBER;
        for (let ky = 0; ky < kernelHeight; ky++) {
          gatherSegment(source + rowBytes * (ky as usize), offsets, values, end, target, segment);
          target += (segment as usize) * NUMBER;
        }
      }
    }
  }
  if (alongSegments) transpose(transposed, dw, outChannels, taps);
}

/** Lists the elements of up to four channels of one sample's dy that aren't zero: the offsets of their windows in x,
 *  and their values. Each channel has `listBytes` of offsets and then `listBytes` of values. The last place of the
 *  offsets holds their length in bytes. */
function listPixels(
  gradient: usize,
  lanes: i32,
  step: usize,
  lists: usize,
  listBytes: usize,
  table: usize,
  outHeight: i32,
  outWidth: i32,
  rowStep: usize,
  columnStep: usize,
): void {
  const zero = f32x4.splat(0);
  const list1 = lists + 2 * listBytes;
  const list2 = lists + 4 * listBytes;
  const list3 = lists + 6 * listBytes;
  let end0 = lists;
  let end1 = list1;
  let end2 = list2;
  let end3 = list3;
  const columnOf = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(columnStep as i32));
  let row: usize = 0;
  for (let y = 0; y < outHeight; y++) {
    let offsets = i32x4.add(i32x4.splat(row as i32), columnOf);
    for (let left = outWidth; left > 0; left -= 4) {
      // Transposes four channels of four pixels. Pixels past the end of the row count as zeros.
      const a = loadLanes(gradient, lanes);
      const b = left > 1 ? loadLanes(gradient + step, lanes) : zero;
      const c = left > 2 ? loadLanes(gradient + 2 * step, lanes) : zero;
      const d = left > 3 ? loadLanes(gradient + 3 * step, lanes) : zero;
      const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
      const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
      const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
      end0 = appendNonZero(i64x2.shuffle(ab, cd, 0, 2), offsets, end0, listBytes, table);
      end1 = appendNonZero(i64x2.shuffle(ab, cd, 1, 3), offsets, end1, listBytes, table);
      end2 = appendNonZero(i64x2.shuffle(ab2, cd2, 0, 2), offsets, end2, listBytes, table);
      end3 = appendNonZero(i64x2.shuffle(ab2, cd2, 1, 3), offsets, end3, listBytes, table);
      offsets = i32x4.add(offsets, i32x4.splat((4 * columnStep) as i32));
      gradient += step * (min(left, 4) as usize);
    }
    row += rowStep;
  }
  const last = listBytes - NUMBER;
  store<u32>(lists + last, (end0 - lists) as u32);
  store<u32>(list1 + last, (end1 - list1) as u32);
  store<u32>(list2 + last, (end2 - list2) as u32);
  store<u32>(list3 + last, (end3 - list3) as u32);
}

/** target[0…length) += Σ over the list of value · x[offset…offset+length). */
function gatherSegment(x: usize, offsets: usize, values: usize, end: usize, target: usize, length: i32): void {
  const distance = values - offsets;
  let rest = length;
  for (; rest >= 24; rest -= 24) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    for (let at = offsets; at < end; at += NUMBER) {
      const from = x + (load<u32>(at) as usize);
      const value = v128.load32_splat(at + distance);
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
    for (let at = offsets; at < end; at += NUMBER) {
      const from = x + (load<u32>(at) as usize);
      const value = v128.load32_splat(at + distance);
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
    for (let at = offsets; at < end; at += NUMBER) {
      sum += load<f32>(at + distance) * load<f32>(x + (load<u32>(at) as usize));
    }
    store<f32>(target, load<f32>(target) + sum);
    x += NUMBER;
    target += NUMBER;
  }
}

/** The kernel's gradient for short segments, such as in the first layer of a network. The vectors run along the output
 *  channels. */
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
    // Up to four taps are calculated at a time. If fewer are left, the last one is calculated several times and stored
    // once.
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

/** Adds eight numbers to the ones in memory. */
function addTo(target: usize, low: v128, high: v128): void {
  v128.store(target, f32x4.add(v128.load(target), low));
  v128.store(target, f32x4.add(v128.load(target, 16), high), 16);
}

/** How many bytes after the start of its window a tap reads x. The tap's number counts rows, columns and input
 *  channels. */
function tapOffset(tap: i32, segment: i32, rowBytes: usize): usize {
  return rowBytes * ((tap / segment) as usize) + ((tap % segment) as usize) * NUMBER;
}
