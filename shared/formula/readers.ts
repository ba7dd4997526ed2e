/** How a formula reads the cells that its references mean. */
import type { Value } from './value.ts';

/** Reads one cell. */
export type CellReader = { value(): Value };

/** Reads a rectangle of cells. */
export type RangeReader = {
  readonly height: number;
  readonly width: number;
  /** The content of a cell, counted from the top left corner. */
  at(row: number, column: number): Value;
  /** Gives `take` every content that isn't blank, row by row, until it returns true. Its place is counted from the top
   *  left corner. */
  each(take: (content: Value, row: number, column: number) => boolean): void;
  /** Rows and columns from here on hold nothing. Left out where that isn't known. */
  readonly used?: () => { height: number; width: number };
  /** Given if all of the cells are elements of one tensor. */
  readonly block?: ElementBlock;
};

/** Cell (r,c) is element offset + r*rowStride + c*columnStride. An element that is NaN has an error or is blank; `at`
 *  says which. */
export type ElementBlock = {
  values(): ArrayLike<number>;
  offset: number;
  rowStride: number;
  columnStride: number;
};

/** One reader for each reference of a formula, in their order: a CellReader where the reference is one cell, else a
 *  RangeReader. */
export type Readers = readonly (CellReader | RangeReader)[];

export function isRange(reader: CellReader | RangeReader): reader is RangeReader {
  return 'each' in reader;
}

/** A part of a formula, ready to be calculated. */
export type Part = (readers: Readers) => Value;
/** An argument of a function. `part` is given if it can be calculated as one value. `reader` is the place of its
 *  reader, if it is a reference. */
export type Argument = { part: Part | undefined; reader?: number };
