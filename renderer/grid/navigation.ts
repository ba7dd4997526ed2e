import { type CellRange, intersect } from '../../shared/address.ts';
import type { SheetCells } from '../../shared/cells.ts';
import { type CellPlace, only, type RangePlace } from '../../shared/places.ts';
import type { Layout } from '../../shared/layout/layout.ts';
import type { Geometry } from './geometry.ts';

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The cell some cells further. Hidden columns are skipped. At the end of the sheet, the last cell. */
export function step(geometry: Geometry, from: CellPlace, direction: Direction, count = 1): CellPlace {
  const forward = direction === 'right' || direction === 'down';
  const by = forward ? count : -count;
  if (direction === 'up' || direction === 'down')
    return { ...from, row: Math.max(0, Math.min(geometry.rows - 1, from.row + by)) };
  const column = geometry.visibleColumn(from.column + by, forward ? 1 : -1);
  return { ...from, column: column ?? from.column };
}

/** The next cell of a selection for Enter (down, then the next column) or Tab (right, then the next row). After the
 *  last cell comes the first. */
export function walk(geometry: Geometry, selection: RangePlace, from: CellPlace, direction: Direction): CellPlace {
  const forward = direction === 'right' || direction === 'down';
  const nextRow = () => {
    const row = from.row - selection.row + (forward ? 1 : -1);
    const around = row < 0 || row >= selection.height;
    return { around, row: selection.row + ((row + selection.height) % selection.height) };
  };
  const nextColumn = () => {
    const last = selection.column + selection.width;
    const inside = (column: number | undefined) =>
      column !== undefined && column >= selection.column && column < last ? column : undefined;
    const next = inside(geometry.visibleColumn(from.column + (forward ? 1 : -1), forward ? 1 : -1));
    const first = inside(geometry.visibleColumn(forward ? selection.column : last - 1, forward ? 1 : -1));
    return { around: next === undefined, column: next ?? first ?? from.column };
  };
  if (direction === 'up' || direction === 'down') {
    const { around, row } = nextRow();
    return { ...from, row, column: around ? nextColumn().column : from.column };
  }
  const { around, column } = nextColumn();
  return { ...from, row: around ? nextRow().row : from.row, column };
}

/** Several selected ranges: the one with the active cell, and the others in the order of selecting. */
type Areas = { active: CellPlace; selection: RangePlace; areas: readonly RangePlace[] };

/** `walk` through several ranges: after the last cell of one comes the first of the next. */
export function walkAreas(geometry: Geometry, { active, selection, areas }: Areas, direction: Direction): Areas {
  const next = walk(geometry, selection, active, direction);
  const down = next.row - active.row;
  const right = next.column - active.column;
  const way = direction === 'up' || direction === 'down' ? right || down : down || right;
  const forward = direction === 'right' || direction === 'down';
  if (forward ? way > 0 : way < 0) return { active: next, selection, areas };
  const entered = forward ? areas[0] : areas.at(-1)!;
  const { sheet, row, column, height, width } = entered;
  const end = forward ? { sheet, row: row + height - 1, column: column + width - 1 } : { sheet, row, column };
  return {
    active: walk(geometry, entered, end, direction),
    selection: entered,
    areas: forward ? [...areas.slice(1), selection] : [selection, ...areas.slice(0, -1)],
  };
}

/** The range that Ctrl+A selects: the block of the active cell (a map, a kernel, a column of scores), or the cells with
 *  something in them that touch one another around it. The whole sheet if that is selected already, or if there is
 *  none. */
export function regionToSelect(
  layout: Layout,
  active: CellPlace,
  selection: RangePlace,
  cells: SheetCells = new Map(),
): RangePlace {
  const { sheet } = active;
  const everything = { sheet, row: 0, column: 0, height: layout.rows, width: layout.columns };
  const [block] = layout.blocksIn(only(active));
  const region = block?.whole ?? regionAround(active, cells);
  if (!region) return everything;
  const { row, column, height, width } = region;
  const shared = intersect(region, selection);
  const selected = shared && shared.height === height && shared.width === width;
  return selected ? everything : { sheet, row, column, height, width };
}

/** The smallest rectangle around a cell whose neighbours are all blank, as in a spreadsheet. undefined if it would be
 *  that one cell. */
function regionAround({ row, column }: CellPlace, cells: SheetCells): CellRange | undefined {
  let [top, left, bottom, right] = [row, column, row, column];
  const isFilled = (y: number, x: number) => cells.get(y)?.get(x)?.content !== undefined;
  const inRow = (y: number) => {
    if (y < 0 || !cells.has(y)) return false;
    for (let x = Math.max(0, left - 1); x <= right + 1; x++) if (isFilled(y, x)) return true;
    return false;
  };
  const inColumn = (x: number) => {
    if (x < 0) return false;
    for (let y = Math.max(0, top - 1); y <= bottom + 1; y++) if (isFilled(y, x)) return true;
    return false;
  };
  for (let grown = true; grown; ) {
    grown = true;
    if (inRow(top - 1)) top--;
    else if (inRow(bottom + 1)) bottom++;
    else if (inColumn(left - 1)) left--;
    else if (inColumn(right + 1)) right++;
    else grown = false;
  }
  if (top === bottom && left === right) return undefined;
  return { row: top, column: left, height: bottom - top + 1, width: right - left + 1 };
}

/** The cell that Ctrl+arrow leads to, as in a spreadsheet. Inside a filled block it is the block's last cell; otherwise
 *  the next filled cell, or the edge of the sheet. Hidden columns are skipped. */
export function jump(
  layout: Layout,
  geometry: Geometry,
  from: CellPlace,
  direction: Direction,
  cells?: SheetCells,
): CellPlace {
  const horizontal = direction === 'left' || direction === 'right';
  const step = direction === 'right' || direction === 'down' ? 1 : -1;
  const end = step > 0 ? (horizontal ? geometry.columns : geometry.rows) - 1 : 0;
  const filled = filledSpans(layout, geometry, from, horizontal, cells);
  const at = horizontal ? from.column : from.row;
  const to = jumpAlong(filled, at, step, end);
  if (!horizontal) return { ...from, row: to };
  const column = geometry.visibleColumn(to, step) ?? geometry.visibleColumn(to, step > 0 ? -1 : 1);
  return { ...from, column: column ?? from.column };
}

/** Filled cells in a row, [first, end). */
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

/** The filled cells of the row or column through a cell. Cost: by the number of its blocks. */
function filledSpans(
  layout: Layout,
  geometry: Geometry,
  from: CellPlace,
  horizontal: boolean,
  cells: SheetCells = new Map(),
): Span[] {
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
  const own = horizontal
    ? [...(cells.get(from.row)?.keys() ?? [])]
    : [...cells].flatMap(([row, line]) => (line.has(from.column) ? [row] : []));
  for (const at of own) spans.push([at, at + 1]);
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
