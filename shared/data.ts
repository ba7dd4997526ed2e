/** What a data set is: images as bytes with their labels, split into training, validation and test. Plain data, the
 *  same for the engine, the panels, the command line and files. */
import * as v from 'valibot';
import { issuesOf, type Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import type { NetworkSpec } from './network-schema.ts';

const expected = issuesOf(sentences.data.expected);
/** The most pixels that a side of an image may have. */
export const MOST_SIDE = 1024;
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const share = v.pipe(v.number(expected.share), v.minValue(0, expected.share), v.maxValue(0.9, expected.share));
/** The height or width of an image, in pixels. */
export const imageSide = v.pipe(
  v.number(expected.side),
  v.integer(expected.side),
  v.minValue(1, expected.side),
  v.maxValue(MOST_SIDE, expected.side),
);

/** The data sets that come by name. */
export const dataNames = ['digits', 'letters', 'fashion'] as const;
export type DataName = (typeof dataNames)[number];

/** The classes of the digits. A network may have other ones. */
export const DIGIT_NAMES: readonly string[] = Array.from('0123456789');
/** The classes of the letters. */
export const LETTER_NAMES: readonly string[] = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** Where images and labels come from.
 *  - named: a known data set.
 *  - idx: two IDX files.
 *  - folders: a folder that has one folder of images for each class.
 *  - csv: a folder of images, and a CSV file with the labels of each image.
 *  - numpy: a .npz file with arrays of images and labels, or two files with one of them each. */
const dataSourceSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('named'), name: v.picklist(dataNames) }),
  v.strictObject({ kind: v.literal('idx'), images: path, labels: path }),
  v.strictObject({ kind: v.literal('folders'), path }),
  v.strictObject({ kind: v.literal('csv'), images: path, labels: path }),
  v.strictObject({ kind: v.literal('numpy'), images: path, labels: v.optional(path) }),
]);
export type DataSource = v.InferOutput<typeof dataSourceSchema>;

/** The files and folders of a source, that of the images first. */
export function pathsOf(source: DataSource): string[] {
  if (source.kind === 'named') return [];
  if (source.kind === 'folders') return [source.path];
  return source.labels === undefined ? [source.images] : [source.images, source.labels];
}

/** How an image is fitted to the network's input.
 *  - stretch: resized to the wanted size; its proportions may change.
 *  - crop: the largest part around its middle that has the wanted proportions.
 *  - pad: the whole image, with black beside it. */
export const fits = ['stretch', 'crop', 'pad'] as const;
export type Fit = (typeof fits)[number];

/** What separates the labels of an image. none: an image has only one. rows: each label has a row of its own. The
 *  others are a sign between labels in one cell. */
export const labelSeparators = ['none', 'comma', 'semicolon', 'bar', 'space', 'rows'] as const;
export type LabelSeparator = (typeof labelSeparators)[number];
const column = v.pipe(v.string(expected.column), v.minLength(1, expected.column), v.maxLength(4096, expected.column));

/** How to understand folders, tables and arrays. The reader guesses every setting that is left out. A column is named
 *  by its title or by its number, counted from 1. */
const dataReadingSchema = v.strictObject({
  /** Whether folders named as splits ("train", "test_set") are splits; else every folder is a class. */
  splitFolders: v.optional(v.boolean()),
  /** Whether the table begins with a row of column titles. */
  header: v.optional(v.boolean()),
  fileColumn: v.optional(column),
  /** One column of labels; or several columns of 0 and 1, with commas between their names. */
  labelColumn: v.optional(column),
  /** The column that says which split an image belongs to. "none": there is no such column. */
  splitColumn: v.optional(column),
  separator: v.optional(v.picklist(labelSeparators)),
  /** The names of the arrays of images and labels in .npz files. */
  imagesArray: v.optional(column),
  labelsArray: v.optional(column),
});
export type DataReading = v.InferOutput<typeof dataReadingSchema>;

/** The data set that somebody chose: where it is, and how to make images and splits of it. */
export const dataChoiceSchema = v.strictObject({
  source: dataSourceSchema,
  reading: v.optional(dataReadingSchema),
  /** The network's input: height, width and channels (1 grey, 3 RGB, 4 RGBA). Images are resized to it. */
  shape: v.strictTuple([imageSide, imageSide, v.picklist([1, 3, 4], expected.channels)]),
  fit: v.picklist(fits),
  /** Shares of the images that are set aside. If the data set has test (or validation) images of its own, it uses
   *  those, and that share is ignored. */
  validation: share,
  test: share,
  /** Decides which images are set aside. */
  seed: v.pipe(
    v.number(expected.seed),
    v.integer(expected.seed),
    v.minValue(0, expected.seed),
    v.maxValue(2 ** 32 - 1, expected.seed),
  ),
});
export type DataChoice = v.InferOutput<typeof dataChoiceSchema>;

/** The shape [height, width, channels] of images for this network. undefined if its input is no image: the channels
 *  aren't grey, RGB or RGBA, or it is too large. */
export function imageShape({ layers: [input] }: NetworkSpec): DataChoice['shape'] | undefined {
  if (input?.kind !== 'input') return undefined;
  const [height, width, channels] = input.shape;
  if (height > MOST_SIDE || width > MOST_SIDE) return undefined;
  return channels === 1 || channels === 3 || channels === 4 ? [height, width, channels] : undefined;
}

export const splits = ['training', 'validation', 'test'] as const;
export type Split = (typeof splits)[number];

/** The split that has all the images, if the others are empty. undefined otherwise. */
export function onlySplit(totals: Readonly<Record<Split, number>>): Split | undefined {
  const filled = splits.filter(each => totals[each] > 0);
  return filled.length === 1 ? filled[0] : undefined;
}

/** An image that couldn't be used, and why. `name`: its path below the data set's folder. */
export type DataProblem = { name: string; reason: Sentence };

/** What the reader of a data set reports: how it understood the files, and what it doubts or left out. */
export type DataNotes = { understood: readonly Sentence[]; warnings: readonly Sentence[] };

/** A data set in memory. Images stay bytes until a batch needs them. */
export type DataSet = {
  name: string;
  shape: readonly [height: number, width: number, channels: number];
  classes: readonly string[];
  /** Whether an image may have any number of labels; else it has exactly one. */
  severalLabels: boolean;
  count: number;
  /** [count, height, width, channels], 0 black to 255 white. */
  bytes: Uint8Array;
  /** The class of each image, [count]. With several labels [count, classes]: 1 if the image has the label, else 0. */
  labels: Uint8Array | Uint16Array;
  /** Given if `classes` were put into the order of a network's units: the place of each class in the data set's own
   *  order (listed class weights are in that order). undefined for a class that the data set doesn't have. */
  places?: readonly (number | undefined)[];
  /** An image's name: its file name, or its number in the data set. */
  nameOf: (index: number) => string;
  /** Indices of each split's images, ascending. Every image is in one split. */
  split: Readonly<Record<Split, Uint32Array>>;
  problems: readonly DataProblem[];
  notes?: DataNotes;
  /** How the files were understood: what was chosen, and for the rest what was guessed. */
  reading?: DataReading;
  /** The owner of the data and its licence, if known. */
  licence?: Sentence;
  /** Tells whether the files have changed since they were read. Left out if the files can't change. Throws UserError if
   *  `signal` aborts. */
  changed?: (signal: AbortSignal) => Promise<boolean>;
};

/** A data set in short, for panels and the command line. `counts` has the number of images for each class and split;
 *  with several labels, an image counts for each of its labels. */
export type DataSummary = {
  name: string;
  shape: readonly [height: number, width: number, channels: number];
  classes: readonly string[];
  severalLabels: boolean;
  counts: readonly Readonly<Record<Split, number>>[];
  totals: Readonly<Record<Split, number>>;
  /** The first problems. `problemCount` is the number of all. */
  problems: readonly DataProblem[];
  problemCount: number;
  notes?: DataNotes;
  reading?: DataReading;
  licence?: Sentence;
};

const amount = (maximum: number, message: string) =>
  v.pipe(v.number(message), v.minValue(0, message), v.maxValue(maximum, message));

/** A setting that earlier versions didn't have. */
const later = <S extends v.GenericSchema<number, number>>(schema: S) => v.optional(schema, 0);

/** Random changes of training images, drawn anew for every image of every batch. Validation and test images never
 *  change. 0 and false mean none. */
export const augmentationSchema = v.strictObject({
  /** Largest shift along each axis, as a share of the size. */
  shift: amount(0.5, expected.shift),
  /** Largest rotation either way, in degrees. */
  rotate: amount(180, expected.rotate),
  /** Largest change of the size, as a share. 0.1: the factor is between 1/1.1 and 1.1. */
  zoom: amount(0.5, expected.zoom),
  /** Whether images may be mirrored left to right. */
  flip: v.boolean(),
  /** Largest change of brightness and contrast, as a share of the range. Brightness is added; contrast multiplies by 1
   *  + the change. */
  light: amount(0.5, expected.light),
  /** Whether images may be turned and mirrored by the 8 symmetries of the square. For pictures without an up and down,
   *  such as satellite images. Images must be square. */
  symmetries: v.boolean(),
  /** Random resized crop: the largest share of the area that is cut away. What is left is a rectangle somewhere in the
   *  image, up to 4/3 times as wide or as high as the image's proportions, and is stretched to the whole size. */
  crop: later(amount(0.9, expected.crop)),
  /** Each corner moves inwards by at most half this share of each side, and the image with them. */
  perspective: later(amount(0.5, expected.perspective)),
  /** Colours as in torchvision's ColorJitter, in this order: a factor of brightness; a factor of the distance to the
   *  mean grey; one of the distance to each pixel's grey; each from 1 − x to 1 + x; and a turn of the hue by at most
   *  this share of the circle. Images of one channel have no saturation and hue; a fourth channel stays as it is. */
  brightness: later(amount(1, expected.jitter)),
  contrast: later(amount(1, expected.jitter)),
  saturation: later(amount(1, expected.jitter)),
  hue: later(amount(0.5, expected.hue)),
  /** The largest standard deviation of a Gaussian blur, in pixels. */
  blur: later(amount(5, expected.blur)),
  /** The largest standard deviation of Gaussian noise, as a share of the range. A fourth channel gets none. */
  noise: later(amount(0.5, expected.noise)),
  /** Cutout: a rectangle of this share of each side becomes 0, in all channels. Its middle is somewhere in the image,
   *  so it may reach over the edge. Source: arxiv.org/abs/1708.04552 */
  cutout: later(amount(0.75, expected.cutout)),
  /** Mixup: α of the Beta(α, α) distribution of λ, drawn for each batch. Each image becomes λ of itself and 1 − λ of
   *  another one of the batch, and so do its targets. Source: arxiv.org/abs/1710.09412 */
  mixup: later(amount(10, expected.mixup)),
});
export type Augmentation = v.InferOutput<typeof augmentationSchema>;

export const noAugmentation: Augmentation = {
  shift: 0,
  rotate: 0,
  zoom: 0,
  flip: false,
  light: 0,
  symmetries: false,
  crop: 0,
  perspective: 0,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  hue: 0,
  blur: 0,
  noise: 0,
  cutout: 0,
  mixup: 0,
};

/** Each change as strong as it usually is. */
export const usualAugmentation: Augmentation = {
  shift: 0.1,
  rotate: 10,
  zoom: 0.1,
  flip: true,
  light: 0.2,
  symmetries: true,
  crop: 0.5,
  perspective: 0.3,
  brightness: 0.4,
  contrast: 0.4,
  saturation: 0.4,
  hue: 0.1,
  blur: 1,
  noise: 0.1,
  cutout: 0.3,
  mixup: 0.2,
};

/** The changes of images that are amounts, in the order in which they are made. */
export const amountsOfChange = [
  'shift',
  'rotate',
  'zoom',
  'crop',
  'perspective',
  'light',
  'brightness',
  'contrast',
  'saturation',
  'hue',
  'blur',
  'noise',
  'cutout',
  'mixup',
] as const satisfies readonly (keyof Augmentation)[];
export type AmountOfChange = (typeof amountsOfChange)[number];
