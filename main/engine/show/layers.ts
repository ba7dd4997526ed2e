/** Convolutions, dense layers and pools, one at a time, as the sheet shows them: summed in doubles, because a float32
 *  sum over hundreds of terms of one sign drifts by more than 1e-6 of Σ|terms|. Convolutions and pools are made on wasm
 *  by kernels of our own. XNNPACK's would keep a list of every window's rows (0.4 GB for kernels 63×63 on 300×80), and
 *  where there is no memory for it, it leaves what stood in the result before. */
import {
  CHANNELS_PER_PARTIAL,
  type LayerOf,
  type Padding,
  type Pair,
  type Shape,
  sizeOf,
} from '../../../shared/network.ts';
import { type Activations, activationsOf, finiteOrNaN, fromWasm, handleOf, releaseActivations } from './activations.ts';
import { averagePool, convolveExactly, type Handle, maxPool, release, upload } from '../backend/backend.ts';

type Convolution = { output: Activations; partial?: Float32Array };

/** input [H,W,inC], kernel [kH,kW,inC,outC] in wasm's heap, bias [outC] → [H',W',outC], and the partial sums
 *  [groups,H',W',outC] where there are several groups of input channels. */
export function convolve(
  input: Activations,
  kernel: Handle,
  bias: Float32Array | undefined,
  layer: LayerOf<'conv2d'>,
  shape: Shape,
): Convolution {
  const channels = input.shape[2];
  const source = handleOf(input);
  if (channels <= CHANNELS_PER_PARTIAL) {
    const added = bias && upload(bias, [bias.length]);
    const result = convolveExactly(source, kernel, added, layer, { first: 0, end: channels });
    if (added) release(added);
    return { output: fromWasm(result, shape) };
  }
  const size = sizeOf(shape);
  const partial = new Float32Array(Math.ceil(channels / CHANNELS_PER_PARTIAL) * size);
  const sums = new Float64Array(size);
  if (bias) addBias(sums, bias);
  for (let first = 0, at = 0; first < channels; first += CHANNELS_PER_PARTIAL, at += size) {
    const end = Math.min(first + CHANNELS_PER_PARTIAL, channels);
    const group = fromWasm(convolveExactly(source, kernel, undefined, layer, { first, end }), shape);
    releaseActivations(group);
    partial.set(group.values, at);
    for (let i = 0; i < size; i++) sums[i] += group.values[i];
  }
  return { output: finiteOrNaN(new Float32Array(sums), shape), partial };
}

/** input [inFeatures], kernel [inFeatures,units], bias [units] → [units]. */
export function dense(
  input: Activations,
  kernel: Float32Array,
  bias: Float32Array | undefined,
  units: number,
): Activations {
  const sums = new Float64Array(units);
  if (bias) addBias(sums, bias);
  for (let feature = 0, row = 0; feature < input.values.length; feature++, row += units) {
    const value = input.values[feature];
    for (let unit = 0; unit < units; unit++) sums[unit] += value * kernel[row + unit];
  }
  return finiteOrNaN(new Float32Array(sums), [units]);
}

type Pool = { poolSize: Pair; strides: Pair; padding: Padding };

/** input [H,W,C] → [H',W',C]. A window with NaN gives NaN. */
export function maximumPool(input: Activations, pool: Pool, shape: Shape): Activations {
  return fromWasm(maxPool(handleOf(input), pool), shape);
}

/** input [H,W,C] → [H',W',C]. A window with NaN gives NaN; padding is not counted. */
export function meanPool(input: Activations, pool: Pool, shape: Shape): Activations {
  return fromWasm(averagePool(handleOf(input), pool), shape);
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

function addBias(sums: Float64Array, bias: Float32Array): void {
  const channels = bias.length;
  for (let i = 0; i < sums.length; i += channels) {
    for (let channel = 0; channel < channels; channel++) sums[i + channel] += bias[channel];
  }
}
