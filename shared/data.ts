/** What a data set is: images as bytes with their labels, split into training, validation and test. Plain data, the
 *  same for the engine, the panels, the command line and files. */
import * as v from 'valibot';
import { issuesOf, type Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';

const expected = issuesOf(sentences.data.expected);
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const share = v.pipe(v.number(expected.share), v.minValue(0, expected.share), v.maxValue(0.9, expected.share));
const side = v.pipe(
  v.number(expected.side),
  v.integer(expected.side),
  v.minValue(1, expected.side),
  v.maxValue(1024, expected.side),
);

/** The data sets that come by name. */
export const dataNames = ['digits', 'letters', 'fashion'] as const;
export type DataName = (typeof dataNames)[number];

/** Where images and labels come from. named: a known data set; idx: two IDX files; folders: a folder with a folder of
 *  images for each class; csv: a folder of images and a CSV file that names each image's label or labels. */
const dataSourceSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('named'), name: v.picklist(dataNames) }),
  v.strictObject({ kind: v.literal('idx'), images: path, labels: path }),
  v.strictObject({ kind: v.literal('folders'), path }),
  v.strictObject({ kind: v.literal('csv'), images: path, labels: path }),
]);
export type DataSource = v.InferOutput<typeof dataSourceSchema>;

/** How an image of another shape is fitted to the network's input. stretch: to the wanted size whatever its
 *  proportions; crop: the largest part from its middle that has the wanted proportions; pad: all of it, with black
 *  beside it. */
export const fits = ['stretch', 'crop', 'pad'] as const;
export type Fit = (typeof fits)[number];

/** Bytes an image's file may have. */
export const MOST_IMAGE_BYTES = 128 * 2 ** 20;

/** What separates the labels of an image: nothing, where it has one; a sign in its cell; or rows, one for each
 *  label. */
export const labelSeparators = ['none', 'comma', 'semicolon', 'bar', 'space', 'rows'] as const;
export type LabelSeparator = (typeof labelSeparators)[number];
const column = v.pipe(v.string(expected.column), v.minLength(1, expected.column), v.maxLength(4096, expected.column));

/** How folders and tables are to be understood, where the reader's own guess is wrong. What is left out is guessed. A
 *  column goes by its title, or by its number from 1. */
const dataReadingSchema = v.strictObject({
  /** Whether folders named as splits ("train", "test_set") are splits; else every folder is a class. */
  splitFolders: v.optional(v.boolean()),
  /** Whether the table begins with a row of column titles. */
  header: v.optional(v.boolean()),
  fileColumn: v.optional(column),
  /** One column of labels, or several with a comma between them: columns of 0 and 1. */
  labelColumn: v.optional(column),
  /** "none": no column says what an image is for. */
  splitColumn: v.optional(column),
  separator: v.optional(v.picklist(labelSeparators)),
});
export type DataReading = v.InferOutput<typeof dataReadingSchema>;

/** A data set as it is chosen: what to read, and how to make images and splits of it. */
export const dataChoiceSchema = v.strictObject({
  source: dataSourceSchema,
  reading: v.optional(dataReadingSchema),
  /** Height and width images are resized to, and their channels (1 grey, 3 RGB, 4 RGBA): those of the network's
   *  input. */
  shape: v.strictTuple([side, side, v.picklist([1, 3, 4], expected.channels)]),
  fit: v.picklist(fits),
  /** Shares of the images that are set aside. A data set that brings its own test images (or validation images) uses
   *  those, and the share of them counts for nothing. */
  validation: share,
  test: share,
  /** Decides which images those are. */
  seed: v.pipe(
    v.number(expected.seed),
    v.integer(expected.seed),
    v.minValue(0, expected.seed),
    v.maxValue(2 ** 32 - 1, expected.seed),
  ),
});
export type DataChoice = v.InferOutput<typeof dataChoiceSchema>;

export const splits = ['training', 'validation', 'test'] as const;
export type Split = (typeof splits)[number];

/** The split that has all images, where the others have none: then they are simply the images of the data set. */
export function onlySplit(totals: Readonly<Record<Split, number>>): Split | undefined {
  const filled = splits.filter(each => totals[each] > 0);
  return filled.length === 1 ? filled[0] : undefined;
}

/** An image that couldn't be used, by its name (below the data set's folder), with the reason in words. */
export type DataProblem = { name: string; reason: Sentence };

/** What the reader tells of a data set, in sentences: how it understood the files, and what it doubts or left out. */
export type DataNotes = { understood: readonly Sentence[]; warnings: readonly Sentence[] };

/** A data set in memory. Images stay bytes until a batch is made of them. */
export type DataSet = {
  name: string;
  shape: readonly [height: number, width: number, channels: number];
  classes: readonly string[];
  /** Whether an image may have any number of labels; else it has exactly one. */
  severalLabels: boolean;
  count: number;
  /** [count, height, width, channels], 0 black to 255 white. */
  bytes: Uint8Array;
  /** [count]: the class of each image; with several labels [count, classes]: 1 where the image has the label, else
   *  0. */
  labels: Uint8Array | Uint16Array;
  /** Where `classes` are in the order of a network's units: for each the place it has in the data set's own order,
   *  which listed class weights go by; undefined where the data set has no such class. */
  places?: readonly (number | undefined)[];
  /** What the image is called: a file name, or its number in the data set. */
  nameOf: (index: number) => string;
  /** Indices of the images of each split, ascending; every image is in one. */
  split: Readonly<Record<Split, Uint32Array>>;
  problems: readonly DataProblem[];
  notes?: DataNotes;
  /** The guesses that were made, and the choices that were given instead. */
  reading?: DataReading;
  /** Whose data it is and under which licence, where that is known. */
  licence?: Sentence;
  /** Whether the files it was read from are others than they were then; left out where they don't change. Throws
   *  UserError where `signal` ends it. */
  changed?: (signal: AbortSignal) => Promise<boolean>;
};

/** What panels and the command line tell of a data set: `counts` has for each class the images of each split (with
 *  several labels: images with that label). */
export type DataSummary = {
  name: string;
  shape: readonly [height: number, width: number, channels: number];
  classes: readonly string[];
  severalLabels: boolean;
  counts: readonly Readonly<Record<Split, number>>[];
  totals: Readonly<Record<Split, number>>;
  /** The first of them; `problemCount` says how many there are. */
  problems: readonly DataProblem[];
  problemCount: number;
  notes?: DataNotes;
  reading?: DataReading;
  licence?: Sentence;
};

const amount = (maximum: number, message: string) =>
  v.pipe(v.number(message), v.minValue(0, message), v.maxValue(maximum, message));

/** Random changes of training images, drawn anew for each image of each batch; never for validation or test. 0 and
 *  false mean none. */
export const augmentationSchema = v.strictObject({
  /** Largest shift along each axis, as a share of the size. */
  shift: amount(0.5, expected.shift),
  /** Largest rotation either way, in degrees. */
  rotate: amount(180, expected.rotate),
  /** Largest change of the size, as a share: 0.1 means from 1/1.1 to 1.1 times. */
  zoom: amount(0.5, expected.zoom),
  /** Left and right may change places. */
  flip: v.boolean(),
  /** Largest change of brightness (added) and contrast (times 1 + it), as a share of the range. */
  light: amount(0.5, expected.light),
  /** Any of the 8 symmetries of the square: for pictures without an up and down, such as those from satellites. Images
   *  have to be square. */
  symmetries: v.boolean(),
});
export type Augmentation = v.InferOutput<typeof augmentationSchema>;

export const noAugmentation: Augmentation = {
  shift: 0,
  rotate: 0,
  zoom: 0,
  flip: false,
  light: 0,
  symmetries: false,
};
