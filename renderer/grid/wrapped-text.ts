/** Texts that are broken into lines, and the heights of the rows that they need. */
import type { CellAddress } from '../../shared/address.ts';
import { cellAt, isFormula, type WorkbookSheet } from '../../shared/cells.ts';
import type { Value } from '../../shared/formula/value.ts';
import { extentOf } from '../core/extents.ts';
import type { Geometry } from './geometry.ts';
import { measured } from './labels.ts';
import { contentShown } from './written-cell.ts';

/** The size of texts in free cells and own sheets, in CSS pixels. */
export const textSize = (cellSize: number): number => Math.min(13, Math.max(9.5, cellSize * 0.625));
/** The distance between two lines, as a share of the size of texts. */
export const LINE = 1.3;
/** The gap between a text and its cell's edge, in CSS pixels. */
export const GAP = 3;
/** More lines than this aren't shown. */
const MOST_LINES = 200;

const known = new Map<string, readonly string[]>();

/** A text in lines that fit the room, in the context's font. A word that is wider than the room is broken, too. */
export function linesOf(context: CanvasRenderingContext2D, text: string, room: number): readonly string[] {
  const key = `${context.font} ${room} ${text}`;
  let lines = known.get(key);
  if (!lines) {
    if (known.size > 2000) known.clear();
    known.set(key, (lines = broken(context, text, room).slice(0, MOST_LINES)));
  }
  return lines;
}

/** Forgets all lines. Call it when a font has loaded. */
export function forgetLines(): void {
  known.clear();
}

function broken(context: CanvasRenderingContext2D, text: string, room: number): string[] {
  const fits = (line: string) => measured(context, line) <= room;
  return text.split(/\r\n|\n/).flatMap(paragraph => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.match(/\S+\s*|\s+/g) ?? []) {
      if (fits((line + word).trimEnd())) {
        line += word;
        continue;
      }
      if (line.trim() !== '') lines.push(line.trimEnd());
      line = word;
      while (!fits(line.trimEnd()) && lines.length < MOST_LINES) {
        const count = charactersThatFit(line, fits);
        lines.push(line.slice(0, count));
        line = line.slice(count);
      }
    }
    lines.push(line.trimEnd());
    return lines;
  });
}

/** At least one whole character. */
function charactersThatFit(text: string, fits: (part: string) => boolean): number {
  const ends: number[] = [];
  for (const character of text) ends.push((ends.at(-1) ?? 0) + character.length);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fits(text.slice(0, ends[middle]))) low = middle;
    else high = middle - 1;
  }
  return ends[low];
}

type Font = { family: string; cellSize: number };

/** The rows of an own sheet that wrapped texts make higher than a cell.
 *  `valueAt` gives the result of a formula, null while it isn't known. Cost: by the number of cells with wrapped
 *  texts. */
export function createRowHeights(
  context: CanvasRenderingContext2D,
  valueAt: (sheet: WorkbookSheet, place: CellAddress) => Value,
) {
  /** The last known results of formulas. Out of view they aren't known. */
  const results = new Map<string, string>();

  return (sheet: WorkbookSheet, geometry: Geometry, { family, cellSize }: Font) => {
    const size = textSize(cellSize);
    const tall: { row: number; height: number }[] = [];
    for (const [row, columns] of extentOf(sheet.cells).wrapped) {
      let lines = 1;
      for (const column of columns) {
        const text = textAt(sheet, { row, column });
        if (text === '') continue;
        context.font = `${cellAt(sheet.cells, { row, column })!.format?.bold ? 600 : 400} ${size}px ${family}`;
        lines = Math.max(lines, linesOf(context, text, geometry.columnWidth(column) - 2 * GAP).length);
      }
      if (lines > 1) tall.push({ row, height: Math.max(cellSize, Math.ceil(lines * size * LINE + GAP)) });
    }
    return tall.sort((a, b) => a.row - b.row);
  };

  /** Numbers have one line. */
  function textAt(sheet: WorkbookSheet, place: CellAddress): string {
    const content = cellAt(sheet.cells, place)?.content;
    if (typeof content === 'string') return content;
    if (!isFormula<CellAddress>(content)) return '';
    const value = valueAt(sheet, place);
    const key = `${sheet.id} ${place.row} ${place.column}`;
    const text = value === null ? (results.get(key) ?? '') : typeof value === 'number' ? '' : contentShown(value);
    results.set(key, text);
    return text;
  }
}
