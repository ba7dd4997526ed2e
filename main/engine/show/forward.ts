/** The forward pass of a whole network, kept up to date: every tensor's values stay, and after an edit only what lies
 *  downstream of it is calculated again. */
import { parameterNames, parameters } from '../../../shared/layers/parameters.ts';
import {
  inferShapes,
  type Layer,
  type LayerId,
  type NetworkSpec,
  sizeOf,
  type TensorId,
} from '../../../shared/network.ts';
import { type Activations, activationsOf, releaseActivations } from './activations.ts';
import { argMax } from './arg-max.ts';
import { type BatchNetwork, createBatchNetwork } from '../batch/batch-network.ts';
import { crossEntropy } from '../layers/softmax.ts';
import { createLayerRunner } from './layer-runner.ts';

/** The parameters that outputs follow from; a dropout layer's rate counts in training only. */
const READ = parameterNames.filter(name => parameters[name].shown);
const isRead = (tensor: TensorId) => READ.some(name => tensor.endsWith(`/${name}`));

export type Forward = {
  /** Calculates everything downstream of the changed stored tensors, and nothing else. Returns the tensors that were
   *  calculated. */
  update(changed: Iterable<TensorId>): Set<TensorId>;
  /** The current values of any tensor, stored or computed. The array is replaced, never written to, when a computed
   *  tensor changes. */
  value: (tensor: TensorId) => Float32Array;
  /** The most probable class of each of `count` images (one after the other) under the current parameters; undefined
   *  where a score isn't finite. Throws where the network doesn't end in a softmax. Sums may be less exact here than in
   *  `update`: scores that differ by a few millionths could change places. */
  predict: (images: Float32Array, count: number) => (number | undefined)[];
  dispose: () => void;
};

/** `stored` holds the pixels, the parameters and the expected class; the caller may write to these arrays and then says
 *  so with `update`. The backend has to be started. */
export function createForward(network: NetworkSpec, stored: ReadonlyMap<TensorId, Float32Array>): Forward {
  const shapes = inferShapes(network);
  const last = network.layers.at(-1)!;
  const computed = new Map<TensorId, Float32Array>();
  /** What each layer hands on. A flatten layer hands on its input's values in another shape. */
  const outputs = new Map<LayerId, Activations>();

  const value = (tensor: TensorId): Float32Array => {
    const values = stored.get(tensor) ?? computed.get(tensor);
    if (!values) throw new Error(`There is no tensor ${tensor}.`);
    return values;
  };

  const runner = createLayerRunner(network, shapes, value);

  /** Classes for many images at once. It needs the parameters that changed since it was last asked. */
  let batches: BatchNetwork | undefined;
  const stale = new Set<TensorId>([...stored.keys()].filter(isRead));
  const probabilitiesOf = (images: Float32Array, count: number): Float32Array => {
    batches ??= createBatchNetwork(network, 'wasm');
    batches.setParameters(new Map([...stale].map(id => [id, value(id)])));
    stale.clear();
    return batches.predict(images, count);
  };
  /** The same image by image, for networks that batches can't be made of. */
  const probabilitiesAlone = (images: Float32Array, count: number): Float32Array => {
    const size = images.length / count;
    const found = Array.from(
      { length: count },
      (_, image) => runner.runAll(images.subarray(image * size, (image + 1) * size)).get(last.id)!.values,
    );
    return Float32Array.from(found.flatMap(values => [...values]));
  };
  const softmaxInside = network.layers.some(layer => layer.kind === 'softmax' && layer !== last);

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
      for (const tensor of changedTensors) if (isRead(tensor)) stale.add(tensor);
      const changedLayers = new Set<LayerId>();
      for (const layer of network.layers) {
        const parametersChanged = READ.some(name => changedTensors.has(`${layer.id}/${name}`));
        if (changedTensors.has(`${layer.id}/kernel`)) runner.forget(layer.id);
        if (layer.kind === 'input') {
          if (!changedTensors.has(`${layer.id}/output`)) continue;
          keep(layer, activationsOf(value(`${layer.id}/output`), layer.shape));
          changedLayers.add(layer.id);
          continue;
        }
        if (parametersChanged || layer.inputs.some(input => changedLayers.has(input))) {
          const inputs = layer.inputs.map(id => outputs.get(id)!);
          const { output, ...others } = runner.run(layer, inputs);
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
      const classes = sizeOf(shapes.get(last.id)!);
      const probabilities = (softmaxInside ? probabilitiesAlone : probabilitiesOf)(images, count);
      return Array.from({ length: count }, (_, image) => argMax(probabilities, image * classes, classes));
    },
    dispose() {
      for (const activations of outputs.values()) releaseActivations(activations);
      runner.dispose();
      batches?.dispose();
    },
  };
}
