import type { Label, Layout } from '../../shared/layout/layout.ts';
import { messages } from '../../shared/messages.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { Frame, Place, PlacedLabel } from './frame.ts';
import { SMALLEST_NUMBER } from './number-text.ts';

/** How far a label may run over the cells to its right, in CSS pixels and in columns. */
const LONGEST_LABEL = 400;
const LONGEST_RUN = 24;
/** Room between two labels of a row, in CSS pixels: more than between two words, so that they don't read as one. */
const GAP = 6;
/** Text may be squeezed to this share of its width; beyond that it is cut. */
const NARROWEST = 0.8;
/** Where labels follow each other closely, each gets the room it needs, but no more than this, in CSS pixels: some are
 *  left out for that. */
const ENOUGH = 90;
const ELLIPSIS = '…';

/** Size of labels, in CSS pixels. */
function labelSize(cellSize: number): number {
  return Math.min(13, Math.max(9.5, cellSize * 0.625));
}

/** Small labels with the room they have. */
export function placeLabels(labels: readonly Label[], layout: Layout): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  const last = new Map<number, PlacedLabel>();
  for (const label of [...labels].sort((a, b) => a.column - b.column)) {
    if (label.row === 0) continue;
    const each = { ...label, before: freeUntil(label, layout), pitch: 0, offset: 0, cut: false };
    const neighbour = last.get(label.row);
    if (neighbour) {
      const pitch = label.column - neighbour.column;
      neighbour.before = Math.min(neighbour.before, label.column);
      // Names of a kind that stand close together, the last of them too.
      if (pitch <= 2) neighbour.pitch = each.pitch = pitch;
    }
    last.set(label.row, each);
    placed.push(each);
  }
  for (const each of placed) if (each.pitch > 0) each.offset = each.column - bandStart(layout, each.column);
  return placed;
}

/** The first column to the right of a label with something in it. */
function freeUntil({ row, column }: Label, layout: Layout): number {
  for (let next = column + 1; next <= column + LONGEST_RUN; next++) if (layout.elementAt(row, next)) return next;
  return Number.POSITIVE_INFINITY;
}

function bandStart({ bands }: Layout, column: number): number {
  return bands.findLast(band => band.column <= column)?.column ?? 0;
}

/** Small captions that are ordinary text cells: "kernel 1", "bias", "map 2". They run over the blanks to their right,
 *  and over nothing else: what finds no room is cut, and pointing at it tells the rest. */
export function paintLabels(context: CanvasRenderingContext2D, frame: Frame, place: Place): void {
  const { theme, geometry, labels, ratio } = frame;
  const { cellSize } = geometry;
  if (cellSize < SMALLEST_NUMBER) return;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = theme.ink2;
  context.font = `500 ${labelSize(cellSize) * ratio}px ${theme.ui}`;
  /** Where the last text of a row ends, of rows whose labels follow each other. */
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
    // A longer one before it needs this one's room.
    if (step > 0 && x < taken.get(row)!) {
      label.cut = true;
      continue;
    }
    const needed = Math.min(width * NARROWEST, ENOUGH * ratio) + GAP * ratio;
    if (step > 0 && needed > step) {
      // As on an axis: every second, fourth, eighth… keeps its text, in the room of those left out.
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

/** As much of a text as fits, with an ellipsis; nothing where not even a character does. */
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

/** To be called when a font has arrived that texts were measured without. */
export function forgetMeasures(): void {
  measures.clear();
}

/** Names measured for a column's width: the longest by their characters are the widest, or nearly. */
const MEASURED_NAMES = 40;
/** The widest column of names, in cells. */
const WIDEST_NAMES = 12;

/** How wide the column of the classes' names has to be, in CSS pixels: as the widest name, up to a limit. */
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
