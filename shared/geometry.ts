/** Where the windows of convolutions and pools lie on a map, along one axis. 'valid' and 'same' mean what they mean in
 *  TensorFlow: tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2 */
import type { Padding } from './tensor.ts';

/** The number of windows along an axis of `size` cells. 'valid': only whole windows, so it is 0 or less if the window
 *  is larger than the map. 'same': ⌈size / stride⌉. */
export function outputSize(size: number, window: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1;
}

/** The number of padding cells before the map: half of the padding that 'same' needs, rounded down. */
export function padBefore(size: number, window: number, stride: number, padding: Padding): number {
  if (padding === 'valid') return 0;
  const total = (outputSize(size, window, stride, padding) - 1) * stride + window - size;
  return Math.max(0, Math.floor(total / 2));
}

/** The cells of the map that one window covers, from `start` to before `end`. `skip`: how many of the window's own
 *  cells lie before the map; so the map's cell `start` meets the window's cell `skip`. Never empty. */
export type WindowRange = { start: number; end: number; skip: number };

export function windowRange(
  index: number,
  size: number,
  window: number,
  stride: number,
  padding: Padding,
): WindowRange {
  const first = index * stride - padBefore(size, window, stride, padding);
  const start = Math.max(0, first);
  return { start, end: Math.min(size, first + window), skip: start - first };
}

/** The windows that cover any of the given cells; both ranges go from `start` to before `end`. Empty if none does: a
 *  stride larger than the window leaves cells unread. */
export function windowsOver(
  cells: { start: number; end: number },
  size: number,
  window: number,
  stride: number,
  padding: Padding,
): { start: number; end: number } {
  const pad = padBefore(size, window, stride, padding);
  const start = Math.max(0, Math.ceil((cells.start + pad - window + 1) / stride));
  const end = Math.min(outputSize(size, window, stride, padding), Math.floor((cells.end - 1 + pad) / stride) + 1);
  return { start, end: Math.max(start, end) };
}
