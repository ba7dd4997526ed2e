import { contains } from '../../shared/address.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { Store } from '../core/store.ts';
import { type Geometry, HEADING_HEIGHT, sizeThatFits } from './geometry.ts';
import type { Scroller } from './scroll.ts';
import { pixelRatio } from '../core/magnified.ts';

/** The largest cells that fitting gives a small network, in CSS pixels. */
const LARGEST_FITTED = 40;

/** Which part of the sheet is shown, at which size, and where its cells are on the screen. `geometryAt` makes the
 *  geometry for a cell size. `relaid` is called after a new geometry, `repaint` after the view has moved. */
export function createViewport(
  store: Store,
  scroller: Scroller,
  geometryAt: (cellSize: number) => Geometry,
  { relaid, repaint }: { relaid: () => void; repaint: () => void },
) {
  let geometry = geometryAt(store.get().cellSize);
  /** Whether the whole network is fitted to the view. It is then fitted again when the view's size changes. */
  let fitted = false;
  let rescaling = false;

  return {
    get geometry() {
      return geometry;
    },
    view,
    visibleRange,
    cellBox,
    scrollTo,
    relayout,
    fit,
    refit,
    rescale,
    resize,
    keepPlace,
    keepCell,
  };

  function isFrozen(row: number): boolean {
    return row < geometry.frozenRows;
  }

  /** The scroll position in whole device pixels, and the size of the view. */
  function view() {
    const ratio = pixelRatio();
    const snap = (length: number) => Math.round(length * ratio) / ratio;
    return {
      width: scroller.width,
      height: scroller.height,
      ratio,
      scrollX: snap(scroller.x),
      scrollY: snap(scroller.y),
    };
  }

  /** The cells in view, partly visible ones too, without the frozen row. */
  function visibleRange(): RangePlace {
    const { scrollX, scrollY, width, height } = view();
    const room = { width: Math.max(1, width - geometry.headingWidth), height: Math.max(1, height - geometry.bodyTop) };
    return { sheet: store.get().active.sheet, ...geometry.cellsIn(scrollX, scrollY, room.width, room.height) };
  }

  /** A cell's rectangle on the sheet's element. The cell may be out of view. */
  function cellBox({ row, column }: CellPlace): { x: number; y: number; width: number; height: number } {
    const { scrollX, scrollY } = view();
    const { bodyTop } = geometry;
    const frozen = isFrozen(row);
    return {
      x: geometry.headingWidth + geometry.left(column) - scrollX,
      y: frozen ? HEADING_HEIGHT : bodyTop + geometry.top(row) - scrollY,
      width: geometry.columnWidth(column),
      height: frozen ? bodyTop - HEADING_HEIGHT : geometry.rowHeight(row),
    };
  }

  /** See GridApi. */
  function scrollTo(range: RangePlace, align: 'nearest' | 'start' = 'nearest', beside: RangePlace = range): void {
    const width = scroller.width - geometry.headingWidth;
    const height = scroller.height - geometry.bodyTop;
    const columns = both(columnsOf(range), columnsOf(beside), width);
    const rows = both(rowsOf(range), rowsOf(beside), height);
    scroller.moveTo(
      align === 'start' ? columns.start : nearest(scroller.x, width, columns),
      isFrozen(range.row + range.height - 1) ? scroller.y : nearest(scroller.y, height, rows),
    );
  }

  function columnsOf({ column, width }: RangePlace): Stretch {
    return { start: geometry.left(column), end: geometry.left(Math.min(geometry.columns, column + width)) };
  }
  function rowsOf({ row, height }: RangePlace): Stretch {
    const { rows, frozenRows } = geometry;
    const end = Math.max(frozenRows + 1, Math.min(rows, row + height));
    return { start: geometry.top(Math.max(frozenRows, row)), end: geometry.top(end) };
  }

  /** Makes a new geometry, for another network, size or fold. */
  function relayout(): void {
    geometry = geometryAt(store.get().cellSize);
    relaid();
    scroller.setExtent(geometry.headingWidth + geometry.width, geometry.bodyTop + geometry.height);
  }

  /** Makes the cells as large as possible while the whole network fits the view, and scrolls to its beginning. */
  function fit(): void {
    if (scroller.width === 0 || scroller.height === 0) return;
    const { sheet } = store.get();
    store.set({
      cellSize: sizeThatFits(sheet, geometryAt, scroller.width, scroller.height - geometry.bodyTop, LARGEST_FITTED),
    });
    scroller.moveTo(0, 0);
    fitted = true;
  }

  /** Changes the size of cells. The place at the point (x, y) of the sheet's element stays there. */
  function rescale(cellSize: number, x: number, y: number): void {
    if (cellSize === store.get().cellSize) return;
    const before = geometry;
    const atX = Math.max(0, x - before.headingWidth) + scroller.x;
    const atY = Math.max(0, y - before.bodyTop) + scroller.y;
    const column = before.columnAt(atX);
    const share = (atX - before.left(column)) / before.columnWidth(column);
    const row = before.rowAt(atY);
    const down = (atY - before.top(row)) / before.rowHeight(row);
    rescaling = true;
    store.set({ cellSize });
    rescaling = false;
    relayout();
    scroller.moveTo(
      geometry.left(column) + share * geometry.columnWidth(column) - Math.max(0, x - geometry.headingWidth),
      geometry.top(row) + down * geometry.rowHeight(row) - Math.max(0, y - before.bodyTop),
    );
    repaint();
  }

  /** Call it after the view's size has changed. */
  function refit(): void {
    if (fitted) fit();
  }

  /** Call it after the store's cell size has changed. */
  function resize(): void {
    fitted = false;
    if (!rescaling) keepPlace(relayout, true);
  }

  /** Makes a change of widths. The active cell stays in place on the screen; if it is out of view, the middle of the
   *  view does. With `edges`, a view at the sheet's top or left edge stays there. */
  function keepPlace(change: () => void, edges = false): void {
    const { active } = store.get();
    const seen = visibleRange();
    const kept =
      contains(seen, active) || isFrozen(active.row)
        ? active
        : { sheet: seen.sheet, row: seen.row + (seen.height >> 1), column: seen.column + (seen.width >> 1) };
    const before = cellBox(kept);
    const { x, y } = scroller;
    change();
    const after = cellBox(kept);
    scroller.moveTo(
      edges && x === 0 ? 0 : scroller.x + after.x - before.x,
      edges && y === 0 ? 0 : scroller.y + (isFrozen(kept.row) ? 0 : after.y - before.y),
    );
    repaint();
  }

  /** Makes a change of the network. The active cell stays in place on the screen, though it may have another address
   *  than `before`. If it was out of view, nothing is scrolled. */
  function keepCell(before: CellPlace, change: () => void): void {
    const isSeen = contains(visibleRange(), before);
    const from = cellBox(before);
    const { x, y } = scroller;
    change();
    const { active } = store.get();
    const to = cellBox(active);
    const isLevel = isFrozen(before.row) || isFrozen(active.row);
    scroller.moveTo(isSeen ? scroller.x + to.x - from.x : x, isSeen && !isLevel ? scroller.y + to.y - from.y : y);
  }
}

/** A part of one direction of the sheet, in pixels. */
type Stretch = { start: number; end: number };

/** The stretch from one to another, or the one where there is no room for both. */
function both(one: Stretch, other: Stretch, room: number): Stretch {
  const start = Math.min(one.start, other.start);
  const end = Math.max(one.end, other.end);
  return end - start <= room ? { start, end } : one;
}

/** The nearest scroll position that shows everything from `start` to `end`, or at least `start`. */
function nearest(position: number, view: number, { start, end }: Stretch): number {
  if (start < position || end - start > view) return start;
  return end > position + view ? end - view : position;
}
