/** How many epochs of which batches a run has where nobody says: as many steps as it takes to learn something, also
 *  from few images. */

export type Sizes = { epochs: number; batchSize: number };

/** What suits a large data set. */
export const LARGE: Sizes = { epochs: 5, batchSize: 64 };
/** A run of fewer steps than these hardly leaves the weights it began with. */
export const FEW_STEPS = 20;
/** Steps in which the starter networks learn to tell 50 pictures apart. */
const ENOUGH_STEPS = 300;
const MOST_EPOCHS = 100;
const SMALLEST_BATCH = 4;
/** An epoch has about so many batches at least, where that makes them no smaller. */
const BATCHES = 8;

/** For so many training images; undefined: nobody knows how many. A number that was chosen stays, and the other one
 *  goes by it. */
export function sizesFor(images: number | undefined, chosen: Partial<Sizes> = {}): Sizes {
  if (images === undefined) return { ...LARGE, ...chosen };
  const batchSize = chosen.batchSize ?? batchFor(images);
  const epochs = chosen.epochs ?? epochsFor(stepsOf(images, batchSize));
  return { epochs, batchSize };
}

/** Steps of an epoch. */
export const stepsOf = (images: number, batchSize: number): number => Math.max(1, Math.ceil(images / batchSize));

/** The power of two that makes about eight batches of them. */
function batchFor(images: number): number {
  const wanted = 2 ** Math.round(Math.log2(Math.max(1, images) / BATCHES));
  return Math.min(LARGE.batchSize, Math.max(SMALLEST_BATCH, wanted));
}

/** In fives, as people count. */
function epochsFor(stepsPerEpoch: number): number {
  const wanted = 5 * Math.ceil(ENOUGH_STEPS / stepsPerEpoch / 5);
  return Math.min(MOST_EPOCHS, Math.max(LARGE.epochs, wanted));
}
