/** Views of images for test-time augmentation, and what they say together. */
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { Tta } from '../../../shared/tta.ts';
import { bothOf, inPlace, partOf, type Placement, placeImage } from '../data/placement.ts';
import { toPixels } from '../data/pixels.ts';

type Shape = DataSet['shape'];

/** As near to 0 or 1 as a mean probability comes in a loss of several labels. The same as Keras's. */
const NEAREST = 1e-7;

/** Every view, the image as it is first. Throws UserError if images of this shape have no symmetries. */
export function viewsOf({ flip, symmetries, shift, crop, rotate }: Tta, [height, width]: Shape): Placement[] {
  if (symmetries && height !== width) throw new UserError(sentences.data.symmetries(`${height}×${width}`));
  const places: Placement[] = [inPlace];
  if (shift > 0) {
    const [down, right] = [Math.max(1, Math.round(shift * height)), Math.max(1, Math.round(shift * width))];
    for (const [x, y] of [
      [right, 0],
      [-right, 0],
      [0, down],
      [0, -down],
    ])
      places.push(partOf(1, 1, x, y));
  }
  if (crop > 0) {
    const [x, y] = [(crop * width) / 2, (crop * height) / 2];
    for (const [towardsX, towardsY] of [
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
      [0, 0],
    ])
      places.push(partOf(1 - crop, 1 - crop, towardsX * x, towardsY * y));
  }
  if (rotate > 0)
    for (const degrees of [rotate, -rotate]) {
      const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      places.push({ ...inPlace, a: cosine, b: sine, c: -sine, d: cosine });
    }
  const mirrors = symmetries ? allSymmetries() : [inPlace, ...(flip ? [mirror] : [])];
  return places.flatMap(place => mirrors.map(each => (each === inPlace ? place : bothOf(place, each))));
}

const mirror: Placement = { ...inPlace, a: -1 };
const quarter: Placement = { ...inPlace, a: 0, b: -1, c: 1, d: 0 };

function allSymmetries(): Placement[] {
  const turns = [inPlace, quarter, bothOf(quarter, quarter), bothOf(quarter, bothOf(quarter, quarter))];
  return turns.flatMap(turn => [turn, bothOf(mirror, turn)]);
}

/** Writes images as a network reads them in a view. `indices`: which of the images in `bytes`. `to` has the images one
 *  after the other. */
export function writeView(
  bytes: Uint8Array,
  indices: Iterable<number>,
  shape: Shape,
  view: Placement,
  to: Float32Array,
): void {
  const placed = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (const index of indices) {
    if (view === inPlace) toPixels(bytes, index * placed.length, placed.length, to, at);
    else {
      placeImage(bytes, index * placed.length, shape, view, placed);
      toPixels(placed, 0, placed.length, to, at);
    }
    at += placed.length;
  }
}

/** What a network says of some images in one view: probabilities [count,classes] and losses [count]. */
export type Said = { probabilities: Float32Array; losses: Float64Array };

/** The means over views. The loss is that of the mean probabilities. An image with NaN in a view has NaN. `isSoftmax`:
 *  whether the probabilities are those of one class; else of several labels, whose `targets` [count,classes] are 1 or
 *  0. */
export function meanOfViews(said: readonly Said[], isSoftmax: boolean, targets: Float32Array): Said {
  if (said.length === 1) return said[0];
  const probabilities = meanProbabilities(said.map(each => each.probabilities));
  const count = said[0].losses.length;
  const classes = probabilities.length / count;
  const losses = Float64Array.from({ length: count }, (_, image) =>
    isSoftmax
      ? meanLoss(said.map(each => each.losses[image]))
      : binaryLoss(probabilities, targets, image * classes, classes),
  );
  return { probabilities, losses };
}

/** The mean of each number. */
export function meanProbabilities(views: readonly Float32Array[]): Float32Array {
  if (views.length === 1) return views[0];
  return views[0].map((_, i) => views.reduce((sum, view) => sum + view[i], 0) / views.length);
}

/** −ln of the mean probability, from −ln of each. */
function meanLoss(losses: readonly number[]): number {
  const least = Math.min(...losses);
  if (!Number.isFinite(least)) return least;
  return least - Math.log(losses.reduce((sum, loss) => sum + Math.exp(least - loss), 0) / losses.length);
}

function binaryLoss(probabilities: Float32Array, targets: Float32Array, first: number, classes: number): number {
  let loss = 0;
  for (let i = first; i < first + classes; i++) {
    const share = Math.min(1 - NEAREST, Math.max(NEAREST, probabilities[i]));
    loss -= Math.log(targets[i] === 1 ? share : 1 - share) / classes;
  }
  return loss;
}
