import { type CellRange, MAX_COLUMNS, MAX_ROWS } from '../../shared/address.ts';
import type { Band } from '../../shared/layout/layout.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import { type LayerId, scoresLayer } from '../../shared/network.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';

/** Height of the column headings and of the frozen caption row (row 1 of the network's sheet), in CSS pixels at every
 *  zoom. */
export const HEADING_HEIGHT = 20;
const CAPTION_HEIGHT = 26;
/** How many blank rows and columns the user can reach beyond the used ones. */
export const MARGIN = { rows: 60, columns: 26 };

/** The kinds of columns, which have different widths: cells of maps are square, cells for typing are wider, blanks
 *  between bands are narrow. */
type ColumnKind = 'square' | 'kernel' | 'names' | 'vector' | 'formulas' | 'gap' | 'blank' | 'hidden';
/** Neighbouring columns of the same width. `left`: CSS pixels from the left edge of column A. */
export type ColumnRun = { column: number; count: number; kind: ColumnKind; width: number; left: number };

/** The positions of cells in CSS pixels: from the left edge of column A, and from the top of the first row that
 *  scrolls. Every function takes O(log bands). */
export type Geometry = {
  cellSize: number;
  /** How many rows don't scroll: the captions' row of the network's sheet. */
  frozenRows: 0 | 1;
  /** Where the rows that scroll begin on the sheet's element, below the headings and the frozen row. */
  bodyTop: number;
  /** How many rows and columns the user can reach: the used ones and a margin. */
  rows: number;
  columns: number;
  /** Size of the area that scrolls. */
  width: number;
  height: number;
  /** Width of the row headings. The number of the last row fits it. */
  headingWidth: number;
  runs: readonly ColumnRun[];
  /** The left edge of a column. From `columns` on, the right edge of the sheet. */
  left(column: number): number;
  columnWidth(column: number): number;
  isHidden(column: number): boolean;
  /** The visible column at a position. Outside the sheet, the nearest one. */
  columnAt(x: number): number;
  /** The nearest visible column in a direction. It is `column` itself if that is visible; undefined if there is
   *  none. */
  visibleColumn(column: number, direction: 1 | -1): number | undefined;
  /** The top edge of a row that scrolls. */
  top(row: number): number;
  /** The height of a row that scrolls: `cellSize`, or more where texts are wrapped. */
  rowHeight(row: number): number;
  /** The row that scrolls at a position. Outside the sheet, the nearest one. */
  rowAt(y: number): number;
  /** The cells that touch this rectangle. */
  cellsIn(x: number, y: number, width: number, height: number): CellRange;
};

/** The cells that the user can reach: those of the network, free cells with something in them, and a margin of blank
 *  ones. */
export function reachOf({ layout }: Sheet, free: Used = { rows: 0, columns: 0 }): CellRange {
  return {
    row: 0,
    column: 0,
    height: Math.min(MAX_ROWS, Math.max(layout.rows, free.rows) + MARGIN.rows),
    width: Math.min(MAX_COLUMNS, Math.max(layout.columns, free.columns) + MARGIN.columns),
  };
}

/** How many rows and columns have something in them. */
type Used = { readonly rows: number; readonly columns: number };

/** `hiddenLayers`: convolutions whose maps are hidden, because the ReLU after them is shown for both. `namesWidth`: the
 *  width that the class names need, in CSS pixels. `free`: how far free cells are used. `formulas`: columns of computed
 *  cells have room for formulas. */
export function createGeometry(
  sheet: Sheet,
  cellSize: number,
  hiddenLayers: ReadonlySet<LayerId> = new Set(),
  namesWidth = 0,
  { free, formulas = false }: { free?: Used; formulas?: boolean } = {},
): Geometry {
  const { layout } = sheet;
  const { height: rows, width: columns } = reachOf(sheet, free);
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
    // The blank after a hidden band is hidden too. Otherwise two blanks would be side by side.
    add(next, band.column - next, hidden ? 'hidden' : 'gap');
    hidden = hides(band, hiddenLayers);
    const names = band.role === 'vector' && band.layer === scores?.id ? 1 : 0;
    add(band.column, names, 'names');
    const kind = formulas && isComputed(band, sheet) ? 'formulas' : columnKindOf(band, sheet);
    add(band.column + names, band.width - names, hidden ? 'hidden' : kind);
    next = band.column + band.width;
  }
  add(next, columns - next, 'blank');

  return geometryOf(runs, rows, columns, cellSize, { frozenRows: 1 });
}

/** A row that is higher than others. */
type TallRow = { row: number; height: number };

/** `tall`: the rows that are higher than a cell, from top to bottom. `frozenRows`: see Geometry. */
export function geometryOf(
  runs: readonly ColumnRun[],
  rows: number,
  columns: number,
  cellSize: number,
  { tall = [], frozenRows = 0 }: { tall?: readonly TallRow[]; frozenRows?: 0 | 1 } = {},
): Geometry {
  const lines = rowsOf(tall, cellSize, frozenRows);
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
  const end = runs.at(-1)!;
  const width = end.left + end.count * end.width;
  const height = lines.above(rows);
  const edge = (column: number) => {
    if (column >= columns) return width;
    const run = runs[runWith('column', column)];
    return run.left + (column - run.column) * run.width;
  };
  const columnWidth = (column: number) => runs[runWith('column', column)].width;
  const columnAt = (x: number) => {
    // The last run that starts at or before x may be hidden, because it starts where the next visible one does. So go
    // back to one with a width.
    let index = runWith('left', Math.max(0, Math.min(x, width - 1e-6)));
    while (index > 0 && runs[index].width === 0) index--;
    const run = runs[index];
    return run.column + Math.max(0, Math.min(run.count - 1, Math.floor((x - run.left) / run.width)));
  };
  const rowAt = (y: number) => Math.max(frozenRows, Math.min(rows - 1, lines.rowAtY(y)));
  return {
    cellSize,
    frozenRows,
    bodyTop: HEADING_HEIGHT + frozenRows * CAPTION_HEIGHT,
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
    top: row => lines.above(row),
    rowHeight: row => lines.heightOf(row),
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

/** The heights of the rows from `first` on, where some are higher than a cell. Each function takes O(log tall). */
function rowsOf(tall: readonly TallRow[], cellSize: number, first: number) {
  /** The top edges of the tall rows. */
  const tops: number[] = [];
  let more = 0;
  for (const { row, height } of tall) {
    tops.push((row - first) * cellSize + more);
    more += height - cellSize;
  }
  /** How many of the tall rows are before a place. */
  const before = (isBefore: (at: number) => boolean) => {
    let [low, high] = [0, tall.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const above = (row: number) => {
    const count = before(at => tall[at].row < row);
    if (count === 0) return (row - first) * cellSize;
    const last = tall[count - 1];
    return tops[count - 1] + last.height + (row - last.row - 1) * cellSize;
  };
  return {
    above,
    heightOf(row: number): number {
      const at = before(each => tall[each].row < row);
      return tall[at]?.row === row ? tall[at].height : cellSize;
    },
    rowAtY(y: number): number {
      const count = before(at => tops[at] <= y);
      if (count === 0) return first + Math.floor(y / cellSize);
      const { row, height } = tall[count - 1];
      const below = y - tops[count - 1] - height;
      return below < 0 ? row : row + 1 + Math.floor(below / cellSize);
    },
  };
}

/** Whether a band's cells have formulas of the network's own. */
function isComputed({ role, layer }: Band, sheet: Sheet): boolean {
  return role !== 'kernels' && sheet.layers.get(layer)?.kind !== 'input';
}

function hides(band: Band, hiddenLayers: ReadonlySet<LayerId>): boolean {
  return band.role === 'maps' && hiddenLayers.has(band.layer);
}

/** The kernels of convolutions are edited, so their columns are wide. Other parameters get the width of their headings.
 *  Dense weights are like pictures, so their columns are square. */
function columnKindOf(band: Band, sheet: Sheet): ColumnKind {
  if (band.role === 'vector') return 'vector';
  const { weights } = kindOf(sheet.layers.get(band.layer)!);
  if (band.role !== 'kernels' || weights === 'units') return 'square';
  return weights === 'kernels' ? 'kernel' : 'vector';
}

function widthOf(kind: Exclude<ColumnKind, 'names'>, cellSize: number): number {
  // Very large networks fit the window only with cells below one pixel. Then every column shrinks in proportion.
  const small = cellSize < 1;
  const widths: Record<typeof kind, number> = {
    hidden: 0,
    square: cellSize,
    kernel: small ? 1.45 * cellSize : Math.max(1, Math.round(1.45 * cellSize)),
    // A heading as long as "output−max" must fit.
    vector: small ? 3.5 * cellSize : Math.round(3.5 * cellSize),
    formulas: 9 * cellSize,
    gap: small ? 8 * cellSize : Math.max(8, Math.round(cellSize / 2)),
    blank: small ? 8 * cellSize : Math.max(8, 3 * cellSize),
  };
  return widths[kind];
}

/** The largest cell size with which the used cells fit this width and height (without headings). It is in whole pixels
 *  if at least one pixel fits. `geometryAt` makes the geometry of a size. */
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
  // Below one pixel all sizes are in proportion.
  const whole = geometryAt(0.5);
  const share = Math.min(
    (width - whole.headingWidth) / whole.left(layout.columns),
    height / whole.top(Math.max(2, layout.rows)),
  );
  return Math.min(0.99, 0.5 * share);
}
