/** What the sheet shows of each layer: every number of every layer is looked at, what float32 gets wrong is put right,
 *  and what leaves it is NaN from there on. Slower than a BatchNetwork, and what that is measured by. */
import {
  describeTensors,
  type Layer,
  type LayerId,
  type NetworkSpec,
  type Shape,
  type TensorId,
} from '../../../shared/network.ts';
import { type Handle, release, upload } from '../backend/backend.ts';
import type { LayerOutput, Shown } from '../layers/kind.ts';
import { engineKindOf } from '../layers/kinds.ts';
import { type Activations, activationsOf, releaseActivations } from './activations.ts';

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
  /** In the wasm heap. */
  const kernels = new Map<LayerId, Handle>();
  const kernelShapes = new Map(
    describeTensors(network)
      .filter(({ name }) => name === 'kernel')
      .map(({ layer, shape }) => [layer, shape]),
  );

  const shownOf = ({ id }: Layer): Shown => ({
    shape: shapes.get(id)!,
    value: name => value(`${id}/${name}`),
    kernel() {
      const kernel = kernels.get(id) ?? upload(value(`${id}/kernel`), kernelShapes.get(id)!);
      kernels.set(id, kernel);
      return kernel;
    },
  });

  const run = (layer: Layer, inputs: readonly Activations[]): LayerOutput =>
    engineKindOf(layer).show(layer, inputs, shownOf(layer));

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
