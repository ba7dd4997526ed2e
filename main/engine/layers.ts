/** Convolutions, dense layers and pools, one at a time: the arithmetic on wasm, everything that float32 and wasm get wrong put right afterwards. Two things are:
 *  - Long sums. A float32 sum over hundreds of terms of one sign drifts by more than 1e-6 of Σ|terms|, so sums are made in chunks of at most `TERMS` (or one row of a wider window) and
 *    added up in doubles.
 *  - Non-finite elements. They are rare, so every result is scanned once (a fraction of its calculation), and only where something is found its windows are looked at one by one. */
import { padBefore } from '../../shared/geometry.ts';
import {
  CHANNELS_PER_PARTIAL,
  type LayerOf,
  type Padding,
  type Pair,
  type Shape,
  sizeOf,
} from '../../shared/network.ts';
import { type Activations, activationsOf, fromWasm, handleOf, isFinite, orNaN } from './activations.ts';
import { averagePool, conv2d, download, type Handle, matMul, maxPool, release, upload } from './backend.ts';
import { averageWindow, maximumWindow, sumConvolutionWindow, visitWindows } from './windows.ts';

/** Most terms one float32 sum may have: with 50, equal terms (the worst case) stay within 8e-7 of Σ|terms|. */
const TERMS = 50;

/** A layer's kernel as it stands in the wasm heap. Convolutions: chunks of input channels from `first` to before `end`, and of the kernel's rows from `top` to before `bottom`.
 *  XNNPACK keeps a packed copy with the handle, so a changed kernel needs new handles. */
export type KernelHandles = { first: number; end: number; top: number; bottom: number; handle: Handle }[];

export function releaseKernel(chunks: KernelHandles): void {
  for (const { handle } of chunks) release(handle);
}

/** kernel [kH,kW,inC,outC] as chunks of input channels and, where a window alone has too many terms, of rows. */
export function uploadConvolutionKernel(
  kernel: Float32Array,
  { kernelSize: [height, width], filters }: LayerOf<'conv2d'>,
  inChannels: number,
): KernelHandles {
  const rows = Math.min(height, Math.max(1, Math.floor(TERMS / width)));
  const channels = Math.max(1, Math.floor(TERMS / (rows * width)));
  const chunks: KernelHandles = [];
  for (let group = 0; group < inChannels; group += CHANNELS_PER_PARTIAL) {
    const groupEnd = Math.min(group + CHANNELS_PER_PARTIAL, inChannels);
    for (let first = group; first < groupEnd; first += channels) {
      const end = Math.min(first + channels, groupEnd);
      const part = sliceLast(kernel, inChannels * filters, first * filters, end * filters);
      const row = width * (end - first) * filters;
      for (let top = 0; top < height; top += rows) {
        const bottom = Math.min(top + rows, height);
        const handle = upload(part.subarray(top * row, bottom * row), [bottom - top, width, end - first, filters]);
        chunks.push({ first, end, top, bottom, handle });
      }
    }
  }
  return chunks;
}

/** kernel [inFeatures,units] as one handle [chunks,TERMS,units], the last chunk filled up with zeros. */
export function uploadDenseKernel(kernel: Float32Array, units: number): KernelHandles {
  const features = kernel.length / units;
  const chunks = Math.ceil(features / TERMS);
  const padded = resized(kernel, chunks * TERMS * units);
  return [{ first: 0, end: features, top: 0, bottom: 1, handle: upload(padded, [chunks, TERMS, units]) }];
}

type Convolution = { output: Activations; partial?: Float32Array };

/** Parameters in the JavaScript heap (for what wasm can't do) and in wasm's. */
export type Parameters = { kernel: Float32Array; bias: Float32Array | undefined; handles: KernelHandles };

/** input [H,W,inC] → [H',W',outC], and the partial sums [groups,H',W',outC] where there are several groups of input channels. */
export function convolve(
  input: Activations,
  { kernel, bias, handles }: Parameters,
  layer: LayerOf<'conv2d'>,
  shape: Shape,
): Convolution {
  const [height, width, inChannels] = input.shape;
  const size = sizeOf(shape);
  const groups: { first: number; end: number; chunks: KernelHandles }[] = [];
  for (const chunk of handles) {
    const group = (groups[Math.floor(chunk.first / CHANNELS_PER_PARTIAL)] ??= { ...chunk, chunks: [] });
    group.chunks.push(chunk);
    group.end = chunk.end;
  }

  const convolveChunk = ({ first, end, top, bottom, handle }: KernelHandles[number]) => {
    const allRows = bottom - top === layer.kernelSize[0];
    const whole = allRows && end - first === inChannels;
    const channels = whole ? input.values : sliceLast(input.values, inChannels, first, end);
    const part = whole
      ? handleOf(input)
      : allRows
        ? upload(channels, [1, height, width, end - first])
        : uploadRows(channels, [height, width, end - first], layer, shape, top, bottom);
    const result = conv2d(part, handle, layer.strides, allRows ? layer.padding : 'valid');
    const values = download(result);
    release(result);
    if (!whole) release(part);
    return values;
  };
  const repair = (values: Float32Array, first: number, end: number, withBias: Float32Array | undefined) =>
    visitNonFinite(values, shape, (y, x, outC) =>
      sumConvolutionWindow(input, kernel, withBias, layer, y, x, outC, first, end),
    );

  if (groups.length === 1) {
    const [{ first, end, chunks }] = groups;
    const values = convolveChunk(chunks[0]);
    if (chunks.length > 1) {
      const sums = new Float64Array(values);
      for (const chunk of chunks.slice(1)) addTo(sums, convolveChunk(chunk));
      if (bias) addBias(sums, bias);
      values.set(sums);
    } else if (bias) addBias(values, bias);
    return { output: finished(values, shape, () => repair(values, first, end, bias)) };
  }

  const partial = new Float32Array(groups.length * size);
  const sums = new Float64Array(size);
  if (bias) addBias(sums, bias);
  for (const [index, { first, end, chunks }] of groups.entries()) {
    const group = new Float64Array(size);
    for (const chunk of chunks) addTo(group, convolveChunk(chunk));
    const values = partial.subarray(index * size, (index + 1) * size);
    values.set(group);
    if (!isFinite(values)) repair(values, first, end, undefined);
    addTo(sums, values);
  }
  // Sums of finite float32 numbers in doubles: what isn't finite now is beyond float32.
  const values = new Float32Array(sums);
  return { output: finished(values, shape, () => visitNonFinite(values, shape, () => Number.NaN)), partial };
}

/** What the kernel's rows from `top` to before `bottom` read of an input [H,W,C]: its rows as far as these kernel rows reach, padded, so that a convolution without padding meets them. */
function uploadRows(
  values: Float32Array,
  [height, width, channels]: Shape,
  { kernelSize, strides, padding }: LayerOf<'conv2d'>,
  [outHeight, outWidth]: Shape,
  top: number,
  bottom: number,
): Handle {
  const above = padBefore(height, kernelSize[0], strides[0], padding);
  const left = padBefore(width, kernelSize[1], strides[1], padding);
  const rows = (outHeight - 1) * strides[0] + bottom - top;
  const columns = (outWidth - 1) * strides[1] + kernelSize[1];
  const padded = new Float32Array(rows * columns * channels);
  const seen = Math.min(width, columns - left) * channels;
  for (let row = 0; row < rows; row++) {
    const y = row + top - above;
    if (y < 0 || y >= height) continue;
    const start = y * width * channels;
    padded.set(values.subarray(start, start + seen), (row * columns + left) * channels);
  }
  return upload(padded, [1, rows, columns, channels]);
}

/** input [inFeatures] → [units]. */
export function dense(
  input: Activations,
  { kernel, bias, handles: [{ handle }] }: Parameters,
  units: number,
): Activations {
  const [chunks, terms] = handle.shape;
  const padded = upload(resized(input.values, chunks * terms), [chunks, 1, terms]);
  const result = matMul(padded, handle);
  const products = download(result);
  release(padded);
  release(result);
  const sums = new Float64Array(units);
  for (let chunk = 0; chunk < chunks; chunk++) addTo(sums, products.subarray(chunk * units, (chunk + 1) * units));
  if (bias) addBias(sums, bias);
  const values = new Float32Array(sums);
  return finished(values, [units], () => {
    for (let unit = 0; unit < units; unit++) {
      if (Number.isFinite(values[unit])) continue;
      let sum = bias ? bias[unit] : 0;
      for (let feature = 0; feature < input.values.length; feature++) {
        sum += input.values[feature] * kernel[feature * units + unit];
      }
      values[unit] = orNaN(sum);
    }
  });
}

type Pool = { poolSize: Pair; strides: Pair; padding: Padding };

/** input [H,W,C] → [H',W',C]. A window with NaN gives NaN. */
export function maximumPool(input: Activations, pool: Pool, shape: Shape): Activations {
  if (input.finite) return fromWasm(maxPool(handleOf(input), pool.poolSize, pool.strides, pool.padding), shape);
  return pooled(input, pool, shape, maximumWindow);
}

/** input [H,W,C] → [H',W',C]. A window with NaN gives NaN; padding is not counted. */
export function meanPool(input: Activations, pool: Pool, shape: Shape): Activations {
  if (pool.poolSize[0] * pool.poolSize[1] > TERMS) return pooled(input, pool, shape, averageWindow);
  const handle = averagePool(handleOf(input), pool.poolSize, pool.strides, pool.padding);
  const values = download(handle);
  if (isFinite(values)) return { shape, values, finite: true, handle };
  release(handle);
  return pooled(input, pool, shape, averageWindow);
}

/** input [H,W,C] → [C]. A map with NaN gives NaN. */
export function globalPool(input: Activations, kind: 'globalMaxPool2d' | 'globalAveragePool2d'): Activations {
  const channels = input.shape[2];
  const summarise = kind === 'globalMaxPool2d' ? maximaOf : meansOf;
  return activationsOf(new Float32Array(summarise(input.values, channels)), [channels]);
}

/** pixels [H·W,C] → the largest of each channel. */
function maximaOf(pixels: Float32Array, channels: number): Float64Array {
  const largest = new Float64Array(pixels.subarray(0, channels));
  for (let pixel = channels; pixel < pixels.length; pixel += channels) {
    for (let channel = 0; channel < channels; channel++) {
      largest[channel] = Math.max(largest[channel], pixels[pixel + channel]);
    }
  }
  return largest;
}

/** pixels [H·W,C] → the mean of each channel. */
function meansOf(pixels: Float32Array, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let pixel = 0; pixel < pixels.length; pixel += channels) {
    for (let channel = 0; channel < channels; channel++) sums[channel] += pixels[pixel + channel];
  }
  return sums.map(sum => (sum * channels) / pixels.length);
}

function pooled(
  input: Activations,
  pool: Pool,
  shape: Shape,
  summarise: (input: Activations, window: Pool, y: number, x: number, channel: number) => number,
): Activations {
  const values = new Float32Array(sizeOf(shape));
  visitWindows(shape, (element, y, x, channel) => {
    values[element] = orNaN(summarise(input, pool, y, x, channel));
  });
  return activationsOf(values, shape);
}

/** A result whose non-finite elements, if any, `repair` calculates again. */
function finished(values: Float32Array, shape: Shape, repair: () => void): Activations {
  if (isFinite(values)) return { shape, values, finite: true };
  repair();
  return activationsOf(values, shape);
}

function visitNonFinite(
  values: Float32Array,
  shape: Shape,
  calculate: (y: number, x: number, channel: number) => number,
): void {
  visitWindows(shape, (element, y, x, channel) => {
    if (!Number.isFinite(values[element])) values[element] = orNaN(calculate(y, x, channel));
  });
}

function addTo(sums: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += values[i];
}

function addBias(sums: Float64Array | Float32Array, bias: Float32Array): void {
  const channels = bias.length;
  for (let i = 0; i < sums.length; i += channels) {
    for (let channel = 0; channel < channels; channel++) sums[i + channel] += bias[channel];
  }
}

/** values [rows,length] → [rows,end−first]: those columns of every row. */
function sliceLast(values: Float32Array, length: number, first: number, end: number): Float32Array {
  if (end - first === length) return values;
  const width = end - first;
  const rows = values.length / length;
  const slice = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) slice[row * width + i] = values[row * length + first + i];
  }
  return slice;
}

/** The values followed by zeros. */
function resized(values: Float32Array, length: number): Float32Array {
  const result = new Float32Array(length);
  result.set(values);
  return result;
}
