/** Reads images and labels from pairs of IDX files. */
import { basename } from 'node:path';
import type { Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { readIdx, readIdxShape } from './idx.ts';
import { MOST_MEGAPIXELS, resizeImages } from './images.ts';
import {
  checkClassCount,
  type Collection,
  numberedNames,
  onlyOccurring,
  type ReadOptions,
  roomFor,
  type Shape,
  stage,
  type Wanted,
} from './reading.ts';

/** The most pixels of an image's side, as in JPEG files. */
const MOST_SIDE = 65_535;

/** A file of images, [count, height, width] or [count, height, width, channels], and a file of labels, [count], or with
 *  several labels [count, classes] of 0 and 1. */
type IdxPair = { images: string; labels: string };

type Pairs = {
  shape: Shape;
  /** The number of images in each pair. */
  counts: number[];
  bytes: Uint8Array;
  labels: Uint8Array;
  /** With several labels: the number of classes in the labels file. undefined if every image has one label. */
  flags: number | undefined;
};

/** Reads the images of all pairs into one array, one pair after the other. All sizes are checked before anything is
 *  read. Throws UserError if files are missing or damaged, or don't fit together. */
async function readPairs(pairs: readonly IdxPair[], { progress, signal }: ReadOptions): Promise<Pairs> {
  const sizes = [];
  for (const pair of pairs) sizes.push(await sizesOf(pair));
  const [{ shape, flags }] = sizes;
  for (const [i, other] of sizes.entries()) {
    if (other.shape.join() !== shape.join() || other.flags !== flags) {
      const file = basename(pairs[i].images);
      throw new UserError(sentences.data.idx.sizes(file, other.shape.join('×'), shape.join('×')));
    }
  }
  const counts = sizes.map(({ count }) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bytes = roomFor(total, shape);
  const labels = roomFor(total, [1, 1, flags ?? 1]);
  const [imageSize, labelSize] = [shape[0] * shape[1] * shape[2], flags ?? 1];
  let from = 0;
  for (const [i, { images, labels: labelsFile }] of pairs.entries()) {
    const to = from + counts[i];
    const share = stage(progress, from / total, to / total);
    await readIdx(images, bytes.subarray(from * imageSize, to * imageSize), { progress: share, signal });
    await readIdx(labelsFile, labels.subarray(from * labelSize, to * labelSize), { progress: () => {}, signal });
    from = to;
  }
  return { shape, counts, bytes, labels, flags };
}

async function sizesOf({ images, labels }: IdxPair) {
  const { idx } = sentences.data;
  const [count, height, width, channels = 1] = await readIdxShape(images, [3, 4]);
  if (![1, 3, 4].includes(channels)) throw new UserError(idx.channels(basename(images), channels));
  if (count * height * width === 0) throw new UserError(idx.empty(basename(images)));
  if (height * width > MOST_MEGAPIXELS * 1e6 || Math.max(height, width) > MOST_SIDE)
    throw new UserError(idx.pixels(basename(images), `${height}×${width}`, MOST_MEGAPIXELS, MOST_SIDE));
  const [labelCount, flags] = await readIdxShape(labels, [1, 2]);
  if (labelCount !== count) throw new UserError(idx.counts(basename(images), count, basename(labels), labelCount));
  if (flags !== undefined) checkClassCount(flags);
  return { count, shape: [height, width, channels] as Shape, flags: flags as number | undefined };
}

export type PairsDescription = {
  name: string;
  pairs: readonly (IdxPair & { split?: Split })[];
  /** If left out, the classes are the labels that occur, named by their numbers. */
  classes?: readonly string[];
  licence?: Sentence;
};

/** The images of all pairs in the wanted shape. Images of a pair with a split are in that split. */
export async function collectPairs(
  { name, pairs, classes: named, licence }: PairsDescription,
  { shape, fit }: Wanted,
  { progress, signal }: ReadOptions,
): Promise<Collection> {
  const read = await readPairs(pairs, { progress: stage(progress, 0, 0.2), signal });
  const labelsFile = basename(pairs[0].labels);
  const numbers = read.flags === undefined ? [...new Set(read.labels)].sort((a, b) => a - b) : Array(read.flags).keys();
  const classes = named ?? Array.from(numbers, String);
  checkLabels(read, named, classes, labelsFile);
  if (!named && read.flags === undefined) {
    const places = new Map(classes.map((name, place) => [Number(name), place]));
    for (const [i, label] of read.labels.entries()) read.labels[i] = places.get(label)!;
  }
  const bytes = await resizeImages(read.bytes, read.shape, shape, fit, { progress: stage(progress, 0.2, 1), signal });
  const { counts } = read;
  const own = counts.flatMap((count, i) => Array.from({ length: count }, () => pairs[i].split ?? 'training'));
  return onlyOccurring({
    name,
    shape,
    classes,
    severalLabels: read.flags !== undefined,
    count: own.length,
    bytes,
    labels: read.labels,
    nameOf: numberedNames(
      counts,
      pairs.map(({ split }) => split),
    ),
    own,
    problems: [],
    licence,
  });
}

function checkLabels(
  { labels, flags }: Pairs,
  named: readonly string[] | undefined,
  classes: readonly string[],
  file: string,
): void {
  const { idx } = sentences.data;
  if (classes.length < 2) throw new UserError(idx.classes(file));
  if (flags !== undefined) {
    if (labels.some(flag => flag > 1)) throw new UserError(idx.flags(file));
    return;
  }
  const foreign = named && labels.find(label => label >= named.length);
  if (foreign !== undefined) throw new UserError(idx.label(file, foreign, classes.length - 1));
}
