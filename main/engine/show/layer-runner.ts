/** Calculates each layer as the sheet shows it. A sum that float32 would get wrong is made in doubles. A number that
 *  overflows float32 is NaN here and in every layer that reads it. This is slower than a BatchNetwork, whose results
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
  /** Calculates a layer that isn't the input. The caller releases the output. `before` has partial sums from before the
   *  change, which may still hold. */
  run(layer: Layer, inputs: readonly Activations[], before?: PartialSums): LayerOutput;
  /** Calculates only these channels of a layer's output. They have to be whole blocks. They get the same bits as from
   *  `run`. */
  runChannels(layer: Layer, inputs: readonly Activations[], channels: Channels, before?: PartialSums): LayerOutput;
  /** Calculates every layer for an image. The outputs have no handles any more. */
  runAll(image: Float32Array): Map<LayerId, Activations>;
  /** To be called when a layer's kernel has new values. */
  forget(layer: LayerId): void;
  dispose(): void;
};

/** `value` gives the current values of a parameter. `onPart` hears now and then how much of a layer is calculated, from
 *  0 to 1. The backend wasm has to be started. */
export function createLayerRunner(
  network: NetworkSpec,
  shapes: ReadonlyMap<LayerId, Shape>,
  value: (tensor: TensorId) => Float32Array,
  onPart?: (part: number) => void,
): LayerRunner {
  /** Kernels in wasm's heap. */
  const kernels = new Map<LayerId, Handle>();
  const kernelShapes = new Map(
    describeTensors(network)
      .filter(({ name }) => name === 'kernel')
      .map(({ layer, shape }) => [layer, shape]),
  );

  const shownById = new Map(
    network.layers.map(({ id }): [LayerId, Shown] => [
      id,
      {
        shape: shapes.get(id)!,
        whole: shapes.get(id)!,
        value: name => value(`${id}/${name}`),
        kernel() {
          const kernel = kernels.get(id) ?? upload(value(`${id}/kernel`), kernelShapes.get(id)!);
          kernels.set(id, kernel);
          return kernel;
        },
        onPart,
      },
    ]),
  );
  const shownOf = ({ id }: Layer, before?: PartialSums): Shown =>
    before ? { ...shownById.get(id)!, before } : shownById.get(id)!;

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
    const { channelReads } = engineKindOf(layer);
    const values = (name: ParameterName) => takeChannels(value(`${id}/${name}`), count, channels);
    const parts = channelReads === 'same channel' ? inputs.map(input => partOf(input, channels)) : [];
    let part: Handle | undefined;
    const made = run(layer, channelReads === 'same channel' ? parts : inputs, {
      shape: narrowed(shape, count, channels),
      whole: shape,
      value: channelReads === 'as it says' ? name => value(`${id}/${name}`) : values,
      kernel: () => (part ??= upload(values('kernel'), narrowed(kernelShapes.get(id)!, count, channels))),
      channels,
      before: before && { ...before, partial: takeChannels(before.partial, count, channels) },
      onPart,
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
    run: (layer, inputs, before) => run(layer, inputs, shownOf(layer, before)),
    runChannels,
    runAll(image) {
      const all = new Map<LayerId, Activations>();
      for (const layer of network.layers) {
        const inputs = layer.inputs.map(id => all.get(id)!);
        all.set(
          layer.id,
          layer.kind === 'input' ? activationsOf(image, layer.shape) : run(layer, inputs, shownOf(layer)).output,
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

/** A shape whose axis of `count` channels has only these channels. */
function narrowed(shape: Shape, count: number, channels: Channels): Shape {
  return shape.with(shape.lastIndexOf(count), channels.length);
}
