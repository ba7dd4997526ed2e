/** How many epochs, and batches of which size, a run has by default. A small data set gets enough steps to learn
 *  something too. */

export type Sizes = { epochs: number; batchSize: number };

/** The sizes for a large data set. */
export const LARGE: Sizes = { epochs: 5, batchSize: 64 };
/** A run of fewer steps hardly changes the weights. */
export const FEW_STEPS = 20;
/** With this many steps, the starter networks learn to tell 50 pictures apart. */
const ENOUGH_STEPS = 300;
const MOST_EPOCHS = 100;
const SMALLEST_BATCH = 4;
/** An epoch has at least about so many batches, unless they would be too small. */
const BATCHES = 8;

/** The sizes for so many training images (undefined: their number isn't known). If one of the two is chosen, the other
 *  follows from it. */
export function sizesFor(images: number | undefined, chosen: Partial<Sizes> = {}): Sizes {
  if (images === undefined) return { ...LARGE, ...chosen };
  const batchSize = chosen.batchSize ?? batchFor(images);
  const epochs = chosen.epochs ?? epochsFor(stepsOf(images, batchSize));
  return { epochs, batchSize };
}

/** The number of steps in one epoch. */
export const stepsOf = (images: number, batchSize: number): number => Math.max(1, Math.ceil(images / batchSize));

/** The batch size, a power of two, that gives an epoch about eight batches. */
function batchFor(images: number): number {
  const wanted = 2 ** Math.round(Math.log2(Math.max(1, images) / BATCHES));
  return Math.min(LARGE.batchSize, Math.max(SMALLEST_BATCH, wanted));
}

/** The epochs that give enough steps, as a multiple of five. */
function epochsFor(stepsPerEpoch: number): number {
  const wanted = 5 * Math.ceil(ENOUGH_STEPS / stepsPerEpoch / 5);
  return Math.min(MOST_EPOCHS, Math.max(LARGE.epochs, wanted));
}
