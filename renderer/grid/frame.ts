import type { CellRange } from '../../shared/address.ts';
import { CAPTION_HEIGHT, HEADING_HEIGHT, type Geometry } from './geometry.ts';
import type { Theme } from '../parts/theme.ts';
import type { Label } from '../../shared/layout/layout.ts';

/** What one frame shows. Sizes and scroll position in CSS pixels. */
export type Frame = {
  width: number;
  height: number;
  /** Device pixels in a CSS pixel. */
  ratio: number;
  scrollX: number;
  scrollY: number;
  geometry: Geometry;
  theme: Theme;
  captions: readonly Caption[];
  labels: readonly PlacedLabel[];
  selection: CellRange;
};

/** A band's name over its columns, in the frozen row. */
export type Caption = { column: number; width: number; name: string; detail: string };

/** Where things are, in device pixels. */
export type Place = {
  width: number;
  height: number;
  /** Where the cells begin, right of and below the headings and the frozen row. */
  left: number;
  top: number;
  headingBottom: number;
  /** Edges of columns and of rows ≥ 1. */
  x(column: number): number;
  y(row: number): number;
  /** CSS pixels to device pixels, at least one. */
  px(length: number): number;
  /** Cells in view. */
  seen: CellRange;
};

export function createPlace({ width, height, ratio, scrollX, scrollY, geometry }: Frame): Place {
  const left = geometry.headingWidth;
  const top = HEADING_HEIGHT + CAPTION_HEIGHT;
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

/** A label with the room it has. */
export type PlacedLabel = Label & {
  /** The column it must not run into: of the next label of its row, or of the next cell that holds something. */
  before: number;
  /** Columns to the next label of its row where such labels follow each other, as names over the columns of a matrix
   *  do; else 0. And its distance from the beginning of its band, so that some of them can be left out evenly. */
  pitch: number;
  offset: number;
  /** Whether less of it was drawn last than there is. */
  cut: boolean;
};
