/** Finds the images that a map or unit answers to most strongly. */
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { describeTensors, type LayerId, type NetworkSpec, type TensorId } from '../../../shared/network.ts';
import { createBatches } from '../data/batches.ts';
import { createForward } from '../show/forward.ts';
import { checkShape } from '../training/fit.ts';
import type { Between, Model } from './evaluate.ts';

/** An image, by its number in the data set, and where the map is strongest in it: `row` and `column`, 0 for a unit. */
export type Exciting = { index: number; value: number; row: number; column: number };

/** How many images are looked at, and how many are found. */
const [MOST_IMAGES, FOUND] = [10_000, 10];
/** Images that are read at once. */
const BATCH = 64;
/** Milliseconds of work without a pause. */
const TURN = 8;

/** The images in which one channel of a layer's output has the largest numbers, the largest first, of at most the first
 *  10,000 images of the test split (or of another one, if that is empty). Throws UserError if the network and the data
 *  set don't fit, or if there is no such channel. */
export async function excitingImages(
  { network, parameters }: Pick<Model, 'network' | 'parameters'>,
  images: DataSet,
  { layer, channel }: { layer: LayerId; channel: number },
  between: Between,
): Promise<{ found: Exciting[]; of: number }> {
  const part = upTo(network, layer);
  const tensors = describeTensors(part);
  const output = tensors.find(({ id }) => id === `${layer}/output`);
  if (!output || channel >= output.shape.at(-1)!) throw new UserError(sentences.explain.noChannel);
  checkShape(network, images);
  const { test, validation, training } = images.split;
  const split = [test, validation, training].find(each => each.length > 0) ?? test;
  const indices = split.subarray(0, MOST_IMAGES);
  const batches = createBatches(images, { indices, batchSize: Math.min(BATCH, Math.max(1, indices.length)) });
  const pixels: TensorId = `${part.layers[0].id}/output`;
  const shown = new Float32Array(tensors.find(({ id }) => id === pixels)!.size);
  const stored = new Map<TensorId, Float32Array>([[pixels, shown]]);
  for (const { id, role, size } of tensors) {
    if (role === 'parameter') stored.set(id, parameters.get(id)!);
    if (role === 'actual') stored.set(id, new Float32Array(size).fill(Number.NaN));
  }
  const channels = output.shape.at(-1)!;
  const width = output.shape.length === 3 ? output.shape[1] : 1;
  const best: Exciting[] = [];
  const forward = createForward(part, stored);
  try {
    let [done, paused] = [0, performance.now()];
    for (let position = 0; position < batches.count; position++) {
      const batch = batches.at(0, position);
      for (let i = 0; i < batch.count; i++, done++) {
        shown.set(batch.images.subarray(i * shown.length, (i + 1) * shown.length));
        forward.update(done === 0 ? stored.keys() : [pixels]);
        const at = strongest(forward.value(output.id), channel, channels);
        if (at) {
          const [row, column] = [Math.floor(at.cell / width), at.cell % width];
          insert(best, { index: batch.indices[i], value: at.value, row, column });
        }
        if (performance.now() - paused < TURN) continue;
        // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
        await between((done + 1) / indices.length);
        paused = performance.now();
      }
    }
  } finally {
    forward.dispose();
  }
  return { found: best, of: indices.length };
}

/** The layers that a layer follows from, and itself. */
function upTo({ version, layers }: NetworkSpec, layer: LayerId): NetworkSpec {
  const needed = new Set([layer]);
  for (const { id, inputs } of layers.toReversed()) if (needed.has(id)) for (const each of inputs) needed.add(each);
  return { version, layers: layers.filter(({ id }) => needed.has(id)) };
}

/** The largest number of a channel and its cell. undefined if a number isn't finite. */
function strongest(values: Float32Array, channel: number, channels: number) {
  let [value, cell] = [-Infinity, 0];
  for (let i = channel, at = 0; i < values.length; i += channels, at++) {
    if (!Number.isFinite(values[i])) return undefined;
    if (values[i] > value) [value, cell] = [values[i], at];
  }
  return { value, cell };
}

/** Keeps the list sorted and short. Of equal numbers, the first one found stays before the others. */
function insert(best: Exciting[], one: Exciting): void {
  if (best.length === FOUND && best.at(-1)!.value >= one.value) return;
  const place = best.findIndex(({ value }) => value < one.value);
  best.splice(place < 0 ? best.length : place, 0, one);
  if (best.length > FOUND) best.pop();
}
