import { type CellContents, contentAt, isError } from '../../shared/cell-content.ts';
import { intersect } from '../../shared/address.ts';
import type { Value } from '../../shared/formula/value.ts';
import { wholeTensor } from '../../shared/goto.ts';
import type { Block } from '../../shared/layout/layout.ts';
import { type Sheet, usedPart } from '../../shared/layout/sheet.ts';
import type { RangePlace } from '../../shared/places.ts';

/** The figures of the selected numbers. `errors`: cells with an error, which the other figures leave out. */
export type SelectionFigures = {
  count: number;
  sum: number;
  average: number;
  minimum: number;
  maximum: number;
  errors: number;
};

/** With more selected cells than this, there are no figures: too many values would have to be fetched. */
const MOST_ADDED = 50_000;
/** Ranges of more cells than this (with blanks) aren't even searched for values. */
const MOST_LOOKED_AT = 2_000_000;
/** Of cells that are no elements, at most so many are looked at. */
const MOST_CELLS = 200_000;

/** The parts of the selected ranges that have values. undefined for a single cell, or if they are too large. A range
 *  that is a whole tensor gives only the tensor's values, as in copying and filling. */
export function selectedBlocks(sheet: Sheet, ranges: readonly RangePlace[]): Block[] | undefined {
  const used = ranges.flatMap(range => usedPart(sheet, range) ?? []);
  const size = used.reduce((sum, { height, width }) => sum + height * width, 0);
  if (size < 2 || size > MOST_LOOKED_AT) return undefined;
  const blocks = used.flatMap(range => {
    const found = sheet.layout.blocksIn(range);
    const only = found.length > 1 ? wholeTensor(sheet, range) : undefined;
    return only === undefined ? found : found.filter(({ view }) => view.tensor === only);
  });
  const cells = blocks.reduce((sum, { height, width }) => sum + height * width, 0);
  return cells < 2 || cells > MOST_ADDED ? undefined : blocks;
}

/** The cells beside the network's that have to be known for the figures: one rectangle around all ranges of a sheet.
 *  undefined for a single cell, or where they are too many. `used`: how far there is something on the sheet. */
export function selectedCells(
  ranges: readonly RangePlace[],
  used: { readonly rows: number; readonly columns: number },
): RangePlace | undefined {
  const cells = ranges.reduce((sum, { height, width }) => sum + height * width, 0);
  if (cells < 2) return undefined;
  const around = (each: readonly RangePlace[]): RangePlace => {
    const [row, column] = [Math.min(...each.map(range => range.row)), Math.min(...each.map(range => range.column))];
    const end = Math.max(...each.map(range => range.row + range.height));
    const right = Math.max(...each.map(range => range.column + range.width));
    return { sheet: each[0].sheet, row, column, height: end - row, width: right - column };
  };
  const whole = around(ranges);
  if (whole.height * whole.width <= MOST_CELLS) return whole;
  const everything = { row: 0, column: 0, height: used.rows, width: used.columns };
  const parts = ranges.flatMap(range => intersect(range, everything) ?? []);
  if (parts.length === 0) return undefined;
  const part = around(parts.map(each => ({ ...each, sheet: whole.sheet })));
  return part.height * part.width <= MOST_CELLS ? part : undefined;
}

/** The figures in double precision. Texts and blanks are skipped. `cells`: contents of cells that are no elements.
 *  undefined if there are neither numbers nor errors. */
export function figuresOf(parts: readonly CellContents[], cells: readonly Value[] = []): SelectionFigures | undefined {
  let [count, sum, errors] = [0, 0, 0];
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const add = (value: Value) => {
    if (isError(value)) errors++;
    if (typeof value !== 'number') return;
    count++;
    sum += value;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  };
  for (const part of parts) for (let i = 0; i < part.numbers.length; i++) add(contentAt(part, i));
  for (const value of cells) add(value);
  if (count + errors === 0) return undefined;
  return { count, sum, average: sum / count, minimum, maximum, errors };
}
