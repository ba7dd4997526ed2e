/** Finds the images that a map or unit answers to most strongly. */
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { describeTensors, type LayerId } from '../../../shared/network.ts';
import { checkShape } from '../training/fit.ts';
import type { Between, Model } from './evaluate.ts';
import { outputsOf } from './outputs.ts';

/** An image, by its number in the data set, and where the map is strongest in it: `row` and `column`, 0 for a unit. */
export type Exciting = { index: number; value: number; row: number; column: number };

/** How many images are looked at, and how many are found. */
const [MOST_IMAGES, FOUND] = [10_000, 10];

/** The images in which one channel of a layer's output has the largest numbers, the largest first, of at most the first
 *  10,000 images of the test split (or of another one, if that is empty). Throws UserError if the network and the data
 *  set don't fit, or if there is no such channel. */
export async function excitingImages(
  { network, parameters }: Pick<Model, 'network' | 'parameters'>,
  images: DataSet,
  { layer, channel }: { layer: LayerId; channel: number },
  between: Between,
): Promise<{ found: Exciting[]; of: number }> {
  const output = describeTensors(network).find(({ id }) => id === `${layer}/output`);
  if (!output || channel >= output.shape.at(-1)!) throw new UserError(sentences.explain.noChannel);
  checkShape(network, images);
  const { test, validation, training } = images.split;
  const split = [test, validation, training].find(each => each.length > 0) ?? test;
  const indices = split.subarray(0, MOST_IMAGES);
  const channels = output.shape.at(-1)!;
  const width = output.shape.length === 3 ? output.shape[1] : 1;
  const best: Exciting[] = [];
  const take = (values: Float32Array, index: number) => {
    const at = strongest(values, channel, channels);
    if (!at) return;
    insert(best, { index, value: at.value, row: Math.floor(at.cell / width), column: at.cell % width });
  };
  await outputsOf({ network, parameters }, images, { layer, indices }, take, between);
  return { found: best, of: indices.length };
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
