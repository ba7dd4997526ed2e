/** Resizes pixels in memory, for many images one after the other. This is much faster than handing each image to a
 *  library. It is bilinear; if the image shrinks, each pixel is a weighted mean (antialiased), as in Pillow's
 *  BILINEAR. */
import type { DataSet, Fit } from './data.ts';

type Shape = DataSet['shape'];

/** For each new pixel of an axis: the old pixels that it is made of, from `first` on, and their weights, which add up
 *  to 1. No weights if it lies beside the image. */
type Axis = { first: number; weights: number[] }[];

/** Makes a function that resizes images [height, width, channels]. The number of channels stays. Channels are
 *  independent, because four of them may be data and not colours with opacity. Empty parts are opaque black. */
export function createResampler([height, width, channels]: Shape, shape: Shape, fit: Fit) {
  const [newHeight, newWidth] = shape;
  const [down, across] = [newHeight / height, newWidth / width];
  const both = { stretch: undefined, crop: Math.max(down, across), pad: Math.min(down, across) }[fit];
  const rows = axisOf(height, newHeight, both ?? down);
  const columns = axisOf(width, newWidth, both ?? across);
  // One row at a time: a whole image as float64 would take eight times its bytes.
  const rowSize = width * channels;
  /** The current row at its new width, [new width, channels]. */
  const narrowed = new Float64Array(newWidth * channels);
  /** The sums of the new image so far, [new height, new width, channels]. */
  const sums = new Float64Array(newHeight * newWidth * channels);

  function narrow(bytes: Uint8Array, start: number): void {
    let target = 0;
    for (const { first, weights } of columns) {
      for (let channel = 0; channel < channels; channel++) {
        let source = start + first * channels + channel;
        let sum = 0;
        for (let k = 0; k < weights.length; k++, source += channels) sum += weights[k] * bytes[source];
        narrowed[target++] = sum;
      }
    }
  }

  function fillAlphaBeside(to: Uint8Array, at: number): void {
    for (const [y, row] of rows.entries())
      for (const [x, column] of columns.entries())
        if (row.weights.length === 0 || column.weights.length === 0) to[at + 4 * (y * newWidth + x) + 3] = 255;
  }

  /** Resizes the image at `from` in `bytes` and writes the new one at `at` in `to`. */
  return (bytes: Uint8Array, from: number, to: Uint8Array, at: number): void => {
    sums.fill(0);
    let begun = 0;
    for (let y = 0; y < height; y++) {
      narrow(bytes, from + y * rowSize);
      while (begun < newHeight && y >= rows[begun].first + rows[begun].weights.length) begun++;
      for (let row = begun; row < newHeight && y >= rows[row].first; row++) {
        const { first, weights } = rows[row];
        if (y - first >= weights.length) continue;
        const weight = weights[y - first];
        const target = row * narrowed.length;
        for (let i = 0; i < narrowed.length; i++) sums[target + i] += weight * narrowed[i];
      }
    }
    // Adding 0.5 rounds to the nearest, because the fraction is cut off.
    for (let i = 0; i < sums.length; i++) to[at + i] = sums[i] + 0.5;
    if (channels === 4) fillAlphaBeside(to, at);
  };
}

/** An axis of `from` pixels that is scaled by `scale`. If it gets longer than `to`, its middle `to` pixels are used; if
 *  shorter, it is in their middle. */
function axisOf(from: number, to: number, scale: number): Axis {
  // An image with empty parts beside it has a whole number of pixels, so that its edges are sharp.
  const length = from * scale < to ? Math.max(1, Math.round(from * scale)) : from * scale;
  const start = length < to ? Math.floor((to - length) / 2) : (to - length) / 2;
  const step = from / length;
  const reach = Math.max(1, step);
  return Array.from({ length: to }, (_, at) => {
    const middle = (at + 0.5 - start) * step;
    if (middle <= 0 || middle >= from) return { first: 0, weights: [] };
    const first = Math.max(0, Math.floor(middle - reach + 0.5));
    const end = Math.min(from, Math.floor(middle + reach + 0.5));
    const heights = Array.from({ length: end - first }, (__, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - middle) / reach),
    );
    const sum = heights.reduce((total, height) => total + height, 0);
    return { first, weights: heights.map(height => height / sum) };
  });
}
