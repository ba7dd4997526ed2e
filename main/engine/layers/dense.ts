import { finiteOrNaN } from '../show/activations.ts';
import { addBias } from './bias.ts';
import { boundOfSums } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { withKernel } from './pass.ts';

export const dense: EngineKindOf<'dense'> = {
  show({ useBias }, [{ values }], { value, shape }) {
    const sums = new Float64Array(shape[0]);
    if (useBias) addBias(sums, value('bias'));
    addProducts(sums, values, value('kernel'));
    return { output: finiteOrNaN(new Float32Array(sums), shape) };
  },
  channelReads: 'all channels',
  run({ useBias }, [x], { ops, parameter, activation }) {
    const kernel = parameter('kernel');
    return withKernel(
      ops,
      useBias,
      ops.dense(x, kernel, useBias ? parameter('bias') : undefined, activation),
      dy => ops.denseKernelGradient(x, dy),
      dy => ops.denseInputGradient(dy, kernel),
    );
  },
  bound: ({ units, useBias }, [bound], bounding) => boundOfSums(bound, units, useBias, bounding),
  /** The same bytes that kernels/assembly asks for. */
  scratch: () => 256 * 65 * Float32Array.BYTES_PER_ELEMENT,
  fusesRelu: true,
};

/** Adds values [features] · kernel [features,units] to sums [units], in doubles. A float32 sum of hundreds of terms of
 *  one sign would be off by more than 1e-6 of Σ|terms|. */
function addProducts(sums: Float64Array, values: Float32Array, kernel: Float32Array): void {
  const units = sums.length;
  for (let feature = 0, row = 0; feature < values.length; feature++, row += units) {
    const value = values[feature];
    for (let unit = 0; unit < units; unit++) sums[unit] += value * kernel[row + unit];
  }
}
