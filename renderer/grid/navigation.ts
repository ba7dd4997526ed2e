import { type CellAddress, type CellRange, intersect } from '../../shared/address.ts';
import type { Layout } from '../../shared/layout.ts';
import type { Geometry } from './geometry.ts';

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The corner of a selection opposite to its active cell: the one that Shift and the arrows move. */
export function headOf(active: CellAddress, selection: CellRange): CellAddress {
  return {
    row: active.row === selection.row ? selection.row + selection.height - 1 : selection.row,
    column: active.column === selection.column ? selection.column + selection.width - 1 : selection.column,
  };
}

/** Where Ctrl and an arrow lead, as in a spreadsheet: from inside a filled block to its last cell, otherwise to the next filled cell, and to the
 *  edge of the sheet where nothing is filled any more. Hidden columns are passed over. */
export function jump(layout: Layout, geometry: Geometry, from: CellAddress, direction: Direction): CellAddress {
  const horizontal = direction === 'left' || direction === 'right';
  const step = direction === 'right' || direction === 'down' ? 1 : -1;
  const end = step > 0 ? (horizontal ? geometry.columns : geometry.rows) - 1 : 0;
  const filled = filledSpans(layout, geometry, from, horizontal);
  const at = horizontal ? from.column : from.row;
  const to = jumpAlong(filled, at, step, end);
  if (!horizontal) return { row: to, column: from.column };
  const column = geometry.visibleColumn(to, step) ?? geometry.visibleColumn(to, step > 0 ? -1 : 1);
  return { row: from.row, column: column ?? from.column };
}

/** Runs of filled cells, [first, end), in order. */
export type Span = readonly [first: number, end: number];

export function jumpAlong(filled: readonly Span[], at: number, step: 1 | -1, end: number): number {
  const inside = (position: number) => filled.find(([first, after]) => position >= first && position < after);
  const run = inside(at);
  if (run) {
    const last = step > 0 ? run[1] - 1 : run[0];
    if (last !== at) return last;
  }
  const next = step > 0 ? filled.find(([first]) => first > at) : filled.findLast(([, after]) => after <= at);
  if (!next) return end;
  return step > 0 ? next[0] : next[1] - 1;
}

/** The filled cells of the line through a cell; cost follows the blocks on the line. */
function filledSpans(layout: Layout, geometry: Geometry, from: CellAddress, horizontal: boolean): Span[] {
  const line: CellRange = horizontal
    ? { row: from.row, column: 0, height: 1, width: geometry.columns }
    : { row: 0, column: from.column, height: geometry.rows, width: 1 };
  const spans: Span[] = [];
  for (const block of layout.blocksIn(line)) {
    const part = intersect(block, line);
    if (!part) continue;
    spans.push(horizontal ? [part.column, part.column + part.width] : [part.row, part.row + part.height]);
  }
  for (const { row, column } of layout.labelsIn(line)) {
    const at = horizontal ? column : row;
    spans.push([at, at + 1]);
  }
  const visible = horizontal ? spans.flatMap(span => visibleParts(geometry, span)) : spans;
  visible.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, end] of visible) {
    const last = merged.at(-1);
    if (last && first <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([first, end]);
  }
  return merged;
}

function visibleParts({ runs }: Geometry, [first, end]: Span): Span[] {
  return runs.flatMap(({ column, count, width }): Span[] => {
    const from = Math.max(first, column);
    const to = Math.min(end, column + count);
    return width > 0 && from < to ? [[from, to]] : [];
  });
}
