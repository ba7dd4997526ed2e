/** Widths of an own sheet's columns: dragged at their borders, or as wide as what they hold. */
import type { CellAddress } from '../../shared/address.ts';
import { CELL_LIMITS, isFormula, type WorkbookSheet } from '../../shared/cells.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Geometry } from './geometry.ts';
import { measured } from './labels.ts';
import { OWN_WIDTH, WHOLE_SIZE } from './own-geometry.ts';
import { GAP, textSize } from './wrapped-text.ts';
import { cellShown } from './written-cell.ts';

/** How near the pointer must be to a border, in CSS pixels. */
const REACH = 4;

/** The column whose right border is at a position of the heading. A border belongs to the column before it. */
export function borderAt(geometry: Geometry, x: number): number | undefined {
  const column = geometry.columnAt(x);
  const left = geometry.left(column);
  if (left + geometry.columnWidth(column) - x <= REACH) return column;
  return column > 0 && x - left <= REACH ? column - 1 : undefined;
}

/** The width at a zoom of 100 % of a column that is so wide now. */
export function widthAt(pixels: number, { cellSize }: Pick<Geometry, 'cellSize'>): number {
  const { least, most } = CELL_LIMITS.width;
  return Math.round(Math.max(least, Math.min(most, (pixels * WHOLE_SIZE) / cellSize)));
}

/** The columns that get the width of a dragged one: all selected ones if it is selected and whole columns are. */
export function columnsWith(column: number, ranges: readonly RangePlace[], rows: number): number[] {
  const whole = ranges.filter(range => range.height >= rows);
  const isSelected = whole.some(range => column >= range.column && column < range.column + range.width);
  if (!isSelected) return [column];
  return whole.flatMap(range => Array.from({ length: range.width }, (_, i) => range.column + i));
}

/** The line that shows where a dragged border would be. */
export function createGuide(parent: HTMLElement) {
  const line = document.createElement('div');
  line.className = 'column-guide';
  line.hidden = true;
  parent.append(line);
  return {
    /** `x`: its position on the parent in CSS pixels; undefined hides it. */
    show(x: number | undefined): void {
      line.hidden = x === undefined;
      if (x !== undefined) line.style.transform = `translateX(${x - 1}px)`;
    },
    destroy: () => line.remove(),
  };
}

type Fonts = { ui: string; numerals: string };

/** The widths that show everything in these columns, at a zoom of 100 %. Columns without anything in them get the usual
 *  width. `valueAt` gives the result of a formula, null while it isn't known. */
export function fittedWidths(
  context: CanvasRenderingContext2D,
  { cells }: WorkbookSheet,
  columns: readonly number[],
  { ui, numerals }: Fonts,
  valueAt: (place: CellAddress) => Value,
): Map<number, number> {
  const size = textSize(WHOLE_SIZE);
  const widths = new Map<number, number>();
  const wanted = new Set(columns);
  for (const [row, line] of cells)
    for (const [column, { content, format }] of line) {
      if (!wanted.has(column) || content === undefined || format?.wrap) continue;
      const value = isFormula<CellAddress>(content) ? valueAt({ row, column }) : content;
      const text = cellShown(value, format?.number, () => true) ?? '';
      context.font = `${format?.bold ? 600 : 400} ${size}px ${typeof value === 'number' ? numerals : ui}`;
      const needed = Math.ceil(measured(context, text)) + 2 * GAP + 2;
      widths.set(column, Math.max(widths.get(column) ?? 0, needed));
    }
  const { least, most } = CELL_LIMITS.width;
  return new Map(columns.map(each => [each, Math.max(least, Math.min(most, widths.get(each) ?? OWN_WIDTH))]));
}
