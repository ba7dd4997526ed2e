/** What happens in a scene at a moment, whatever is in the picture. */
import { explain, type Explanation } from '../explain/explain.ts';
import type { Source } from '../explain/numbers.ts';

import { stepsToPixels } from '../formula/trace.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { placeOf, type Sheet } from '../layout/sheet.ts';
import { coordinatesOf, type TensorInfo } from '../network.ts';
import { only, type RangePlace } from '../places.ts';
import { elementOf, formulaIn, framesAt, type ScanPlan } from '../scene/scan.ts';
import type { CellContent } from '../cell-content.ts';
import { elementIn, ENTERED, type FilmState, type SceneFilm, sourceIn, stateAt } from './numbers.ts';

export type Moment = {
  /** How far what moves has come, from 0 to 1. */
  progress: number;
  state: FilmState;
  source: Source;
  /** The cell that comes about in a scan: the `nth` of those of a tensor. */
  scan?: { info: TensorInfo; nth: number; from: number; to: number; element: ElementIndex; reads: RangePlace[] };
  /** The cells that a walk has come to, step by step. */
  walk?: { element: ElementIndex; steps: RangePlace[][] };
  /** What is typed so far, and whether it is entered. */
  edit?: { element: ElementIndex; typed: string; entered: boolean };
};

export function momentOf(film: SceneFilm, progress: number): Moment {
  const { scene, sheet, written } = film;
  const state = stateAt(film, progress);
  const moment: Moment = { progress, state, source: sourceIn(film, state) };
  const { motion } = scene;
  switch (motion.kind) {
    case 'scan': {
      const info = sheet.tensors.get(motion.tensor)!;
      const count = motion.to - motion.from + 1;
      const nth = motion.from + Math.min(count - 1, Math.floor(progress * count));
      const plan: ScanPlan = {
        chapters: [{ layer: info.layer, tensor: info.id, cells: info.size, pace: 1 }],
      };
      const reads = framesAt(sheet, plan, nth, state.written ?? written)?.reads ?? [];
      moment.scan = {
        info,
        nth,
        from: motion.from,
        to: motion.to,
        element: { tensor: info.id, index: elementOf(info, nth) },
        reads,
      };
      break;
    }
    case 'walk': {
      const all = stepsToPixels(sheet, motion.element);
      const shown = Math.min(all.length, Math.floor(progress * (all.length + 1)));
      moment.walk = { element: motion.element, steps: all.slice(0, shown) };
      break;
    }
    case 'edit': {
      const entered = progress >= ENTERED;
      const letters = Array.from(motion.text);
      const typed = letters.slice(0, Math.ceil((Math.min(progress, ENTERED) / ENTERED) * letters.length)).join('');
      moment.edit = { element: motion.element, typed, entered };
      break;
    }
    default:
  }
  return moment;
}

/** The cell that a moment is about. undefined if it is about none. */
export function cellOf({ scene: { camera } }: Pick<SceneFilm, 'scene'>, moment: Moment): ElementIndex | undefined {
  return moment.scan?.element ?? (camera.kind === 'cell' ? camera.element : moment.walk?.element);
}

/** How the number of an element comes about. undefined while something isn't known, or for a plain number. */
export function told(
  film: Pick<SceneFilm, 'sheet' | 'written'>,
  { source, state }: Pick<Moment, 'source' | 'state'>,
  element: ElementIndex,
): { told: Explanation; value: CellContent } | undefined {
  const { sheet, written } = film;
  if (sheet.tensors.get(element.tensor)?.role !== 'computed') return undefined;
  const found = explain(
    source,
    only(placeOf(sheet, element.tensor, element.index)),
    formulaIn(sheet, element, state.written ?? written),
  );
  const value = elementIn(sheet, state, element);
  return found && value !== undefined ? { told: found, value } : undefined;
}

/** A rectangle of one map: which tensor and map, and its rows and columns. */
export type Part = { info: TensorInfo; map: number; row: number; column: number; height: number; width: number };

/** The part of a map that a rectangle of the sheet shows. undefined where it shows none, or several. */
export function partOf(sheet: Sheet, { sheet: on, row, column, height, width }: RangePlace): Part | undefined {
  if (on !== sheet.id) return undefined;
  const first = sheet.layout.elementAt(row, column);
  const last = sheet.layout.elementAt(row + height - 1, column + width - 1);
  if (!first || !last || first.tensor !== last.tensor) return undefined;
  const info = sheet.tensors.get(first.tensor)!;
  const [from, to] = [first.index, last.index].map(index => spot(info, index));
  if (from.map !== to.map) return undefined;
  return {
    info,
    map: from.map,
    row: from.row,
    column: from.column,
    height: to.row - from.row + 1,
    width: to.column - from.column + 1,
  };
}

/** Where an element stands in its map, as `mapView` counts maps. */
export function spot(info: TensorInfo, index: number): { map: number; row: number; column: number } {
  const at = coordinatesOf(info.shape, index);
  const [row, column = 0] = at;
  const [first = 0, second] = at.slice(2);
  return { map: second === undefined ? first : second * info.shape[2] + first, row, column };
}
