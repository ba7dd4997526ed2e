/** Where windows of convolutions and pools stand on a map, along one axis. TensorFlow's meaning of 'valid' and 'same':
 *  tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2 */
import type { Padding } from './tensor.ts';

/** How many windows fit along an axis of `size` cells. 'valid': only whole windows (0 or less where the window is
 *  larger than the map); 'same': ⌈size / stride⌉. */
export function outputSize(size: number, window: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1;
}

/** How far the first window hangs over the start of the map: half of the padding 'same' needs, rounded down. */
export function padBefore(size: number, window: number, stride: number, padding: Padding): number {
  if (padding === 'valid') return 0;
  const total = (outputSize(size, window, stride, padding) - 1) * stride + window - size;
  return Math.max(0, Math.floor(total / 2));
}

/** The cells of the map one window covers: from `start` to before `end`, with the padding cropped off. `skip` of the
 *  window's own cells hang over the start, so the map's cell `start` meets the window's cell `skip`. Never empty. */
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

/** The windows that cover any of the map's cells from `start` to before `end`: themselves from `start` to before `end`,
 *  maybe none (strides larger than the window leave cells unread). */
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
