import { windowRange } from '../../../shared/geometry.ts';
import { sizeOf } from '../../../shared/network.ts';
import { PIECE, piecesOf } from '../kernels/pieces.ts';
import { finiteOrNaN } from '../show/activations.ts';
import { addBias } from './bias.ts';
import { boundOfSums } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { useAndRelease, withKernel } from './pass.ts';

/** Multiplications of one piece: here they take longer than in wasm. */
const SLOW_PIECE = PIECE / 16;

export const depthwiseConv2d: EngineKindOf<'depthwiseConv2d'> = {
  /** Summed in doubles. */
  show({ kernelSize, strides, padding, useBias }, [input], { shape, value, onPart }) {
    const [height, width, channels] = input.shape;
    const [outHeight, outWidth] = shape;
    const kernel = value('kernel');
    const sums = new Float64Array(sizeOf(shape));
    if (useBias) addBias(sums, value('bias'));
    for (const { row, rows, column, columns } of piecesOf(outHeight, outWidth, kernel.length, SLOW_PIECE)) {
      for (let outY = row; outY < row + rows; outY++) {
        const down = windowRange(outY, height, kernelSize[0], strides[0], padding);
        for (let outX = column; outX < column + columns; outX++) {
          const across = windowRange(outX, width, kernelSize[1], strides[1], padding);
          const to = (outY * outWidth + outX) * channels;
          for (let y = down.start, ky = down.skip; y < down.end; y++, ky++) {
            let from = (y * width + across.start) * channels;
            let weight = (ky * kernelSize[1] + across.skip) * channels;
            for (let x = across.start; x < across.end; x++, from += channels, weight += channels) {
              for (let channel = 0; channel < channels; channel++)
                sums[to + channel] += input.values[from + channel] * kernel[weight + channel];
            }
          }
        }
      }
      onPart?.((row * outWidth + column + rows * columns) / (outHeight * outWidth));
    }
    return { output: finiteOrNaN(new Float32Array(sums), shape) };
  },
  channelReads: 'same channel',
  run({ strides, padding, useBias }, [x], { ops, parameter }) {
    const kernel = parameter('kernel');
    const [height, width, , channels] = kernel.shape;
    const attributes = { strides: [...strides], pad: padding, dilations: [1, 1], dataFormat: 'NHWC' };
    // In TensorFlow's kernels, the number of maps of each channel comes last.
    const filterShape = [height, width, channels, 1];
    const filter = ops.reshape(kernel, filterShape);
    const sums = ops.run('DepthwiseConv2dNative', { x, filter }, attributes);
    const pass = withKernel(
      ops,
      useBias,
      useBias ? useAndRelease(ops, sums, a => ops.add(a, parameter('bias'))) : sums,
      dy => ops.run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...attributes, filterShape }),
      dy => ops.run('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { ...attributes, inputShape: x.shape }),
    );
    return { ...pass, kept: [filter] };
  },
  bound: ({ useBias }, [bound], bounding) => boundOfSums(bound, bounding.output[2], useBias, bounding),
  /** The bytes of a padded copy for the gradients, and of XNNPACK's list of every window's cells. */
  scratch({ kernelSize, strides }, [height, width, channels], [outHeight, outWidth]) {
    const paddedHeight = height + (outHeight - 1) * strides[0] + kernelSize[0];
    const paddedWidth = width + (outWidth - 1) * strides[1] + kernelSize[1];
    const list = outHeight * outWidth * sizeOf(kernelSize);
    return (paddedHeight * paddedWidth * channels + list) * Float32Array.BYTES_PER_ELEMENT;
  },
};
