/** The forward pass of a whole network, kept up to date: every tensor's values stay, and after an edit only what lies downstream of it is calculated again. */
import {
  inferShapes,
  type Layer,
  type LayerId,
  type NetworkSpec,
  type ParameterName,
  type Shape,
  sizeOf,
  type TensorId,
} from '../../shared/network.ts';
import { createClassifier } from './classify.ts';
import { type Activations, activationsOf, releaseActivations } from './activations.ts';
import { activate, add, crossEntropy, leakyRelu, type Normalisation, normalise, softmax } from './elementwise.ts';
import {
  convolve,
  dense,
  globalPool,
  type KernelHandles,
  maximumPool,
  meanPool,
  type Parameters,
  releaseKernel,
  uploadConvolutionKernel,
  uploadDenseKernel,
} from './layers.ts';

/** The parameters that outputs follow from; a dropout layer's rate counts in training only. */
const READ: readonly ParameterName[] = ['kernel', 'bias', 'gamma', 'beta', 'movingMean', 'movingVariance'];

export type Forward = {
  /** Calculates everything downstream of the changed stored tensors, and nothing else. Returns the tensors that were calculated. */
  update(changed: Iterable<TensorId>): Set<TensorId>;
  /** The current values of any tensor, stored or computed. The array is replaced, never written to, when a computed tensor changes. */
  value: (tensor: TensorId) => Float32Array;
  /** The most probable class of each of `count` images (one after the other) under the current parameters; undefined where a score isn't finite. Throws where
   *  the network doesn't end in a softmax. Sums may be less exact here than in `update`: scores that differ by a few millionths could change places. */
  predict: (images: Float32Array, count: number) => (number | undefined)[];
  dispose: () => void;
};

/** `stored` holds the pixels, the parameters and the expected class; the caller may write to these arrays and then says so with `update`. The backend has to be started. */
export function createForward(network: NetworkSpec, stored: ReadonlyMap<TensorId, Float32Array>): Forward {
  const shapes = inferShapes(network);
  const last = network.layers.at(-1)!;
  const computed = new Map<TensorId, Float32Array>();
  /** What each layer hands on. A flatten layer hands on its input's values in another shape. */
  const outputs = new Map<LayerId, Activations>();
  const kernels = new Map<LayerId, KernelHandles>();

  const value = (tensor: TensorId): Float32Array => {
    const values = stored.get(tensor) ?? computed.get(tensor);
    if (!values) throw new Error(`There is no tensor ${tensor}.`);
    return values;
  };

  const classifier = createClassifier(network, shapes, value);

  const parametersOf = (layer: Layer & { kind: 'conv2d' | 'dense' }): Parameters => {
    const kernel = value(`${layer.id}/kernel`);
    let handles = kernels.get(layer.id);
    if (!handles) {
      handles =
        layer.kind === 'dense'
          ? uploadDenseKernel(kernel, layer.units)
          : uploadConvolutionKernel(kernel, layer, shapes.get(layer.inputs[0])![2]);
      kernels.set(layer.id, handles);
    }
    return { kernel, bias: layer.useBias ? value(`${layer.id}/bias`) : undefined, handles };
  };

  const normalisationOf = ({ id }: Layer): Normalisation => ({
    gamma: value(`${id}/gamma`),
    beta: value(`${id}/beta`),
    movingMean: value(`${id}/movingMean`),
    movingVariance: value(`${id}/movingVariance`),
  });

  /** The layer's output, and its other computed tensors by name. */
  const run = (layer: Layer, inputs: readonly Activations[]) => {
    const [input] = inputs;
    const shape: Shape = shapes.get(layer.id)!;
    switch (layer.kind) {
      case 'conv2d':
        return convolve(input, parametersOf(layer), layer, shape);
      case 'dense':
        return { output: dense(input, parametersOf(layer), layer.units) };
      case 'maxPool2d':
        return { output: maximumPool(input, layer, shape) };
      case 'averagePool2d':
        return { output: meanPool(input, layer, shape) };
      case 'globalMaxPool2d':
      case 'globalAveragePool2d':
        return { output: globalPool(input, layer.kind) };
      case 'relu':
      case 'sigmoid':
      case 'tanh':
        return { output: activate(input, layer.kind) };
      case 'leakyRelu':
        return { output: leakyRelu(input, layer) };
      case 'batchNorm':
        return { output: normalise(input, normalisationOf(layer), layer) };
      case 'add':
        return { output: add(inputs) };
      case 'softmax':
        return softmax(input);
      case 'flatten':
      case 'dropout':
        return { output: { ...input, shape, handle: undefined } };
      default:
        return { output: input };
    }
  };

  /** The last layer's output for another image. */
  const calculateAlone = (image: Float32Array): Float32Array => {
    const alone = new Map<LayerId, Activations>();
    for (const layer of network.layers) {
      alone.set(
        layer.id,
        layer.kind === 'input'
          ? activationsOf(image, layer.shape)
          : run(
              layer,
              layer.inputs.map(id => alone.get(id)!),
            ).output,
      );
    }
    for (const activations of alone.values()) releaseActivations(activations);
    return alone.get(last.id)!.values;
  };

  const keep = (layer: Layer, output: Activations) => {
    const before = outputs.get(layer.id);
    if (before) releaseActivations(before);
    outputs.set(layer.id, output);
  };

  return {
    value,
    update(changed) {
      const calculated = new Set<TensorId>();
      const changedTensors = new Set(changed);
      const changedLayers = new Set<LayerId>();
      for (const layer of network.layers) {
        const parametersChanged = READ.some(name => changedTensors.has(`${layer.id}/${name}`));
        if (parametersChanged) classifier.forget(layer.id);
        if (changedTensors.has(`${layer.id}/kernel`)) {
          releaseKernel(kernels.get(layer.id) ?? []);
          kernels.delete(layer.id);
        }
        if (layer.kind === 'input') {
          if (!changedTensors.has(`${layer.id}/output`)) continue;
          keep(layer, activationsOf(value(`${layer.id}/output`), layer.shape));
          changedLayers.add(layer.id);
          continue;
        }
        if (parametersChanged || layer.inputs.some(input => changedLayers.has(input))) {
          const { output, ...others } = run(
            layer,
            layer.inputs.map(id => outputs.get(id)!),
          );
          keep(layer, output);
          changedLayers.add(layer.id);
          if (layer.kind === 'flatten') continue;
          for (const [name, values] of [...Object.entries(others), ['output', output.values] as const]) {
            if (!values) continue;
            computed.set(`${layer.id}/${name}` as TensorId, values);
            calculated.add(`${layer.id}/${name}` as TensorId);
          }
        }
        if (layer === last && layer.kind === 'softmax') {
          if (!changedLayers.has(layer.id) && !changedTensors.has(`${layer.id}/actual`)) continue;
          const [actual, shifted, exp] = (['actual', 'shifted', 'exp'] as const).map(name =>
            value(`${layer.id}/${name}`),
          );
          computed.set(`${layer.id}/crossEntropy`, crossEntropy(actual, shifted, exp));
          calculated.add(`${layer.id}/crossEntropy`);
        }
      }
      return calculated;
    },
    predict(images, count) {
      if (last.kind !== 'softmax') throw new Error('The network does not end in a softmax.');
      const size = images.length / count;
      const classes = sizeOf(shapes.get(last.id)!);
      const scores = classifier.scores(images, count);
      return Array.from({ length: count }, (_, image) =>
        mostProbable(
          scores
            ? softmax(activationsOf(scores.subarray(image * classes, (image + 1) * classes), [classes])).output.values
            : calculateAlone(images.subarray(image * size, (image + 1) * size)),
        ),
      );
    },
    dispose() {
      for (const activations of outputs.values()) releaseActivations(activations);
      for (const handles of kernels.values()) releaseKernel(handles);
      classifier.dispose();
    },
  };
}

/** The first of the largest probabilities; undefined where one isn't finite. */
export function mostProbable(probabilities: Float32Array): number | undefined {
  let best = 0;
  for (let unit = 0; unit < probabilities.length; unit++) {
    if (Number.isNaN(probabilities[unit])) return undefined;
    if (probabilities[unit] > probabilities[best]) best = unit;
  }
  return best;
}
