import { padBefore } from '../../../shared/geometry.ts';
import { CHANNELS_PER_PARTIAL, sizeOf } from '../../../shared/network.ts';
import { convolveExactly, EXACT_FILTERS, release, upload } from '../backend/backend.ts';
import { finiteOrNaN, fromWasm, handleOf, releaseActivations } from '../show/activations.ts';
import { addBias } from './bias.ts';
import { boundOfSums } from './bounding.ts';
import type { EngineKindOf, LayerOutput } from './kind.ts';
import { withKernel } from './pass.ts';

export const conv2d: EngineKindOf<'conv2d'> = {
  /** Summed in doubles by a kernel of our own. XNNPACK's kernel would keep a list of every window's rows (0.4 GB for
   *  kernels 63×63 on 300×80). If there is no memory for that list, it returns memory that wasn't calculated. */
  show(layer, [input], { shape, value, kernel, before, onPart }): LayerOutput {
    const channels = input.shape[2];
    const bias = layer.useBias ? value('bias') : undefined;
    const source = handleOf(input);
    if (channels <= CHANNELS_PER_PARTIAL) {
      const added = bias && upload(bias, [bias.length]);
      const result = convolveExactly(source, kernel(), added, layer, { first: 0, end: channels }, onPart);
      if (added) release(added);
      return { output: fromWasm(result, shape) };
    }
    const size = sizeOf(shape);
    const partial = new Float32Array(Math.ceil(channels / CHANNELS_PER_PARTIAL) * size);
    const sums = new Float64Array(size);
    if (bias) addBias(sums, bias);
    for (let first = 0, at = 0; first < channels; first += CHANNELS_PER_PARTIAL, at += size) {
      const end = Math.min(first + CHANNELS_PER_PARTIAL, channels);
      if (before && !before.isStale(first, end)) partial.set(before.partial.subarray(at, at + size), at);
      else {
        const tell = (part: number) => onPart?.((first + part * (end - first)) / channels);
        const group = fromWasm(convolveExactly(source, kernel(), undefined, layer, { first, end }, tell), shape);
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
  run(layer, [x], { ops, parameter, activation }) {
    const { useBias } = layer;
    const kernel = parameter('kernel');
    return withKernel(
      ops,
      useBias,
      ops.convolve(x, kernel, useBias ? parameter('bias') : undefined, layer, activation),
      dy => ops.convolveKernelGradient(x, dy, kernel.shape, layer),
      dy => ops.convolveInputGradient(dy, kernel, x.shape, layer),
    );
  },
  bound: ({ filters, useBias }, [bound], bounding) => boundOfSums(bound, filters, useBias, bounding),
  /** The same bytes that kernels/assembly asks for. */
  scratch({ kernelSize, strides, padding, filters }, input, output) {
    const padded = [0, 1].map(axis => {
      const before = padBefore(input[axis], kernelSize[axis], strides[axis], padding);
      return Math.max(input[axis] + before, (output[axis] - 1) * strides[axis] + kernelSize[axis]);
    });
    const kernel = sizeOf(kernelSize) * input[2] * (filters + 8);
    const lists = 8 * (Math.max(output[0] * output[1], filters) + 8);
    return (sizeOf(padded) * input[2] + kernel + lists) * Float32Array.BYTES_PER_ELEMENT;
  },
  fusesRelu: true,
};
