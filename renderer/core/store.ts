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

/** Something that was just said. `holds`: what makes it true; when that is over, the notice goes. Without it, it goes
 *  with the next command. */
export type Notice = {
  tone: 'info' | 'warning' | 'error';
  sentence: string;
  /** The cell it is about: it is said there as well. */
  at?: CellPlace;
  holds?: (state: Readonly<State>) => boolean;
};

/** What may stand on the right of the sheet, one at a time. */
export type SideName = 'training' | 'evaluation' | 'prediction' | 'runs';

/** What the user sees of the workbook, and how. Views read it and are told when it changes; nothing else is shared
 *  between them. */
export type State = {
  /** Connection to the shell, which brings the engine back by itself. */
  connection: 'open' | 'lost';
  role: ClientRole;
  capabilities: Capabilities;
  settings: Settings;
  document: DocumentInfo;
  /** Differs for every opened workbook. */
  workbookId: string;
  /** Names the network and the classes of the sheet, for changes that are meant for them. */
  structure: string;
  classes: readonly string[];
  backend: string;
  /** The workbook's sheets, in the order of their tabs. */
  sheets: readonly SheetInfo[];
  sheet: Sheet;
  /** What was shown of the workbook when it was open last, where that is known. */
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
  /** The cell that the sheet was scrolled to when this was selected; null where it stayed as it was. */
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
  /** What is being typed in the cell or the formula bar; undefined when nobody types. */
  editing: EditSession | undefined;
  /** The status bar's calm line. */
  notice: Notice | undefined;
  progress: { task: string; fraction: number } | undefined;
  /** The data set that is trained on, evaluated and browsed; undefined where the network's input takes no images. */
  dataChoice: DataChoice | undefined;
  /** What was read of it; undefined before it was read. */
  dataSummary: DataSummary | undefined;
  /** What stands on the right of the sheet. */
  side: SideName | undefined;

  /** Kept runs of the workbook, the oldest first. */
  runs: readonly RunSummary[];
  /** Whether the optimizer's memory of the last run is there to go on with. */
  canContinue: boolean;
  /** The last run, by its id, where it was cut short and can go on. */
  goesOn?: string;
  /** Whether the native engine is installed. */
  nativeBackend: boolean;
  /** The run under way, or the last one of this sitting. */
  run: RunView | undefined;
  /** The next run. */
  setup: Setup;
  /** What its epochs and batches go by. */
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
  /** Changes some of the state and tells those who asked for any of these keys, once, before it returns. */
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

/** The numbers of the sheet as far as somebody looks at them: a cache of tensor windows kept fresh by the engine. */
export type Values = {
  /** Names the parts of blocks that `owner` shows now, replacing what it named before. Their contents arrive shortly.
   *  The plane is `value` where none is named, here and below. */
  show(owner: string, blocks: readonly Block[], plane?: Plane): void;
  /** The contents of a shown block part, row-major [height, width]; undefined until they arrive. The object is replaced
   *  when one of them changes. */
  block(block: Block, plane?: Plane): CellContents | undefined;
  /** One element, where a shown block holds it; what was entered, while the engine has not answered yet. */
  element(tensor: TensorId, index: number, plane?: Plane): CellContent | undefined;
  /** Takes the values of an edit for those of its elements until it is answered: what is typed on, copied or filled
   *  is what was entered, not what was there before. */
  expect(edits: readonly TensorEdit[], answered: Promise<unknown>): void;
  /** Calls back once whenever shown values changed (after the store's `workbook` and `scales` have). */
  onChange(callback: () => void): () => void;
};

/** A view: made once into its parent; `destroy` removes it and every listener. */
export type View = { destroy(): void };

/** The next run as it is being set up: everything but its data set, which is chosen for evaluation as well. A number
 *  that is being typed wrongly is NaN. */
export type Setup = Omit<TrainingConfig, 'data'> & { start: Start };

/** Of how many training images the set-up's epochs and batches are made: undefined as long as nobody has read them,
 *  'chosen' where somebody has chosen other ones. */
type SizedFor = number | undefined | 'chosen';
