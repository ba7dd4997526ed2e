/** Paints what stands in free cells and on own sheets. */
import { isError } from '../../shared/cell-content.ts';
import type { CellFormat } from '../../shared/cells.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { Frame, Place } from './frame.ts';
import { measured } from './labels.ts';
import { NO_ROOM, SMALLEST_NUMBER } from './number-text.ts';
import { GAP, LINE, linesOf, textSize } from './wrapped-text.ts';
import { cellShown, contentShown, standsRight } from './written-cell.ts';

type Content = Exclude<Value, null>;

/** The cells that hold something. `blank`: whether a cell has room for its neighbour's text. `formula`: what is typed
 *  there, while formulas are shown. `rowsGrow`: an own sheet. Elsewhere rows and columns keep their sizes, so wrapped
 *  texts run over the blank cells beside and below, and numbers over those beside. */
export type PaintedCells = {
  each(take: (content: Content, row: number, column: number) => void): void;
  format(row: number, column: number): CellFormat | undefined;
  blank(row: number, column: number): boolean;
  formula(row: number, column: number): string | undefined;
  readonly rowsGrow: boolean;
};

/** How many cells a text may run over. */
const LONGEST_RUN = 40;
/** The width of a wrapped text where rows don't grow, in cells. */
const WRAPPED_WIDTH = 16;
/** The width of a number there, in cells: that of an own sheet's column. */
const NUMBER_WIDTH = 4;

/** Numbers stand right and texts left. A text runs over blank neighbours. A number that doesn't fit gets fewer digits,
 *  then it becomes ##. */
export function paintCells(context: CanvasRenderingContext2D, frame: Frame, place: Place, cells: PaintedCells): void {
  const { geometry, theme, ratio } = frame;
  const { cellSize } = geometry;
  if (cellSize < SMALLEST_NUMBER) return;
  const { seen } = place;
  const size = textSize(cellSize) * ratio;
  const gap = GAP * ratio;
  context.textBaseline = 'middle';
  cells.each((content, row, column) => {
    const frozen = row < geometry.frozenRows;
    if (!frozen && (row < seen.row - LONGEST_RUN || row >= seen.row + seen.height)) return;
    if (column < seen.column - LONGEST_RUN || column >= seen.column + seen.width + LONGEST_RUN) return;
    if (column >= geometry.columns || geometry.isHidden(column)) return;
    const format = cells.format(row, column);
    const formula = cells.formula(row, column);
    const number = typeof content === 'number' && formula === undefined;
    context.font = `${format?.bold ? 600 : 400} ${size}px ${number ? theme.numerals : theme.ui}`;
    context.fillStyle = isErrorContent(content) ? theme.danger : theme.ink;
    if (format?.wrap && typeof content !== 'number' && formula === undefined && !frozen)
      return paintLines(contentShown(content), format.align, row, column);
    const [left, right] = [place.x(column), place.x(column + 1)];
    const fitsIn = (end: number) => (text: string) => measured(context, text) <= end - left - 2 * gap;
    const whole = number ? cellShown(content, format?.number, () => true)! : '';
    const runs = number && !cells.rowsGrow && !fitsIn(right)(whole);
    const end = runs ? roomOf(NUMBER_WIDTH * (right - left), 'left', row, column)[1] : right;
    const text = formula ?? cellShown(content, format?.number, fitsIn(end)) ?? NO_ROOM;
    const align = formula !== undefined || end > right ? 'left' : alignOf(content, format, fitsIn(right)(text));
    const [top, bottom] = frozen
      ? [place.headingBottom, place.top]
      : [Math.max(place.top, place.y(row)), place.y(row + 1)];
    if (bottom <= top) return;
    const [from, to] = number ? [left, end] : roomOf(measured(context, text) + 2 * gap, align, row, column);
    // In a high row, a line stands at the bottom.
    const middle = frozen ? (place.headingBottom + place.top) / 2 : bottom - (cellSize * ratio) / 2;
    paintLine([text], { align, left, right, middle, clip: [from, top, to, bottom] });
  });

  /** A wrapped text, from the top of its cell. */
  function paintLines(text: string, wanted: CellFormat['align'], row: number, column: number): void {
    const align = wanted ?? 'left';
    const left = place.x(column);
    let right = place.x(column + 1);
    let end = row + 1;
    if (!cells.rowsGrow) {
      let last = column + 1;
      const wide = left + WRAPPED_WIDTH * cellSize * ratio;
      while (place.x(last) < wide && last < geometry.columns && cells.blank(row, last)) last++;
      right = place.x(last);
      const needed = Math.ceil(
        (linesOf(context, text, right - left - 2 * gap).length * size * LINE) / (cellSize * ratio),
      );
      const isBlank = (below: number) => {
        for (let each = column; each < last; each++) if (!cells.blank(below, each)) return false;
        return true;
      };
      while (end < row + needed && end < geometry.rows && isBlank(end)) end++;
    }
    const [top, bottom] = [Math.max(place.top, place.y(row)), place.y(end)];
    if (bottom <= top || top > place.height) return;
    const lines = linesOf(context, text, right - left - 2 * gap);
    const first =
      place.y(row) + Math.max(size * LINE, end === row + 1 && lines.length === 1 ? cellSize * ratio : 0) / 2;
    paintLine(lines, { align, left, right, middle: first + ratio, clip: [left, top, right, bottom] });
  }

  /** Lines under each other, the first in the middle of its line. */
  function paintLine(lines: readonly string[], { align, left, right, middle, clip }: PaintedText): void {
    const from = Math.max(place.left, clip[0]);
    context.save();
    context.beginPath();
    context.rect(from, clip[1], clip[2] - from, clip[3] - clip[1]);
    context.clip();
    context.textAlign = align;
    const x = align === 'right' ? right - gap : align === 'center' ? (left + right) / 2 : left + gap;
    for (const [i, line] of lines.entries()) context.fillText(line, x, middle + i * size * LINE + 0.5 * ratio);
    context.restore();
  }

  /** How far the text may run to both sides. */
  function roomOf(needed: number, align: Align, row: number, column: number): [number, number] {
    let [first, last] = [place.x(column), place.x(column + 1)];
    const more = needed - (last - first);
    const both = align === 'center' ? more / 2 : more;
    const wantedRight = align === 'right' ? last : last + Math.max(0, both);
    const wantedLeft = align === 'left' ? first : first - Math.max(0, both);
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
}

type Align = 'left' | 'center' | 'right';
/** `left` and `right`: the cell. `middle`: the middle of the first line. `clip`: what is seen of the text. */
type PaintedText = {
  align: Align;
  left: number;
  right: number;
  middle: number;
  clip: readonly [left: number, top: number, right: number, bottom: number];
};

/** An error or a truth value that doesn't fit begins in its cell, so that the edge of the sheet cuts nothing off. */
function alignOf(content: Content, format: CellFormat | undefined, fits: boolean): Align {
  if (format?.align) return format.align;
  const isCentred = fits && (typeof content === 'boolean' || isErrorContent(content));
  return standsRight(content) ? 'right' : isCentred ? 'center' : 'left';
}

const isErrorContent = (content: Content) => typeof content === 'object' && isError(content);
