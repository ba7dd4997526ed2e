/** What each parameter means, by its name. A name means the same in every kind of layer. */
import { sizeOf } from '../tensor.ts';
import type { ParameterName, Shape } from '../tensor.ts';
import type { Random } from '../random.ts';

export type Parameter = {
  /** Whether gradients train it. The other parameters come from statistics or are set. */
  trained: boolean;
  /** Whether the sheet's output (outside training) depends on it. */
  shown: boolean;
  /** Whether it can hold a finite number. */
  holds: (value: number) => boolean;
  /** Fills a new tensor with initial values. Left out if the values are set by somebody. */
  fill?: (values: Float32Array, shape: Shape, random: Random) => void;
};

const anything = () => true;
const leaveZero = () => {};
const fillOnes = (values: Float32Array) => void values.fill(1);

/** Initial values as in Keras: kernels Glorot uniform, gamma and movingVariance 1, everything else 0. */
export const parameters: { readonly [N in ParameterName]: Parameter } = {
  kernel: { trained: true, shown: true, holds: anything, fill: fillGlorot },
  bias: { trained: true, shown: true, holds: anything, fill: leaveZero },
  gamma: { trained: true, shown: true, holds: anything, fill: fillOnes },
  beta: { trained: true, shown: true, holds: anything, fill: leaveZero },
  movingMean: { trained: false, shown: true, holds: anything, fill: leaveZero },
  movingVariance: { trained: false, shown: true, holds: value => value >= 0, fill: fillOnes },
  // Its layer says what it begins with.
  weights: { trained: true, shown: true, holds: anything },
  // Below 1, because dropout can't drop everything.
  rate: { trained: false, shown: false, holds: value => value >= 0 && value < 1 },
};

/** The parameter of this name; undefined for other tensors. */
export function parameterOf(name: string): Parameter | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name as ParameterName] : undefined;
}

export const parameterNames = Object.keys(parameters) as ParameterName[];

/** Uniform in ±√(6 / (fan in + fan out)). For a convolution, the fans also count the cells of the window. Source:
 *  Glorot and Bengio 2010; keras.io/api/layers/initializers/#glorotuniform-class */
function fillGlorot(kernel: Float32Array, shape: Shape, random: Random): void {
  const [inputs, outputs] = shape.slice(-2);
  const limit = Math.sqrt(6 / (sizeOf(shape.slice(0, -2)) * (inputs + outputs)));
  for (let i = 0; i < kernel.length; i++) kernel[i] = limit * (2 * random.uniform() - 1);
}
