/** Bounds on the numbers of a network, told beforehand from its parameters: what no element of a layer's output exceeds
 *  where its inputs keep within theirs. They prove that a calculation which looks at none of its numbers, and so would
 *  take an overflow for 0 behind a ReLU, loses none. */
import type { Layer, LayerId, LayerOf, Pair, Shape, TensorId } from '../../../shared/network.ts';

/** Below this neither rounding nor what an engine makes of a sum on its way (an order of its own, transformed tiles)
 *  reaches float32's largest number. */
const SAFE = 1e36;

/** What differs in training. */
export type TrainingPass = {
  /** Samples in the batch. */
  count: number;
  /** The layers that learn: batchNorm layers among them normalise by the batch. */
  learning: ReadonlySet<LayerId>;
};

export type Bounds = {
  /** What no absolute value of a layer's output for a sample exceeds, where those of its inputs don't exceed `inputs`.
   *  undefined where one might leave float32, or a number on the way to it. */
  of(layer: Layer, inputs: readonly number[], training?: TrainingPass): number | undefined;
  /** A layer's parameters have changed. */
  forget(layer: LayerId): void;
};

/** `gain`: as many times as an output has terms, the largest |weight|, for Σ|weights| takes twice as long; `offset`:
 *  the largest |bias|. */
type Sums = { gain: number; offset: number };
/** The largest absolute values of a batchNorm layer's gamma, beta and movingMean, and the largest 1/√(movingVariance +
 *  epsilon). */
type Normalisation = { gamma: number; beta: number; mean: number; factor: number };

/** `read` gives a parameter's values as they are. */
export function createBounds(shapes: ReadonlyMap<LayerId, Shape>, read: (tensor: TensorId) => Float32Array): Bounds {
  const sums = new Map<LayerId, Sums>();
  const normalisations = new Map<LayerId, Normalisation>();

  const sumsOf = (layer: LayerOf<'conv2d' | 'dense'>): Sums => {
    let known = sums.get(layer.id);
    if (!known) {
      const kernel = read(`${layer.id}/kernel`);
      const terms = kernel.length / (layer.kind === 'dense' ? layer.units : layer.filters);
      known = { gain: terms * largest(kernel), offset: layer.useBias ? largest(read(`${layer.id}/bias`)) : 0 };
      sums.set(layer.id, known);
    }
    return known;
  };

  const normalisationOf = ({ id, epsilon }: LayerOf<'batchNorm'>): Normalisation => {
    let known = normalisations.get(id);
    if (!known) {
      const [gamma, beta, mean] = (['gamma', 'beta', 'movingMean'] as const).map(name =>
        largest(read(`${id}/${name}`)),
      );
      const factors = Float64Array.from(read(`${id}/movingVariance`), variance => 1 / Math.sqrt(variance + epsilon));
      known = { gamma, beta, mean, factor: largest(factors) };
      normalisations.set(id, known);
    }
    return known;
  };

  /** The largest output, and the largest number on the way there where that may be larger. */
  const extremesOf = (layer: Layer, inputs: readonly number[], training?: TrainingPass): [number, number?] => {
    const [bound] = inputs;
    switch (layer.kind) {
      case 'conv2d':
      case 'dense': {
        const { gain, offset } = sumsOf(layer);
        return [bound * gain + offset];
      }
      case 'averagePool2d':
        return [bound, bound * sizeOfMap(layer.poolSize)];
      case 'globalAveragePool2d':
        return [bound, bound * sizeOfMap(shapes.get(layer.inputs[0])!)];
      case 'sigmoid':
      case 'tanh':
        return [1];
      case 'leakyRelu':
        return [bound * Math.max(1, Math.abs(layer.negativeSlope))];
      case 'batchNorm': {
        const { gamma, beta, mean, factor } = normalisationOf(layer);
        if (training?.learning.has(layer.id)) {
          // Of n numbers with a variance of 1, none is further than √n from the mean.
          const rows = training.count * sizeOfMap(shapes.get(layer.id)!);
          const squares = rows * (2 * bound) ** 2;
          const way = peak(2 * bound, 1 / Math.sqrt(layer.epsilon), gamma) + beta;
          return [Math.sqrt(rows) * gamma + beta, Math.max(squares, way)];
        }
        return [(bound + mean) * factor * gamma + beta, peak(bound + mean, factor, gamma) + beta];
      }
      case 'dropout':
        return [training ? bound / (1 - read(`${layer.id}/rate`)[0]) : bound];
      case 'add':
        return [inputs.reduce((sum, input) => sum + input, 0)];
      case 'input':
      case 'flatten':
      case 'maxPool2d':
      case 'globalMaxPool2d':
      case 'relu':
      case 'softmax':
        return [bound];
      default:
        return layer satisfies never;
    }
  };

  return {
    of(layer, inputs, training) {
      const [output, way = output] = extremesOf(layer, inputs, training);
      // NaN is not below anything.
      return output < SAFE && way < SAFE ? output : undefined;
    },
    forget(layer) {
      sums.delete(layer);
      normalisations.delete(layer);
    },
  };
}

/** The largest absolute value; NaN where one is. Four side by side, because each Math.max waits for the one before:
 *  every batch pays for this. */
export function largest(values: Float32Array | Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const fours = values.length - (values.length % 4);
  for (let i = 0; i < fours; i += 4) {
    a = Math.max(a, Math.abs(values[i]));
    b = Math.max(b, Math.abs(values[i + 1]));
    c = Math.max(c, Math.abs(values[i + 2]));
    d = Math.max(d, Math.abs(values[i + 3]));
  }
  for (let i = fours; i < values.length; i++) a = Math.max(a, Math.abs(values[i]));
  return Math.max(a, b, c, d);
}

/** The largest product of some of the factors, in whichever order they are multiplied. */
function peak(...factors: number[]): number {
  return factors.reduce((product, factor) => product * Math.max(1, factor), 1);
}

/** How many cells a map, a window or (a single cell) a unit of a vector has. */
function sizeOfMap([height, width]: Shape | Pair): number {
  return width === undefined ? 1 : height * width;
}
