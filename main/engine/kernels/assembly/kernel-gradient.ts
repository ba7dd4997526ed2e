/** The gradient of a convolution's kernel; see convolution-gradients.ts. */
import { loadLanes, madd } from './lanes';
import { appendNonZero, fillTable, isSparse, TABLE_BYTES } from './lists';
import { copyRows, copyWindow, isGathered, NUMBER, paddedSize, transpose } from './maps';
import { addSegment } from './segments';
import { isTiled } from './tiles';
import { gradientOfTiles } from './tiles-gradient';

/** How many pixels of dy are looked at together, if a row has no more: their windows fit into a near cache. */
const PIXELS: i32 = 512;

/** The rows of dy that are looked at together. */
function blockRows(outHeight: i32, outWidth: i32): i32 {
  return max(1, min(outHeight, PIXELS / outWidth));
}

/** Bytes of scratch memory besides the padded sample. */
export function filterScratch(
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
): i32 {
  const taps = kernelHeight * kernelWidth * inChannels;
  const pixels = blockRows(outHeight, outWidth) * outWidth;
  const windows = isGathered(kernelWidth * inChannels, kernelHeight) ? pixels * (taps + 3) : 0;
  // Room for four lists of offsets and values. Writing to a list may overwrite up to three numbers past its end.
  return ((taps + 3) * outChannels + 8 * (pixels + 8) + windows + 4) * 4 + (TABLE_BYTES as i32);
}

/** Conv2DBackpropFilter: x [count,H,W,inC], dy [count,H',W',outC] → dw [kH,kW,inC,outC], the gradient of the kernel. It
 *  is summed as [outC,kH,kW,inC] and then transposed. */
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
  if (
    isTiled(inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth, strideHeight, strideWidth) &&
    !isSparse(dy, count * outHeight * outWidth * outChannels, kernelHeight * kernelWidth * inChannels, true)
  ) {
    gradientOfTiles(
      x,
      dy,
      dw,
      scratch,
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
  const paddedHeight = paddedSize(height, padTop, outHeight, kernelHeight, strideHeight);
  const paddedWidth = paddedSize(width, padLeft, outWidth, kernelWidth, strideWidth);
  const padded = paddedHeight != height || paddedWidth != width;
  const rowBytes = ((paddedWidth * inChannels) as usize) * NUMBER;
  const sourceRow = ((width * inChannels) as usize) * NUMBER;
  const rowStep = rowBytes * (strideHeight as usize);
  const columnStep = ((strideWidth * inChannels) as usize) * NUMBER;
  const segment = kernelWidth * inChannels;
  const taps = kernelHeight * segment;
  const gathered = isGathered(segment, kernelHeight);
  // Numbers of a channel's sums, with those that fill up a gathered window.
  const sumsOfChannel = gathered ? (taps + 3) & ~3 : taps;
  const sumBytes = (sumsOfChannel as usize) * NUMBER;
  const pixel = (outChannels as usize) * NUMBER;
  const most = blockRows(outHeight, outWidth);

  const sums = scratch + (padded ? rowBytes * (paddedHeight as usize) : 0);
  const table = sums + sumBytes * (outChannels as usize);
  const lists = table + TABLE_BYTES;
  const listBytes = ((most * outWidth + 8) as usize) * NUMBER;
  const windows = lists + 8 * listBytes;
  fillTable(table);
  memory.fill(sums, 0, sumBytes * (outChannels as usize));
  if (padded) memory.fill(scratch, 0, rowBytes * (paddedHeight as usize));

  for (let n = 0; n < count; n++) {
    let source = x + sourceRow * ((n * height) as usize);
    if (padded) {
      const inside = scratch + rowBytes * (padTop as usize) + ((padLeft * inChannels) as usize) * NUMBER;
      copyRows(source, sourceRow, inside, rowBytes, sourceRow, height);
      source = scratch;
    }
    for (let top = 0; top < outHeight; top += most) {
      const rows = min(outHeight - top, most);
      let from = source + rowStep * (top as usize);
      if (gathered) {
        // The memory after x may not be ours to read.
        const exact = !padded && n == count - 1 && top + rows == outHeight;
        let to = windows;
        for (let y = 0; y < rows; y++) {
          let at = from;
          for (let left = outWidth; left > 0; left--) {
            copyWindow(at, rowBytes, to, segment, kernelHeight, exact);
            at += columnStep;
            to += sumBytes;
          }
          from += rowStep;
        }
        from = windows;
      }
      const fromRow = gathered ? sumBytes * (outWidth as usize) : rowStep;
      const fromColumn = gathered ? sumBytes : columnStep;
      const segments = gathered ? 1 : kernelHeight;
      const numbers = gathered ? sumsOfChannel : segment;
      const gradient = dy + pixel * (((n * outHeight + top) * outWidth) as usize);
      const whole = isSparse(gradient, rows * outWidth * outChannels, sumsOfChannel, false) ? 0 : outChannels & ~3;
      for (let outC = 0; outC < whole; outC += 4) {
        let target = sums + sumBytes * (outC as usize);
        let window = from;
        for (let ky = 0; ky < segments; ky++) {
          addSegment(
            window,
            fromRow,
            fromColumn,
            gradient + (outC as usize) * NUMBER,
            pixel,
            rows,
            outWidth,
            target,
            sumBytes,
            numbers,
          );
          window += rowBytes;
          target += (numbers as usize) * NUMBER;
        }
      }
      for (let outC = whole; outC < outChannels; outC += 4) {
        const lanes = min(outChannels - outC, 4);
        listPixels(
          gradient + (outC as usize) * NUMBER,
          lanes,
          pixel,
          lists,
          listBytes,
          table,
          rows,
          outWidth,
          fromRow,
          fromColumn,
        );
        for (let lane = 0; lane < lanes; lane++) {
          const offsets = lists + listBytes * ((2 * lane) as usize);
          const values = offsets + listBytes;
          // The last place of the offsets holds their length in bytes.
          const end = offsets + (load<u32>(offsets + listBytes - NUMBER) as usize);
          let target = sums + sumBytes * ((outC + lane) as usize);
          let window = from;
          for (let ky = 0; ky < segments; ky++) {
            gatherSegment(window, offsets, values, end, target, numbers);
            window += rowBytes;
            target += (numbers as usize) * NUMBER;
          }
        }
      }
    }
  }
  transpose(sums, sumBytes, dw, outChannels, taps);
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
      a = madd(value, v128.load(from), a);
      b = madd(value, v128.load(from, 16), b);
      c = madd(value, v128.load(from, 32), c);
      d = madd(value, v128.load(from, 48), d);
      e = madd(value, v128.load(from, 64), e);
      f = madd(value, v128.load(from, 80), f);
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
      a = madd(value, v128.load(from), a);
      b = madd(value, v128.load(from, 16), b);
    }
    v128.store(target, f32x4.add(v128.load(target), a));
    v128.store(target, f32x4.add(v128.load(target, 16), b), 16);
    x += 32;
    target += 32;
  }
  if (rest >= 4) {
    let a = f32x4.splat(0);
    for (let at = offsets; at < end; at += NUMBER) {
      a = madd(v128.load32_splat(at + distance), v128.load(x + (load<u32>(at) as usize)), a);
    }
    v128.store(target, f32x4.add(v128.load(target), a));
    rest -= 4;
    x += 16;
    target += 16;
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
