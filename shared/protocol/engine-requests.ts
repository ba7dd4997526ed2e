/** The requests that the engine answers. Their arguments come from outside, so they are schemas. */
import * as v from 'valibot';
import { MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import type { AskedChange, Made } from '../change.ts';
import type { LayersChange } from '../changes/kinds.ts';
import { expression, sheetId, writtenChanges } from '../changes/schema.ts';
import { augmentationSchema, dataChoiceSchema, DIGIT_NAMES, splits } from '../data.ts';
import { MOST_IMAGE_BYTES } from '../file-limits.ts';
import { FILM_LIMITS, storyboardSchema } from '../film/storyboard.ts';
import { stateAsk } from '../film/states.ts';
import { beginnings } from '../layer-edits/kept.ts';
import { list } from '../list-schema.ts';
import { judgingSchema } from '../judging.ts';
import { languages } from '../messages/languages.ts';
import { sentenceSchema } from '../messages/sentence.ts';
import { MOST_HUSHED, MOST_KEY } from '../lint-keys.ts';
import { LIMITS } from '../network-limits.ts';
import { networkSchema } from '../network-schema.ts';
import { MOST_CELLS, planes, type RangePlace } from '../places.ts';
import { setupSchema, starts, trainingConfigSchema } from '../training.ts';
import { ttaSchema } from '../tta.ts';
import {
  bytes,
  classNames,
  fileName,
  fileStamp,
  freshTemplate,
  imageShape,
  index,
  path,
  storedFile,
  tensorId,
  text,
} from './schemas.ts';

/** A part of a tensor that a client wants to be told about: an affine view (see TensorView) and an id of the
 *  client's. */
const window = v.strictObject({
  id: index,
  tensor: tensorId,
  offset: index,
  height: index,
  width: index,
  rowStride: index,
  columnStride: index,
  plane: v.picklist(planes),
});
/** A range of a sheet that a client wants to be told about. Only cells that are no elements count. `id` is the
 *  client's. */
const range = { sheet: sheetId, row: index, column: index, height: index, width: index };
const isRange = ({ row, column, height, width }: Omit<RangePlace, 'sheet'>) =>
  row + height <= MAX_ROWS && column + width <= MAX_COLUMNS && height * width <= MOST_CELLS;
const cellsRange = v.pipe(
  v.strictObject(range),
  v.check(given => isRange(given), 'Expected a range of a sheet'),
);
const cellsWindow = v.pipe(
  v.strictObject({ id: index, ...range }),
  v.check(window => isRange(window), 'Expected a range of a sheet'),
);
const floats = v.instance(Float32Array<ArrayBufferLike>);
/** See TensorEdit. */
const tensorEdit = v.strictObject({
  tensor: tensorId,
  indices: v.optional(v.instance(Uint32Array<ArrayBufferLike>)),
  values: floats,
});
const tensorEdits = list(tensorEdit, 10_000);
const wholeTensors = list(v.strictObject({ tensor: tensorId, values: floats }), 10_000);
const source = v.variant('kind', [
  v.strictObject({ kind: v.literal('digit'), index }),
  v.strictObject({ kind: v.literal('drawing') }),
  v.strictObject({ kind: v.literal('typed') }),
  /** An image of another data set, or an image file, by its name. */
  v.strictObject({ kind: v.literal('image'), name: text(1000) }),
]);
/** See LayersChange. */
const layerEdits = {
  network: networkSchema,
  beginning: v.picklist(beginnings),
  seed: index,
  copies: v.optional(list(v.strictTuple([text(64), text(64)]), LIMITS.layers)),
};
const layersChange: v.GenericSchema<LayersChange> = v.strictObject({ kind: v.literal('layers'), ...layerEdits });
const hushedKeys = list(text(MOST_KEY), MOST_HUSHED);
/** The changes that somebody may make to a workbook. */
const changes: v.GenericSchema<readonly AskedChange[]> = list(
  v.variant('kind', [
    v.strictObject({ kind: v.literal('values'), edits: tensorEdits }),
    v.strictObject({ kind: v.literal('source'), source }),
    v.strictObject({ kind: v.literal('hush'), keys: hushedKeys }),
    v.strictObject({ kind: v.literal('layers'), ...layerEdits }),
    v.strictObject({
      kind: v.literal('storyboard'),
      storyboard: storyboardSchema,
      narrations: v.optional(list(v.strictObject({ id: text(64), bytes }), FILM_LIMITS.scenes)),
    }),
    ...writtenChanges,
  ]),
  1000,
);
/** See FindQuery. `sheet`: only there. `language` and `decimal` say how the reader writes formulas and numbers. */
const findQuery = {
  text: v.pipe(text(255), v.minLength(1)),
  look: v.picklist(['values', 'formulas']),
  matchCase: v.boolean(),
  whole: v.boolean(),
  sheet: v.optional(sheetId),
  language: v.picklist(languages),
  decimal: v.picklist(['.', ',']),
};
/** The changes that a run may make besides the weights. */
const made: v.GenericSchema<Made> = v.strictObject({
  changes: list(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('network'), network: networkSchema, values: wholeTensors }),
      v.strictObject({ kind: v.literal('classes'), classes: classNames, values: v.optional(floats) }),
    ]),
    2,
  ),
  commands: index,
});
const undoable = v.optional(v.literal(true));
/** Which test digits: of one class, or only those that the network gets wrong. By default all. */
const digitFilter = v.strictObject({
  class: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(DIGIT_NAMES.length - 1))),
  wrong: v.optional(v.boolean()),
});

export type DigitFilter = v.InferOutput<typeof digitFilter>;
export type Window = v.InferOutput<typeof window>;
export type CellsWindow = v.InferOutput<typeof cellsWindow>;

/** The requests that the engine answers. `journal`: the request changes the workbook, so the shell keeps it to replay
 *  it after a crash. */
export const engineRequests = {
  /** The open workbook. */
  getWorkbook: { args: v.strictObject({}), journal: false },
  /** Replaces this client's windows: of tensors, and of free cells and own sheets. A `changes` event with the values of
   *  the new windows comes before the reply. */
  watch: {
    args: v.strictObject({ windows: list(window, 20_000), cells: v.optional(list(cellsWindow, 20)) }),
    journal: false,
  },
  /** Makes a command's changes. `structure`: the structure that they were made for (see `WorkbookInfo`). A window must
   *  give it; if the workbook has another structure by then, nothing changes. `lifts`: formulas that complete a pattern
   *  over a band or a map become layers. */
  change: {
    args: v.strictObject({
      structure: v.optional(text(100)),
      label: sentenceSchema,
      changes,
      mergeKey: v.optional(text(100)),
      lifts: v.optional(v.literal(true)),
    }),
    journal: true,
  },
  /** What advice about the network needs to know of its numbers. */
  inspect: { args: v.strictObject({}), journal: false },
  /** What the network itself gives where something is typed over computed elements, and what it predicts then.
   *  `values`: with everything that is otherwise then. */
  describeOverrides: { args: v.strictObject({ values: v.optional(v.literal(true)) }), journal: false },
  /** The cells that match. Sends `progress` events; `cancel` ends it. */
  findCells: { args: v.strictObject(findQuery), journal: false },
  /** The changes that put `replacement` in place of what is found in typed contents: on all matching cells, or at one.
   *  They change nothing yet. Sends `progress` events; `cancel` ends it. */
  findReplacements: {
    args: v.strictObject({
      ...findQuery,
      replacement: text(8192),
      at: v.optional(v.strictObject({ sheet: sheetId, row: index, column: index })),
    }),
    journal: false,
  },
  /** What a formula would give in a cell. It changes nothing. */
  tryFormula: {
    args: v.strictObject({ sheet: sheetId, row: index, column: index, formula: expression }),
    journal: false,
  },
  /** What the network would answer to the shown image after edits of its layers. It changes nothing. A client's new
   *  request ends the one before, and so does every change of the workbook. */
  previewLayers: { args: v.strictObject({ structure: text(100), change: layersChange }), journal: false },
  /** The loop of a formula that depends on itself; see Session.loopAt. */
  findLoop: { args: v.strictObject({ sheet: sheetId, row: index, column: index }), journal: false },
  undo: { args: v.strictObject({}), journal: true },
  redo: { args: v.strictObject({}), journal: true },
  /** Puts a test digit into the input cells and its class into `actual`, as one command to undo. */
  showDigit: { args: v.strictObject({ index }), journal: true },
  /** A page of test digits: their classes and pixels, and the network's predictions as far as they are known. */
  listDigits: {
    args: v.strictObject({ filter: digitFilter, from: index, count: v.pipe(index, v.maxValue(500)) }),
    journal: false,
  },
  /** The next matching digit after `index`, or the one before it, or a random other one. undefined if none matches. */
  findDigit: {
    args: v.strictObject({
      filter: digitFilter,
      index: v.pipe(v.number(), v.integer(), v.minValue(-1)),
      direction: v.picklist(['next', 'previous', 'random']),
    }),
    journal: false,
  },

  /** The states of the network that a scene shows; see states.ts. Nothing changes. `cells`: a range whose cells around
   *  the network are told too; `places`: single ones. `data`: the data set of the images, if they aren't the
   *  test digits. `config`: how a run is set up. Sends `progress` events; `cancel` ends it. */
  filmStates: {
    args: v.strictObject({
      structure: text(100),
      asks: list(stateAsk, FILM_LIMITS.images),
      tensors: list(tensorId, 10_000),
      cells: v.optional(cellsRange),
      places: v.optional(list(v.strictObject({ sheet: sheetId, row: index, column: index }), FILM_LIMITS.caption)),
      data: v.optional(dataChoiceSchema),
      config: v.optional(trainingConfigSchema),
    }),
    journal: false,
  },
  /** The bytes of a narration of the storyboard. */
  getNarration: { args: v.strictObject({ id: text(64) }), journal: false },

  // ── data sets ──
  /** Reads a data set and returns its classes and counts. Sends `progress` events; `cancel` ends it. The engine keeps
   *  the last data set that it read. */
  describeData: { args: v.strictObject({ data: dataChoiceSchema }), journal: false },
  /** Some images of a split as the network gets them, or as augmentation may change them: `count` images from `from`
   *  on. With `class`, only images of that class count. */
  listSamples: {
    args: v.strictObject({
      data: dataChoiceSchema,
      split: v.picklist(splits),
      class: v.optional(index),
      from: index,
      count: v.pipe(index, v.maxValue(500)),
      /** If given, each image is augmented, differently for each `variant`. */
      augmentation: v.optional(augmentationSchema),
      variant: v.optional(index),
      /** Of the random numbers; 0 if left out. */
      seed: v.optional(index),
    }),
    journal: false,
  },
  /** One training image under each change of augmentation alone: as strong as it is set, or as usual where it is off.
   *  The same seed shows the same pictures. */
  showChanges: {
    args: v.strictObject({ data: dataChoiceSchema, from: index, augmentation: augmentationSchema, seed: index }),
    journal: false,
  },
  /** Images by their indices in the data set. */
  getImages: {
    args: v.strictObject({ data: dataChoiceSchema, indices: list(index, 500) }),
    journal: false,
  },

  /** The images that excite one map or unit of a layer most. Sends `progress` events; `cancel` ends it. */
  findExciting: {
    args: v.strictObject({ data: dataChoiceSchema, layer: text(64), channel: index }),
    journal: false,
  },

  /** For each pixel of the shown image: the slope of a class's score times the pixel. `cancel` ends it. */
  findSaliency: { args: v.strictObject({ class: index }), journal: false },
  /** The slope of the loss by a pixel or a parameter, found by trying: see LossSlope. `cancel` ends it. */
  trySlope: { args: v.strictObject({ tensor: tensorId, index }), journal: false },
  /** How much a class's score drops when a square patch of the shown image is set to 0. Patches are `stride` pixels
   *  apart. Sends `progress` events; `cancel` ends it. */
  findOcclusion: {
    args: v.strictObject({
      class: index,
      patch: v.pipe(index, v.minValue(1)),
      stride: v.pipe(index, v.minValue(1)),
    }),
    journal: false,
  },

  /** What the cells of a layer add to the difference of two class scores: their numbers, and the slopes of the
   *  difference by them. */
  findShares: { args: v.strictObject({ class: index, against: index, layer: text(64) }), journal: false },

  /** Weights of the scores' dense layer that are means of each class of the data set. It changes nothing. `compared`:
   *  also counts how many images of the test split (or of the validation split, where there is no other) the network's
   *  own weights and these get right. `cancel` ends it. */
  classMeans: { args: v.strictObject({ data: dataChoiceSchema, compared: v.optional(v.boolean()) }), journal: false },
  /** For each optimizer of the sheet that teaches them: the gradients by a weight in ten steps, each from a batch of 16
   *  images, at the weight that the steps before have led to. `cancel` ends it. */
  weightGradients: {
    args: v.strictObject({ data: dataChoiceSchema, tensor: tensorId, index }),
    journal: false,
  },

  /** For each kernel, the weight by which the loss shown changes most, if it changes by any. */
  steepestWeights: { args: v.strictObject({}), journal: false },

  // ── training ──
  /** Starts a run on the open workbook. The reply comes when the run has started, or can't start. Refused if another
   *  run is under way. */
  train: {
    args: v.strictObject({
      id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
      name: text(200),
      config: trainingConfigSchema,
      start: v.picklist(starts),
      /** With `start` 'continue': resumes the last run, which was cut short, instead of beginning a new one. */
      goesOn: v.optional(v.boolean()),
    }),
    journal: true,
  },
  /** Controls the run under way. step: makes one step and pauses again. stop: ends the run. */
  controlRun: { args: v.strictObject({ action: v.picklist(['pause', 'resume', 'step', 'stop']) }), journal: false },
  /** Changes the learning rate of the run's set-up from now on. */
  setLearningRate: {
    args: v.strictObject({ learningRate: v.pipe(v.number(), v.gtValue(0), v.maxValue(100)) }),
    journal: true,
  },
  /** Sets fresh random weights from the seed, as one command to undo. */
  resetParameters: { args: v.strictObject({ seed: index }), journal: true },
  /** Forgets a kept run. Without `undoable`, as in journals of earlier versions, undo doesn't bring it back. */
  deleteRun: { args: v.strictObject({ id: text(64), undoable }), journal: true },
  renameRun: { args: v.strictObject({ id: text(64), name: text(200), undoable }), journal: true },
  /** Keeps the set-up of the next run for the file. This doesn't count as a change of the workbook. */
  keepSetup: { args: v.strictObject({ setup: setupSchema }), journal: false },
  /** A kept run, or the run under way, with its whole history. */
  getRun: { args: v.strictObject({ id: text(64) }), journal: false },
  /** Tries growing learning rates on a copy of the weights, or of fresh weights if `start` is 'initial'. Sends
   *  `progress` and `rateCurve` events; `cancel` ends it. */
  findLearningRate: {
    args: v.strictObject({ config: trainingConfigSchema, start: v.optional(v.picklist(starts)) }),
    journal: false,
  },

  // ── how well it does ──
  /** Evaluates the network on a split. Sends `progress` events; `cancel` ends it. */
  evaluate: {
    args: v.strictObject({
      data: dataChoiceSchema,
      split: v.picklist(splits),
      topLosses: v.pipe(index, v.maxValue(500)),
      judging: v.optional(judgingSchema),
      /** The views of each image that are averaged; left out for the image alone. */
      tta: v.optional(ttaSchema),
    }),
    journal: false,
  },
  /** The images of one cell of the confusion matrix: of the class `actual`, predicted as `predicted` with the current
   *  weights. */
  listConfused: {
    args: v.strictObject({
      data: dataChoiceSchema,
      split: v.picklist(splits),
      actual: index,
      predicted: index,
      tta: v.optional(ttaSchema),
    }),
    journal: false,
  },
  /** The network's predictions for image files: one file, or all in a folder. */
  predictFiles: {
    args: v.strictObject({
      path,
      fit: dataChoiceSchema.entries.fit,
      invert: v.optional(v.boolean()),
      tta: v.optional(ttaSchema),
    }),
    journal: false,
  },
  /** Images of this client's last `predictFiles` as the network got them, by their places in its reply. */
  getPredictedImages: { args: v.strictObject({ indices: list(index, 500) }), journal: false },
  /** Gives an image of a data set other labels, or leaves it out (no label), in the list beside the data; or takes that
   *  back (`labels` left out). It holds when the data set is read again. */
  correctLabels: {
    args: v.strictObject({
      data: dataChoiceSchema,
      name: text(4096),
      labels: v.optional(list(text(4096), 65_536)),
    }),
    journal: false,
  },
  /** The predictions of this client's last `predictFiles`, written in the form of a sample file. */
  makeSubmission: { args: v.strictObject({ sample: path }), journal: false },
  /** Reads an image from a file or from bytes, for the network's input. Without `fit`, only an image of exactly that
   *  size is read; for another one, only its size is returned. */
  readImage: {
    args: v.variant('from', [
      v.strictObject({ from: v.literal('file'), path, fit: v.optional(dataChoiceSchema.entries.fit) }),
      v.strictObject({
        from: v.literal('bytes'),
        name: text(1000),
        bytes: v.pipe(
          bytes,
          v.check(({ length }) => length <= MOST_IMAGE_BYTES),
        ),
        fit: v.optional(dataChoiceSchema.entries.fit),
      }),
    ]),
    journal: false,
  },
  /** Ends the long work that this client asked for. Its request is refused with a sentence. To end training, use
   *  `controlRun`. */
  cancel: { args: v.strictObject({}), journal: false },
} as const;

/** Requests that only the shell may send to the engine. */
export const supervisorRequests = {
  /** Opens another workbook. If that fails, the open one stays. `id`: keep this id, because it is the same work after a
   *  restart of the engine. */
  load: {
    args: v.variant('from', [
      v.strictObject({ from: v.literal('template'), template: text(100), id: v.optional(text(100)) }),
      /** A network that is only an input for images of this size. */
      v.strictObject({ from: v.literal('empty'), images: imageShape, id: v.optional(text(100)) }),
      v.strictObject({ from: v.literal('fresh'), ...freshTemplate, id: v.optional(text(100)) }),
      /** A file whose `stamp` is another one by now is refused. */
      v.strictObject({ from: v.literal('file'), path, id: v.optional(text(100)), stamp: v.optional(fileStamp) }),
      v.strictObject({ from: v.literal('bytes'), name: text(1000), bytes, id: v.optional(text(100)) }),
      /** A file that `checkpoint` has written. */
      v.strictObject({ from: v.literal('checkpoint'), ...storedFile.entries, id: v.optional(text(100)) }),
    ]),
  },
  /** Writes the workbook to a temporary file beside `path` and renames that. The workbook then counts as saved. */
  write: { args: v.strictObject({ path }) },
  /** Writes the workbook as a .convsheet file into the folder of the journals. Changes made during the writing are not
   *  in it. */
  checkpoint: { args: v.strictObject({ file: fileName }) },
  /** Marks the workbook as unsaved (recovered work, even without changes) or as saved. */
  setModified: { args: v.strictObject({ modified: v.boolean() }) },
  /** In a replay, before `train`: says that this run killed several engines in a row, so it must not resume. It ends at
   *  its last checkpoint; without one, it is refused. */
  giveUpRun: { args: v.strictObject({ id: text(64) }) },
  /** In a replay, at the place of `train`: begins the run, and moves it to its last checkpoint if it has one. `train`
   *  follows after everything else, and reads the images. */
  openRun: { args: engineRequests.train.args },
  /** In a replay, instead of `train`: begins a run whose result a later `finishRun` brings. `made` is the same as
   *  there, because commands during the run need the changed workbook. */
  beginRun: { args: v.strictObject({ id: text(64), made: v.optional(made) }) },
  /** Ends a run with these weights (see the event `runEnded`), as one command to undo. It is kept in the journal, so
   *  that a replay need not train again. The weights are in a file. They are in `state` if the disk has no room for a
   *  file, and in journals of earlier versions. */
  finishRun: {
    args: v.strictObject({
      id: text(64),
      result: v.optional(storedFile),
      state: v.optional(bytes),
      made: v.optional(made),
    }),
  },
  dropClient: { args: v.strictObject({}) },
} as const;
