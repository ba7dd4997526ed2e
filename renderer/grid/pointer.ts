import { contains, formatRange } from '../../shared/address.ts';
import { elementAt, usedRange } from '../../shared/layout/sheet.ts';
import { between, type CellPlace, only, type RangePlace, samePlace } from '../../shared/places.ts';
import type { Store } from '../core/store.ts';
import type { GridActions, StrokePoint } from './actions.ts';
import { HEADING_HEIGHT, type Geometry } from './geometry.ts';
import { borderAt } from './column-widths.ts';
import { headOf } from '../core/selection.ts';
import { isFormula } from '../core/edit-session.ts';
import { shownSheet } from '../core/shown-sheet.ts';
import { SMALLEST_WITH_HANDLE } from './outlines.ts';
import type { Scroller } from './scroll.ts';
import { dragged, type Grip, gripAt, type ShownReference, wholeColumns, wholeRows } from './typed-references.ts';
import { pointerAt, rectOf } from '../core/magnified.ts';

/** What is at a point of the sheet. */
type Hit =
  | { kind: 'cell' | 'rowHeading' | 'columnHeading'; cell: CellPlace }
  | { kind: 'corner' }
  | { kind: 'border'; column: number }
  | { kind: 'fillHandle' }
  | { kind: 'grip'; grip: Grip };

export type PointerCallbacks = {
  geometry(): Geometry;
  /** Selects without scrolling. `areas` stay selected too. */
  select(active: CellPlace, selection: RangePlace, areas: readonly RangePlace[]): void;
  /** Points at cells for a formula that is being typed; see Typing. */
  point(range: RangePlace, at: CellPlace, how?: 'extend' | 'add'): boolean;
  /** The references of the formula that is being typed. */
  references(): readonly ShownReference[];
  /** Makes the reference that begins at `start` mean other cells. */
  refer(start: number, range: RangePlace): void;
  /** Ends typing before something else is selected. Returns false if typing continues. */
  leave(): boolean;
  focus(): void;
  startEditing(): void;
  /** Shows the frame of a dragged fill, or removes it (undefined). */
  showFill(range: RangePlace | undefined): void;
  fill(range: RangePlace): void;
  /** The fill handle was double-clicked. */
  fillAsNeighbour(): void;
  /** Changes the zoom. The point (x, y) of the sheet stays in place. */
  zoomAt(cellSize: number, x: number, y: number): void;
  openMenu(x: number, y: number): void;
  /** Widths of columns; only where they can be changed. `show` marks the dragged border (undefined: no longer). */
  widths: {
    canChange(): boolean;
    show(x: number | undefined): void;
    set(column: number, pixels: number): void;
    fit(column: number): void;
  };
  /** The cell that the pointer rests on, if it is over one. */
  hover(cell: CellPlace | undefined): void;
};

/** How near the pointer must be to the fill handle in CSS pixels, and how fast the wheel zooms. */
const HANDLE_REACH = 6;
const ZOOM_PER_PIXEL = 0.0022;

/** Handles mouse, pen and wheel on the sheet. (Touch scrolls natively and selects by a tap.) Returns a function that
 *  ends it. */
export function listenToPointer(
  scroller: Scroller,
  store: Store,
  actions: GridActions,
  callbacks: PointerCallbacks,
): () => void {
  const { element } = scroller;
  const ends = new AbortController();
  const { signal } = ends;
  let drag: { move(event: PointerEvent): void; end(cancelled: boolean): void; scrolls: boolean } | undefined;
  let last: PointerEvent | undefined;
  let frame = 0;

  /** The position on the sheet's element, whose edges don't move when it scrolls. */
  const pointOf = (event: MouseEvent) => {
    const [box, at] = [rectOf(element), pointerAt(event)];
    return { x: at.x - box.left, y: at.y - box.top };
  };
  const cellAt = (x: number, y: number): CellPlace => {
    const geometry = callbacks.geometry();
    const top = geometry.bodyTop;
    return {
      sheet: store.get().active.sheet,
      row: y < top && y >= HEADING_HEIGHT ? 0 : geometry.rowAt(y - top + scroller.y),
      column: geometry.columnAt(x - geometry.headingWidth + scroller.x),
    };
  };
  const hit = (x: number, y: number): Hit => {
    const geometry = callbacks.geometry();
    const left = x < geometry.headingWidth;
    if (left && y < HEADING_HEIGHT) return { kind: 'corner' };
    const cell = cellAt(x, y);
    if (left) return { kind: 'rowHeading', cell };
    if (y < HEADING_HEIGHT) {
      const border = callbacks.widths.canChange()
        ? borderAt(geometry, x - geometry.headingWidth + scroller.x)
        : undefined;
      return border === undefined ? { kind: 'columnHeading', cell } : { kind: 'border', column: border };
    }
    const grip = gripUnder(x, y);
    if (grip) return { kind: 'grip', grip };
    return overFillHandle(x, y) ? { kind: 'fillHandle' } : { kind: 'cell', cell };
  };
  const gripUnder = (x: number, y: number) => {
    const references = callbacks.references();
    if (references.length === 0) return undefined;
    const geometry = callbacks.geometry();
    const boxOf = ({ row, column, height, width }: RangePlace) => {
      const left = geometry.left(column);
      const top = geometry.top(row);
      return {
        x: geometry.headingWidth + left - scroller.x,
        y: geometry.bodyTop + top - scroller.y,
        width: geometry.left(column + width) - left,
        height: geometry.top(row + height) - top,
      };
    };
    return gripAt(references, boxOf, x, y);
  };
  const overFillHandle = (x: number, y: number) => {
    const geometry = callbacks.geometry();
    const { selection, editing } = store.get();
    if (editing && isFormula(editing)) return false;
    if (geometry.cellSize < SMALLEST_WITH_HANDLE || store.get().tool !== 'select') return false;
    const right = geometry.headingWidth + geometry.left(selection.column + selection.width) - scroller.x;
    const end = selection.row + selection.height;
    const bottom = geometry.bodyTop + (end <= geometry.frozenRows ? 0 : geometry.top(end) - scroller.y);
    // Inside the cell, only its corner belongs to the handle. Otherwise small cells couldn't be clicked.
    return Math.abs(x - right) <= HANDLE_REACH && Math.abs(y - bottom) <= HANDLE_REACH && x + y > right + bottom - 6;
  };

  /** `add`: keeps what is already selected. */
  const selectFrom = (start: Hit & { cell: CellPlace }, extend: boolean, add = false) => {
    const { active, selection, areas: before } = store.get();
    const areas = add ? [...before, selection] : extend ? before : [];
    const geometry = callbacks.geometry();
    const stretch = (a: CellPlace, b: CellPlace): RangePlace => {
      if (start.kind === 'rowHeading') return { ...between(a, b), column: 0, width: geometry.columns };
      if (start.kind === 'columnHeading') return { ...between(a, b), row: 0, height: geometry.rows };
      return between(a, b);
    };
    const anchor = extend
      ? active
      : {
          sheet: start.cell.sheet,
          row: start.kind === 'columnHeading' ? 0 : start.cell.row,
          column: start.kind === 'rowHeading' ? 0 : start.cell.column,
        };
    let head = extend && start.kind === 'cell' ? headOf(active, selection) : undefined;
    const to = (cell: CellPlace) => {
      if (head && samePlace(head, cell)) return;
      head = cell;
      callbacks.select(anchor, stretch(anchor, cell), areas);
    };
    to(start.cell);
    drag = {
      move: event => to(draggedCell(event)),
      end: cancelled => void (add && !cancelled && takeBack()),
      scrolls: true,
    };
  };
  /** Selecting a range again deselects it, if others are selected. */
  const takeBack = () => {
    const { active, selection, areas } = store.get();
    const others = areas.filter(range => formatRange(range) !== formatRange(selection));
    if (others.length === areas.length) return;
    const last = others.at(-1);
    callbacks.select(last ?? active, last ?? selection, others.slice(0, -1));
  };

  /** The cell under a drag. Outside the sheet, the nearest cell in view. */
  const draggedCell = (event: PointerEvent): CellPlace => {
    const geometry = callbacks.geometry();
    const { x, y } = pointOf(event);
    const top = geometry.bodyTop;
    const inside = {
      x: Math.max(geometry.headingWidth, Math.min(x, scroller.width - 1)),
      y: Math.max(scroller.y > 0 ? top : HEADING_HEIGHT, Math.min(y, scroller.height - 1)),
    };
    return cellAt(inside.x, inside.y);
  };

  /** `how` is for the first cells. Those of the drag then replace them. */
  const pointFrom = ({ kind, cell: start }: Hit & { cell: CellPlace }, how: 'extend' | 'add' | undefined): boolean => {
    const stretch = (to: CellPlace) => {
      const range = between(start, to);
      return kind === 'rowHeading' ? wholeRows(range) : kind === 'columnHeading' ? wholeColumns(range) : range;
    };
    if (!callbacks.point(stretch(start), start, how)) return false;
    let last = start;
    const move = (event: PointerEvent) => {
      const cell = draggedCell(event);
      if (samePlace(cell, last)) return;
      last = cell;
      callbacks.point(stretch(cell), cell, how === 'extend' ? how : undefined);
    };
    drag = { move, end() {}, scrolls: true };
    return true;
  };

  /** Drags the frame of a reference, or one of its corners. */
  const dragReference = (grip: Grip, from: CellPlace) => {
    let last = from;
    const to = (cell: CellPlace) => {
      if (samePlace(cell, last)) return;
      last = cell;
      callbacks.refer(grip.start, dragged(grip, from, cell, callbacks.geometry()));
    };
    const end = (cancelled: boolean) => void (cancelled && callbacks.refer(grip.start, grip.range));
    drag = { move: event => to(draggedCell(event)), end, scrolls: true };
  };

  const dragBorder = (column: number) => {
    const geometry = callbacks.geometry();
    const left = geometry.headingWidth + geometry.left(column) - scroller.x;
    let width: number | undefined;
    const move = (event: PointerEvent) => {
      width = Math.max(1, pointOf(event).x - left);
      callbacks.widths.show(left + width);
    };
    const end = (cancelled: boolean) => {
      callbacks.widths.show(undefined);
      if (!cancelled && width !== undefined) callbacks.widths.set(column, width);
    };
    drag = { move, end, scrolls: false };
  };

  const dragFill = () => {
    const source = store.get().selection;
    let target: RangePlace | undefined;
    const move = (event: PointerEvent) => {
      target = stretchFill(source, draggedCell(event));
      callbacks.showFill(target);
    };
    const end = (cancelled: boolean) => {
      callbacks.showFill(undefined);
      if (!cancelled && target && (target.height !== source.height || target.width !== source.width))
        callbacks.fill(target);
    };
    drag = { move, end, scrolls: true };
  };

  const stroke = (event: PointerEvent): boolean => {
    const { sheet } = store.get();
    const { x, y } = pointOf(event);
    const cell = cellAt(x, y);
    const found = elementAt(sheet, cell);
    if (!found || sheet.tensors.get(found.tensor)?.role !== 'pixels') return false;
    const { whole } = sheet.layout.blocksIn(only(cell))[0];
    const channels = sheet.tensors.get(found.tensor)!.shape[2] ?? 1;
    const channel = found.index % channels;
    const point = (at: MouseEvent): StrokePoint => {
      const geometry = callbacks.geometry();
      const position = pointOf(at);
      const left = geometry.headingWidth + geometry.left(whole.column) - scroller.x;
      const top = geometry.bodyTop + geometry.top(whole.row) - scroller.y;
      return { x: (position.x - left) / geometry.cellSize, y: (position.y - top) / geometry.cellSize, channel };
    };
    actions.strokeStart(point(event));
    drag = {
      move: moved => {
        const events = moved.getCoalescedEvents?.() ?? [];
        for (const each of events.length > 0 ? events : [moved]) actions.strokeMove(point(each));
      },
      end: () => actions.strokeEnd(),
      scrolls: false,
    };
    return true;
  };

  element.addEventListener(
    'pointerdown',
    event => {
      const { x, y } = pointOf(event);
      if (x >= scroller.width || y >= scroller.height) return;
      if (event.pointerType === 'touch' || event.button !== 0) return;
      if (drag) return;
      const found = hit(x, y);
      const mac = store.get().capabilities.platform === 'mac';
      const adds = !event.shiftKey && (mac ? event.metaKey : event.ctrlKey);
      if (found.kind === 'grip') dragReference(found.grip, cellAt(x, y));
      else if ('cell' in found) pointFrom(found, event.shiftKey ? 'extend' : adds ? 'add' : undefined);
      if (drag) {
        element.setPointerCapture(event.pointerId);
        return;
      }
      if (!callbacks.leave()) return;
      if (store.get().tool !== 'select' && found.kind === 'cell' && stroke(event)) {
        // A stroke has begun.
      } else if (found.kind === 'corner') {
        const everything = usedRange(shownSheet(store.get()));
        callbacks.select(everything, everything, []);
      } else if (found.kind === 'border') dragBorder(found.column);
      else if (found.kind === 'fillHandle') dragFill();
      else if ('cell' in found) selectFrom(found, event.shiftKey, adds);
      if (drag) element.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  // The input layer keeps the focus, not the clicked element.
  element.addEventListener(
    'mousedown',
    event => {
      const { x, y } = pointOf(event);
      if (x < scroller.width && y < scroller.height) event.preventDefault();
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    event => {
      last = event;
      if (!drag) {
        element.dataset.over = cursorOver(event);
        const { x, y } = pointOf(event);
        const over = x < scroller.width && y < scroller.height ? hit(x, y) : undefined;
        callbacks.hover(over?.kind === 'cell' ? over.cell : undefined);
        return;
      }
      drag.move(event);
      if (drag.scrolls) scrollWhileDragging();
    },
    { signal },
  );
  element.addEventListener('pointerleave', () => callbacks.hover(undefined), { signal });
  const finish = (cancelled: boolean) => {
    const ended = drag;
    drag = undefined;
    cancelAnimationFrame(frame);
    frame = 0;
    ended?.end(cancelled);
  };
  element.addEventListener(
    'pointerup',
    event => {
      if (event.pointerType !== 'touch') finish(false);
    },
    { signal },
  );
  element.addEventListener('pointercancel', () => finish(true), { signal });
  // Escape cancels what the mouse does.
  document.addEventListener(
    'keydown',
    event => {
      if (event.key !== 'Escape' || !drag) return;
      event.preventDefault();
      event.stopPropagation();
      finish(true);
    },
    { signal, capture: true },
  );
  element.addEventListener(
    'click',
    event => {
      const { x, y } = pointOf(event);
      if (x >= scroller.width || y >= scroller.height) return;
      if (event.pointerType === 'touch') {
        const found = hit(x, y);
        if ('cell' in found && !pointFrom(found, undefined) && callbacks.leave()) selectFrom(found, event.shiftKey);
        drag = undefined;
      }
      // After a click outside its own cells, Handsontable would stop listening to the keyboard.
      event.stopPropagation();
      callbacks.focus();
    },
    { signal },
  );
  element.addEventListener(
    'dblclick',
    event => {
      const { x, y } = pointOf(event);
      // The press didn't end typing.
      if (store.get().editing) return;
      if (store.get().tool !== 'select' || x >= scroller.width || y >= scroller.height) return;
      const found = hit(x, y);
      if (found.kind === 'cell') callbacks.startEditing();
      else if (found.kind === 'fillHandle') callbacks.fillAsNeighbour();
      else if (found.kind === 'border') callbacks.widths.fit(found.column);
    },
    { signal },
  );
  element.addEventListener(
    'contextmenu',
    event => {
      event.preventDefault();
      if (!callbacks.leave()) return;
      const { x, y } = pointOf(event);
      const found = hit(x, y);
      if (found.kind === 'cell' && !contains(store.get().selection, found.cell))
        callbacks.select(found.cell, only(found.cell), []);
      const at = pointerAt(event);
      callbacks.openMenu(at.x, at.y);
    },
    { signal },
  );
  // One zoom step may be less than a pixel of cell size. `exact`: the size that the wheel asks for. `shown`: the size
  // that it gave.
  let wanted = { exact: 0, shown: 0 };
  element.addEventListener(
    'wheel',
    event => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { cellSize } = store.get();
      const from = wanted.shown === cellSize ? wanted.exact : cellSize;
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      // A pinch sends many small steps, a wheel large ones.
      const speed = Math.abs(pixels) < 40 ? 4 : 1;
      const exact = Math.max(1, Math.min(64, from * Math.exp(-pixels * ZOOM_PER_PIXEL * speed)));
      wanted = { exact, shown: Math.round(exact) };
      const { x, y } = pointOf(event);
      callbacks.zoomAt(wanted.shown, x, y);
    },
    { signal, passive: false },
  );

  const cursorOver = (event: PointerEvent): string => {
    const { x, y } = pointOf(event);
    const found = hit(x, y);
    if (found.kind === 'grip') return found.grip.part === 'edge' ? 'edge' : 'grip';
    if (found.kind !== 'cell') return found.kind;
    const { tool, sheet } = store.get();
    if (tool === 'select') return 'cell';
    const under = elementAt(sheet, found.cell);
    return under && sheet.tensors.get(under.tensor)?.role === 'pixels' ? tool : 'cell';
  };

  /** While the pointer is outside during a drag, the sheet scrolls: the further away, the faster. */
  const scrollWhileDragging = () => {
    if (frame) return;
    const step = () => {
      frame = 0;
      if (!drag || !last) return;
      const { x, y } = pointOf(last);
      const geometry = callbacks.geometry();
      const speed = (before: number, after: number) => (before > 0 ? -before : after > 0 ? after : 0) / 3;
      const dx = speed(geometry.headingWidth - x, x - scroller.width);
      const dy = speed(geometry.bodyTop - y, y - scroller.height);
      if (dx === 0 && dy === 0) return;
      scroller.moveTo(scroller.x + dx, scroller.y + dy);
      drag.move(last);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  };

  return () => {
    finish(true);
    ends.abort();
  };
}

/** The range that a dragged fill handle covers. The source grows only in the direction in which the drag went
 *  further. */
export function stretchFill(source: RangePlace, to: CellPlace): RangePlace {
  const down = Math.max(to.row - (source.row + source.height - 1), source.row - to.row, 0);
  const across = Math.max(to.column - (source.column + source.width - 1), source.column - to.column, 0);
  if (down === 0 && across === 0) return source;
  if (down >= across) {
    const row = Math.min(source.row, to.row);
    return { ...source, row, height: Math.max(source.row + source.height - 1, to.row) - row + 1 };
  }
  const column = Math.min(source.column, to.column);
  return { ...source, column, width: Math.max(source.column + source.width - 1, to.column) - column + 1 };
}
