/** Every message between renderer, shell and engine. Arguments are schemas, because they come from outside; replies and
 *  events are types. More than 500 lines: whoever looks for a message finds all of them in one place. */
import * as v from 'valibot';
import type { OthersAt } from './cell-content.ts';
import type { Change, Made } from './change.ts';
import {
  augmentationSchema,
  type DataChoice,
  type DataSummary,
  dataChoiceSchema,
  type Fit,
  MOST_IMAGE_BYTES,
  splits,
} from './data.ts';
import { list } from './list-schema.ts';
import { menuSchema } from './menu.ts';
import { type LanguageChoice, languageChoices } from './messages/languages.ts';
import { type Sentence, sentenceSchema } from './messages/sentence.ts';
import type { LayerId, NetworkSpec, TensorId } from './network.ts';
import { networkSchema } from './network-schema.ts';
import { type Plane, planes, type RangePlace, type SheetInfo } from './places.ts';
import { type ShownView, shownViewSchema } from './shown-view.ts';
import {
  type Evaluation,
  type FilePrediction,
  type LayerHistograms,
  type EpochPoint,
  type KeptSetup,
  type RateCurve,
  type RunNote,
  type RunRecord,
  type RunState,
  type StepPoint,
  setupSchema,
  starts,
  trainingConfigSchema,
} from './training.ts';
import type { Source } from './workbook.ts';

const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 53 - 1));
const text = (length: number) => v.pipe(v.string(), v.maxLength(length));
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const tensorId = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^[^/]+\/[a-zA-Z]+$/),
) as unknown as v.GenericSchema<TensorId>;
const bytes = v.instance(Uint8Array<ArrayBufferLike>);

/** An affine view of a tensor that a client wants to be kept informed of, under a number of its own. */
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
const floats = v.instance(Float32Array<ArrayBufferLike>);
/** See TensorEdit. */
const tensorEdit = v.strictObject({
  tensor: tensorId,
  indices: v.optional(v.instance(Uint32Array<ArrayBufferLike>)),
  values: floats,
});
const tensorEdits = list(tensorEdit, 10_000);
const source = v.variant('kind', [
  v.strictObject({ kind: v.literal('digit'), index }),
  v.strictObject({ kind: v.literal('drawing') }),
  v.strictObject({ kind: v.literal('typed') }),
  /** An image of another data set, or an image file: what it is called. */
  v.strictObject({ kind: v.literal('image'), name: text(1000) }),
]);
/** What somebody may change about a workbook. */
const changes: v.GenericSchema<readonly Change[]> = list(
  v.variant('kind', [
    v.strictObject({ kind: v.literal('values'), edits: tensorEdits }),
    v.strictObject({ kind: v.literal('source'), source }),
  ]),
  100,
);
/** What a run may make of it besides. */
const classNames = list(text(200), 65_536);
const made: v.GenericSchema<Made> = v.strictObject({
  changes: list(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('network'), network: networkSchema, values: tensorEdits }),
      v.strictObject({ kind: v.literal('classes'), classes: classNames, values: v.optional(floats) }),
    ]),
    2,
  ),
  commands: index,
});
const undoable = v.optional(v.literal(true));
/** A file that the engine writes into the folder of the journals: its name, its bytes and their CRC-32, by which one
 *  that isn't whole is told. */
const fileName = v.pipe(v.string(), v.regex(/^[\w-]{1,64}\.[a-z]{1,16}$/));
const storedFile = v.strictObject({ file: fileName, size: index, checksum: index });
export type StoredFile = v.InferOutput<typeof storedFile>;
const panelWidth = v.optional(v.pipe(v.number(), v.integer(), v.minValue(50), v.maxValue(4000)));
export const widthsSchema = v.strictObject({ left: panelWidth, side: panelWidth });
/** The classes of the digits; a network may have other ones, and more. */
export const DIGIT_NAMES: readonly string[] = Array.from('0123456789');
/** Which test digits: of one class, only those the network gets wrong, or all. */
const digitFilter = v.strictObject({
  class: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(DIGIT_NAMES.length - 1))),
  wrong: v.optional(v.boolean()),
});

/** Requests the engine answers. `journal`: it changes the workbook, so the shell keeps it for replay after a crash. */
export const engineRequests = {
  /** The open workbook. */
  getWorkbook: { args: v.strictObject({}), journal: false },
  /** Replaces this client's windows. Every window not watched before is answered by a `changes` event that comes before
   *  the reply. */
  watch: { args: v.strictObject({ windows: list(window, 20_000) }), journal: false },
  /** Does a command. `structure`: the one it was made for, as `WorkbookInfo` names it; a window has to say so, and
   *  where it is another one by then, nothing is changed. */
  change: {
    args: v.strictObject({
      structure: v.optional(text(100)),
      label: sentenceSchema,
      changes,
      mergeKey: v.optional(text(100)),
    }),
    journal: true,
  },
  undo: { args: v.strictObject({}), journal: true },
  redo: { args: v.strictObject({}), journal: true },
  /** Puts a test digit into the input cells and its class into `actual`, as one undoable command. */
  showDigit: { args: v.strictObject({ index }), journal: true },
  /** A page of test digits: their classes and pixels, and what the network takes them for where that is known. */
  listDigits: {
    args: v.strictObject({ filter: digitFilter, from: index, count: v.pipe(index, v.maxValue(500)) }),
    journal: false,
  },
  /** The next matching digit after (or before, or at random other than) `index`; undefined where none matches. */
  findDigit: {
    args: v.strictObject({
      filter: digitFilter,
      index: v.pipe(v.number(), v.integer(), v.minValue(-1)),
      direction: v.picklist(['next', 'previous', 'random']),
    }),
    journal: false,
  },

  // ── data sets ──
  /** Reads a data set (with `progress` events; `cancel` ends it) and tells its classes and counts. The engine keeps the
   *  last one it read. */
  describeData: { args: v.strictObject({ data: dataChoiceSchema }), journal: false },
  /** Some images of a split as they go into the network, or as augmentation may change them. `indices` are positions in
   *  the split; or all from `from` on. */
  listSamples: {
    args: v.strictObject({
      data: dataChoiceSchema,
      split: v.picklist(splits),
      class: v.optional(index),
      from: index,
      count: v.pipe(index, v.maxValue(500)),
      /** Where given, each image is changed by it, anew for each `variant`. */
      augmentation: v.optional(augmentationSchema),
      variant: v.optional(index),
    }),
    journal: false,
  },
  /** Images by their indices in the data set. */
  getImages: {
    args: v.strictObject({ data: dataChoiceSchema, indices: list(index, 500) }),
    journal: false,
  },

  // ── training ──
  /** Starts a run on the open workbook; the reply comes when it is under way (or can't be). Refused while another run
   *  is. */
  train: {
    args: v.strictObject({
      id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
      name: text(200),
      config: trainingConfigSchema,
      start: v.picklist(starts),
      /** With `start` continue: no new run, but the last one, which was cut short, as if nothing had been. */
      goesOn: v.optional(v.boolean()),
    }),
    journal: true,
  },
  /** Of the run under way. step: one more step, then pause again. stop: the run ends here. */
  controlRun: { args: v.strictObject({ action: v.picklist(['pause', 'resume', 'step', 'stop']) }), journal: false },
  /** The learning rate from now on: the set-up's rate becomes this one. */
  setLearningRate: {
    args: v.strictObject({ learningRate: v.pipe(v.number(), v.gtValue(0), v.maxValue(100)) }),
    journal: true,
  },
  /** Fresh random weights that follow from the seed, as one undoable command. */
  resetParameters: { args: v.strictObject({ seed: index }), journal: true },
  /** Forgets a kept run. Without `undoable`, as in journals of earlier versions, it is no step, and undo passes over
   *  it. */
  deleteRun: { args: v.strictObject({ id: text(64), undoable }), journal: true },
  renameRun: { args: v.strictObject({ id: text(64), name: text(200), undoable }), journal: true },
  /** How the next run is set up, for the file; no change of the workbook. */
  keepSetup: { args: v.strictObject({ setup: setupSchema }), journal: false },
  /** A kept run, or the one under way, with its whole history. */
  getRun: { args: v.strictObject({ id: text(64) }), journal: false },
  /** Tries growing learning rates on a copy of the weights, or with `start` initial on those a run would begin with
   *  (`progress` and `rateCurve` events; `cancel` ends it). */
  findLearningRate: {
    args: v.strictObject({ config: trainingConfigSchema, start: v.optional(v.picklist(starts)) }),
    journal: false,
  },

  // ── how well it does ──
  /** With `progress` events; `cancel` ends it. */
  evaluate: {
    args: v.strictObject({
      data: dataChoiceSchema,
      split: v.picklist(splits),
      topLosses: v.pipe(index, v.maxValue(500)),
    }),
    journal: false,
  },
  /** Of a split, the images of one actual class that were taken for `predicted`, under the current weights: a cell of
   *  the confusion matrix. */
  listConfused: {
    args: v.strictObject({ data: dataChoiceSchema, split: v.picklist(splits), actual: index, predicted: index }),
    journal: false,
  },
  /** What the network takes own image files for: one file, or all in a folder. */
  predictFiles: {
    args: v.strictObject({ path, fit: dataChoiceSchema.entries.fit, invert: v.optional(v.boolean()) }),
    journal: false,
  },
  /** Images of the files that this client's last `predictFiles` answered with, by their places in that answer, as they
   *  went into the network. */
  getPredictedImages: { args: v.strictObject({ indices: list(index, 500) }), journal: false },
  /** One image, by its file or as the bytes of it, made for the network's input. Without `fit` only where it has that
   *  size already; else its own size is told. */
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
  /** Ends whatever long work this client asked for; it is then refused with a sentence. Training is ended by
   *  `controlRun`. */
  cancel: { args: v.strictObject({}), journal: false },
} as const;

/** Requests only the shell may send to the engine process. */
export const supervisorRequests = {
  /** Opens another workbook; where that fails, the open one stays. `id`: keep this id (the same work after a restart of
   *  the engine). */
  load: {
    args: v.variant('from', [
      v.strictObject({ from: v.literal('template'), template: text(100), id: v.optional(text(100)) }),
      v.strictObject({ from: v.literal('file'), path, id: v.optional(text(100)) }),
      v.strictObject({ from: v.literal('bytes'), name: text(1000), bytes, id: v.optional(text(100)) }),
      /** What `checkpoint` has written. */
      v.strictObject({ from: v.literal('checkpoint'), ...storedFile.entries, id: v.optional(text(100)) }),
    ]),
  },
  /** Writes the workbook to a temporary file beside `path` and renames it; the workbook counts as saved from then
   *  on. */
  write: { args: v.strictObject({ path }) },
  /** Writes the workbook, as a .convsheet file, into the folder of the journals. What is changed while it is written
   *  is not in it. */
  checkpoint: { args: v.strictObject({ file: fileName }) },
  /** The workbook counts as unsaved even without changes (recovered work), or as saved. */
  setModified: { args: v.strictObject({ modified: v.boolean() }) },
  /** In a replay, before `train`: the run with this id killed one engine after the other, so it doesn't go on. It ends
   *  where its last checkpoint was made; without one it is refused. */
  giveUpRun: { args: v.strictObject({ id: text(64) }) },
  /** In a replay, where `train` was: the run begins, and where it left a checkpoint, goes to where that was made.
   *  `train` comes when everything else has, and has it read its images. */
  openRun: { args: engineRequests.train.args },
  /** In a replay, in place of `train`: a run begins whose result a later `finishRun` brings. `made` as there: commands
   *  of the run name what only that workbook has. */
  beginRun: { args: v.strictObject({ id: text(64), made: v.optional(made) }) },
  /** A run has ended with these weights (see the event `runEnded`), as one undoable command. Journalled, so that a
   *  replay need not train again. They are in a file; `state` has them where there is no room for one, and in journals
   *  of earlier versions. */
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

/** Requests the shell answers itself. */
export const shellRequests = {
  /** First message of a client: what it shows and what the shell can do. */
  hello: { args: v.strictObject({}) },
  newWorkbook: { args: v.strictObject({ template: text(100) }) },
  openFile: { args: v.strictObject({ path }) },
  /** A file dropped on the window or chosen for upload, of at most MOST_FILE_BYTES: it goes through the shell's
   *  memory, as that of `fileBytes` does. A file that is opened or saved by its path doesn't. */
  openBytes: { args: v.strictObject({ name: text(1000), bytes }) },
  /** Saves to `path`, or to where the workbook came from. A file that another program wrote meanwhile, or another
   *  existing file, is replaced only where `overwrite` says so or the same request comes a second time; the first is
   *  refused with a sentence. */
  save: { args: v.strictObject({ path: v.optional(path), overwrite: v.optional(v.boolean()) }) },
  /** The file's bytes, for a download. Refused where there are more than MOST_FILE_BYTES. */
  fileBytes: { args: v.strictObject({}) },
  /** A native dialog; undefined where the user cancels. Refused where `capabilities.nativeDialogs` is false. */
  chooseFile: {
    args: v.strictObject({ mode: v.picklist(['open', 'save', 'openData', 'openFolder']), suggestion: text(1000) }),
  },
  /** Folders and files of a folder, for the in-page dialog; without a path, the folder last used. `show`: .convsheet
   *  files (where left out), or what data sets and images are read from. */
  listFolder: { args: v.strictObject({ path: v.optional(path), show: v.optional(v.picklist(['workbooks', 'data'])) }) },
  clearRecent: { args: v.strictObject({}) },
  setSettings: {
    args: v.strictObject({
      theme: v.optional(v.picklist(['system', 'light', 'dark'])),
      palette: v.optional(v.picklist(['greenRed', 'orangeBlue'])),
      data: v.optional(dataChoiceSchema),
      widths: v.optional(widthsSchema),
      language: v.optional(v.picklist(languageChoices)),
    }),
  },
  /** What the window shows of the workbook, for its next opening; no change of the workbook. */
  keepView: { args: v.strictObject({ view: shownViewSchema }) },
  /** The window's menu as it is now, for a native menu. */
  setMenu: { args: v.strictObject({ menu: menuSchema }) },
  /** Drops the recovered or unsaved work and its autosave, before the window closes. */
  discard: { args: v.strictObject({}) },
  quit: { args: v.strictObject({}) },
  openLink: { args: v.strictObject({ url: v.pipe(v.string(), v.url(), v.maxLength(2000)) }) },
} as const;

/** How a page reaches its shell. In Electron the preload script puts a bridge at `window.convsheet`; otherwise a
 *  WebSocket of this name beside the page carries one frame a binary message. It asks for two protocols: this one, and
 *  the key of the window, for which a WebSocket has no other place. */
export const SOCKET_PATH = 'socket';
export const SOCKET_PROTOCOL = 'convsheet';
/** The code such a connection is closed with where there are too many windows already. */
export const TOO_MANY_WINDOWS = 4001;
/** Bytes that a file may have which a window sends or is sent: below what a frame may. */
export const MOST_FILE_BYTES = 255 * 2 ** 20;
export type Bridge = { post(frame: Uint8Array): void; onFrame(callback: (frame: Uint8Array) => void): void };

export const clientRequests = { ...engineRequests, ...shellRequests };

/** Requests that are meant for one workbook: they name it, and come to nothing where another one is open by then. */
export function isForWorkbook(kind: ClientKind): boolean {
  if (kind === 'save' || kind === 'discard' || kind === 'controlRun') return true;
  if (kind === 'keepSetup' || kind === 'keepView') return true;
  return Object.hasOwn(engineRequests, kind) && engineRequests[kind as keyof typeof engineRequests].journal;
}

type Schemas = typeof clientRequests & typeof supervisorRequests;
export type Kind = keyof Schemas;
export type ClientKind = keyof typeof clientRequests;
export type EngineKind = keyof typeof engineRequests | keyof typeof supervisorRequests;
export type Args<K extends Kind> = v.InferOutput<Schemas[K]['args']>;

export type DigitFilter = v.InferOutput<typeof digitFilter>;
export type Window = v.InferOutput<typeof window>;
/** A digit of the data set, the network's unit that means it (where there is one), and the unit of what the network
 *  takes it for (where that is known). */
export type DigitInfo = { index: number; class: number; unit?: number; predicted?: number };
export type DigitPage = {
  total: number;
  digits: DigitInfo[] /** count × 28 × 28 bytes, 0 black to 255 white */;
  pixels: Uint8Array;
};
/** Images of a data set; `pixels` holds them one after the other as bytes [height, width, channels]. `probabilities`
 *  where the network was asked. */
export type SamplePage = {
  total: number;
  shape: readonly [height: number, width: number, channels: number];
  samples: { index: number; name: string; labels: number[]; probabilities?: readonly number[] }[];
  pixels: Uint8Array;
};
/** An image's name and size once turned upright; its pixels as bytes [height, width, channels] of the network's input,
 *  where it was made for that. */
export type ReadImage = { name: string; width: number; height: number; pixels?: Uint8Array };
export type FolderEntry = { name: string; path: string; kind: 'folder' | 'file'; modified?: number; size?: number };
/** `more`: so many entries beyond those listed. */
export type Folder = { path: string; parent?: string; entries: FolderEntry[]; more: number };
/** `data`: the data set last used; `widths`: of the panels beside the sheet, in CSS pixels. */
export type Settings = {
  theme: 'system' | 'light' | 'dark';
  palette: 'greenRed' | 'orangeBlue';
  data?: DataChoice;
  widths?: v.InferOutput<typeof widthsSchema>;
  /** Left out where nobody has chosen: English. */
  language?: LanguageChoice;
};
/** What a client may do: an editor changes the workbook, a viewer (a second window on the same work) only looks. */
export type ClientRole = 'editor' | 'viewer';
export type Capabilities = {
  shell: 'electron' | 'server';
  nativeMenu: boolean;
  nativeDialogs: boolean;
  platform: 'mac' | 'windows' | 'linux';
};

export type Replies = {
  getWorkbook: WorkbookInfo;
  watch: { revision: number };
  change: { revision: number };
  /** `cells`: the range around the cells that were changed; undefined where none were, or a stroke of the brush or the
   *  whole digit. */
  undo: { revision: number; cells?: RangePlace };
  redo: { revision: number; cells?: RangePlace };
  showDigit: { revision: number };
  listDigits: DigitPage;
  findDigit: { index?: number };
  describeData: DataSummary;
  listSamples: SamplePage;
  getImages: SamplePage;
  /** `step`: where it begins, 0 or the step of the checkpoint it goes on from. */
  train: { id: string; step: number };
  controlRun: Record<string, never>;
  setLearningRate: Record<string, never>;
  resetParameters: { revision: number };
  deleteRun: Record<string, never>;
  renameRun: Record<string, never>;
  keepSetup: Record<string, never>;
  getRun: RunRecord;
  findLearningRate: RateCurve;
  evaluate: Evaluation;
  listConfused: SamplePage;
  /** `inverted`: so many of the images look dark on bright; counted for grey ones only. */
  predictFiles: {
    classes: readonly string[];
    files: FilePrediction[];
    problems: { name: string; reason: Sentence }[];
    inverted: number;
  };
  getPredictedImages: SamplePage;
  readImage: ReadImage;
  cancel: Record<string, never>;
  load: WorkbookInfo;
  write: { size: number };
  giveUpRun: Record<string, never>;
  /** The structure that the workbook has now. */
  openRun: { structure: string };
  beginRun: Record<string, never>;
  finishRun: Record<string, never>;
  /** The file, and whether it differs from what was last opened or saved. */
  checkpoint: StoredFile & { modified: boolean };
  setModified: { revision: number };
  dropClient: Record<string, never>;
  hello: {
    role: ClientRole;
    capabilities: Capabilities;
    settings: Settings;
    document: DocumentInfo;
    workbook: WorkbookInfo;
  };
  newWorkbook: Record<string, never>;
  openFile: Record<string, never>;
  openBytes: Record<string, never>;
  save: { path: string };
  fileBytes: { name: string; bytes: Uint8Array };
  chooseFile: { path?: string };
  listFolder: Folder;
  clearRecent: Record<string, never>;
  setSettings: Settings;
  keepView: Record<string, never>;
  setMenu: Record<string, never>;
  discard: Record<string, never>;
  quit: Record<string, never>;
  openLink: Record<string, never>;
};

/** What changes with every command. */
export type WorkbookState = {
  revision: number;
  /** Changes with every command that changes a parameter: what the network takes other digits for holds as long as it
   *  stays. */
  parameterRevision: number;
  /** Labels of the commands that undo and redo would run; undefined where there is none. */
  undo?: Sentence;
  redo?: Sentence;
  /** Whether it differs from what was last opened or saved. */
  modified: boolean;
  source: Source;
  /** How the images the parameters were trained with were fitted; left out where that isn't known. */
  fit?: Fit;
  /** The most probable class and its probability; undefined where the network does not end in class scores or a score
   *  isn't finite. */
  predicted?: { class: number; probability: number };
  /** The expected class; undefined where blank. */
  actual?: number;
  /** How long the engine took for the last recalculation. */
  milliseconds: number;
};
/** An opened workbook; `id` differs for every opening. */
export type WorkbookInfo = {
  id: string;
  /** In the order of their tabs. */
  sheets: readonly SheetInfo[];
  network: NetworkSpec;
  classes: readonly string[];
  /** Names the two together: what a change has to be meant for. */
  structure: string;
  state: WorkbookState;
  backend: string;
  /** Runs that are kept, the oldest first, without their points. */
  runs: readonly RunSummary[];
  /** The run under way, or the last one of this sitting. */
  run?: RunState;
  /** Whether the optimizer's memory of the last run is there to go on with. */
  canContinue: boolean;
  /** The last run, by its id, where it was cut short and can go on. */
  goesOn?: string;
  /** Whether the native engine is installed. */
  nativeBackend: boolean;
  /** How the next run is set up; left out where nobody has set it up. */
  setup?: KeptSetup;
  /** What was shown of it when it was open last, where the shell knows that. */
  view?: ShownView;
};
/** A kept run as lists show it. */
export type RunSummary = Omit<RunRecord, 'points' | 'notes'>;
/** The file behind the workbook, as the shell knows it. */
export type DocumentInfo = {
  name: string;
  path?: string;
  recent: { name: string; path: string }[];
  recovered: boolean;
  /** Why changes are not being kept safe; left out as long as they are. */
  unkept?: Sentence;
};
/** A window's numbers, row by row. `others`: what is no plain number; left out where all are. */
export type WindowValues = { id: number; values: Float32Array; others?: readonly OthersAt[] };
/** A tensor's largest absolute finite value in a plane, for its colour scale. */
export type Scale = { tensor: TensorId; plane: Plane; maximum: number };

export type Events = {
  /** After every command, and for new windows: only what differs from what this client was last sent. */
  changes: { workbook: string; state: WorkbookState; windows: WindowValues[]; scales: Scale[] };
  /** Another workbook was opened, or the engine was restarted: everything known before is void. */
  workbook: WorkbookInfo;
  /** A run's progress, at most ten times a second: where it stands, and what was recorded since the last event. */
  run: {
    state: RunState;
    points: readonly StepPoint[];
    epochs: readonly EpochPoint[];
    notes: readonly RunNote[];
    /** Of the last validation: [actual, predicted] counts, row by row; one label per image, of at most
     *  MOST_MATRIX_CLASSES classes. */
    confusion?: readonly number[];
    histograms?: readonly LayerHistograms[];
    /** Each layer's change since the event before. */
    moved?: readonly { layer: LayerId; largest: number }[];
  };
  /** The kept runs have changed. */
  runs: { runs: readonly RunSummary[]; canContinue: boolean; goesOn?: string };
  /** To the shell only: a run has ended; this is what `finishRun` takes. `made` where the run made another network of
   *  the workbook, or gave its classes other names. */
  runEnded: { id: string; result?: StoredFile; state?: Uint8Array; made?: Made };
  /** The learning-rate finder's curve so far. */
  rateCurve: RateCurve;
  document: DocumentInfo;
  role: { role: ClientRole };
  settings: Settings;
  /** A calm line for the status bar, or an error for a dialog. */
  notice: { tone: 'info' | 'warning' | 'error'; sentence: Sentence };
  /** Long work of the engine; fraction 1 ends it. */
  progress: { task: Sentence; fraction: number };
  /** Something chosen in a native menu. */
  command: { id: string; argument?: string };
};

/** What travels: a request, its reply (or the sentence why not), or an event. Between shell and engine, also one of
 *  these in the frame it came in, with another number; `client` is set there too. `workbook`: the opened workbook a
 *  request is meant for. `checked`: the shell has checked the arguments. */
export type Message =
  | { type: 'request'; id: number; kind: Kind; args: unknown; workbook?: string; client?: number; checked?: true }
  | { type: 'forward'; id: number; client?: number; frame: Uint8Array }
  | { type: 'reply'; id: number; result: unknown }
  | { type: 'error'; id: number; sentence: Sentence; expected: boolean }
  | { [E in keyof Events]: { type: 'event'; event: E; data: Events[E]; client?: number } }[keyof Events];
