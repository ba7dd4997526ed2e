import type { CellRange } from '../../shared/address.ts';
import type { Comments, Formulas, SheetCells } from '../../shared/cells.ts';
import { HEADING_HEIGHT, type Geometry } from './geometry.ts';
import type { Theme } from '../parts/theme.ts';
import type { ElementIndex, Label } from '../../shared/layout/layout.ts';

/** Everything that is needed to paint one frame. Sizes and scroll position are in CSS pixels. */
export type Frame = {
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  ratio: number;
  scrollX: number;
  scrollY: number;
  geometry: Geometry;
  theme: Theme;
  captions: readonly Caption[];
  labels: readonly PlacedLabel[];
  selection: CellRange;
  /** What is typed over elements. It is marked in their cells. */
  formulas?: Formulas;
  /** Comments, which are marked too. */
  commented?: Commented;
  /** While formulas are shown: that of an element, if it has one. */
  formulaOf?: (element: ElementIndex) => string | undefined;
};

/** What of the shown sheet has comments. */
export type Commented = { comments: Comments; cells: SheetCells };

/** A band's name and details over its columns, in the frozen row. */
export type Caption = { column: number; width: number; name: string; detail: string };

/** Positions on the canvas, in device pixels. */
export type Place = {
  width: number;
  height: number;
  /** The left and top edge of the cells, after the headings and the frozen row. */
  left: number;
  top: number;
  headingBottom: number;
  /** The left edge of a column, and the top edge of a row (not of a frozen one). */
  x(column: number): number;
  y(row: number): number;
  /** Converts CSS pixels to device pixels, at least one. */
  px(length: number): number;
  /** The cells in view. */
  seen: CellRange;
};

export function createPlace({ width, height, ratio, scrollX, scrollY, geometry }: Frame): Place {
  const left = geometry.headingWidth;
  const top = geometry.bodyTop;
  return {
    width: Math.round(width * ratio),
    height: Math.round(height * ratio),
    left: Math.round(left * ratio),
    top: Math.round(top * ratio),
    headingBottom: Math.round(HEADING_HEIGHT * ratio),
    x: column => Math.round((left + geometry.left(column) - scrollX) * ratio),
    y: row => Math.round((top + geometry.top(row) - scrollY) * ratio),
    px: length => Math.max(1, Math.round(length * ratio)),
    seen: geometry.cellsIn(scrollX, scrollY, Math.max(1, width - left), Math.max(1, height - top)),
  };
}

/** A label and the room for its text. */
export type PlacedLabel = Label & {
  /** The column where its room ends: that of the next label in its row, or of the next cell with content. */
  before: number;
  /** `pitch`: the distance in columns to the next label, if labels follow each other like the names over a matrix; else
   *  0. `offset`: the distance from the start of its band. With both, labels can be left out evenly. */
  pitch: number;
  offset: number;
  /** Whether its text was cut when it was last painted. */
  cut: boolean;
};
