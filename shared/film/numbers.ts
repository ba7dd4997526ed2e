/** The numbers of a scene: what the network computes in each state that it shows. The engine finds them; nothing in the
 *  workbook changes. */
import type { CellContent, OthersAt } from '../cell-content.ts';
import { contentOf } from '../cell-content.ts';
import type { Written } from '../cells.ts';
import type { Source } from '../explain/numbers.ts';
import type { Value } from '../formula/value.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { TensorId } from '../network.ts';
import type { SheetInfo } from '../places.ts';
import type { StepPoint } from '../training.ts';
import type { FilmScene } from './storyboard.ts';

/** One state of the network: what its tensors hold then. `others`: elements that hold no number. `cells`: what the
 *  cells around the network hold, for pictures of the sheet. `written`: what stands over elements, if it differs from
 *  the scene's. `step`, `points`: how far a run has come, and its loss so far. `label`: which image is shown. */
export type FilmState = {
  tensors: ReadonlyMap<TensorId, Float32Array>;
  others?: ReadonlyMap<TensorId, readonly OthersAt[]>;
  cells?: ReadonlyMap<string, Value>;
  written?: Pick<Written, 'formulas'>;
  step?: number;
  points?: readonly StepPoint[];
  label?: string;
};

/** A scene with everything that its pictures follow from. `states`: in the order of time, the first one before anything
 *  moves. */
export type SceneFilm = {
  scene: FilmScene;
  sheet: Sheet;
  sheets: readonly SheetInfo[];
  written: Pick<Written, 'formulas'>;
  states: readonly FilmState[];
};

/** The key of a cell that is no element, in `FilmState.cells`. */
export const cellKey = (sheet: string, row: number, column: number): string => `${sheet} ${row} ${column}`;

/** What an element holds in a state. undefined if the state doesn't have its tensor. */
export function elementIn(
  sheet: Sheet,
  state: FilmState,
  { tensor, index }: { tensor: TensorId; index: number },
): CellContent | undefined {
  const value = state.tensors.get(tensor)?.[index];
  if (value === undefined || Number.isFinite(value)) return value;
  const other = state.others?.get(tensor)?.find(({ at }) => at.includes(index));
  return other ? other.content : contentOf(sheet.tensors.get(tensor)!, value);
}

/** The numbers of a state, for whoever explains them. */
export function sourceIn({ sheet, sheets, written }: SceneFilm, state: FilmState): Source {
  return {
    sheet,
    sheets,
    written: state.written ?? written,
    element: (element, plane = 'value') => (plane === 'value' ? elementIn(sheet, state, element) : undefined),
    cell: ({ sheet: on, row, column }) => state.cells?.get(cellKey(on, row, column)) ?? null,
  };
}

/** Which state is shown when what moves has come so far. An edit shows its second state once it is entered, which is
 *  after two thirds of the time. */
export function stateAt({ scene, states }: SceneFilm, progress: number): FilmState {
  const last = states.length - 1;
  if (scene.motion.kind === 'edit') return states[progress < ENTERED ? 0 : last];
  return states[Math.min(last, Math.floor(progress * states.length))];
}

/** The states in the order in which they are shown, and how far what moves has come then. */
export const statesInTime = ({ scene, states }: SceneFilm): { from: number; state: FilmState }[] =>
  scene.motion.kind === 'edit'
    ? [0, ENTERED].map((from, nth) => ({ from, state: states.at(-nth)! }))
    : states.map((state, nth) => ({ from: nth / states.length, state }));

/** The share of an edit's time after which it is entered. Its letters come in the time before. */
export const ENTERED = 2 / 3;
