import { formatAddress, intersect, MAX_ROWS } from '../../shared/address.ts';
import { elementAt, placeOf, usedPart } from '../../shared/layout/sheet.ts';
import { type CellPlace, only, type RangePlace, samePlace } from '../../shared/places.ts';
import { messages } from '../../shared/messages.ts';
import { refusalAtCell } from '../core/notices.ts';
import { isUnderWay } from '../core/run-view.ts';
import { selected, selectedRanges } from '../core/selection.ts';
import { planeKey, type Store, type Values } from '../core/store.ts';
import { coloursOf, onColours } from '../core/colours.ts';
import type { Grid } from './api.ts';
import type { GridActions } from './actions.ts';
import { createCellEditor } from './cell-editor.ts';
import { editText, spokenText } from './cell-text.ts';
import { clearRanges, type Entry, enterText } from './entry.ts';
import { fillText } from './fill.ts';
import { formatsOn } from './clipboard.ts';
import { openCellMenu } from './context-menu.ts';
import { createGeometry, type Geometry } from './geometry.ts';
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
import { onOtherScreen } from './other-screen.ts';
import { createViewport, TOP } from './viewport.ts';
import { showTooltips, tooltipAt } from './tooltip.ts';
import { outlinesOf } from './tracing.ts';
import { createTransfer } from './transfer.ts';
import { createTyping } from './typing.ts';
import { ARROWS } from './keys.ts';
import { step } from './navigation.ts';

export type { Grid } from './api.ts';
export type { GridActions } from './actions.ts';

/** How long the values of an edit usually take, and a frame at 60 Hz, in milliseconds. */
const ANSWER = 40;
const FRAME = 16;
/** Cells watched beyond the view in each direction, so that scrolling finds their values there. */
const AHEAD = 64;
/** Selected cells beyond the view whose values are kept at hand. */
const MAX_WATCHED = 50_000;

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
  let captions: Caption[] = [];
  /** The cells whose tiles and labels are at hand. */
  let watched: RangePlace | undefined;
  let labels: PlacedLabel[] = [];
  /** Values or scales have changed since they were last painted, or written into the input layer's cells. */
  let stale = true;
  let cellsStale = true;
  let filling: RangePlace | undefined;
  let requested = 0;
  /** A timer for the headings while an edit's values are awaited; when that edit was made; when the sheet was last
   *  painted. */
  let postponed = 0;
  let edited = Number.NEGATIVE_INFINITY;
  let painted = Number.NEGATIVE_INFINITY;
  let whole = true;
  /** Whether a run is under way, whose moves are marked. */
  let moving = isUnderWay(store.get().run?.state);

  const scroller = createScroller(root, () => schedule(), resized);
  const viewport = createViewport(store, scroller, geometryAt, {
    relaid() {
      captions = captionsOf(store.get().sheet, viewport.geometry);
      watched = undefined;
    },
    repaint: () => schedule(),
  });
  const { view, visibleRange, cellBox, scrollTo, relayout, fit, keepPlace } = viewport;
  const outlines = createOutlines(root);
  const note = createNote(root, store, cell => ({
    box: cellBox(cell),
    width: scroller.width,
    height: scroller.height,
  }));
  const typing = createTyping(store, {
    editText: place => editText(store.get(), allValues, place),
    reveal: () => scrollTo(only(store.get().active)),
    locked,
    enter: (place, text, foreign) => enterText(store.get().sheet, place, text, foreign),
    fill: (text, foreign) => fillText(store.get().sheet, selectedRanges(store), text, foreign),
    run,
    move: press => input.move(press),
    stepFrom: (from, { key }) => step(viewport.geometry, from, ARROWS[key]!),
    focus,
    endComposition: () => input.endComposition(),
  });
  const input = createInput(root, store, typing, {
    geometry: () => viewport.geometry,
    position: cellBox,
    cellText: cell => spokenText(store.get(), allValues, cell),
    clear,
    copy: (clipboard, cut) => transfer.copy(clipboard, cut),
    paste: (clipboard, special) => transfer.paste(formatsOn(clipboard), special),
    reveal: () => scrollTo(only(store.get().active)),
    openMenu: () => {
      const { x, y, height } = cellBox(store.get().active);
      const { left, top } = root.getBoundingClientRect();
      openCellMenu(store, left + x, top + y + height, actions);
    },
    pageRows: () => Math.max(1, Math.floor((scroller.height - TOP) / viewport.geometry.cellSize) - 1),
    scrollHome: () => scroller.moveTo(0, 0),
    changeSheet: by => actions.runCommand(by > 0 ? 'view.nextSheet' : 'view.previousSheet'),
    escape: () => {
      const { notice } = store.get();
      if (!transfer.forget()) store.set({ tool: 'select', notice: notice?.at ? undefined : notice });
    },
    noComments: () => refuse(messages.grid.noComments(formatAddress(store.get().active))),
  });
  const target = (place: CellPlace) => ({ ...cellBox(place), right: scroller.width });
  const editor = createCellEditor(root, store, typing, target, () => input.focusCells());
  const endPointer = listenToPointer(scroller, store, actions, {
    geometry: () => viewport.geometry,
    // What is pointed at is in view.
    select: (active, range, areas) => store.set(selected(active, range, { areas, reveal: null })),
    point(range, at) {
      if (store.get().editing?.mode !== 'point') return false;
      typing.send({ kind: 'click', range, at });
      return true;
    },
    leave: () => leaveEditing(),
    focus,
    startEditing: () => typing.begin('edit'),
    showFill: range => {
      filling = range;
      placeOutlines();
    },
    fill: range => transfer.fillTo(range),
    fillAsNeighbour: () => transfer.fillAsNeighbour(),
    zoomAt: viewport.rescale,
    openMenu: (x, y) => openCellMenu(store, x, y, actions),
  });

  function clear(): void {
    transfer.forget();
    run(clearRanges(store.get().sheet, selectedRanges(store)));
  }

  function focus(): void {
    if (store.get().editing?.field === 'cell') editor.focus();
    else input.focusCells();
  }

  /** Ends typing before the user goes elsewhere; false where it stays, as what was typed is refused. */
  function leaveEditing(): boolean {
    const left = typing.leave();
    if (!left) focus();
    return left;
  }

  const transfer = createTransfer(store, values, actions, {
    run,
    locked,
    select: range => store.set(selected(range, range)),
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
    return plane === 'value' ? undefined : messages.trainingPanel.planeRefused[plane];
  }

  /** Sees to it that the selected cells can be read and copied, in view or not, unless they are too many. */
  function watchSelection(): void {
    const { sheet, active, selection } = store.get();
    const range = usedPart(sheet, selection);
    const few = range && range.height * range.width <= MAX_WATCHED;
    values.show('grid-selection', cutBlocks(sheet.layout, few ? range : only(active)));
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
    const ratio = devicePixelRatio;
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
    viewport.refit();
    paint();
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
    const frame = { ...view(), geometry: viewport.geometry, theme, captions, labels, selection };
    if (whole) paintSheet(context, frame, heat);
    else paintSelection(context, frame);
    whole = false;
    if (cellsStale) input.refresh();
    cellsStale = false;
    place();
  }

  /** Sees to it that the tiles in view are watched, and more around them. */
  function watch(seen: RangePlace): void {
    if (watched && covers(watched, seen)) return;
    const { sheet, foldedLayers, plane } = store.get();
    const row = Math.max(0, seen.row - AHEAD);
    const column = Math.max(0, seen.column - AHEAD);
    watched = {
      sheet: sheet.id,
      row,
      column,
      height: Math.min(MAX_ROWS, seen.row + seen.height + AHEAD) - row,
      width: seen.column + seen.width + AHEAD - column,
    };
    const tiles = tilesOf(sheet, watched, foldedLayers, plane);
    heat.setTiles(tiles, viewport.geometry);
    labels = placeLabels(sheet.layout.labelsIn(watched), sheet.layout);
    values.show('grid', blocksOf(tiles));
    stale = true;
  }

  /** Moves the frames and the input layer to where their cells are. */
  function place(): void {
    outlines.place(viewport.geometry, view());
    input.place();
    editor.place();
    note.place();
  }

  function placeOutlines(): void {
    outlines.set(outlinesOf(store.get(), filling, transfer.copied()?.range));
    outlines.place(viewport.geometry, view());
  }

  /** From a cell whose column has just been folded away to the one that shows it now, in the ReLU after it. */
  function leaveHidden(): void {
    const { sheet, active } = store.get();
    const found = elementAt(sheet, active);
    if (!viewport.geometry.isHidden(active.column) || !found) return;
    const hidden = sheet.tensors.get(found.tensor)!.layer;
    const relu = sheet.network.layers.find(({ kind, inputs }) => kind === 'relu' && inputs[0] === hidden);
    if (!relu) return;
    store.set(selected(placeOf(sheet, `${relu.id}/output`, found.index)));
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
      if (editing && !samePlace(editing.place, active)) typing.send({ kind: 'cancel' });
      // Whole rows, columns and sheets have no end to look at.
      const { rows, columns } = sheet.layout;
      if (reveal && selection.height < rows && selection.width < columns) scrollTo(only(reveal));
      schedule('headings');
    }),
    store.on(['trace', 'stepsBack'], () => {
      placeOutlines();
      schedule('headings');
    }),
    store.on(['cellSize'], viewport.resize),
    store.on(['foldedLayers'], () => {
      keepPlace(relayout);
      viewport.refit();
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
    () => store.get().sheet.id,
    () => viewport.geometry,
    cell => tooltipAt(cell, store.get().sheet.layout, labels, captions),
  );

  return {
    scrollTo,
    scrolled: () => ({ x: scroller.x, y: scroller.y }),
    showAt: ({ x, y }) => scroller.moveTo(x, y),
    fit,
    visibleRange,
    focus,
    type: intent => typing.send(intent),
    finishEditing: () => typing.finish(),
    leaveEditing,
    run,
    clear,
    transfer,
    screenshotRect(cell) {
      const box = cellBox(cell);
      const { left, top } = root.getBoundingClientRect();
      const inView = intersect(visibleRange(), only(cell)) ?? cell.row === 0;
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
      editor.destroy();
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

const covers = (outer: RangePlace, inner: RangePlace) =>
  inner.row >= outer.row &&
  inner.column >= outer.column &&
  inner.row + inner.height <= outer.row + outer.height &&
  inner.column + inner.width <= outer.column + outer.width;
