/** Reads data sets of NumPy arrays: images and labels in .npz or .npy files. */
import { basename } from 'node:path';
import type { DataReading, DataSource, Split } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { MOST_DATA_BYTES } from '../../../shared/file-limits.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { formatBytes } from '../archive.ts';
import { resizeImages } from './images.ts';
import { type ArrayInfo, numbersOf, type NumpyArray, textAt, withArrays } from './npy.ts';
import { shapeOf } from './pixel-table.ts';
import {
  checkClassCount,
  type Collection,
  forEachInTurns,
  inClassOrder,
  numberedNames,
  onlyOccurring,
  type ReadOptions,
  roomFor,
  type Shape,
  stage,
  toFlags,
  toLabels,
  type Wanted,
} from './reading.ts';
import { splitNamed } from './split-names.ts';

type NumpySource = Extract<DataSource, { kind: 'numpy' }>;
type Role = 'images' | 'labels';
/** Images and their labels, and what they are for if their names say so. */
type Pair = { images: ArrayInfo; labels: ArrayInfo; split: Split | undefined };
/** How images lie in an array: their shape, and the steps from image to image, row, column and channel. */
type Lay = { count: number; shape: Shape; steps: readonly [number, number, number, number]; channelsFirst: boolean };

/** The names that arrays usually have, as in Keras's mnist.npz, MedMNIST and scikit-learn. */
const NAMES: Readonly<Record<Role, RegExp>> = {
  images: /^(x|images?|imgs?|pictures?|data|inputs?|features?|pixels?|arr0)$/,
  labels: /^(y|labels?|targets?|classes|outputs?|answers?|t|arr1)$/,
};
/** How many numbers are converted in one turn. This takes some milliseconds. */
const TOGETHER = 500_000;

/** The images of all pairs of arrays in the wanted shape. Throws UserError that names file and array if it isn't clear
 *  which arrays are meant, or if they don't fit together. */
export async function collectNumpy(source: NumpySource, wanted: Wanted, options: ReadOptions): Promise<Collection> {
  const { images: path, labels: other } = source;
  const reading = wanted.reading ?? {};
  const open = async (work: (all: Opened) => Promise<Collection>) =>
    withArrays(path, (arrays, read) => {
      const own = { file: basename(path), arrays, read };
      if (other === undefined || other === path) return work({ images: own, labels: own });
      return withArrays(other, (more, readOther) =>
        work({ images: own, labels: { file: basename(other), arrays: more, read: readOther } }),
      );
    });
  return open(opened => collect(opened, pairsOf(opened, reading), wanted, options));
}

type OpenFile = { file: string; arrays: readonly ArrayInfo[]; read: (info: ArrayInfo) => NumpyArray };
type Opened = { images: OpenFile; labels: OpenFile };

/** The arrays that belong together: those that were chosen, else by their names, else by their shapes. */
function pairsOf({ images, labels }: Opened, { imagesArray, labelsArray }: DataReading): Pair[] {
  const { numpy } = sentences.data;
  const chosen = (wanted: string, { file, arrays }: OpenFile, option: string): ArrayInfo => {
    const found = arrays.find(({ name }) => name === wanted.trim());
    if (!found) throw new UserError(numpy.noArray(file, wanted, listed(arrays), option));
    return found;
  };
  const sought = (role: Role, { arrays }: OpenFile) => {
    const named = arrays.filter(array => NAMES[role].test(stemOf(array.name)));
    if (named.length > 0) return named;
    const fitting = arrays.filter(({ shape }) => (role === 'images' ? shape.length >= 3 : shape.length <= 2));
    return fitting.length === 1 || arrays.length === 1 ? (fitting[0] ? [fitting[0]] : [arrays[0]]) : [];
  };
  if (imagesArray !== undefined && labelsArray !== undefined) {
    const pair = {
      images: chosen(imagesArray, images, '--images-array'),
      labels: chosen(labelsArray, labels, '--labels-array'),
    };
    return [{ ...pair, split: undefined }];
  }
  const ofImages =
    imagesArray === undefined ? sought('images', images) : [chosen(imagesArray, images, '--images-array')];
  const ofLabels =
    labelsArray === undefined ? sought('labels', labels) : [chosen(labelsArray, labels, '--labels-array')];
  const pairs = ofImages.flatMap((each): Pair[] => {
    const split = splitNamed(each.name, true);
    const own = ofLabels.filter(({ name }) => splitNamed(name, true) === split || ofLabels.length === 1);
    return own.length === 1 && own[0] !== each ? [{ images: each, labels: own[0], split }] : [];
  });
  const once = new Set(pairs.flatMap(pair => [pair.split, pair.labels]));
  if (pairs.length === 0 || once.size < 2 * pairs.length) {
    const all = images === labels ? images.arrays : [...images.arrays, ...labels.arrays];
    throw new UserError(numpy.unclear(images.file, listed(all)));
  }
  return pairs;
}

/** An array's name without the words for splits. */
function stemOf(name: string): string {
  const parts = name.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return parts.filter(part => splitNamed(part) === undefined).join('');
}

const listed = (arrays: readonly ArrayInfo[]) => arrays.map(({ name, shape }) => `${name} (${shape.join('×')})`);

async function collect(
  opened: Opened,
  pairs: readonly Pair[],
  wanted: Wanted,
  { progress, signal }: ReadOptions,
): Promise<Collection> {
  const { numpy } = sentences.data;
  const { file } = opened.images;
  const lays = pairs.map(({ images }) => layOf(images, file));
  const [{ shape }] = lays;
  for (const [i, lay] of lays.entries()) {
    const { images, labels } = pairs[i];
    if (lay.shape.join() !== shape.join()) throw new UserError(numpy.shapes(file, images.name, lay.shape.join('×')));
    if (labels.shape[0] !== lay.count)
      throw new UserError(numpy.counts(images.name, lay.count, labels.name, labels.shape[0] ?? 0));
  }
  const counts = lays.map(({ count }) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const labels = labelsOf(opened.labels, pairs);
  const bytes = roomFor(total, shape);
  let scale: Scale | undefined;
  let from = 0;
  for (const [i, { images }] of pairs.entries()) {
    const array = opened.images.read(images);
    const own = await scaleOf(array, file, signal);
    // Test images of only zeros, say, are of the kind of the training images.
    scale ??= own;
    if (own.kind !== scale.kind && own.kind !== 'bytes') throw new UserError(numpy.ranges(file, images.name));
    await copyImages(array, lays[i], scale, bytes, from, signal);
    from += counts[i];
    progress((0.5 * from) / total);
  }
  const resized = await resizeImages(bytes, shape, wanted.shape, wanted.fit, {
    progress: stage(progress, 0.5, 1),
    signal,
  });
  const own = pairs.flatMap(({ split }, i) => Array.from({ length: counts[i] }, () => split ?? 'training'));
  return onlyOccurring({
    name: file,
    shape: wanted.shape,
    ...labels,
    count: total,
    bytes: resized,
    nameOf: numberedNames(
      counts,
      pairs.map(({ split }) => split),
    ),
    own,
    problems: [],
    notes: { understood: notesOf(pairs, lays[0], scale!), warnings: [] },
    reading: { imagesArray: pairs[0].images.name, labelsArray: pairs[0].labels.name },
  });
}

function notesOf(pairs: readonly Pair[], { shape, channelsFirst }: Lay, { kind }: Scale): Sentence[] {
  const { numpy } = sentences.data;
  const told = pairs.map(({ images, labels, split }) => [images.name, labels.name, split] as const);
  return [
    numpy.arrays(told, shape.join('×')),
    ...(channelsFirst ? [numpy.channelsFirst] : []),
    ...(kind === 'bytes' ? [] : [numpy.scaled[kind]]),
  ];
}

/** How the images of an array lie. Throws UserError if they can't be images. */
function layOf({ name, shape, strides, dtype }: ArrayInfo, file: string): Lay {
  const { numpy } = sentences.data;
  const refuse = () => new UserError(numpy.noImages(file, name, shape.join('×')));
  if (dtype.kind === 'U' || dtype.kind === 'S') throw refuse();
  const [count, ...rest] = shape;
  if (shape.length < 2 || shape.length > 4 || shape.includes(0)) throw refuse();
  const known = (channels: number) => channels === 1 || channels === 3 || channels === 4;
  const lay = ([height, width, channels]: Shape, steps: Lay['steps'], channelsFirst = false) => {
    if (count * height * width * channels > MOST_DATA_BYTES)
      throw new UserError(numpy.tooLarge(file, name, formatBytes(MOST_DATA_BYTES)));
    return { count, shape: [height, width, channels] as const, steps, channelsFirst };
  };
  if (rest.length === 1) {
    const square = shapeOf(rest[0]);
    if (!square) throw refuse();
    const [, side, channels] = square;
    return lay(square, [strides[0], strides[1] * side * channels, strides[1] * channels, strides[1]]);
  }
  if (rest.length === 2) return lay([rest[0], rest[1], 1], [strides[0], strides[1], strides[2], 0]);
  const channelsFirst = known(rest[0]) && (!known(rest[2]) || rest[0] < rest[2]);
  if (!channelsFirst && !known(rest[2])) throw refuse();
  if (!channelsFirst) return lay(rest as never, strides as never);
  return lay([rest[1], rest[2], rest[0]], [strides[0], strides[2], strides[3], strides[1]], true);
}

/** How numbers become bytes from 0 to 255: as they are; from 0 to 1; from −1 to 1; from 0 to 65,535. */
type Scale = { kind: 'bytes' | 'unit' | 'signed' | 'words'; factor: number; offset: number };
const SCALES: Readonly<Record<Scale['kind'], Omit<Scale, 'kind'>>> = {
  bytes: { factor: 1, offset: 0 },
  unit: { factor: 255, offset: 0 },
  signed: { factor: 127.5, offset: 127.5 },
  words: { factor: 255 / 65_535, offset: 0 },
};

/** The scale of an array's numbers, by the smallest and the largest. Throws UserError if they are no brightness. */
async function scaleOf(array: NumpyArray, file: string, signal: AbortSignal): Promise<Scale> {
  const { dtype, shape, name } = array;
  const scale = (kind: Scale['kind']) => ({ kind, ...SCALES[kind] });
  if (dtype.kind === 'b') return scale('unit');
  if (dtype.kind === 'u' && dtype.size === 1) return scale('bytes');
  const number = numbersOf(array);
  const count = shape.reduce((product, size) => product * size, 1);
  let [least, most] = [Infinity, -Infinity];
  let finite = true;
  const pieces = Array.from({ length: Math.ceil(count / TOGETHER) }, (_, i) => i * TOGETHER);
  await forEachInTurns(pieces, { signal, together: 1 }, first => {
    for (let at = first; at < Math.min(count, first + TOGETHER); at++) {
      const value = number(at);
      if (value < least) least = value;
      if (value > most) most = value;
      if (!Number.isFinite(value)) finite = false;
    }
  });
  if (finite && dtype.kind === 'f' && least >= 0 && most <= 1) return scale('unit');
  if (finite && dtype.kind === 'f' && least >= -1 && most <= 1) return scale('signed');
  if (finite && least >= 0 && most <= 255) return scale('bytes');
  if (finite && dtype.kind === 'u' && dtype.size === 2) return scale('words');
  throw new UserError(sentences.data.numpy.range(file, name, finite ? [least, most] : undefined));
}

/** Converts all images of an array to bytes [count, height, width, channels], from image `first` on. */
async function copyImages(
  array: NumpyArray,
  { count, shape: [height, width, channels], steps: [perImage, perRow, perColumn, perChannel] }: Lay,
  { factor, offset }: Scale,
  bytes: Uint8Array,
  first: number,
  signal: AbortSignal,
): Promise<void> {
  const number = numbersOf(array);
  const size = height * width * channels;
  await forEachInTurns(Array(count).keys(), { signal, together: Math.ceil(TOGETHER / size) }, image => {
    let at = (first + image) * size;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const pixel = image * perImage + y * perRow + x * perColumn;
        // Adding 0.5 rounds to the nearest, because the fraction is cut off.
        for (let channel = 0; channel < channels; channel++)
          bytes[at++] = number(pixel + channel * perChannel) * factor + offset + 0.5;
      }
  });
}

/** The labels of all pairs: numbers or texts, one for each image; or a column of 0 and 1 for each class. */
function labelsOf(
  { file, read }: OpenFile,
  pairs: readonly Pair[],
): Pick<Collection, 'classes' | 'severalLabels' | 'labels'> {
  const { numpy } = sentences.data;
  const arrays = pairs.map(({ labels }) => read(labels));
  const [{ name, shape }] = arrays;
  const columns = shape.length === 2 ? shape[1] : 1;
  if (arrays.some(each => each.shape.length > 2 || (each.shape[1] ?? 1) !== columns || each.shape.length === 0))
    throw new UserError(numpy.noLabels(file, name, shape.join('×')));
  if (columns === 1) {
    const names = arrays.flatMap(array =>
      Array.from({ length: array.shape[0] }, (_, image) => nameAt(array, image, file)),
    );
    const classes = inClassOrder(names);
    if (classes.length < 2) throw new UserError(numpy.oneClass(file, name));
    checkClassCount(classes.length);
    const places = new Map(classes.map((each, place) => [each, place]));
    const numbers = names.map(each => places.get(each)!);
    return { classes, severalLabels: false, labels: toLabels(numbers, classes.length) };
  }
  checkClassCount(columns);
  const rows = arrays.flatMap(array => {
    if (array.dtype.kind === 'U' || array.dtype.kind === 'S') throw new UserError(numpy.flags(file, array.name));
    const number = numbersOf(array);
    const [perImage, perClass] = array.strides;
    return Array.from({ length: array.shape[0] }, (_, image) =>
      Array.from({ length: columns }, (_, column) => column).filter(column => {
        const flag = number(image * perImage + column * perClass);
        if (flag !== 0 && flag !== 1) throw new UserError(numpy.flags(file, array.name));
        return flag === 1;
      }),
    );
  });
  const classes = Array.from({ length: columns }, (_, column) => String(column));
  const severalLabels = rows.some(row => row.length !== 1);
  if (severalLabels) return { classes, severalLabels, labels: toFlags(rows, columns) };
  const single = rows.map(([label]) => label);
  return { classes, severalLabels, labels: toLabels(single, columns) };
}

/** The name of an image's class: its text, or its whole number. */
function nameAt(array: NumpyArray, image: number, file: string): string {
  const { dtype, strides, name } = array;
  if (dtype.kind === 'U' || dtype.kind === 'S') return textAt(array, image * strides[0]);
  const value = numbersOf(array)(image * strides[0]);
  if (!Number.isSafeInteger(value)) throw new UserError(sentences.data.numpy.label(file, name, value));
  return String(value);
}
