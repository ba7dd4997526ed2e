import {
  type CellAddress,
  type CellRange,
  contains,
  formatAddress,
  intersect,
  MAX_ROWS,
} from '../../shared/address.ts';
import { type RangePlace, samePlace } from '../../shared/places.ts';
import { contentText } from '../../shared/cell-content.ts';
import { derive } from '../../shared/formula/derive.ts';
import { messages } from '../../shared/messages.ts';
import { formatFloat32 } from '../../shared/numbers.ts';
import { refusalAtCell } from '../core/notices.ts';
import { isUnderWay } from '../core/run-view.ts';
import { selected, selectedRanges } from '../core/selection.ts';
import { planeKey, type Store, type Values } from '../core/store.ts';
import { coloursOf, onColours } from '../core/colours.ts';
import type { Grid } from './api.ts';
import type { GridActions } from './actions.ts';
import { clearRanges, type Entry, enterText, cellAsTyped, usedPart } from './entry.ts';
import { fillText } from './fill.ts';
import { formatsOn } from './clipboard.ts';
import { openCellMenu } from './context-menu.ts';
import { CAPTION_HEIGHT, createGeometry, type Geometry, HEADING_HEIGHT, sizeThatFits } from './geometry.ts';
import './grid.css';
import { createHeatMap } from './heat.ts';
import { createInput } from './input.ts';
import { namesWidth, placeLabels } from './labels.ts';
import type { PlacedLabel, Caption } from './frame.ts';
import { createNote } from './note.ts';
import { createOutlines } from './outlines.ts';
import { captionsOf, forgetFonts, paintSelection, paintSheet } from './paint.ts';
import { listenToPointer } from './pointer.ts';
import { createScroller } from './scroll.ts';
import { readTheme } from '../parts/theme.ts';
import { blocksOf, cutBlocks, tilesOf } from './tiles.ts';
import { showTooltips, tooltipAt } from './tooltip.ts';
import { outlinesOf } from './tracing.ts';
import { createTransfer } from './transfer.ts';

export type { Grid, GridApi } from './api.ts';
export type { GridActions, StrokePoint } from './actions.ts';

/** How long the values of an edit usually take, and a frame at 60 Hz, in milliseconds. */
const ANSWER = 40;
const FRAME = 16;
/** Cells watched beyond the view in each direction, so that scrolling finds their values there. */
const AHEAD = 64;
/** Selected cells beyond the view whose values are kept at hand. */
const MAX_WATCHED = 50_000;
/** The largest cells a small network is fitted with, in CSS pixels. */
const LARGEST_FITTED = 40;
const TOP = HEADING_HEIGHT + CAPTION_HEIGHT;

/** The network's sheet: one canvas for everything that is seen, frames over it, and Handsontable, invisible, for what
 *  is typed. */
export function createGrid(parent: HTMLElement, store: Store, allValues: Values, outside: GridActions): Grid {
  /** Why something is refused is said at its cell. */
  const refuse = (sentence: string) => store.set({ notice: refusalAtCell(sentence, store.get()) });
  const actions: GridActions = { ...outside, refuse };
  const values = ofShownPlane(allValues, store);
  const root = document.createElement('div');
  root.className = 'sheet';
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  root.append(canvas);
  parent.append(root);
  const context = canvas.getContext('2d', { alpha: false })!;
  const heat = createHeatMap();

  let theme = readTheme(root, coloursOf(store.get()));
  const geometryAt = (cellSize: number): Geometry => {
    const { sheet, foldedLayers } = store.get();
    return createGeometry(sheet, cellSize, foldedLayers, namesWidth(context, theme.ui, sheet, cellSize));
  };
  let geometry: Geometry = geometryAt(store.get().cellSize);
  let captions: Caption[] = captionsOf(store.get().sheet, geometry);
  /** The whole network was made to fit, and goes on to when the room for it changes. */
  let fitted = false;
  /** The cells whose tiles and labels are at hand. */
  let watched: CellRange | undefined;
  let labels: PlacedLabel[] = [];
  /** Values or scales have changed since they were last painted, or written into the input layer's cells. */
  let stale = true;
  let cellsStale = true;
  let filling: CellRange | undefined;
  let requested = 0;
  /** A timer for the headings while an edit's values are awaited; when that edit was made; when the sheet was last
   *  painted. */
  let postponed = 0;
  let edited = Number.NEGATIVE_INFINITY;
  let painted = Number.NEGATIVE_INFINITY;
  let whole = true;
  let ratio = devicePixelRatio;
  /** Whether a run is under way, whose moves are marked. */
  let moving = isUnderWay(store.get().run?.state);

  const scroller = createScroller(root, () => schedule(), resized);
  const outlines = createOutlines(root);
  const note = createNote(root, store, cell => ({
    box: cellBox(cell),
    width: scroller.width,
    height: scroller.height,
  }));
  const input = createInput(root, store, {
    geometry: () => geometry,
    target: cell => ({ ...cellBox(cell), right: scroller.width }),
    cellText,
    editText,
    mayEdit: () => run({}),
    enter: (cell, text, again) => typed(again, foreign => enterText(store.get().sheet, cell, text, foreign)),
    fill: (text, again) => typed(again, foreign => fillText(store.get().sheet, selectedRanges(store), text, foreign)),
    clear,
    copy: (clipboard, cut) => transfer.copy(clipboard, cut),
    paste: (clipboard, special) => transfer.paste(formatsOn(clipboard), special),
    reveal: () => scrollTo({ ...store.get().active, height: 1, width: 1 }),
    openMenu: () => {
      const { x, y, height } = cellBox(store.get().active);
      const { left, top } = root.getBoundingClientRect();
      openCellMenu(store, left + x, top + y + height, actions);
    },
    pageRows: () => Math.max(1, Math.floor((scroller.height - TOP) / geometry.cellSize) - 1),
    scrollHome: () => scroller.moveTo(0, 0),
    changeSheet: by => actions.runCommand(by > 0 ? 'view.nextSheet' : 'view.previousSheet'),
    escape: () => {
      const { notice } = store.get();
      if (!transfer.forget()) store.set({ tool: 'select', notice: notice?.at ? undefined : notice });
    },
    noComments: () => refuse(messages.grid.noComments(formatAddress(store.get().active))),
  });
  const endPointer = listenToPointer(scroller, store, actions, {
    geometry: () => geometry,
    // What is pointed at is in view.
    select: (active, range, areas) => store.set(selected(store.get(), active, range, { areas, reveal: null })),
    leave: () => leaveEditing(),
    focus: () => input.focus(),
    startEditing: () => input.startEditing(),
    showFill: range => {
      filling = range;
      placeOutlines();
    },
    fill: range => transfer.fillTo(range),
    fillAsNeighbour: () => transfer.fillAsNeighbour(),
    zoomAt: (cellSize, x, y) => rescale(cellSize, x, y),
    openMenu: (x, y) => openCellMenu(store, x, y, actions),
  });

  function clear(): void {
    transfer.forget();
    run(clearRanges(store.get().sheet, selectedRanges(store)));
  }

  /** Whether the user has once answered that numbers of the other notation are meant as they are written there. */
  let foreignMeant = false;
  /** Enters what was typed. A question is answered by entering the same again. */
  function typed(again: boolean, enter: (foreign: boolean) => Entry): boolean {
    const entry = enter(foreignMeant || again);
    if (!entry.foreign) {
      foreignMeant ||= again && enter(false).foreign === true;
      return run(entry);
    }
    return run({ refusal: `${entry.refusal} ${messages.grid.enterAgain}` });
  }

  /** Ends typing before the user goes elsewhere; false where it stays, as what was typed is refused. */
  function leaveEditing(): boolean {
    // What was composed until now can't have been refused before.
    const left = input.endComposition() ? input.session.finish() : input.session.leave();
    if (!left) input.focus();
    return left;
  }

  const transfer = createTransfer(store, values, actions, {
    run,
    locked,
    select: range => store.set(selected(store.get(), range, range)),
    marked: placeOutlines,
  });
  /** Sends an edit, or says why there is none. */
  function run({ command, refusal }: Entry): boolean {
    const lock = locked();
    // It holds for every cell: who types on anyway reads it wherever that leads.
    if (lock !== undefined) outside.refuse(lock);
    else if (refusal !== undefined) actions.refuse(refusal);
    else if (command) {
      edited = performance.now();
      actions.edit(command);
    }
    return lock === undefined && refusal === undefined;
  }

  /** Why nothing can be edited now. */
  function locked(): string | undefined {
    const { role, plane } = store.get();
    if (role === 'viewer') return messages.grid.viewer;
    return plane === 'value' ? undefined : messages.trainingPanel.furtherRefused[plane];
  }

  /** What the editor begins with: the formula, or the number in full, as it is typed here. */
  function editText(cell: CellAddress): string {
    const { sheet, plane } = store.get();
    const found = sheet.layout.elementAt(cell.row, cell.column);
    if (!found) return sheet.layout.labelAt(cell.row, cell.column)?.text ?? '';
    return (plane === 'value' ? derive(sheet, found)?.text : undefined) ?? plainText(cell, cellAsTyped);
  }

  /** A cell's value in full, or its text. */
  function plainText(cell: CellAddress, written = formatFloat32): string {
    const { layout } = store.get().sheet;
    const found = layout.elementAt(cell.row, cell.column);
    if (!found) return layout.labelAt(cell.row, cell.column)?.text ?? '';
    return contentText(values.element(found.tensor, found.index) ?? null, written);
  }

  /** What a screen reader reads. Only the active cell tells its formula: writing out those around it would take longer
   *  than painting. */
  function cellText(cell: CellAddress): string {
    const { sheet, active, plane } = store.get();
    if (plane !== 'value' || cell.row !== active.row || cell.column !== active.column) return plainText(cell);
    const found = sheet.layout.elementAt(cell.row, cell.column);
    const formula = found && derive(sheet, found)?.text;
    const text = plainText(cell);
    return formula ? messages.grid.formula(text, formula) : text;
  }

  /** Sees to it that the selected cells can be read and copied, in view or not, unless they are too many. */
  function watchSelection(): void {
    const { sheet, active, selection } = store.get();
    const range = usedPart(sheet, selection);
    const few = range && range.height * range.width <= MAX_WATCHED;
    values.show('grid-selection', cutBlocks(sheet.layout, few ? range : { ...active, height: 1, width: 1 }));
  }

  /** Repaints before the next frame: everything, or only the headings, after which a new selection looks right. */
  function schedule(part: 'everything' | 'headings' = 'everything'): void {
    if (part === 'everything') whole = true;
    // New values are about to come, and one frame then shows both.
    if (part === 'headings' && performance.now() - edited < ANSWER) postponed ||= window.setTimeout(paint, ANSWER);
    else requested ||= requestAnimationFrame(paint);
  }

  /** Shows new values at once: waiting for the next frame to begin would make that frame late. Many in a row share a
   *  frame. */
  function paintValues(): void {
    stale = true;
    cellsStale = true;
    edited = Number.NEGATIVE_INFINITY;
    if (performance.now() - painted > FRAME) paint();
    else schedule();
  }

  function resized(): void {
    ratio = devicePixelRatio;
    const width = Math.round(scroller.width * ratio);
    const height = Math.round(scroller.height * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${scroller.width}px`;
      canvas.style.height = `${scroller.height}px`;
    }
    // A new size empties the canvas: it is filled again before anybody sees it.
    whole = true;
    if (fitted) fit();
    paint();
  }

  function view() {
    const snap = (length: number) => Math.round(length * ratio) / ratio;
    return {
      width: scroller.width,
      height: scroller.height,
      ratio,
      scrollX: snap(scroller.x),
      scrollY: snap(scroller.y),
    };
  }

  function visibleRange(): RangePlace {
    const { scrollX, scrollY, width, height } = view();
    const room = { width: Math.max(1, width - geometry.headingWidth), height: Math.max(1, height - TOP) };
    return { sheet: store.get().sheet.id, ...geometry.cellsIn(scrollX, scrollY, room.width, room.height) };
  }

  function paint(): void {
    cancelAnimationFrame(requested);
    clearTimeout(postponed);
    requested = 0;
    postponed = 0;
    painted = performance.now();
    if (scroller.width === 0 || scroller.height === 0) return;
    watch(visibleRange());
    if (stale) {
      const { scales, plane, run } = store.get();
      const step = moving && plane === 'value' ? run?.moved.step : undefined;
      heat.refresh(values, tensor => scales.get(planeKey(tensor, plane)), step);
      whole = true;
    }
    stale = false;
    const { selection } = store.get();
    const frame = { ...view(), geometry, theme, captions, labels, selection };
    if (whole) paintSheet(context, frame, heat);
    else paintSelection(context, frame);
    whole = false;
    if (cellsStale) input.refresh();
    cellsStale = false;
    place();
  }

  /** Sees to it that the tiles in view are watched, and more around them. */
  function watch(seen: CellRange): void {
    if (watched && covers(watched, seen)) return;
    const { sheet, foldedLayers, plane } = store.get();
    const row = Math.max(0, seen.row - AHEAD);
    const column = Math.max(0, seen.column - AHEAD);
    watched = {
      row,
      column,
      height: Math.min(MAX_ROWS, seen.row + seen.height + AHEAD) - row,
      width: seen.column + seen.width + AHEAD - column,
    };
    const tiles = tilesOf(sheet, watched, foldedLayers, plane);
    heat.setTiles(tiles, geometry);
    labels = placeLabels(sheet.layout.labelsIn(watched), sheet.layout);
    values.show('grid', blocksOf(tiles));
    stale = true;
  }

  /** Moves the frames and the input layer to where their cells are. */
  function place(): void {
    outlines.place(geometry, view());
    input.place();
    note.place();
  }

  /** A cell's rectangle on the sheet's element, in view or not. */
  function cellBox({ row, column }: CellAddress): { x: number; y: number; width: number; height: number } {
    const { scrollX, scrollY } = view();
    return {
      x: geometry.headingWidth + geometry.left(column) - scrollX,
      y: row === 0 ? HEADING_HEIGHT : TOP + geometry.top(row) - scrollY,
      width: geometry.columnWidth(column),
      height: row === 0 ? CAPTION_HEIGHT : geometry.cellSize,
    };
  }

  function placeOutlines(): void {
    outlines.set(outlinesOf(store.get(), filling, transfer.copied()?.range));
    outlines.place(geometry, view());
  }

  function scrollTo(range: CellRange, align: 'nearest' | 'start' = 'nearest'): void {
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

  function relayout(): void {
    const { sheet, cellSize } = store.get();
    geometry = geometryAt(cellSize);
    captions = captionsOf(sheet, geometry);
    watched = undefined;
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
    schedule();
  }
  let rescaling = false;

  /** After a change of widths the active cell stays where it is on the screen, or, out of view, the middle of the view.
   *  With `edges`, a view that shows the sheet's top or left edge goes on showing it. */
  function keepPlace(change: () => void, edges = false): void {
    const { active } = store.get();
    const seen = visibleRange();
    const kept =
      contains(seen, active) || active.row === 0
        ? active
        : { row: seen.row + (seen.height >> 1), column: seen.column + (seen.width >> 1) };
    const before = cellBox(kept);
    const { x, y } = scroller;
    change();
    const after = cellBox(kept);
    scroller.moveTo(
      edges && x === 0 ? 0 : scroller.x + after.x - before.x,
      edges && y === 0 ? 0 : scroller.y + (kept.row === 0 ? 0 : after.y - before.y),
    );
    schedule();
  }

  /** From a cell whose column has just been folded away to the one that shows it now, in the ReLU after it. */
  function leaveHidden(): void {
    const { sheet, active } = store.get();
    const found = sheet.layout.elementAt(active.row, active.column);
    if (!geometry.isHidden(active.column) || !found) return;
    const hidden = sheet.tensors.get(found.tensor)!.layer;
    const relu = sheet.network.layers.find(({ kind, inputs }) => kind === 'relu' && inputs[0] === hidden);
    if (!relu) return;
    const cell = sheet.layout.cellOf(`${relu.id}/output`, found.index);
    store.set(selected(store.get(), cell));
  }

  const ends = [
    values.onChange(paintValues),
    values.onChange(() => transfer.arrived()),
    store.on(['run'], ({ run }) => {
      if (moving === isUnderWay(run?.state)) return;
      moving = !moving;
      stale = true;
      schedule();
    }),
    store.on(['plane'], () => {
      watched = undefined;
      watchSelection();
      cellsStale = true;
      schedule();
    }),
    store.on(['editing'], ({ editing }) => {
      if (editing) transfer.forget();
    }),
    store.on(['scales'], () => {
      stale = true;
      schedule();
    }),
    // Before the selection is: its cells are those of the new sheet.
    store.on(['sheet', 'workbookId'], () => {
      transfer.forget();
      relayout();
      scroller.moveTo(0, 0);
      input.rebuild();
      watchSelection();
      placeOutlines();
      schedule();
    }),
    store.on(['areas'], placeOutlines),
    store.on(['active', 'selection'], ({ active, selection, reveal, editing, sheet }) => {
      input.select(active, selection);
      watchSelection();
      placeOutlines();
      // What is typed belongs to its cell; who selects another one has seen to it.
      if (editing && !samePlace(editing.cell, active)) store.set({ editing: undefined });
      // Whole rows, columns and sheets have no end to look at.
      const { rows, columns } = sheet.layout;
      if (reveal && selection.height < rows && selection.width < columns) scrollTo({ ...reveal, height: 1, width: 1 });
      schedule('headings');
    }),
    store.on(['trace', 'stepsBack'], () => {
      placeOutlines();
      schedule('headings');
    }),
    store.on(['cellSize'], () => {
      fitted = false;
      if (rescaling) return;
      keepPlace(relayout, true);
    }),
    store.on(['foldedLayers'], () => {
      keepPlace(relayout);
      if (fitted) fit();
      input.rebuild();
      leaveHidden();
      placeOutlines();
    }),
    onColours(store, retheme),
  ];

  function retheme(): void {
    theme = readTheme(root, coloursOf(store.get()));
    schedule();
  }

  relayout();
  input.select(store.get().active, store.get().selection);
  watchSelection();
  placeOutlines();
  resized();
  const fontsLoaded = () => {
    forgetFonts();
    keepPlace(relayout);
  };
  document.fonts.addEventListener('loadingdone', fontsLoaded);
  const endScreens = onOtherScreen(resized);
  const endTooltips = showTooltips(
    { element: scroller.element, position: () => ({ x: scroller.x, y: scroller.y }) },
    () => geometry,
    cell => tooltipAt(cell, store.get().sheet.layout, labels, captions),
  );

  return {
    scrollTo,
    scrolled: () => ({ x: scroller.x, y: scroller.y }),
    showAt: ({ x, y }) => scroller.moveTo(x, y),
    fit,
    visibleRange,
    focus: () => input.focus(),
    startEditing: text => input.startEditing(text),
    finishEditing: byKey => input.session.finish(byKey),
    leaveEditing,
    move: event => void input.move(event),
    stopEditing: () => input.session.cancel(),
    editText,
    run,
    clear,
    transfer,
    screenshotRect(cell) {
      const box = cellBox(cell);
      const { left, top } = root.getBoundingClientRect();
      const inView = intersect(visibleRange(), { ...cell, height: 1, width: 1 }) ?? cell.row === 0;
      return inView && box.width > 0 ? { ...box, x: left + box.x, y: top + box.y } : undefined;
    },
    destroy() {
      cancelAnimationFrame(requested);
      clearTimeout(postponed);
      for (const end of ends) end();
      document.fonts.removeEventListener('loadingdone', fontsLoaded);
      endScreens();
      endTooltips();
      endPointer();
      values.show('grid', []);
      values.show('grid-selection', []);
      input.destroy();
      outlines.destroy();
      note.destroy();
      scroller.destroy();
      root.remove();
    },
  };
}

/** The contents of cells in the plane that is shown. */
function ofShownPlane(values: Values, store: Store): Values {
  return {
    ...values,
    show: (owner, blocks) => values.show(owner, blocks, store.get().plane),
    block: block => values.block(block, store.get().plane),
    element: (tensor, index) => values.element(tensor, index, store.get().plane),
  };
}

const covers = (outer: CellRange, inner: CellRange) =>
  inner.row >= outer.row &&
  inner.column >= outer.column &&
  inner.row + inner.height <= outer.row + outer.height &&
  inner.column + inner.width <= outer.column + outer.width;

/** The scroll position nearest to this one that shows from `start` to `end`, or at least the start. */
function nearest(position: number, view: number, start: number, end: number): number {
  if (start < position || end - start > view) return start;
  return end > position + view ? end - view : position;
}

/** Calls back when the window gets to a screen with another number of device pixels. Returns a function that ends
 *  it. */
function onOtherScreen(callback: () => void): () => void {
  let query: MediaQueryList;
  const listen = () => {
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener('change', changed, { once: true });
  };
  const changed = () => {
    listen();
    callback();
  };
  listen();
  return () => query.removeEventListener('change', changed);
}
