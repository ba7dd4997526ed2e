/** Paints what stands in free cells and on own sheets. */
import { isError } from '../../shared/cell-content.ts';
import type { CellFormat } from '../../shared/cells.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { Frame, Place } from './frame.ts';
import { measured } from './labels.ts';
import { NO_ROOM, SMALLEST_NUMBER } from './number-text.ts';
import { cellShown, standsRight } from './written-cell.ts';

/** The cells that hold something. `blank`: whether a cell has room for its neighbour's text. */
export type PaintedCells = {
  each(take: (content: Exclude<Value, null>, row: number, column: number) => void): void;
  format(row: number, column: number): CellFormat | undefined;
  blank(row: number, column: number): boolean;
};

/** The gap between a text and its cell's edge, in CSS pixels. */
const GAP = 3;
/** How many cells a text may run over. */
const LONGEST_RUN = 40;

/** Numbers stand right and texts left. A text runs over blank neighbours; a number that doesn't fit becomes ##. */
export function paintCells(context: CanvasRenderingContext2D, frame: Frame, place: Place, cells: PaintedCells): void {
  const { geometry, theme, ratio } = frame;
  const { cellSize } = geometry;
  if (cellSize < SMALLEST_NUMBER) return;
  const { seen } = place;
  const size = Math.min(13, Math.max(9.5, cellSize * 0.625)) * ratio;
  context.textBaseline = 'middle';
  const paint = (content: Exclude<Value, null>, row: number, column: number) => {
    if (row !== 0 && (row < seen.row || row >= seen.row + seen.height)) return;
    if (column < seen.column - LONGEST_RUN || column >= seen.column + seen.width + LONGEST_RUN) return;
    if (column >= geometry.columns || geometry.isHidden(column)) return;
    const format = cells.format(row, column);
    const number = typeof content === 'number';
    context.font = `${format?.bold ? 600 : 400} ${size}px ${number ? theme.numerals : theme.ui}`;
    const [left, right] = [place.x(column), place.x(column + 1)];
    const gap = GAP * ratio;
    const own = right - left - 2 * gap;
    const fits = (text: string) => measured(context, text) <= own;
    const text = cellShown(content, format?.number, fits) ?? NO_ROOM;
    const align = format?.align ?? (standsRight(content) ? 'right' : typeof content === 'boolean' ? 'center' : 'left');
    const [top, bottom] =
      row === 0 ? [place.headingBottom, place.top] : [Math.max(place.top, place.y(row)), place.y(row + 1)];
    if (bottom <= top) return;
    const [from, to] = number ? [left, right] : roomOf(measured(context, text) + 2 * gap, align, left, right);
    context.save();
    context.beginPath();
    context.rect(Math.max(place.left, from), top, to - Math.max(place.left, from), bottom - top);
    context.clip();
    context.fillStyle = isErrorContent(content) ? theme.danger : theme.ink;
    context.textAlign = align;
    const x = align === 'right' ? right - gap : align === 'center' ? (left + right) / 2 : left + gap;
    const middle = row === 0 ? (place.headingBottom + place.top) / 2 : place.y(row) + (cellSize * ratio) / 2;
    context.fillText(text, x, middle + 0.5 * ratio);
    context.restore();

    /** How far the text may run to both sides. */
    function roomOf(needed: number, to: CanvasTextAlign, start: number, end: number): [number, number] {
      let [first, last] = [start, end];
      const both = to === 'center' ? (needed - (end - start)) / 2 : needed - (end - start);
      const wantedRight = to === 'right' ? end : end + Math.max(0, both);
      const wantedLeft = to === 'left' ? start : start - Math.max(0, both);
      for (let next = column + 1; last < wantedRight && next <= column + LONGEST_RUN; next++) {
        if (next >= geometry.columns || !cells.blank(row, next)) break;
        last = place.x(next + 1);
      }
      for (let next = column - 1; first > wantedLeft && next >= Math.max(0, column - LONGEST_RUN); next--) {
        if (!cells.blank(row, next)) break;
        first = place.x(next);
      }
      return [first, last];
    }
  };
  cells.each(paint);
}

const isErrorContent = (content: Exclude<Value, null>) => typeof content === 'object' && isError(content);
