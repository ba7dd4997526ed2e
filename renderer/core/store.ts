import type { CellContent, CellContents } from '../../shared/cell-content.ts';
import type { TensorEdit } from '../../shared/change.ts';
import type { DataChoice, DataSummary } from '../../shared/data.ts';
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
import type { ShownView } from '../../shared/shown-view.ts';
import type { RateCurve, Start, TrainingConfig } from '../../shared/training.ts';
import type { EditSession } from './edit-session.ts';
import type { RunView } from './run-view.ts';

/** A message that is being shown. `holds` says what makes it true: when that is over, the message goes. Without `holds`
 *  it goes with the next command. */
export type Notice = {
  tone: 'info' | 'warning' | 'error';
  sentence: string;
  /** The cell that the message is about. It is shown there too. */
  at?: CellPlace;
  holds?: (state: Readonly<State>) => boolean;
};

/** The panels that can be open on the right of the sheet, one at a time. */
export type SideName = 'training' | 'evaluation' | 'prediction' | 'runs';

/** What the user sees of the workbook, and how it is shown. Views read this state and are told of its changes. They
 *  share nothing else. */
export type State = {
  /** The connection to the shell. The shell restarts the engine by itself. */
  connection: 'open' | 'lost';
  role: ClientRole;
  capabilities: Capabilities;
  settings: Settings;
  document: DocumentInfo;
  /** Differs for every opened workbook. */
  workbookId: string;
  /** Names the structure of the sheet: its network and classes. A change tells the structure that it is meant for. */
  structure: string;
  classes: readonly string[];
  backend: string;
  /** The workbook's sheets, in the order of their tabs. */
  sheets: readonly SheetInfo[];
  sheet: Sheet;
  /** What was shown of this workbook the last time it was open, where that is known. */
  shownLast: ShownView | undefined;
  workbook: WorkbookState;
  /** Largest absolute value of each tensor in each plane, for its colours (see planeKey). */
  scales: ReadonlyMap<string, number>;
  /** Which plane of the sheet is shown. */
  plane: Plane;

  /** Selected cells: the active cell (where typing goes) and the range around it. */
  active: CellPlace;
  selection: RangePlace;
  /** Ranges selected besides, by Ctrl and a click: Delete and Ctrl+Enter work on all of them. */
  areas: readonly RangePlace[];
  /** The cell that the sheet was scrolled to with this selection; null where the sheet wasn't scrolled. */
  reveal: CellPlace | null;
  /** Height of a cell in CSS pixels, 1 to 64. */
  cellSize: number;
  /** Whether ReLU bands are folded into the convolution before them: these layers' columns are hidden. */
  foldedLayers: ReadonlySet<LayerId>;
  /** What is outlined for the active cell. */
  trace: 'precedents' | 'pixels' | 'dependents' | 'none';
  /** While `trace` is 'precedents': how many further steps towards the pixels are outlined too. */
  stepsBack: number;
  /** What the mouse does on the input cells. */
  tool: 'select' | 'brush' | 'eraser';
  /** What is being typed in the cell or in the formula bar. undefined while nobody types. */
  editing: EditSession | undefined;
  /** The status bar's calm line. */
  notice: Notice | undefined;
  progress: { task: string; fraction: number } | undefined;
  /** The data set that is trained on, evaluated and browsed; undefined where the network's input takes no images. */
  dataChoice: DataChoice | undefined;
  /** What was read of the data set. undefined before that. */
  dataSummary: DataSummary | undefined;
  /** What stands on the right of the sheet. */
  side: SideName | undefined;

  /** Kept runs of the workbook, the oldest first. */
  runs: readonly RunSummary[];
  /** Whether the optimizer's memory of the last run is there to go on with. */
  canContinue: boolean;
  /** The id of the last run, where it was cut short and can go on. */
  goesOn?: string;
  /** Whether the native engine is installed. */
  nativeBackend: boolean;
  /** The run under way, or the last one of this sitting. */
  run: RunView | undefined;
  /** The next run. */
  setup: Setup;
  /** What the default numbers of epochs and batches depend on. */
  sizedFor: SizedFor;
  /** Whether the panel shows the set-up though there is a run to look at. */
  settingUp: boolean;
  /** What the learning-rate finder has found, and whether it is still at it. */
  finder: { curve: RateCurve; busy: boolean } | undefined;
  /** Whether kernels are shown large under the sheet. */
  kernels: boolean;
  /** Resolved theme. */
  dark: boolean;
};

/** Names a tensor in a plane. */
export function planeKey(tensor: TensorId, plane: Plane): string {
  return `${plane} ${tensor}`;
}

export type Store = {
  get(): Readonly<State>;
  /** Changes parts of the state. Before it returns, it calls everybody once who asked for any of these keys. */
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

/** The numbers of the sheet that somebody looks at: a cache of tensor windows, which the engine keeps up to date. */
export type Values = {
  /** Replaces the parts of blocks that `owner` shows. Their contents arrive shortly. Here and below the plane is
   *  `value` unless another is named. */
  show(owner: string, blocks: readonly Block[], plane?: Plane): void;
  /** The contents of a shown block part, row-major [height, width]; undefined until they arrive. The object is replaced
   *  when one of them changes. */
  block(block: Block, plane?: Plane): CellContents | undefined;
  /** One element, where a shown block holds it. Before the engine has answered an edit, this is the number that was
   *  entered. */
  element(tensor: TensorId, index: number, plane?: Plane): CellContent | undefined;
  /** Uses the values of an edit until the engine has answered it. So what is typed on, copied or filled is what was
   *  entered, not what was there before. */
  expect(edits: readonly TensorEdit[], answered: Promise<unknown>): void;
  /** Calls back once whenever shown values changed (after the store's `workbook` and `scales` have). */
  onChange(callback: () => void): () => void;
};

/** A view: made once into its parent; `destroy` removes it and every listener. */
export type View = { destroy(): void };

/** The set-up of the next run without its data set, which evaluation uses as well. A number that can't be read as typed
 *  so far is NaN. */
export type Setup = Omit<TrainingConfig, 'data'> & { start: Start };

/** The number of training images that the defaults for epochs and batches depend on: undefined while the data set
 *  hasn't been read, and 'chosen' where the user has chosen other numbers. */
type SizedFor = number | undefined | 'chosen';
