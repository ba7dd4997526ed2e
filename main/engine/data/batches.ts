/** Batches of a data set's images as numbers. A seed decides their order. */
import type { Augmentation, DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { createRandomFor } from '../../../shared/random.ts';
import { createResampler } from '../../../shared/resample.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import { allParts, type InParts } from '../kernels/pool.ts';
import { augment, changesAnything, checkAugmentation } from './augment.ts';
import { toPixels } from './pixels.ts';

type BatchOptions = {
  /** The indices of the images in the data set. */
  indices: Uint32Array;
  batchSize: number;
  /** The height and width that images are resized to. Left out: they have the data set's. */
  imageSize?: readonly [height: number, width: number];
  /** If given, every epoch has its own random order, which depends on the seed. If left out, the images come in the
   *  order of `indices`. */
  seed?: number;
  /** Changes each image anew in every epoch. Needs a seed. */
  augmentation?: Augmentation;
  /** How much an image of each class counts. */
  classWeights?: readonly number[];
};

type Batch = {
  count: number;
  /** [count, height, width, channels], multiples of 1/256 from 0 to 1. */
  images: Float32Array;
  /** [count, classes]: 1 for the image's class or labels, else 0. */
  targets: Float32Array;
  /** [count]: how much each image counts. An image with several labels counts as the mean of their weights, an image
   *  without labels as 1. */
  weights?: Float32Array;
  /** [count]: which images of the data set these are. */
  indices: Uint32Array;
};

export type Batches = {
  /** How many batches an epoch has. Every image comes once, so the last batch may be smaller. */
  readonly count: number;
  /** The batch at a position (0 to count − 1) of an epoch (from 0). It depends only on these two numbers and the
   *  options, so a run that was cut short can go on from anywhere with the same bits. The arrays hold until the next
   *  call. */
  at(epoch: number, position: number): Batch;
  /** The same, an image a part. */
  inParts(epoch: number, position: number): InParts<Batch>;
};

/** Selects the random numbers for the order of an epoch. A batch uses its position in the same way, which is never this
 *  number. */
const ORDER = 2 ** 32 - 1;

/** Throws UserError if the augmentation doesn't fit the images, or the weights don't fit the classes. */
export function createBatches(dataSet: DataSet, options: BatchOptions): Batches {
  const { classes } = dataSet;
  const { indices, batchSize, imageSize, seed, augmentation, classWeights } = options;
  const shape = [...(imageSize ?? [dataSet.shape[0], dataSet.shape[1]]), dataSet.shape[2]] as const;
  const size = shape[0] * shape[1] * shape[2];
  const resized = imageSize && resizer(dataSet, shape);
  const most = Math.min(batchSize, indices.length);
  const images = new Float32Array(most * size);
  const targets = new Float32Array(most * classes.length);
  const weights = classWeights && new Float32Array(most);
  const changed = augmentation && changesAnything(augmentation) ? new Uint8Array(size) : undefined;
  if (augmentation) checkAugmentation(augmentation, shape);
  if (classWeights && classWeights.length !== classes.length)
    throw new UserError(sentences.data.classWeights(classWeights.length, classes.length));

  const order = indices.slice();
  let ordered = -1;

  function shuffle(epoch: number): void {
    if (seed === undefined || ordered === epoch) return;
    order.set(indices);
    createRandomFor(seed, epoch, ORDER).shuffle(order);
    ordered = epoch;
  }

  function* inParts(epoch: number, position: number): InParts<Batch> {
    shuffle(epoch);
    const chosen = order.subarray(position * batchSize, (position + 1) * batchSize);
    const random = createRandomFor(seed ?? 0, epoch, position);
    targets.fill(0);
    for (let i = 0; i < chosen.length; i++) {
      const index = chosen[i];
      const [bytes, at] = resized ? [resized(index), 0] : [dataSet.bytes, index * size];
      if (changed) {
        augment(bytes, at, shape, augmentation!, random, changed);
        toPixels(changed, 0, size, images, i * size);
      } else toPixels(bytes, at, size, images, i * size);
      const own = labelsOf(dataSet, index);
      for (const label of own) targets[i * classes.length + label] = 1;
      if (weights) weights[i] = weightOf(own, classWeights);
      yield;
    }
    return {
      count: chosen.length,
      images: images.subarray(0, chosen.length * size),
      targets: targets.subarray(0, chosen.length * classes.length),
      weights: weights?.subarray(0, chosen.length),
      indices: chosen,
    };
  }

  return {
    count: Math.ceil(indices.length / batchSize),
    at: (epoch, position) => allParts(inParts(epoch, position)),
    inParts,
  };
}

/** Gives an image of the data set in another size. Its bytes hold until the next one. */
function resizer({ shape: from, bytes }: DataSet, shape: DataSet['shape']): (index: number) => Uint8Array {
  const resample = createResampler(from, shape, 'stretch');
  const image = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const size = from[0] * from[1] * from[2];
  return index => {
    resample(bytes, index * size, image, 0);
    return image;
  };
}

/** The labels of an image, ascending. With one label per image that is its class. */
export function labelsOf(
  { labels, severalLabels, classes }: Pick<DataSet, 'labels' | 'severalLabels' | 'classes'>,
  index: number,
): number[] {
  if (!severalLabels) return [labels[index]];
  const own: number[] = [];
  for (let label = 0; label < classes.length; label++)
    if (labels[index * classes.length + label] === 1) own.push(label);
  return own;
}

function weightOf(labels: readonly number[], classWeights: readonly number[]): number {
  if (labels.length === 0) return 1;
  return labels.reduce((sum, label) => sum + classWeights[label], 0) / labels.length;
}

/** The listed weights in the order of the labels, if the data set lists its classes in another order. */
function listedWeights(listed: readonly number[], { places, classes }: DataSet): number[] {
  if (!places) return listed.slice();
  const own = places.filter(place => place !== undefined).length;
  if (listed.length !== own) throw new UserError(sentences.data.classWeights(listed.length, own));
  return classes.map((_, unit) => (places[unit] === undefined ? 1 : listed[places[unit]]));
}

/** The weight of each class, or undefined if all count the same. 'balanced' weights are inverse to the number of these
 *  images that have the class, and their mean over all labels is 1, as in scikit-learn; a class without images has 1.
 *  Throws UserError if the number of listed weights is wrong. */
export function weightsOf(
  setting: TrainingConfig['classWeights'],
  dataSet: DataSet,
  indices: Uint32Array,
): number[] | undefined {
  if (setting === 'equal') return undefined;
  if (setting !== 'balanced') return listedWeights(setting, dataSet);
  const counts = dataSet.classes.map(() => 0);
  for (const index of indices) for (const label of labelsOf(dataSet, index)) counts[label]++;
  const present = counts.filter(count => count > 0).length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map(count => (count > 0 ? total / (present * count) : 1));
}
