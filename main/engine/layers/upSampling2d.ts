import { sizeOf } from '../../../shared/network.ts';
import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { scaleAndShift, useAndRelease, withoutParameters } from './pass.ts';

export const upSampling2d: EngineKindOf<'upSampling2d'> = {
  show({ size: [down, across] }, [input], { shape }) {
    const [, width, channels] = input.shape;
    const [outHeight, outWidth] = shape;
    const values = new Float32Array(sizeOf(shape));
    for (let y = 0, to = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++, to += channels) {
        const from = (Math.floor(y / down) * width + Math.floor(x / across)) * channels;
        for (let channel = 0; channel < channels; channel++) values[to + channel] = input.values[from + channel];
      }
    }
    return { output: { shape, values, finite: input.finite } };
  },
  channelReads: 'same channel',
  /** Repeats pixels, then rows. TensorFlow's own ResizeNearestNeighbor rounds a quotient to find them. */
  run({ size }, [x], { ops, shape }) {
    const [count, height, width, channels] = x.shape;
    const [down, across] = size;
    const repeat = (handle: typeof x, [rows, columns]: readonly number[], times: number) =>
      useAndRelease(ops, ops.reshape(handle, [rows, 1, columns]), one =>
        ops.run('Tile', { x: one }, { reps: [1, times, 1] }),
      );
    const wide = repeat(x, [count * height * width, channels], across);
    const tall = useAndRelease(ops, wide, each => repeat(each, [count * height, width * across * channels], down));
    const output = useAndRelease(ops, tall, each => ops.reshape(each, [count, ...shape]));
    // The gradient of a number is the sum of those of its repetitions: their mean times their number.
    return withoutParameters(output, dy =>
      useAndRelease(ops, ops.averagePool(dy, { poolSize: size, strides: size, padding: 'valid' }), mean =>
        scaleAndShift(ops, mean, down * across, 0),
      ),
    );
  },
  bound: asInput,
};
