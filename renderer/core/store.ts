import type { CellContent, CellContents } from '../../shared/cell-content.ts';
import type { Written } from '../../shared/cells.ts';
import type { TensorEdit } from '../../shared/change.ts';
import type { DataChoice, DataSummary } from '../../shared/data.ts';
import type { Storyboard } from '../../shared/film/storyboard.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { Block } from '../../shared/layout/layout.ts';
import type { LayerId, TensorId } from '../../shared/network.ts';
import type {
  Capabilities,
  ClientRole,
  DocumentInfo,
  RunSummary,
  Settings,
  WorkbookState,
} from '../../shared/protocol.ts';
import type { CellPlace, Plane, RangePlace, SheetInfo } from '../../shared/places.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { ScanPlan } from '../../shared/scene/scan.ts';
import type { ShownView } from '../../shared/shown-view.ts';
import type { Judging } from '../../shared/judging.ts';
import type { RateCurve, Start, TrainingConfig } from '../../shared/training.ts';
import type { Tta } from '../../shared/tta.ts';
import type { EditSession } from './edit-session.ts';
import type { RunView } from './run-view.ts';

/** A message that is shown. `holds`: what keeps it true; it disappears when that is over. Without `holds`, it
 *  disappears with the next command. */
export type Notice = {
  tone: 'info' | 'warning' | 'error';
  sentence: string;
  /** The cell that the message is about. It is also shown there. */
  at?: CellPlace;
  holds?: (state: Readonly<State>) => boolean;
  /** What the user can do about it. */
  actions?: readonly { label: string; help?: string; run: () => void }[];
};

/** The panels on the right of the sheet. One of them can be open. */
export type SideName =
  | 'training'
  | 'evaluation'
  | 'prediction'
  | 'runs'
  | 'overrides'
  | 'find'
  | 'layers'
  | 'explain'
  | 'lesson';

/** What the user sees of the workbook, and how. Views read this state and are told about its changes; they share
 *  nothing else. */
export type State = {
  /** The connection to the shell. The shell restarts the engine by itself. */
  connection: 'open' | 'lost';
  role: ClientRole;
  capabilities: Capabilities;
  settings: Settings;
  document: DocumentInfo;
  /** Every opened workbook has another id. */
  workbookId: string;
  /** The name of the structure (network and classes). A change tells the structure that it is meant for. */
  structure: string;
  classes: readonly string[];
  backend: string;
  /** The workbook's sheets, in the order of their tabs. */
  sheets: readonly SheetInfo[];
  sheet: Sheet;
  /** What users wrote. It is another object after every change, though the maps in it may be the same. Only read it. */
  written: Written;
  storyboard: Storyboard;
  /** While the user compares: the values that tensors have without overrides. Others are left out. */
  comparing?: ReadonlyMap<TensorId, Float32Array>;
  /** The cells of a loop that is shown: each reads the next one, and the last one the first. */
  loop?: readonly CellPlace[];
  /** The scan that runs over the sheet, and its time in seconds. `time` changes only when another cell comes about.
   *  `unfolded`: the folded layers that it has unfolded. */
  scan?: { plan: ScanPlan; time: number; unfolded?: readonly LayerId[] };
  /** The cells that a panel's number under the pointer stands for. */
  pointed?: RangePlace;
  /** Pictures over cells: a pixel for each cell. */
  overlays?: readonly { range: RangePlace; picture: HTMLCanvasElement }[];
  /** The view of this workbook when it was last open, if known. */
  shownLast: ShownView | undefined;
  workbook: WorkbookState;
  /** Largest absolute value of each tensor in each plane, for its colours (see planeKey). */
  scales: ReadonlyMap<string, number>;
  /** Which plane of the sheet is shown. */
  plane: Plane;
  /** Whether the gradients of the loss that the sheet shows have a tab, without a run. */
  gradients?: boolean;

  /** The active cell (where typing goes), and the selected range around it. */
  active: CellPlace;
  selection: RangePlace;
  /** Other selected ranges (Ctrl and click). Delete and Ctrl+Enter work on all of them. */
  areas: readonly RangePlace[];
  /** The cell that this selection scrolled to; null if it didn't scroll. */
  reveal: CellPlace | null;
  /** Height of a cell in CSS pixels, 1 to 64. */
  cellSize: number;
  /** Whether cells show their formulas. */
  formulasShown: boolean;
  /** Layers whose columns are hidden, because the ReLU after them is shown for both. */
  foldedLayers: ReadonlySet<LayerId>;
  /** What is outlined for the active cell. */
  trace: 'precedents' | 'pixels' | 'dependents' | 'none';
  /** If `trace` is 'precedents': how many further steps back to the pixels are outlined too. */
  stepsBack: number;
  /** What the mouse does on the input cells. */
  tool: 'select' | 'brush' | 'eraser';
  /** The text that is being typed in a cell or in the formula bar. undefined while nobody types. */
  editing: EditSession | undefined;
  /** The message in the status bar. */
  notice: Notice | undefined;
  progress: { task: string; fraction: number } | undefined;
  /** The film that is being exported. Its progress stands in the status bar. */
  exporting?: { task: string; fraction: number; stop: () => void };
  /** How many bytes of memory the engine's process takes. undefined until the engine has told. */
  memory: number | undefined;
  /** The chosen data set, for training, evaluation and browsing. undefined if the network's input is no image. */
  dataChoice: DataChoice | undefined;
  /** What is known of the data set after it was read. */
  dataSummary: DataSummary | undefined;
  /** The views of each image that evaluation and prediction average; undefined: the image alone. A field that was typed
   *  wrongly is NaN. */
  tta?: Tta;
  /** The open panel on the right of the sheet. */
  side: SideName | undefined;

  /** Kept runs of the workbook, the oldest first. */
  runs: readonly RunSummary[];
  /** Whether the optimizer's memory of the last run is kept, so that training can continue. */
  canContinue: boolean;
  /** The id of the last run, if it was cut short and can resume. */
  goesOn?: string;
  /** Whether the native engine is installed. */
  nativeBackend: boolean;
  /** The run under way, or the last one since the workbook was opened. */
  run: RunView | undefined;
  /** The set-up of the next run. */
  setup: Setup;
  /** What the default numbers of epochs and batches depend on. */
  sizedFor: SizedFor;
  /** Whether the panel shows the set-up although there is a run to show. */
  settingUp: boolean;
  /** The curve of the learning-rate finder. `busy`: it is still running. */
  finder: { curve: RateCurve; busy: boolean } | undefined;
  /** Whether kernels are shown large under the sheet. */
  kernels: boolean;
  /** Whether the network is shown as a graph under the sheet. */
  graph: boolean;
  /** Whether the stage with the comparison of maps and templates lies over the sheet. */
  stage?: boolean;
  /** Whether the storyboard lies over the sheet, the scene chosen in it, and the sheet that is open over it. */
  filming?: boolean;
  filmScene?: string | undefined;
  filmSheet?: 'export' | 'narration' | 'text' | undefined;
  /** Whether the dark theme is shown, after 'system' is resolved. */
  dark: boolean;
  /** The theme for projectors that is shown in its place, on black or on white. */
  contrast?: 'contrast' | 'contrast-light';
};

/** The key of a tensor in a plane. */
export function planeKey(tensor: TensorId, plane: Plane): string {
  return `${plane} ${tensor}`;
}

export type Store = {
  get(): Readonly<State>;
  /** Changes parts of the state. Every callback for one of these keys is called once, before this returns. */
  set(patch: Partial<State>): void;
  /** Calls back after a change of any of these keys. Returns a function that ends it. */
  on(keys: readonly (keyof State)[], callback: (state: Readonly<State>) => void): () => void;
};

export function createStore(initial: State): Store {
  let state = initial;
  const listeners = new Set<{ keys: ReadonlySet<keyof State>; callback: (state: Readonly<State>) => void }>();
  return {
    get: () => state,
    set(patch) {
      const changed = (Object.keys(patch) as (keyof State)[]).filter(key => state[key] !== patch[key]);
      if (changed.length === 0) return;
      state = { ...state, ...patch };
      for (const listener of listeners) if (changed.some(key => listener.keys.has(key))) listener.callback(state);
    },
    on(keys, callback) {
      const listener = { keys: new Set(keys), callback };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The numbers that views look at: a cache of tensor windows that the engine keeps up to date. */
export type Values = {
  /** Replaces the blocks that `owner` shows. Their contents arrive soon. `plane` is 'value' by default, here and
   *  below. */
  show(owner: string, blocks: readonly Block[], plane?: Plane): void;
  /** The contents of a shown block, row-major [height, width]. undefined until they arrive. Every change gives a new
   *  object. */
  block(block: Block, plane?: Plane): CellContents | undefined;
  /** One element, if a shown block has it. While the engine hasn't answered an edit, it is the entered number. */
  element(tensor: TensorId, index: number, plane?: Plane): CellContent | undefined;
  /** Replaces the rectangle of cells that are no elements which `owner` shows. Their contents arrive soon. */
  showCells(owner: string, range: RangePlace | undefined): void;
  /** Whether the contents of that rectangle have arrived. */
  hasCells(owner: string): boolean;
  /** What such a cell holds, if a shown rectangle has it; null if it is blank. */
  cell(place: CellPlace): Value;
  /** Gives `take` the cells of an owner's rectangle that aren't blank. */
  eachCell(owner: string, take: (content: Exclude<Value, null>, row: number, column: number) => void): void;
  /** Uses the values of an edit until the engine has answered it. So typing, copying and filling already see the new
   *  numbers. */
  expect(edits: readonly TensorEdit[], answered: Promise<unknown>): void;
  /** Calls back once for each change of shown values, after the store's `workbook` and `scales`. */
  onChange(callback: () => void): () => void;
};

/** A view: made once into its parent; `destroy` removes it and every listener. */
export type View = { destroy(): void };

/** The set-up of the next run, without its data set, and what is measured when the network is evaluated. A number that
 *  can't be read as it is typed so far is NaN. */
export type Setup = Omit<TrainingConfig, 'data'> & { start: Start; judging?: Judging };

/** The number of training images that the default epochs and batch size were chosen for. undefined until the data set
 *  is read. 'chosen' if the user has set them. */
type SizedFor = number | undefined | 'chosen';
