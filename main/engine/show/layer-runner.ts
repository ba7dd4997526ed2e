/** Calculates each layer as the sheet shows it. Every number is checked: a sum that float32 gets wrong is corrected,
 *  and a number that overflows is NaN in this and all later layers. This is slower than a BatchNetwork, whose results
 *  have to agree with these. */
import {
  describeTensors,
  type Layer,
  type LayerId,
  type NetworkSpec,
  type ParameterName,
  type Shape,
  type TensorId,
} from '../../../shared/network.ts';
import { type Handle, release, upload } from '../backend/backend.ts';
import type { LayerOutput, PartialSums, Shown } from '../layers/kind.ts';
import { engineKindOf } from '../layers/kinds.ts';
import { type Activations, activationsOf, releaseActivations } from './activations.ts';
import { type Channels, takeChannels } from './channels.ts';

export type LayerRunner = {
  /** Any layer but an input. The caller releases the output. `before`: partial sums that may still hold. */
  run(layer: Layer, inputs: readonly Activations[], before?: PartialSums): LayerOutput;
  /** Only these channels of its output, whole blocks of them: bit for bit as `run` makes them. */
  runChannels(layer: Layer, inputs: readonly Activations[], channels: Channels, before?: PartialSums): LayerOutput;
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

  const wholes = new Map(
    network.layers.map(({ id }): [LayerId, Shown] => [
      id,
      {
        shape: shapes.get(id)!,
        value: name => value(`${id}/${name}`),
        kernel() {
          const kernel = kernels.get(id) ?? upload(value(`${id}/kernel`), kernelShapes.get(id)!);
          kernels.set(id, kernel);
          return kernel;
        },
      },
    ]),
  );
  const whole = ({ id }: Layer, before?: PartialSums): Shown =>
    before ? { ...wholes.get(id)!, before } : wholes.get(id)!;

  const run = (layer: Layer, inputs: readonly Activations[], shown: Shown): LayerOutput =>
    engineKindOf(layer).show(layer, inputs, shown);

  function runChannels(
    layer: Layer,
    inputs: readonly Activations[],
    channels: Channels,
    before?: PartialSums,
  ): LayerOutput {
    const { id } = layer;
    const shape = shapes.get(id)!;
    const count = shape.at(-1)!;
    const values = (name: ParameterName) => takeChannels(value(`${id}/${name}`), count, channels);
    const all = engineKindOf(layer).channelReads === 'all channels';
    const parts = all ? [] : inputs.map(input => partOf(input, channels));
    let part: Handle | undefined;
    const made = run(layer, all ? inputs : parts, {
      shape: narrowed(shape, count, channels),
      value: values,
      kernel: () => (part ??= upload(values('kernel'), narrowed(kernelShapes.get(id)!, count, channels))),
      before: before && { ...before, partial: takeChannels(before.partial, count, channels) },
    });
    if (part) release(part);
    for (const each of parts) releaseActivations(each);
    return made;
  }

  const forget = (layer: LayerId) => {
    const kernel = kernels.get(layer);
    if (kernel) release(kernel);
    kernels.delete(layer);
  };

  return {
    run: (layer, inputs, before) => run(layer, inputs, whole(layer, before)),
    runChannels,
    runAll(image) {
      const all = new Map<LayerId, Activations>();
      for (const layer of network.layers) {
        const inputs = layer.inputs.map(id => all.get(id)!);
        all.set(
          layer.id,
          layer.kind === 'input' ? activationsOf(image, layer.shape) : run(layer, inputs, whole(layer)).output,
        );
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

function partOf({ values, shape }: Activations, channels: Channels): Activations {
  const count = shape.at(-1)!;
  return activationsOf(takeChannels(values, count, channels), narrowed(shape, count, channels));
}

/** A shape in which the axis of `count` channels has only these. */
function narrowed(shape: Shape, count: number, channels: Channels): Shape {
  return shape.with(shape.lastIndexOf(count), channels.length);
}
