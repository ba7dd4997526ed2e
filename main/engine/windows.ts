/** Single windows of convolutions and pools in doubles, for the elements wasm can't be trusted with. */
import { windowRange } from '../../shared/geometry.ts';
import type { LayerOf, Padding, Pair, Shape } from '../../shared/network.ts';

type Maps = { shape: Shape; values: Float32Array };
type Pool = { poolSize: Pair; strides: Pair; padding: Padding };

/** Calls back for every element of an output of shape [H',W',C]. */
export function visitWindows(
  [height, width, channels]: Shape,
  visit: (element: number, y: number, x: number, channel: number) => void,
): void {
  let element = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) visit(element++, y, x, channel);
    }
  }
}

/** One element of a convolution over the input channels from `first` to before `end`. */
export function sumConvolutionWindow(
  { shape: [height, width, inChannels], values }: Maps,
  kernel: Float32Array,
  bias: Float32Array | undefined,
  { kernelSize, strides, padding, filters }: LayerOf<'conv2d'>,
  y: number,
  x: number,
  outC: number,
  first: number,
  end: number,
): number {
  const rows = windowRange(y, height, kernelSize[0], strides[0], padding);
  const columns = windowRange(x, width, kernelSize[1], strides[1], padding);
  let sum = bias ? bias[outC] : 0;
  for (let row = rows.start; row < rows.end; row++) {
    for (let column = columns.start; column < columns.end; column++) {
      const cell = (row * width + column) * inChannels;
      const ky = row - rows.start + rows.skip;
      const kx = column - columns.start + columns.skip;
      const weights = (ky * kernelSize[1] + kx) * inChannels;
      for (let inC = first; inC < end; inC++) sum += values[cell + inC] * kernel[(weights + inC) * filters + outC];
      if (Number.isNaN(sum)) return sum;
    }
  }
  return sum;
}

/** The largest cell of a pool's window; NaN where one of them is. */
export function maximumWindow(maps: Maps, pool: Pool, y: number, x: number, channel: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  visitCells(maps, pool, y, x, channel, cell => {
    largest = Math.max(largest, cell);
  });
  return largest;
}

/** The mean of a pool's window; NaN where one of its cells is. */
export function averageWindow(maps: Maps, pool: Pool, y: number, x: number, channel: number): number {
  let sum = 0;
  let cells = 0;
  visitCells(maps, pool, y, x, channel, cell => {
    sum += cell;
    cells++;
  });
  return sum / cells;
}

function visitCells(
  { shape: [height, width, channels], values }: Maps,
  { poolSize, strides, padding }: Pool,
  y: number,
  x: number,
  channel: number,
  visit: (cell: number) => void,
): void {
  const rows = windowRange(y, height, poolSize[0], strides[0], padding);
  const columns = windowRange(x, width, poolSize[1], strides[1], padding);
  for (let row = rows.start; row < rows.end; row++) {
    for (let column = columns.start; column < columns.end; column++) {
      visit(values[(row * width + column) * channels + channel]);
    }
  }
}
