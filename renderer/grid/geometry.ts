import { MAX_COLUMNS, MAX_ROWS, type CellRange } from '../../shared/address.ts';
import type { Band } from '../../shared/layout/layout.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import { type LayerId, scoresLayer } from '../../shared/network.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';

/** Height of the column headings and of the frozen caption row (row 1), in CSS pixels at every zoom. */
export const HEADING_HEIGHT = 20;
export const CAPTION_HEIGHT = 26;
/** Blank rows and columns one can go to beyond the network, as in any spreadsheet. */
const MARGIN = { rows: 60, columns: 26 };

/** What columns are for decides their width: cells of maps are square, cells one types into are wider, blanks between
 *  bands narrow. */
type ColumnKind = 'square' | 'kernel' | 'names' | 'vector' | 'gap' | 'blank' | 'hidden';
/** A run of columns of one width. `left` in CSS pixels from the left edge of column A. */
type ColumnRun = { column: number; count: number; kind: ColumnKind; width: number; left: number };

/** Where cells stand in CSS pixels. Horizontally from the left edge of column A; vertically from the top of row 2,
 *  because row 1 is frozen above the sheet. Everything takes O(log bands). */
export type Geometry = {
  cellSize: number;
  /** How far one can go: the used cells and a margin. */
  rows: number;
  columns: number;
  /** Extent of what scrolls. */
  width: number;
  height: number;
  /** Width of the row headings: enough for the digits of the last row. */
  headingWidth: number;
  runs: readonly ColumnRun[];
  /** Left edge of a column; of `columns` and beyond, the right edge of the sheet. */
  left(column: number): number;
  columnWidth(column: number): number;
  isHidden(column: number): boolean;
  /** The visible column at a position, the nearest one outside the sheet. */
  columnAt(x: number): number;
  /** The nearest visible column from here on in a direction; `column` itself where it is visible, undefined where there
   *  is none. */
  visibleColumn(column: number, direction: 1 | -1): number | undefined;
  /** Top edge of a row ≥ 1. */
  top(row: number): number;
  /** The row ≥ 1 at a position, the nearest one outside the sheet. */
  rowAt(y: number): number;
  /** The cells that touch this rectangle. */
  cellsIn(x: number, y: number, width: number, height: number): CellRange;
};

/** The cells one can go to: those of the network, and some blank ones beyond. */
export function reachOf({ layout }: Sheet): CellRange {
  return {
    row: 0,
    column: 0,
    height: Math.min(MAX_ROWS, layout.rows + MARGIN.rows),
    width: Math.min(MAX_COLUMNS, layout.columns + MARGIN.columns),
  };
}

/** `hiddenLayers`: convolutions whose map columns hide, because the ReLU after them shows both. `namesWidth`: what the
 *  names of the classes need, in CSS pixels. */
export function createGeometry(
  sheet: Sheet,
  cellSize: number,
  hiddenLayers: ReadonlySet<LayerId> = new Set(),
  namesWidth = 0,
): Geometry {
  const { layout } = sheet;
  const { height: rows, width: columns } = reachOf(sheet);
  const runs: ColumnRun[] = [];
  let left = 0;
  const add = (column: number, count: number, kind: ColumnKind) => {
    if (count <= 0) return;
    const width = kind === 'names' ? Math.max(widthOf('vector', cellSize), namesWidth) : widthOf(kind, cellSize);
    runs.push({ column, count, kind, width, left });
    left += count * width;
  };
  let next = 0;
  let hidden = false;
  const scores = scoresLayer(sheet.network);
  for (const band of [...layout.bands].sort((a, b) => a.column - b.column)) {
    // With a band hides the blank after it, or two blanks would stand side by side.
    add(next, band.column - next, hidden ? 'hidden' : 'gap');
    hidden = hides(band, hiddenLayers);
    const names = band.role === 'vector' && band.layer === scores?.id ? 1 : 0;
    add(band.column, names, 'names');
    add(band.column + names, band.width - names, hidden ? 'hidden' : columnKindOf(band, sheet));
    next = band.column + band.width;
  }
  add(next, columns - next, 'blank');

  const runWith = (key: 'column' | 'left', value: number) => {
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (runs[middle][key] <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const width = left;
  const height = (rows - 1) * cellSize;
  const edge = (column: number) => {
    if (column >= columns) return width;
    const run = runs[runWith('column', column)];
    return run.left + (column - run.column) * run.width;
  };
  const columnWidth = (column: number) => runs[runWith('column', column)].width;
  const columnAt = (x: number) => {
    // The last run that starts at or before x may be hidden (it starts where the next visible one does): walk back to
    // one with a width.
    let index = runWith('left', Math.max(0, Math.min(x, width - 1e-6)));
    while (index > 0 && runs[index].width === 0) index--;
    const run = runs[index];
    return run.column + Math.max(0, Math.min(run.count - 1, Math.floor((x - run.left) / run.width)));
  };
  const rowAt = (y: number) => Math.max(1, Math.min(rows - 1, 1 + Math.floor(y / cellSize)));
  return {
    cellSize,
    rows,
    columns,
    width,
    height,
    headingWidth: Math.max(24, 9 + 5 * String(rows).length),
    runs,
    left: edge,
    columnWidth,
    isHidden: column => columnWidth(column) === 0,
    columnAt,
    visibleColumn(column, direction) {
      if (column < 0 || column >= columns) return undefined;
      let index = runWith('column', column);
      if (runs[index].width > 0) return column;
      while (index >= 0 && index < runs.length && runs[index].width === 0) index += direction;
      const run = runs[index];
      if (!run) return undefined;
      return direction > 0 ? run.column : run.column + run.count - 1;
    },
    top: row => (row - 1) * cellSize,
    rowAt,
    cellsIn(x, y, w, h) {
      const row = rowAt(y);
      const column = columnAt(x);
      return {
        row,
        column,
        height: rowAt(y + h - 1e-6) - row + 1,
        width: columnAt(x + w - 1e-6) - column + 1,
      };
    },
  };
}

function hides(band: Band, hiddenLayers: ReadonlySet<LayerId>): boolean {
  return band.role === 'maps' && hiddenLayers.has(band.layer);
}

/** Kernels of convolutions are edited, so they get room, and the few parameters beside other maps as much as their
 *  names need. Dense weights are pictures in the shape of what they multiply. */
function columnKindOf(band: Band, sheet: Sheet): ColumnKind {
  if (band.role === 'vector') return 'vector';
  const { weights } = kindOf(sheet.layers.get(band.layer)!);
  if (band.role !== 'kernels' || weights === 'units') return 'square';
  return weights === 'kernels' ? 'kernel' : 'vector';
}

function widthOf(kind: Exclude<ColumnKind, 'names'>, cellSize: number): number {
  // Cells under a pixel, for networks that fit the window no other way: everything shrinks with them.
  const small = cellSize < 1;
  const widths: Record<typeof kind, number> = {
    hidden: 0,
    square: cellSize,
    kernel: small ? 1.45 * cellSize : Math.max(1, Math.round(1.45 * cellSize)),
    // "output−max" stands over one of them.
    vector: small ? 3.5 * cellSize : Math.round(3.5 * cellSize),
    gap: small ? 8 * cellSize : Math.max(8, Math.round(cellSize / 2)),
    blank: small ? 8 * cellSize : Math.max(8, 3 * cellSize),
  };
  return widths[kind];
}

/** The largest cell size, in whole pixels where that leaves at least one, at which all that the layout uses fits into
 *  this width and height; `geometryAt` makes the geometry of a size. Headings not counted. */
export function sizeThatFits(
  { layout }: Sheet,
  geometryAt: (cellSize: number) => Geometry,
  width: number,
  height: number,
  most: number,
): number {
  const fits = (size: number) => {
    const geometry = geometryAt(size);
    return geometry.left(layout.columns) <= width - geometry.headingWidth && geometry.top(layout.rows) <= height;
  };
  for (let size = most; size >= 1; size--) if (fits(size)) return size;
  // Below a pixel everything is in proportion.
  const whole = geometryAt(0.5);
  const share = Math.min(
    (width - whole.headingWidth) / whole.left(layout.columns),
    height / whole.top(Math.max(2, layout.rows)),
  );
  return Math.min(0.99, 0.5 * share);
}
