/** Batches of a data set's images as numbers. A seed decides their order. */
import type { Augmentation, DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { createRandomFor, type Random } from '../../../shared/random.ts';
import { createResampler } from '../../../shared/resample.ts';
import type { TrainingConfig } from '../../../shared/training.ts';
import { allParts, type InParts } from '../kernels/pool.ts';
import { augment, changesAnything, checkAugmentation, drawShare, randomForMixup, randomForNewer } from './augment.ts';
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
  /** balanced: each epoch draws every class equally often, see `balancedOrder`. Needs a seed. */
  sampling?: TrainingConfig['sampling'];
  /** Targets t become (1 − share)·t + share·to. */
  smoothing?: { share: number; to: number };
};

type Batch = {
  count: number;
  /** [count, height, width, channels], multiples of 1/256 from 0 to 1. */
  images: Float32Array;
  /** [count, classes]: 1 for the image's class or labels, else 0; then mixed, then smoothed. */
  targets: Float32Array;
  /** [count, classes]: what the metric compares predictions with. That is `targets`, but never smoothed. With mixup, a
   *  class has the share of its image; of several labels, those of the image with the larger share have 1. */
  actual: Float32Array;
  /** [count]: how much each image counts. An image with several labels counts as the mean of their weights, an image
   *  without labels as 1. With mixup, the weights are mixed like the images. */
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

/** λ of mixup is a multiple of 1 / this. So mixed pixels and targets are exact in float32. */
const SHARES = 2 ** 16;

/** Selects the random numbers for the order of an epoch. A batch uses its position in the same way, which is never this
 *  number. */
const ORDER = 2 ** 32 - 1;

/** Throws UserError if the augmentation doesn't fit the images, or the weights don't fit the classes. */
export function createBatches(dataSet: DataSet, options: BatchOptions): Batches {
  const { classes } = dataSet;
  const { indices, batchSize, imageSize, seed, augmentation, classWeights, sampling, smoothing } = options;
  const shape = [...(imageSize ?? [dataSet.shape[0], dataSet.shape[1]]), dataSet.shape[2]] as const;
  const size = shape[0] * shape[1] * shape[2];
  const resized = imageSize && resizer(dataSet, shape);
  const most = Math.min(batchSize, indices.length);
  const images = new Float32Array(most * size);
  const targets = new Float32Array(most * classes.length);
  const isSmooth = smoothing !== undefined && smoothing.share > 0;
  const alpha = augmentation?.mixup ?? 0;
  const actual = isSmooth || (alpha > 0 && dataSet.severalLabels) ? targets.slice() : targets;
  const weights = classWeights && new Float32Array(most);
  const changes = augmentation && changesAnything(augmentation) ? augmentation : undefined;
  const changed = changes && new Uint8Array(size);
  /** What mixup mixes: images, targets and weights of the batch, as they were. */
  const mixed = alpha > 0 ? { images: new Uint8Array(most * size), partner: new Float32Array(size) } : undefined;
  if (augmentation) checkAugmentation(augmentation, shape);
  if (classWeights && classWeights.length !== classes.length)
    throw new UserError(sentences.data.classWeights(classWeights.length, classes.length));

  const groups = sampling === 'balanced' ? groupsOf(dataSet, indices) : undefined;
  const order = indices.slice();
  let ordered = -1;

  function shuffle(epoch: number): void {
    if (seed === undefined || ordered === epoch) return;
    const random = createRandomFor(seed, epoch, ORDER);
    order.set(groups ? balancedOrder(groups, indices.length, random) : indices);
    random.shuffle(order);
    ordered = epoch;
  }

  function* inParts(epoch: number, position: number): InParts<Batch> {
    shuffle(epoch);
    const chosen = order.subarray(position * batchSize, (position + 1) * batchSize);
    const random = createRandomFor(seed ?? 0, epoch, position);
    targets.fill(0);
    for (let i = 0; i < chosen.length; i++) {
      const index = chosen[i];
      let [from, start] = resized ? [resized(index), 0] : [dataSet.bytes, index * size];
      if (changed) {
        const more = () => randomForNewer(seed ?? 0, epoch, position * batchSize + i);
        augment(from, start, shape, changes, { random, more }, changed);
        [from, start] = [changed, 0];
      }
      if (mixed) mixed.images.set(from.subarray(start, start + size), i * size);
      toPixels(from, start, size, images, i * size);
      const own = labelsOf(dataSet, index);
      for (const label of own) targets[i * classes.length + label] = 1;
      if (weights) weights[i] = weightOf(own, classWeights);
      yield;
    }
    if (mixed) yield* mix(chosen.length, randomForMixup(seed ?? 0, epoch, position));
    else if (actual !== targets) actual.set(targets);
    if (isSmooth) for (let i = 0; i < targets.length; i++) targets[i] += smoothing.share * (smoothing.to - targets[i]);
    const part = (all: Float32Array) => all.subarray(0, chosen.length * classes.length);
    return {
      count: chosen.length,
      images: images.subarray(0, chosen.length * size),
      targets: part(targets),
      actual: part(actual),
      weights: weights?.subarray(0, chosen.length),
      indices: chosen,
    };
  }

  /** Mixes the batch: each image with the one that has its place in a random order of them, which may be itself. */
  function* mix(count: number, random: Random): InParts<void> {
    const share = Math.round(drawShare(alpha, random) * SHARES) / SHARES;
    const partners = random.shuffle(Array.from({ length: count }, (_, i) => i));
    const before = { targets: targets.slice(), weights: weights?.slice() };
    const mixInto = (to: Float32Array, at: number, from: Float32Array, start: number, length: number) => {
      for (let k = 0; k < length; k++) to[at + k] = share * to[at + k] + (1 - share) * from[start + k];
    };
    for (const [i, partner] of partners.entries()) {
      toPixels(mixed!.images, partner * size, size, mixed!.partner, 0);
      mixInto(images, i * size, mixed!.partner, 0, size);
      mixInto(targets, i * classes.length, before.targets, partner * classes.length, classes.length);
      if (weights) mixInto(weights, i, before.weights!, partner, 1);
      if (dataSet.severalLabels) {
        const larger = (share < 0.5 ? partner : i) * classes.length;
        actual.set(before.targets.subarray(larger, larger + classes.length), i * classes.length);
      } else if (actual !== targets) {
        const own = targets.subarray(i * classes.length, (i + 1) * classes.length);
        actual.set(own, i * classes.length);
      }
      yield;
    }
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

/** The images of each class that has some. With several labels an image belongs to each of its own, and images without
 *  labels are one more group. */
function groupsOf(dataSet: DataSet, indices: Uint32Array): number[][] {
  const groups = Array.from({ length: dataSet.classes.length + 1 }, (): number[] => []);
  for (const index of indices) {
    const own = labelsOf(dataSet, index);
    for (const label of own.length > 0 ? own : [dataSet.classes.length]) groups[label].push(index);
  }
  return groups.filter(group => group.length > 0);
}

/** `count` images, the same number of each group; what is left over goes to groups drawn at random. A group's images
 *  come equally often, too: each goes on as a shuffled round of all of them, and then another one. */
function balancedOrder(groups: readonly number[][], count: number, random: Random): number[] {
  const lucky = new Set(random.shuffle([...groups.keys()]).slice(0, count % groups.length));
  return groups.flatMap((group, number) => {
    const wanted = Math.floor(count / groups.length) + Number(lucky.has(number));
    const drawn: number[] = [];
    while (drawn.length < wanted)
      for (const index of random.shuffle(group.slice()).slice(0, wanted - drawn.length)) drawn.push(index);
    return drawn;
  });
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
