/** Cells of the sheet as a large rectangle of numbers in a picture of one cell. */
import type { Numbers } from '../../explain/numbers.ts';
import type { ElementIndex } from '../../layout/layout.ts';
import { elementAt } from '../../layout/sheet.ts';
import type { SceneFilm } from '../numbers.ts';
import { frame, type Heat, numberIn, scaleOf, titleOf } from '../panel.ts';
import { type Box, type Item, type Paint, paint } from '../picture.ts';

/** A rectangle of numbers in a picture. A long vector stands in it row by row. */
export type Grid = { box: Box; rows: number; columns: number; side: number };

/** Cells smaller than this show only colours. */
const READABLE = 30;
/** Longer vectors are wrapped. */
const LONGEST = 12;

/** How many rows and columns some numbers have in a picture. */
export function extentOf({ range: { height, width } }: Numbers): { rows: number; columns: number } {
  const count = height * width;
  if (Math.min(height, width) > 1 || count <= LONGEST) return { rows: height, columns: width };
  const columns = Math.ceil(Math.sqrt(count));
  return { rows: Math.ceil(count / columns), columns };
}

export function gridAt({ x, y }: Pick<Box, 'x' | 'y'>, numbers: Numbers, side: number): Grid {
  const { rows, columns } = extentOf(numbers);
  return { rows, columns, side, box: { x, y, width: side * columns, height: side * rows } };
}

export const cellIn = ({ box, columns, side }: Grid, nth: number): Box => ({
  x: box.x + (nth % columns) * side,
  y: box.y + Math.floor(nth / columns) * side,
  width: side,
  height: side,
});

/** Numbers in their cells. `terms`: what the n-th of them is; undefined if that isn't known. `there`: how many of them
 *  are there already, the last one partly. */
export function drawNumbers(
  grid: Grid,
  numbers: readonly unknown[],
  { scale, step }: Heat,
  terms: (nth: number) => readonly (readonly ElementIndex[])[] | undefined,
  there = numbers.length,
): Item[] {
  const { rows, columns, box, side } = grid;
  const steps = new Int16Array(rows * columns).fill(-1);
  const texts: Item[] = [];
  for (const [nth, value] of numbers.entries()) {
    if (typeof value !== 'number' || nth >= there) continue;
    steps[nth] = step(value);
    const what = side >= READABLE ? terms(nth) : undefined;
    if (what) texts.push(numberIn(cellIn(grid, nth), value, { scale, step: steps[nth] }, what));
  }
  return [{ kind: 'cells', box, rows, columns, scale, steps, lines: paint('line', side >= 6 ? 0.8 : 0) }, ...texts];
}

/** Cells of the sheet with their numbers, in the sheet's colours. */
export function drawCells(film: SceneFilm, numbers: Numbers, grid: Grid, stroke: Paint): Item[] {
  const elements = elementsOf(film, numbers);
  const info = elements[0] && film.sheet.tensors.get(elements[0].tensor);
  const heat: Heat = info ? scaleOf(film, info) : { scale: 'plain', step: () => 128 };
  const terms = (nth: number) => {
    const element = elements[nth];
    return element && [[element]];
  };
  return [...drawNumbers(grid, numbers.contents, heat, terms), frame(grid.box, stroke, 4)];
}

/** The elements that some cells show. undefined for a cell that shows none. */
export function elementsOf({ sheet }: SceneFilm, { range }: Numbers): (ElementIndex | undefined)[] {
  return Array.from({ length: range.height * range.width }, (_, nth) =>
    elementAt(sheet, {
      sheet: range.sheet,
      row: range.row + Math.floor(nth / range.width),
      column: range.column + (nth % range.width),
    }),
  );
}

/** The title of a grid in the room up to the next one. */
export const heading = (grid: Grid, title: string, detail = '', room = grid.box.width): Item =>
  titleOf(grid, title, detail, Math.max(grid.box.width, room));
