import { sizeOf } from '../../../shared/network.ts';
import type { BatchOps, Handle } from '../batch/batch-ops.ts';
import { finiteOrNaN } from '../show/activations.ts';
import { largestAbsolute, largestProduct } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { useAndRelease } from './pass.ts';

export const layerNormalization: EngineKindOf<'layerNormalization'> = {
  /** In doubles. */
  show({ epsilon }, [{ values, shape }], { value }) {
    const [gamma, beta] = [value('gamma'), value('beta')];
    const channels = gamma.length;
    const result = new Float32Array(values.length);
    for (let first = 0; first < values.length; first += channels) {
      let mean = 0;
      for (let channel = 0; channel < channels; channel++) mean += values[first + channel] / channels;
      let variance = 0;
      for (let channel = 0; channel < channels; channel++) variance += (values[first + channel] - mean) ** 2 / channels;
      const deviation = Math.sqrt(variance + epsilon);
      for (let channel = 0; channel < channels; channel++)
        result[first + channel] = (gamma[channel] * (values[first + channel] - mean)) / deviation + beta[channel];
    }
    return { output: finiteOrNaN(result, shape) };
  },
  channelReads: 'everything',
  /** The kernel for batch normalisation, in which pixels and channels have changed places. */
  run({ epsilon }, [x], { ops, parameter }) {
    const channels = x.shape.at(-1)!;
    const pixels = sizeOf(x.shape) / channels;
    const gamma = parameter('gamma');
    const [ones, none] = [1, 0].map(number => ops.upload(new Float32Array(pixels).fill(number), [pixels]));
    const turned = turn(ops, x, [pixels, channels], [channels, pixels]);
    const [made, mean, variance] = ops.batchNorm(turned, ones, none, epsilon);
    ops.release(none);
    const normalised = useAndRelease(ops, made, own => turn(ops, own, [channels, pixels], x.shape));
    const zeros = ops.upload(new Float32Array(channels), [channels]);
    const output = ops.normalise(normalised, zeros, gamma, parameter('beta'));
    ops.release(zeros);
    const inputGradient = (dy: Handle): Handle => {
      const scaled = useAndRelease(ops, ops.scaleChannels(dy, gamma), own =>
        turn(ops, own, [pixels, channels], [channels, pixels]),
      );
      const [dx, ...unused] = ops.batchNormGradient(scaled, turned, ones, mean, variance, epsilon);
      for (const each of [scaled, ...unused]) ops.release(each);
      return useAndRelease(ops, dx, own => turn(ops, own, [channels, pixels], x.shape));
    };
    return {
      output,
      kept: [ones, turned, mean, variance, normalised],
      backward: (dy, wanted) => ({
        parameters: wanted.parameters
          ? [
              ['gamma', useAndRelease(ops, ops.multiply(dy, normalised), own => ops.biasGradient(own))],
              ['beta', ops.biasGradient(dy)],
            ]
          : [],
        input: wanted.input ? inputGradient(dy) : undefined,
      }),
    };
  },
  bound({ epsilon }, [bound], { output, read, remembered }) {
    const { gamma, beta } = remembered(() => {
      const [gamma, beta] = (['gamma', 'beta'] as const).map(name => largestAbsolute(read(name)));
      return { gamma, beta };
    });
    // Of n numbers with a variance of 1, none is further than √n from their mean.
    const channels = output.at(-1)!;
    const squares = channels * (2 * bound) ** 2;
    const way = largestProduct(2 * bound, 1 / Math.sqrt(epsilon), gamma) + beta;
    return [Math.sqrt(channels) * gamma + beta, Math.max(squares, way)];
  },
  kept: 2,
};

/** Reads x as a matrix of the shape `from`, and gives the matrix with rows and columns exchanged, in the shape `to`. */
function turn(ops: BatchOps, x: Handle, from: readonly number[], to: readonly number[]): Handle {
  const matrix = ops.reshape(x, [...from]);
  const turned = useAndRelease(ops, matrix, own => ops.run('Transpose', { x: own }, { perm: [1, 0] }));
  return useAndRelease(ops, turned, own => ops.reshape(own, [...to]));
}
