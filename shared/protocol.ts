/** Every message between window, shell and engine. `Replies` lists all requests, `Events` all events. */
import type * as v from 'valibot';
import type { Change, Made } from './change.ts';
import type { WrittenChange } from './changes/kinds.ts';
import type { Value } from './formula/value.ts';
import type { DataSummary, Split } from './data.ts';
import type { ToldStates } from './film/states.ts';
import type { Storyboard } from './film/storyboard.ts';
import type { Facts } from './lint.ts';
import type { ElementIndex } from './layout/layout.ts';
import type { Lifted } from './layer-edits/lift.ts';
import type { Sentence } from './messages/sentence.ts';
import type { LayerId, TensorId } from './network.ts';
import type { CellPlace, RangePlace, SheetId } from './places.ts';
import { engineRequests, type supervisorRequests } from './protocol/engine-requests.ts';
import type {
  CellsWindowValues,
  DigitPage,
  ReadImage,
  RunSummary,
  SamplePage,
  Scale,
  ShownChanges,
  WindowValues,
  WorkbookInfo,
  WorkbookState,
} from './protocol/replies.ts';
import type { StoredFile } from './protocol/schemas.ts';
import {
  type Capabilities,
  type ClientRole,
  type DocumentInfo,
  type Folder,
  type LeftRecording,
  type LessonFile,
  type Settings,
  shellRequests,
} from './protocol/shell-requests.ts';
import type {
  EpochPoint,
  JudgedEvaluation,
  FilePrediction,
  LayerHistograms,
  RateCurve,
  RunNote,
  RunRecord,
  RunState,
  StepPoint,
} from './training.ts';

export * from './protocol/engine-requests.ts';
export * from './protocol/replies.ts';
export type { FileStamp, StoredFile } from './protocol/schemas.ts';
export * from './protocol/shell-requests.ts';

/** How a page reaches its shell. In Electron, the preload script puts a bridge at `window.convsheet`. Otherwise a
 *  WebSocket at this path carries one frame in each binary message. It names two protocols: this one, and the key of
 *  the window, because a WebSocket has no other place for a key. */
export const SOCKET_PATH = 'socket';
export const SOCKET_PROTOCOL = 'convsheet';
/** The WebSocket's close code if there are too many windows already. */
export const TOO_MANY_WINDOWS = 4001;
export type Bridge = { post(frame: Uint8Array): void; onFrame(callback: (frame: Uint8Array) => void): void };

export const clientRequests = { ...engineRequests, ...shellRequests };

/** Whether a request is meant for one workbook. Such a request names it, and does nothing if another one is open by
 *  then. */
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

/** `slope`: (loss of w+step − loss of w−step) / 2·step. `kink`: between these two the loss has a corner, as where a
 *  ReLU begins to let a number through. So the slope is a mean of two. */
export type LossSlope = { slope: number; step: number; kink: boolean };

export type Replies = {
  getWorkbook: WorkbookInfo;
  watch: { revision: number };
  inspect: Facts;
  /** `lifted`: what has become of formulas that fill a map, or nearly; see `lifts`. Left out if there are none. */
  change: { revision: number; lifted?: readonly Lifted[] };
  /** The derived values of at most 1000 elements, and the prediction without overrides. `tensors`: those that have
   *  other values without overrides, whole. Very large ones may be left out. */
  describeOverrides: {
    derived: { tensor: TensorId; index: number; value: number }[];
    predicted: WorkbookState['predicted'];
    tensors?: { tensor: TensorId; values: Float32Array }[];
  };
  /** Places in pairs: row, column, row, column, … `texts` are those of the first cells. `more`: there may be more. */
  findCells: { cells: { sheet: SheetId; at: Uint32Array }[]; texts: string[]; more: boolean };
  /** `count`: the cells that the changes are for. `computed`: the cells that were found but hold only what the network
   *  computes. */
  findReplacements: { changes: Change[]; count: number; computed: number; more: boolean };
  /** Without a value if it isn't known before the formula is entered. */
  tryFormula: { value?: Value };
  /** The predictions before and after the edits, the latter as one of `classes`. `apart`: by how much the numbers at
   *  the end differ at most; left out where they can't be compared. `told`: what becomes of what users wrote. */
  previewLayers: {
    before?: WorkbookState['predicted'];
    after?: WorkbookState['predicted'];
    classes: readonly string[];
    apart?: number;
    told: readonly Sentence[];
  };
  findLoop: { cells: CellPlace[] };
  /** `cells`: the range around the changed cells. undefined if no cells changed, or if they were a stroke of the brush
   *  or a whole digit. */
  undo: { revision: number; cells?: RangePlace };
  redo: { revision: number; cells?: RangePlace };
  showDigit: { revision: number };
  filmStates: ToldStates;
  getNarration: { bytes: Uint8Array };
  listDigits: DigitPage;
  findDigit: { index?: number };
  describeData: DataSummary;
  listSamples: SamplePage;
  showChanges: ShownChanges;
  getImages: SamplePage;
  /** The strongest first, of `of` images. `row` and `column`: where the map is strongest; 0 for a unit. */
  findExciting: { found: { index: number; value: number; row: number; column: number }[]; of: number };
  /** `image`, `values` [H,W,C]. `score`: the class's score, without formulas that stand over cells. */
  findSaliency: { image: Float32Array; score: number; values: Float32Array };
  trySlope: LossSlope;
  /** `rows`, `columns`: where the patches begin. `drops` [rows,columns]. */
  findOcclusion: { image: Float32Array; score: number; rows: number[]; columns: number[]; drops: Float32Array };
  findShares: {
    difference: number;
    reached: { layer: LayerId; numbers: Float32Array; slopes: Float32Array }[];
    own: { layer: LayerId; sum: number; typed: boolean }[];
  };
  weightGradients: { weight: number; gradients: number[][] };
  steepestWeights: { weights: ElementIndex[] };
  classMeans: {
    layer: LayerId;
    kernel: Float32Array;
    bias: Float32Array;
    right?: { split: Split; of: number; network: number; means: number };
  };
  /** `step`: where the run begins: 0, or the step of its checkpoint. */
  train: { id: string; step: number };
  controlRun: Record<string, never>;
  setLearningRate: Record<string, never>;
  resetParameters: { revision: number };
  deleteRun: Record<string, never>;
  renameRun: Record<string, never>;
  keepSetup: Record<string, never>;
  /** Without the weights. */
  getRun: Omit<RunRecord, 'weights'>;
  findLearningRate: RateCurve;
  evaluate: JudgedEvaluation;
  listConfused: SamplePage;
  /** `inverted`: how many images look like dark ink on bright paper. Only grey images are counted. */
  predictFiles: {
    classes: readonly string[];
    files: FilePrediction[];
    problems: { name: string; reason: Sentence }[];
    inverted: number;
  };
  getPredictedImages: SamplePage;
  /** The correction before, if there was one. */
  correctLabels: { before?: readonly string[] };
  makeSubmission: { text: string; remarks: readonly Sentence[] };
  readImage: ReadImage;
  cancel: Record<string, never>;
  load: WorkbookInfo;
  write: { size: number };
  giveUpRun: Record<string, never>;
  /** The structure of the workbook after this. */
  openRun: { structure: string };
  beginRun: Record<string, never>;
  finishRun: Record<string, never>;
  /** The file, and whether the workbook differs from what was last opened or saved. */
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
  beginOutput: { output: number };
  writeOutput: Record<string, never>;
  endOutput: { path: string };
  dropOutput: Record<string, never>;
  beginRecording: { recording: string };
  writeRecording: Record<string, never>;
  endRecording: Record<string, never>;
  listRecordings: { recordings: LeftRecording[] };
  readRecording: { bytes: Uint8Array };
  dropRecording: Record<string, never>;
  tellExport: Record<string, never>;
  chooseFile: { path?: string };
  listFolder: Folder;
  clearRecent: Record<string, never>;
  setSettings: Settings;
  listLessons: { lessons: LessonFile[] };
  openLesson: { name: string; text: string };
  saveLesson: { path: string };
  keepLesson: Record<string, never>;
  dropLesson: Record<string, never>;
  keepView: Record<string, never>;
  setMenu: Record<string, never>;
  discard: Record<string, never>;
  quit: Record<string, never>;
  openLink: Record<string, never>;
};

export type Events = {
  /** Sent after every command, and for new windows. It has only what differs from what this client was last sent. */
  changes: {
    workbook: string;
    state: WorkbookState;
    windows: WindowValues[];
    scales: Scale[];
    /** Windows of free cells and own sheets. Left out if there are none. */
    cells?: CellsWindowValues[];
  };
  /** What users wrote was changed by a command, by undo or redo: these changes were made, in this order. It comes
   *  before the `changes` of the same command. */
  written: { workbook: string; changes: readonly WrittenChange[] };
  /** The storyboard was changed by a command, by undo or redo. It comes before the `changes` of the same command. */
  storyboard: { workbook: string; storyboard: Storyboard };
  /** Another workbook was opened, or the engine was restarted. Everything that a client knew before is void. */
  workbook: WorkbookInfo;
  /** The progress of a run, at most ten times a second: its state, and what was recorded since the last event. */
  run: {
    state: RunState;
    points: readonly StepPoint[];
    epochs: readonly EpochPoint[];
    notes: readonly RunNote[];
    /** The confusion matrix of the last validation, row by row: counts [actual, predicted]. Only with one label per
     *  image and at most MOST_MATRIX_CLASSES classes. */
    confusion?: readonly number[];
    histograms?: readonly LayerHistograms[];
    /** How much each layer changed since the last event. */
    moved?: readonly { layer: LayerId; largest: number }[];
  };
  /** The kept runs have changed. */
  runs: { runs: readonly RunSummary[]; canContinue: boolean; goesOn?: string };
  /** To the shell only: a run has ended, and this is what `finishRun` takes. `made` is given if the run changed the
   *  network or the names of the classes. */
  runEnded: { id: string; result?: StoredFile; state?: Uint8Array; made?: Made };
  /** The points that the learning-rate finder has so far. */
  rateCurve: RateCurve;
  document: DocumentInfo;
  role: { role: ClientRole };
  settings: Settings;
  /** The list of lessons is another one. */
  lessons: Record<string, never>;
  /** A line for the status bar, or an error for a dialog. */
  notice: { tone: 'info' | 'warning' | 'error'; sentence: Sentence };
  /** The progress of long work in the engine. The work ends with fraction 1. */
  progress: { task: Sentence; fraction: number };
  /** How many bytes of memory the engine's process takes. Sent to new windows, and whenever that has changed by a
   *  hundredth. */
  memory: { bytes: number };
  /** A command that was chosen in a native menu. */
  command: { id: string; argument?: string };
};

/** What is sent: a request, its reply (or the sentence why not), or an event. Between shell and engine also `forward`:
 *  a request or reply in the frame it came in, with another number. `client` is set only between shell and engine.
 *  `workbook`: the workbook that a request is meant for. `checked`: the shell has checked the arguments. */
export type Message =
  | { type: 'request'; id: number; kind: Kind; args: unknown; workbook?: string; client?: number; checked?: true }
  | { type: 'forward'; id: number; client?: number; frame: Uint8Array }
  | { type: 'reply'; id: number; result: unknown }
  | { type: 'error'; id: number; sentence: Sentence; expected: boolean }
  | { [E in keyof Events]: { type: 'event'; event: E; data: Events[E]; client?: number } }[keyof Events];
