/** Runs a part of a network over many images, one after another, so that other work gets its turn. */
import type { DataSet } from '../../../shared/data.ts';
import {
  describeTensors,
  type LayerId,
  layersBehind,
  type NetworkSpec,
  type TensorId,
} from '../../../shared/network.ts';
import { createBatches } from '../data/batches.ts';
import { createForward } from '../show/forward.ts';
import type { Between, Model } from './evaluate.ts';

/** Images that are read at once. */
const BATCH = 64;
/** Milliseconds of work without a pause. */
const TURN = 8;

/** Gives `take` the output of a layer for each of the images, and the image's number in the data set. The images have
 *  to fit the network's input. */
export async function outputsOf(
  { network, parameters }: Pick<Model, 'network' | 'parameters'>,
  images: DataSet,
  { layer, indices }: { layer: LayerId; indices: Uint32Array },
  take: (output: Float32Array, index: number) => void,
  between: Between,
): Promise<void> {
  if (indices.length === 0) return;
  const part = upTo(network, layer);
  const tensors = describeTensors(part);
  const batches = createBatches(images, { indices, batchSize: Math.min(BATCH, indices.length) });
  const pixels: TensorId = `${part.layers[0].id}/output`;
  const shown = new Float32Array(tensors.find(({ id }) => id === pixels)!.size);
  const stored = new Map<TensorId, Float32Array>([[pixels, shown]]);
  for (const { id, role, size } of tensors) {
    if (role === 'parameter') stored.set(id, parameters.get(id)!);
    if (role === 'actual') stored.set(id, new Float32Array(size).fill(Number.NaN));
  }
  const forward = createForward(part, stored);
  try {
    let [done, paused] = [0, performance.now()];
    for (let position = 0; position < batches.count; position++) {
      const batch = batches.at(0, position);
      for (let i = 0; i < batch.count; i++, done++) {
        shown.set(batch.images.subarray(i * shown.length, (i + 1) * shown.length));
        forward.update(done === 0 ? stored.keys() : [pixels]);
        take(forward.value(`${layer}/output`), batch.indices[i]);
        if (performance.now() - paused < TURN) continue;
        // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
        await between((done + 1) / indices.length);
        paused = performance.now();
      }
    }
  } finally {
    forward.dispose();
  }
}

/** The network that ends in a layer. */
function upTo(network: NetworkSpec, layer: LayerId): NetworkSpec {
  const needed = layersBehind(network, layer);
  return { ...network, layers: network.layers.filter(({ id }) => needed.has(id)) };
}
