import type { SheetCells } from '../../shared/cells.ts';
import type { Label, Layout } from '../../shared/layout/layout.ts';
import { messages } from '../../shared/messages.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { Frame, Place, PlacedLabel } from './frame.ts';
import { SMALLEST_NUMBER } from './number-text.ts';

/** How far a label may extend over the cells to its right, in CSS pixels and in columns. */
const LONGEST_LABEL = 400;
const LONGEST_RUN = 24;
/** The gap between two labels of a row, in CSS pixels. It is wider than a space, so that they don't read as one. */
const GAP = 6;
/** How far text may be squeezed, as a share of its width. If that isn't enough, it is cut. */
const NARROWEST = 0.8;
/** The most room in CSS pixels that labels in a close row get. Some of them are left out for that. */
const ENOUGH = 90;
const ELLIPSIS = '…';

/** Size of labels, in CSS pixels. */
function labelSize(cellSize: number): number {
  return Math.min(13, Math.max(9.5, cellSize * 0.625));
}

/** Small labels with the room for each. `free`: what users wrote beside them. */
export function placeLabels(labels: readonly Label[], layout: Layout, free: SheetCells = new Map()): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  const last = new Map<number, PlacedLabel>();
  for (const label of [...labels].sort((a, b) => a.column - b.column)) {
    if (label.row === 0) continue;
    const each = { ...label, before: freeUntil(label, layout, free), pitch: 0, offset: 0, cut: false };
    const neighbour = last.get(label.row);
    if (neighbour) {
      const pitch = label.column - neighbour.column;
      neighbour.before = Math.min(neighbour.before, label.column);
      // Both belong to a close row of labels.
      if (pitch <= 2) neighbour.pitch = each.pitch = pitch;
    }
    last.set(label.row, each);
    placed.push(each);
  }
  for (const each of placed) if (each.pitch > 0) each.offset = each.column - bandStart(layout, each.column);
  return placed;
}

/** The first column to the right of a label that isn't empty. */
function freeUntil({ row, column }: Label, layout: Layout, free: SheetCells): number {
  for (let next = column + 1; next <= column + LONGEST_RUN; next++)
    if (layout.elementAt(row, next) || free.get(row)?.get(next)?.content !== undefined) return next;
  return Number.POSITIVE_INFINITY;
}

function bandStart({ bands }: Layout, column: number): number {
  return bands.findLast(band => band.column <= column)?.column ?? 0;
}

/** Paints small captions such as "kernel 1", "bias", "map 2". They extend over the blanks to their right and are cut at
 *  the next content. The tooltip then shows all of the text. */
export function paintLabels(context: CanvasRenderingContext2D, frame: Frame, place: Place): void {
  const { theme, geometry, labels, ratio } = frame;
  const { cellSize } = geometry;
  if (cellSize < SMALLEST_NUMBER) return;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = theme.ink2;
  context.font = `500 ${labelSize(cellSize) * ratio}px ${theme.ui}`;
  /** For each row of close labels: where the last painted text ends. */
  const taken = new Map<number, number>();
  for (const label of labels) {
    const { row, column, text, before, pitch, offset } = label;
    if (geometry.isHidden(column)) continue;
    const y = place.y(row);
    if (y > place.height || y + cellSize * ratio < place.top) continue;
    const x = place.x(column);
    if (x > place.width || x < -LONGEST_LABEL * ratio) continue;
    let room = before < geometry.columns ? place.x(before) - x - GAP * ratio : LONGEST_LABEL * ratio;
    const width = measured(context, text);
    const step = pitch > 0 ? place.x(column + pitch) - x : 0;
    // The text before it needs this room.
    if (step > 0 && x < taken.get(row)!) {
      label.cut = true;
      continue;
    }
    const needed = Math.min(width * NARROWEST, ENOUGH * ratio) + GAP * ratio;
    if (step > 0 && needed > step) {
      // As on an axis, only every second, fourth, eighth… label is painted.
      const every = 2 ** Math.ceil(Math.log2(needed / step));
      label.cut = true;
      if ((offset / pitch) % every !== 0) continue;
      room = Math.max(room, every * step - GAP * ratio);
    }
    label.cut = width * NARROWEST > room;
    const shown = width * NARROWEST > room ? cutText(context, text, room) : text;
    const squeeze = shown === text && width > room;
    context.fillText(shown, x, y + (cellSize * ratio) / 2 + 0.5 * ratio, squeeze ? room : undefined);
    if (step > 0) taken.set(row, x + (squeeze ? room : measured(context, shown)) + GAP * ratio);
  }
}

/** As much of a text as fits, with an ellipsis. Empty if not even one character fits. */
export function cutText(context: CanvasRenderingContext2D, text: string, room: number): string {
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measured(context, text.slice(0, middle) + ELLIPSIS) <= room) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : text.slice(0, low).trimEnd() + ELLIPSIS;
}

const measures = new Map<string, number>();

/** A text's width in the context's font. */
export function measured(context: CanvasRenderingContext2D, text: string): number {
  const key = `${context.font} ${text}`;
  let width = measures.get(key);
  if (width === undefined) {
    if (measures.size > 4000) measures.clear();
    measures.set(key, (width = context.measureText(text).width));
  }
  return width;
}

/** Forgets all measured widths. Call it when a font has loaded. */
export function forgetMeasures(): void {
  measures.clear();
}

/** How many names are measured to find a column's width. The longest ones are tried first. */
const MEASURED_NAMES = 40;
/** The widest column of names, in cells. */
const WIDEST_NAMES = 12;

/** The width in CSS pixels of the column with the class names: that of the widest name, up to a limit. */
export function namesWidth(
  context: CanvasRenderingContext2D,
  ui: string,
  { classes }: Sheet,
  cellSize: number,
): number {
  if (cellSize < SMALLEST_NUMBER || classes.length === 0) return 0;
  context.font = `500 ${labelSize(cellSize)}px ${ui}`;
  const longest = classes
    .map((name, unit) => messages.cells.unitOrClass(unit, name))
    .sort((a, b) => b.length - a.length)
    .slice(0, MEASURED_NAMES);
  const widest = Math.max(0, ...longest.map(name => measured(context, name)));
  return Math.min(WIDEST_NAMES * cellSize, Math.ceil(widest) + GAP);
}
