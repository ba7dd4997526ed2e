import { contains } from '../../shared/address.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import type { Store } from '../core/store.ts';
import { CAPTION_HEIGHT, type Geometry, HEADING_HEIGHT, sizeThatFits } from './geometry.ts';
import type { Scroller } from './scroll.ts';

/** The largest cells a small network is fitted with, in CSS pixels. */
const LARGEST_FITTED = 40;
/** Height of the headings and the frozen row, above the cells that scroll. */
export const TOP = HEADING_HEIGHT + CAPTION_HEIGHT;

/** Which part of the sheet is shown, at which size, and where its cells are on the screen. */
export type Viewport = ReturnType<typeof createViewport>;

/** `geometryAt` lays the sheet out with cells of a size. `relaid` is called after it was laid out anew, `repaint` when
 *  the view has moved. */
export function createViewport(
  store: Store,
  scroller: Scroller,
  geometryAt: (cellSize: number) => Geometry,
  { relaid, repaint }: { relaid: () => void; repaint: () => void },
) {
  let geometry = geometryAt(store.get().cellSize);
  /** The whole network was made to fit, and goes on to when the room for it changes. */
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
  };

  /** How far is scrolled, in whole pixels of the device, and the room there is. */
  function view() {
    const ratio = devicePixelRatio;
    const snap = (length: number) => Math.round(length * ratio) / ratio;
    return {
      width: scroller.width,
      height: scroller.height,
      ratio,
      scrollX: snap(scroller.x),
      scrollY: snap(scroller.y),
    };
  }

  /** The cells in view, partly visible ones too, without the frozen caption row. */
  function visibleRange(): RangePlace {
    const { scrollX, scrollY, width, height } = view();
    const room = { width: Math.max(1, width - geometry.headingWidth), height: Math.max(1, height - TOP) };
    return { sheet: store.get().sheet.id, ...geometry.cellsIn(scrollX, scrollY, room.width, room.height) };
  }

  /** A cell's rectangle on the sheet's element, in view or not. */
  function cellBox({ row, column }: CellPlace): { x: number; y: number; width: number; height: number } {
    const { scrollX, scrollY } = view();
    return {
      x: geometry.headingWidth + geometry.left(column) - scrollX,
      y: row === 0 ? HEADING_HEIGHT : TOP + geometry.top(row) - scrollY,
      width: geometry.columnWidth(column),
      height: row === 0 ? CAPTION_HEIGHT : geometry.cellSize,
    };
  }

  /** Scrolls as little as needed to show the range; with `align: 'start'`, to the left edge. */
  function scrollTo(range: RangePlace, align: 'nearest' | 'start' = 'nearest'): void {
    const width = scroller.width - geometry.headingWidth;
    const height = scroller.height - TOP;
    const left = geometry.left(range.column);
    const right = geometry.left(Math.min(geometry.columns, range.column + range.width));
    const top = geometry.top(Math.max(1, range.row));
    const bottom = geometry.top(Math.max(2, Math.min(geometry.rows, range.row + range.height)));
    scroller.moveTo(
      align === 'start' ? left : nearest(scroller.x, width, left, right),
      range.row === 0 && range.height === 1 ? scroller.y : nearest(scroller.y, height, top, bottom),
    );
  }

  /** Lays the columns and rows out anew, for another network, size or fold. */
  function relayout(): void {
    geometry = geometryAt(store.get().cellSize);
    relaid();
    scroller.setExtent(geometry.headingWidth + geometry.width, TOP + geometry.height);
  }

  /** Makes the cells as large as the whole network still fits the view, and shows it from its beginning. */
  function fit(): void {
    if (scroller.width === 0 || scroller.height === 0) return;
    const { sheet } = store.get();
    store.set({
      cellSize: sizeThatFits(sheet, geometryAt, scroller.width, scroller.height - TOP, LARGEST_FITTED),
    });
    scroller.moveTo(0, 0);
    fitted = true;
  }

  /** Changes the size of cells so that the point (x, y) of the sheet's element keeps showing the same place. */
  function rescale(cellSize: number, x: number, y: number): void {
    if (cellSize === store.get().cellSize) return;
    const before = geometry;
    const atX = Math.max(0, x - before.headingWidth) + scroller.x;
    const atY = Math.max(0, y - TOP) + scroller.y;
    const column = before.columnAt(atX);
    const share = (atX - before.left(column)) / before.columnWidth(column);
    rescaling = true;
    store.set({ cellSize });
    rescaling = false;
    relayout();
    scroller.moveTo(
      geometry.left(column) + share * geometry.columnWidth(column) - Math.max(0, x - geometry.headingWidth),
      (atY / before.cellSize) * cellSize - Math.max(0, y - TOP),
    );
    repaint();
  }

  /** After the room for the sheet has changed. */
  function refit(): void {
    if (fitted) fit();
  }

  /** After the store's size of cells has changed. */
  function resize(): void {
    fitted = false;
    if (!rescaling) keepPlace(relayout, true);
  }

  /** After a change of widths the active cell stays where it is on the screen, or, out of view, the middle of the view.
   *  With `edges`, a view that shows the sheet's top or left edge goes on showing it. */
  function keepPlace(change: () => void, edges = false): void {
    const { active } = store.get();
    const seen = visibleRange();
    const kept =
      contains(seen, active) || active.row === 0
        ? active
        : { sheet: seen.sheet, row: seen.row + (seen.height >> 1), column: seen.column + (seen.width >> 1) };
    const before = cellBox(kept);
    const { x, y } = scroller;
    change();
    const after = cellBox(kept);
    scroller.moveTo(
      edges && x === 0 ? 0 : scroller.x + after.x - before.x,
      edges && y === 0 ? 0 : scroller.y + (kept.row === 0 ? 0 : after.y - before.y),
    );
    repaint();
  }
}

/** The scroll position nearest to this one that shows from `start` to `end`, or at least the start. */
function nearest(position: number, view: number, start: number, end: number): number {
  if (start < position || end - start > view) return start;
  return end > position + view ? end - view : position;
}
