import { padBefore } from '../../../shared/geometry.ts';
import { channelsPerPartial, groupsOf } from '../../../shared/layers/conv2d.ts';
import { type LayerOf, sizeOf } from '../../../shared/network.ts';
import { allChannels } from '../show/channels.ts';
import { convolveExactly, EXACT_FILTERS, release, upload } from '../backend/backend.ts';
import { type Activations, finiteOrNaN, fromWasm, handleOf, releaseActivations } from '../show/activations.ts';
import { addBias } from './bias.ts';
import { boundOfSums } from './bounding.ts';
import type { EngineKindOf, LayerOutput } from './kind.ts';
import { withKernel } from './pass.ts';
import { isSparse, runSparse, sparseScratch, sumsOf } from './sparse-convolution.ts';

/** Pixels of dy that the gradient of a kernel looks at together; see kernels/assembly. */
const GRADIENT_PIXELS = 512;
/** Weights of a kernel of 3×3 that may go by tiles, for each tap; see kernels/assembly/tiles.ts. */
const TILED_WEIGHTS = 2 ** 20;

export const conv2d: EngineKindOf<'conv2d'> = {
  /** Summed in doubles by a kernel of our own. XNNPACK's kernel would keep a list of every window's rows (0.4 GB for
   *  kernels 63×63 on 300×80). If there is no memory for that list, it returns memory that wasn't calculated. */
  show(layer, [input], { shape, value, kernel, channels, before, onPart }): LayerOutput {
    const count = input.shape[2] / groupsOf(layer);
    const most = channelsPerPartial(layer);
    const bias = layer.useBias ? value('bias') : undefined;
    /** The sums over the channels from `first` up to, but not including, `end`. */
    const sumsOver = (first: number, end: number, added?: Float32Array, tell?: (part: number) => void): Activations => {
      if (isSparse(layer)) {
        const range = { first, end, kernel: value('kernel'), channels: channels ?? allChannels(layer.filters) };
        const sums = sumsOf(layer, input, shape, range, tell);
        if (added) addBias(sums, added);
        return finiteOrNaN(new Float32Array(sums), shape);
      }
      const biases = added && upload(added, [added.length]);
      const result = convolveExactly(handleOf(input), kernel(), biases, layer, { first, end }, tell);
      if (biases) release(biases);
      return fromWasm(result, shape);
    };
    if (count <= most) return { output: sumsOver(0, count, bias, onPart) };
    const size = sizeOf(shape);
    const partial = new Float32Array(Math.ceil(count / most) * size);
    const sums = new Float64Array(size);
    if (bias) addBias(sums, bias);
    for (let first = 0, at = 0; first < count; first += most, at += size) {
      const end = Math.min(first + most, count);
      if (before && !before.isStale(first, end)) partial.set(before.partial.subarray(at, at + size), at);
      else {
        const group = sumsOver(first, end, undefined, part => onPart?.((first + part * (end - first)) / count));
        releaseActivations(group);
        partial.set(group.values, at);
      }
      for (let i = 0; i < size; i++) sums[i] += partial[at + i];
    }
    return { output: finiteOrNaN(new Float32Array(sums), shape), partial };
  },
  channelReads: 'all channels',
  // The order in which terms are added depends on how many filters are summed at a time.
  block: EXACT_FILTERS,
  run(layer, [x], context) {
    if (isSparse(layer)) return runSparse(layer, x, context);
    const { ops, parameter, activation, mayOverflow } = context;
    const { useBias } = layer;
    const kernel = parameter('kernel');
    return withKernel(
      ops,
      useBias,
      ops.convolve(x, kernel, useBias ? parameter('bias') : undefined, layer, activation, mayOverflow),
      dy => ops.convolveKernelGradient(x, dy, kernel.shape, layer),
      dy => ops.convolveInputGradient(dy, kernel, x.shape, layer),
    );
  },
  bound: ({ filters, useBias }, [bound], bounding) => boundOfSums(bound, filters, useBias, bounding),
  /** At least the bytes that kernels/assembly asks for: a padded map of x or of dy, the kernel in two orders, and
   *  lists and windows of some rows; or some tiles. */
  scratch(layer, input, output) {
    const { kernelSize, strides, padding, filters } = layer;
    const sparse = isSparse(layer) ? sparseScratch(input, output) : 0;
    const sizesOf = (of: (axis: number, before: number) => number) =>
      [0, 1].map(axis => of(axis, padBefore(input[axis], kernelSize[axis], strides[axis], padding)));
    const x = sizesOf((axis, before) =>
      Math.max(input[axis] + before, (output[axis] - 1) * strides[axis] + kernelSize[axis]),
    );
    const dy = sizesOf((axis, before) => kernelSize[axis] + Math.max(output[axis] - before, input[axis]));
    const maps = Math.max(sizeOf(x) * input[2], sizeOf(dy) * filters);
    const places = sizeOf(kernelSize);
    const kernels = places * (2 * input[2] * filters + 12 * Math.max(input[2], filters));
    const pixels = Math.min(output[0] * output[1], Math.max(GRADIENT_PIXELS, output[1]));
    const windows = pixels * (8 + (kernelSize[1] * input[2] < 16 ? places * input[2] + 3 : 0));
    const most = Math.max(maps + windows, isTiled(layer, input[2]) ? tilesScratch(input[2], filters) : 0);
    return sparse + (most + kernels + 1024) * Float32Array.BYTES_PER_ELEMENT;
  },
  fusesRelu: true,
};

/** Whether a convolution may be calculated by tiles. */
function isTiled({ kernelSize, strides, filters }: LayerOf<'conv2d'>, channels: number): boolean {
  return sizeOf(kernelSize) === 9 && sizeOf(strides) === 1 && channels * filters <= TILED_WEIGHTS;
}

/** Numbers for tiles, which are a matrix for each of 16 places, for their sums and the kernel. */
function tilesScratch(channels: number, filters: number): number {
  const tiles = Math.max(32, 2048 / (channels + filters));
  const [more, most] = [channels + filters + 8, Math.max(channels, filters)];
  return 16 * ((channels + 8) * (filters + 8) + tiles * more + 48) + 8 * (tiles + 1) * most;
}
