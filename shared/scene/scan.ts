/** A scan: the cells of one layer, or of the whole network, come about one after another. Everything that is drawn at a
 *  moment follows from the plan, the time and the network's numbers, so that playing, stepping and a film are one
 *  function. */
import type { CellContent } from '../cell-content.ts';
import type { Written } from '../cells.ts';
import { explain, type Explanation, referencesIn } from '../explain/explain.ts';
import { rangeRead, type Source } from '../explain/numbers.ts';
import { expressionOf } from '../formula/derive.ts';
import type { Expression } from '../formula/expression.ts';
import { formulaOfElement } from '../formula/placed.ts';
import { boundsOf } from '../layout/lattice.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { placeOf, type Sheet } from '../layout/sheet.ts';
import type { LayerId, TensorId, TensorInfo } from '../network.ts';
import { only, type RangePlace } from '../places.ts';

/** The cells of one computed tensor, `pace` of them in a second. */
export type Chapter = { layer: LayerId; tensor: TensorId; cells: number; pace: number };
export type ScanPlan = { chapters: readonly Chapter[] };

type Over = Pick<Written, 'formulas'>;

/** Cells in a second, slow enough to follow each. */
const PACE = 3;
/** How long each chapter of a walk through the network takes at most, in seconds. */
const CHAPTER_SECONDS = 8;

/** A scan of a layer: its computed tensors in their order. Without chapters if the layer has none. */
export function scanLayer(sheet: Sheet, layer: LayerId): ScanPlan {
  const own = computedIn(sheet).filter(info => info.layer === layer);
  return { chapters: own.map(({ id, size }) => ({ layer, tensor: id, cells: size, pace: PACE })) };
}

/** A scan of the whole network, from the first computed cell to the last. Large layers go faster. */
export function walkNetwork(sheet: Sheet): ScanPlan {
  const chapters = computedIn(sheet).map(({ id, layer, size }) => {
    return { layer, tensor: id, cells: size, pace: Math.max(PACE, size / CHAPTER_SECONDS) };
  });
  return { chapters };
}

const computedIn = ({ tensors }: Sheet): TensorInfo[] =>
  [...tensors.values()].filter(({ role }) => role === 'computed');

/** In seconds. */
export function durationOf({ chapters }: ScanPlan): number {
  return chapters.reduce((total, { cells, pace }) => total + cells / pace, 0);
}

/** Which cell comes about at a time: that of a chapter (from 0), counted from 0 in the order of the scan. Times before
 *  the beginning and after the end mean the first and the last cell. */
export function momentAt({ chapters }: ScanPlan, time: number): { chapter: number; cell: number } {
  let left = Math.max(0, time);
  for (const [chapter, { cells, pace }] of chapters.entries()) {
    // A hair more, so that the time at which a cell begins is that cell.
    const cell = Math.floor(left * pace + 1e-6);
    if (cell < cells || chapter === chapters.length - 1) return { chapter, cell: Math.min(cell, cells - 1) };
    left -= cells / pace;
  }
  return { chapter: 0, cell: 0 };
}

/** The time at which a cell of a chapter begins. */
export function timeOf({ chapters }: ScanPlan, { chapter, cell }: { chapter: number; cell: number }): number {
  const before = chapters.slice(0, chapter).reduce((total, { cells, pace }) => total + cells / pace, 0);
  return before + cell / chapters[chapter].pace;
}

/** How many cells of a tensor have come about at a time, in the order of the scan. All of them if the scan doesn't have
 *  the tensor. */
export function filledAt(plan: ScanPlan, time: number, { id, size }: Pick<TensorInfo, 'id' | 'size'>): number {
  const { chapter, cell } = momentAt(plan, time);
  const own = plan.chapters.findIndex(({ tensor }) => tensor === id);
  if (own < 0 || own < chapter) return size;
  return own === chapter ? cell + 1 : 0;
}

/** The element that comes about as the n-th of a tensor. Maps are filled one after another, row by row. */
export function elementOf(info: TensorInfo, nth: number): number {
  const { channels, cells } = mapsOf(info);
  return (nth % cells) * channels + Math.floor(nth / cells);
}

/** The opposite of `elementOf`. */
export function nthOf(info: TensorInfo, element: number): number {
  const { channels, cells } = mapsOf(info);
  return (element % channels) * cells + Math.floor(element / channels);
}

/** How many maps a tensor has, and cells in each. The last axis is that of the maps, so a map's cells lie so many
 *  elements apart. A vector is one map. */
function mapsOf({ shape, size }: TensorInfo): { channels: number; cells: number } {
  const channels = shape.length >= 3 ? shape.at(-1)! : 1;
  return { channels, cells: size / channels };
}

/** Where things are at a moment: the cell that comes about, what it reads, and the cells that aren't there yet. */
export type Frames = { element: ElementIndex; target: RangePlace; reads: RangePlace[]; unfinished: RangePlace[] };

/** `written`: what users have written over cells. */
export function framesAt(sheet: Sheet, plan: ScanPlan, time: number, written?: Over): Frames | undefined {
  const { chapter, cell } = momentAt(plan, time);
  const now = plan.chapters[chapter];
  const info = now && sheet.tensors.get(now.tensor);
  if (!info) return undefined;
  const element = { tensor: info.id, index: elementOf(info, cell) };
  const reads = referencesIn(formulaIn(sheet, element, written)).flatMap(
    reference => rangeRead(sheet, reference, { sheet: sheet.id }) ?? [],
  );
  const later = new Set(plan.chapters.slice(chapter + 1).map(({ tensor }) => tensor));
  const hidden = sheet.layout.regions.filter(({ tensor }) => later.has(tensor));
  return {
    element,
    target: only(placeOf(sheet, info.id, element.index)),
    reads,
    unfinished: [
      ...rangesFrom(sheet, info, cell + 1),
      ...hidden.map(region => ({ sheet: sheet.id, ...boundsOf(region) })),
    ],
  };
}

/** What counts in an element's cell: what is written over it, or the network's own formula. */
export function formulaIn(sheet: Sheet, element: ElementIndex, written: Over | undefined): Expression {
  const { tensor, index } = element;
  const over = written?.formulas.get(tensor)?.get(index);
  if (over === undefined) return expressionOf(sheet, element)!;
  return typeof over === 'number' ? over : formulaOfElement(sheet, tensor, index, over);
}

/** What a moment shows, with its numbers. undefined while some of them aren't known yet. */
export type Scene = Frames & { expression: Expression; value: CellContent; told: Explanation };

export function sceneAt(source: Source, plan: ScanPlan, time: number): Scene | undefined {
  const { sheet, written } = source;
  const frames = framesAt(sheet, plan, time, written);
  if (!frames) return undefined;
  const value = source.element(frames.element);
  const expression = formulaIn(sheet, frames.element, written);
  const told = explain(source, frames.target, expression);
  return told && value !== undefined ? { ...frames, expression, value, told } : undefined;
}

/** Of a layer with more maps, so many after the one that is being filled are hidden. */
const MOST_MAPS = 64;

/** The cells of a tensor from the n-th on, as few rectangles for each map. */
function rangesFrom(sheet: Sheet, info: TensorInfo, from: number): RangePlace[] {
  const { channels, cells } = mapsOf(info);
  if (from >= info.size) return [];
  const found: RangePlace[] = [];
  const first = Math.floor(from / cells);
  for (let channel = first; channel < Math.min(channels, first + MOST_MAPS); channel++) {
    const start = channel === first ? from - first * cells : 0;
    found.push(...restOf(sheet, info, channel, start));
  }
  return found;
}

/** The cells of one map from a place on: the rest of its row, and the rows below. */
function restOf(sheet: Sheet, info: TensorInfo, channel: number, start: number): RangePlace[] {
  const { channels, cells } = mapsOf(info);
  const at = (nth: number) => sheet.layout.cellOf(info.id, nth * channels + channel);
  const [head, top, end] = [at(start), at(0), at(cells - 1)];
  const width = end.column - top.column + 1;
  const found: RangePlace[] = [];
  const isRow = head.column > top.column;
  if (isRow)
    found.push({
      sheet: sheet.id,
      row: head.row,
      column: head.column,
      height: 1,
      width: end.column - head.column + 1,
    });
  const row = isRow ? head.row + 1 : head.row;
  if (row <= end.row) found.push({ sheet: sheet.id, row, column: top.column, height: end.row - row + 1, width });
  return found;
}
