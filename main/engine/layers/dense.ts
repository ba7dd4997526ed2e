import { finiteOrNaN } from '../show/activations.ts';
import { addBias } from './bias.ts';
import { boundOfSums } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { withKernel } from './pass.ts';

export const dense: EngineKindOf<'dense'> = {
  /** Summed in doubles, because a float32 sum over hundreds of terms of one sign drifts by more than 1e-6 of
   *  Σ|terms|. */
  show({ useBias }, [{ values }], { value, shape }) {
    const [units] = shape;
    const kernel = value('kernel');
    const sums = new Float64Array(units);
    if (useBias) addBias(sums, value('bias'));
    for (let feature = 0, row = 0; feature < values.length; feature++, row += units) {
      const activation = values[feature];
      for (let unit = 0; unit < units; unit++) sums[unit] += activation * kernel[row + unit];
    }
    return { output: finiteOrNaN(new Float32Array(sums), [units]) };
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
  scratch: ({ units }, [inFeatures]) => (inFeatures * (units + 8) + 8 * (units + 8)) * Float32Array.BYTES_PER_ELEMENT,
  fusesRelu: true,
};
