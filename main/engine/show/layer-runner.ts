/** What the sheet shows of each layer: every number of every layer is looked at, what float32 gets wrong is put right,
 *  and what leaves it is NaN from there on. Slower than a BatchNetwork, and what that is measured by. */
import type { Layer, LayerId, LayerOf, NetworkSpec, Shape, TensorId } from '../../../shared/network.ts';
import { type Activations, activationsOf, releaseActivations } from './activations.ts';
import { activate, add, leakyRelu, type Normalisation, normalise, softmax } from './elementwise.ts';
import { type Handle, release, upload } from '../backend/backend.ts';
import { convolve, dense, globalPool, maximumPool, meanPool } from './layers.ts';

/** A layer's output, and its other computed tensors by name. */
export type LayerOutput = { output: Activations } & { [name in 'partial' | 'shifted' | 'exp']?: Float32Array };

export type LayerRunner = {
  /** Any layer but an input. The caller releases the output. */
  run(layer: Layer, inputs: readonly Activations[]): LayerOutput;
  /** What every layer hands on for an image by itself; released. */
  runAll(image: Float32Array): Map<LayerId, Activations>;
  /** The layer's kernel has other values. */
  forget(layer: LayerId): void;
  dispose(): void;
};

/** `value` gives a parameter's values as they are; the backend wasm has to be started. */
export function createLayerRunner(
  network: NetworkSpec,
  shapes: ReadonlyMap<LayerId, Shape>,
  value: (tensor: TensorId) => Float32Array,
): LayerRunner {
  /** Of convolutions, in the wasm heap. */
  const kernels = new Map<LayerId, Handle>();

  const kernelOf = ({ id, inputs, kernelSize, filters }: LayerOf<'conv2d'>): Handle => {
    const kernel =
      kernels.get(id) ?? upload(value(`${id}/kernel`), [...kernelSize, shapes.get(inputs[0])![2], filters]);
    kernels.set(id, kernel);
    return kernel;
  };
  const biasOf = ({ id, useBias }: LayerOf<'conv2d' | 'dense'>) => (useBias ? value(`${id}/bias`) : undefined);

  const normalisationOf = ({ id }: Layer): Normalisation => ({
    gamma: value(`${id}/gamma`),
    beta: value(`${id}/beta`),
    movingMean: value(`${id}/movingMean`),
    movingVariance: value(`${id}/movingVariance`),
  });

  const run = (layer: Layer, inputs: readonly Activations[]): LayerOutput => {
    const [input] = inputs;
    const shape: Shape = shapes.get(layer.id)!;
    switch (layer.kind) {
      case 'conv2d':
        return convolve(input, kernelOf(layer), biasOf(layer), layer, shape);
      case 'dense':
        return { output: dense(input, value(`${layer.id}/kernel`), biasOf(layer), layer.units) };
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

  const forget = (layer: LayerId) => {
    const kernel = kernels.get(layer);
    if (kernel) release(kernel);
    kernels.delete(layer);
  };

  return {
    run,
    runAll(image) {
      const all = new Map<LayerId, Activations>();
      for (const layer of network.layers) {
        const inputs = layer.inputs.map(id => all.get(id)!);
        all.set(layer.id, layer.kind === 'input' ? activationsOf(image, layer.shape) : run(layer, inputs).output);
      }
      for (const activations of all.values()) releaseActivations(activations);
      return all;
    },
    forget,
    dispose() {
      for (const { id } of network.layers) forget(id);
    },
  };
}
