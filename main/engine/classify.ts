/** Classes for many images at once. Everything stays in the wasm heap from the pixels to the scores, several times faster an image than the sheet's own calculation, which looks at
 *  every number of every layer. It need not look: bounds on the numbers tell beforehand that none can leave float32. */
import type { Layer, LayerId, LayerOf, NetworkSpec, Shape, TensorId } from '../../shared/network.ts';
import {
  addAll,
  averagePool,
  batchNorm,
  conv2d,
  download,
  type Handle,
  leakyRelu,
  matMul,
  maxPool,
  relu,
  release,
  sigmoid,
  tanh,
  upload,
} from './backend.ts';

export type Classifier = {
  /** The scores that the last layer, a softmax, turns into probabilities, of `count` images one after the other: [count,classes]. undefined where a number might leave float32 on the
   *  way, or the network has a softmax in its middle: then each image has to be calculated by itself. */
  scores(images: Float32Array, count: number): Float32Array | undefined;
  /** A layer's parameters have changed. */
  forget(layer: LayerId): void;
  dispose(): void;
};

/** Below this, rounding can't lift a bound over float32's largest number. */
const SAFE = 1e38;

/** Outputs of a layer, and what no element's absolute value exceeds. */
type Bounded = { handle: Handle; bound: number };
/** `gain`: the largest Σ|weights| of one output; `offset`: the largest |bias|. */
type Parameters = { kernel: Handle; bias: Handle; gain: number; offset: number };
/** `gain` and `offset` likewise; `peak`: the largest number on the way to an output, for inputs of at most `bound`. */
type Normalisation = {
  handles: Record<'gamma' | 'beta' | 'mean' | 'variance', Handle>;
  gain: number;
  offset: number;
  peak: (bound: number) => number;
};

/** `read` gives a layer's kernel and bias. */
export function createClassifier(
  network: NetworkSpec,
  shapes: ReadonlyMap<LayerId, Shape>,
  read: (tensor: TensorId) => Float32Array,
): Classifier {
  const known = new Map<LayerId, Parameters>();
  const normalisations = new Map<LayerId, Normalisation>();

  const parametersOf = (layer: Layer & { kind: 'conv2d' | 'dense' }): Parameters => {
    let parameters = known.get(layer.id);
    if (!parameters) {
      const input = shapes.get(layer.inputs[0])!;
      const outputs = layer.kind === 'dense' ? layer.units : layer.filters;
      const shape = layer.kind === 'dense' ? [1, ...input, outputs] : [...layer.kernelSize, input[2], outputs];
      const kernel = read(`${layer.id}/kernel`);
      const bias = layer.useBias ? read(`${layer.id}/bias`) : new Float32Array(outputs);
      parameters = {
        kernel: upload(kernel, shape),
        bias: upload(bias, [outputs]),
        gain: largest(sumsOfSizes(kernel, outputs)),
        offset: largest(sumsOfSizes(bias, outputs)),
      };
      known.set(layer.id, parameters);
    }
    return parameters;
  };

  const normalisationOf = (layer: LayerOf<'batchNorm'>): Normalisation => {
    let normalisation = normalisations.get(layer.id);
    if (!normalisation) {
      const [gamma, beta, mean, variance] = (['gamma', 'beta', 'movingMean', 'movingVariance'] as const).map(name =>
        read(`${layer.id}/${name}`),
      );
      const vector = (values: Float32Array) => upload(values, [values.length]);
      const factors = variance.map(value => 1 / Math.sqrt(value + layer.epsilon));
      const gains = gamma.map((value, channel) => Math.abs(value) * factors[channel]);
      const steepest = Math.max(1, largest(factors)) * Math.max(1, largest(gamma));
      normalisation = {
        handles: { gamma: vector(gamma), beta: vector(beta), mean: vector(mean), variance: vector(variance) },
        gain: largest(gains),
        offset: largest(gains.map((gain, channel) => gain * Math.abs(mean[channel]) + Math.abs(beta[channel]))),
        peak: bound => Math.max(1, bound + largest(mean)) * steepest + largest(beta),
      };
      normalisations.set(layer.id, normalisation);
    }
    return normalisation;
  };

  const forget = (layer: LayerId) => {
    const parameters = known.get(layer);
    for (const handle of parameters ? [parameters.kernel, parameters.bias] : []) release(handle);
    known.delete(layer);
    for (const handle of Object.values(normalisations.get(layer)?.handles ?? {})) release(handle);
    normalisations.delete(layer);
  };

  /** A layer's output; undefined for a softmax, and where a number might leave float32 on the way. Flatten and dropout layers give their input's handle,
   *  flatten in another shape. */
  const run = (layer: Layer, inputs: readonly Bounded[], count: number): Bounded | undefined => {
    const [{ handle, bound }] = inputs;
    switch (layer.kind) {
      case 'conv2d': {
        const { kernel, bias, gain, offset } = parametersOf(layer);
        return { handle: conv2d(handle, kernel, layer.strides, layer.padding, bias), bound: bound * gain + offset };
      }
      case 'dense': {
        const { kernel, bias, gain, offset } = parametersOf(layer);
        const product = matMul({ ...handle, shape: [1, ...handle.shape] }, kernel, bias);
        return { handle: { ...product, shape: [count, layer.units] }, bound: bound * gain + offset };
      }
      case 'maxPool2d':
        return { handle: maxPool(handle, layer.poolSize, layer.strides, layer.padding), bound };
      case 'averagePool2d':
        return {
          handle: averagePool(handle, layer.poolSize, layer.strides, layer.padding),
          bound: bound * windowOf(layer.poolSize),
        };
      case 'globalMaxPool2d':
      case 'globalAveragePool2d': {
        const [, height, width, channels] = handle.shape;
        const pool = layer.kind === 'globalMaxPool2d' ? maxPool : averagePool;
        const pooled = pool(handle, [height, width], [1, 1], 'valid');
        return { handle: { ...pooled, shape: [count, channels] }, bound: bound * windowOf([height, width]) };
      }
      case 'relu':
        return { handle: relu(handle), bound };
      case 'sigmoid':
        return { handle: sigmoid(handle), bound: 1 };
      case 'tanh':
        return { handle: tanh(handle), bound: 1 };
      case 'leakyRelu':
        return {
          handle: leakyRelu(handle, layer.negativeSlope),
          bound: bound * Math.max(1, layer.negativeSlope),
        };
      case 'batchNorm': {
        const { handles, gain, offset, peak } = normalisationOf(layer);
        if (!(peak(bound) < SAFE)) return undefined;
        return { handle: batchNorm(handle, handles, layer.epsilon), bound: bound * gain + offset };
      }
      case 'dropout':
        return { handle, bound };
      case 'add':
        return {
          handle: addAll(inputs.map(input => input.handle)),
          bound: inputs.reduce((sum, input) => sum + input.bound, 0),
        };
      case 'flatten':
        return {
          handle: { ...handle, shape: [count, handle.shape.slice(1).reduce((size, length) => size * length, 1)] },
          bound,
        };
      default:
        return undefined;
    }
  };

  return {
    forget,
    scores(images, count) {
      const outputs = new Map<LayerId, Bounded>();
      const made = new Set<Handle['dataId']>();
      const keep = (layer: Layer, output: Bounded) => {
        outputs.set(layer.id, output);
        made.add(output.handle.dataId);
      };
      try {
        for (const layer of network.layers.slice(0, -1)) {
          const output =
            layer.kind === 'input'
              ? { handle: upload(images, [count, ...layer.shape]), bound: largest(images) }
              : run(
                  layer,
                  layer.inputs.map(id => outputs.get(id)!),
                  count,
                );
          if (!output) return undefined;
          keep(layer, output);
          // NaN is not below anything.
          if (!(output.bound < SAFE)) return undefined;
        }
        return download(outputs.get(network.layers.at(-1)!.inputs[0])!.handle);
      } finally {
        for (const dataId of made) release({ dataId, shape: [], dtype: 'float32' });
      }
    },
    dispose() {
      for (const { id } of network.layers) forget(id);
    },
  };
}

/** A mean's sum on its way may be as large as all its cells together. */
function windowOf([height, width]: readonly [number, number]): number {
  return height * width;
}

/** values [rows,columns] → Σ|values| of each column. */
function sumsOfSizes(values: Float32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < values.length; row += columns) {
    for (let column = 0; column < columns; column++) sums[column] += Math.abs(values[row + column]);
  }
  return sums;
}

/** The largest absolute value; NaN where one is. */
function largest(values: Float32Array | Float64Array): number {
  let result = 0;
  for (const value of values) result = Math.max(result, Math.abs(value));
  return result;
}
