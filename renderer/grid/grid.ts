import { intersect } from '../../shared/address.ts';
import { sheetOf } from '../../shared/cells.ts';
import { formulaAllowed } from '../../shared/cell-entry.ts';
import { elementAt, usedPart } from '../../shared/layout/sheet.ts';
import { type CellPlace, only, type RangePlace, samePlace } from '../../shared/places.ts';
import type { Value } from '../../shared/formula/value.ts';
import { messages } from '../../shared/messages.ts';
import { leaveHidden } from './leave-hidden.ts';
import { refusalAtCell } from '../core/notices.ts';
import { selected, selectedRanges } from '../core/selection.ts';
import { ownSheet, shownSheet } from '../core/shown-sheet.ts';
import type { Store, Values } from '../core/store.ts';
import { isFormula } from '../core/edit-session.ts';
import { coloursOf } from '../core/colours.ts';
import { readTheme } from '../parts/theme.ts';
import type { Grid } from './api.ts';
import type { GridActions } from './actions.ts';
import { createFormulaHelp } from './formula-help.ts';
import { createCellEditor } from './cell-editor.ts';
import { editText, errorText, spokenText } from './cell-text.ts';
import { type Entry, enterText } from './entry.ts';
import { fillText } from './fill.ts';
import { formatsOn } from './clipboard.ts';
import { openCellMenu } from './context-menu.ts';
import { isFree } from '../../shared/changes/check.ts';
import { layerOfCell } from '../core/layer-places.ts';
import { createFreeCells } from './free-cells.ts';
import './grid.css';
import './outlines.css';
import { createInput } from './input.ts';
import { widthEntry } from './cell-formats.ts';
import { createGuide, columnsWith, widthAt } from './column-widths.ts';
import { createCommentCard } from './comment-card.ts';
import { commentEntry, commentRefusal } from './comments.ts';
import { createShownFormulas } from './shown-formulas.ts';
import { createNote } from './note.ts';
import { ofShownPlane } from './shown-plane.ts';
import { createOutlines } from './outlines.ts';
import { forgetFonts } from './paint.ts';
import { createPicture } from './picture.ts';
import { listenToPointer } from './pointer.ts';
import { createScroller } from './scroll.ts';
import { cutBlocks } from './tiles.ts';
import { onOtherScreen } from './other-screen.ts';
import { createViewport } from './viewport.ts';
import { showTooltips, tooltipAt } from './tooltip.ts';
import { outlinesOf } from './tracing.ts';
import { numbersBefore, sumBegun, sumEntry } from './sum.ts';
import { createTransfer } from './transfer.ts';
import { clearAll } from './written-cell.ts';
import { createTyping } from './typing.ts';
import { ARROWS } from './keys.ts';
import { jump, step } from './navigation.ts';
import { formulasOf, shownReferences } from './typed-references.ts';
import { rectOf } from '../core/magnified.ts';

export type { Grid } from './api.ts';
export type { GridActions } from './actions.ts';

/** The most selected cells out of view whose values are watched. */
const MAX_WATCHED = 50_000;

/** The network's sheet: a canvas for everything that is seen, frames over it, and an invisible Handsontable for the
 *  keyboard. */
export function createGrid(parent: HTMLElement, store: Store, allValues: Values, outside: GridActions): Grid {
  /** Shows the reason of a refusal at the active cell. */
  const refuse = (sentence: string) => store.set({ notice: refusalAtCell(sentence, store.get()) });
  const actions: GridActions = { ...outside, refuse };
  const values = ofShownPlane(allValues, store);
  const changeSheet = (by: 1 | -1) => actions.runCommand(by > 0 ? 'view.nextSheet' : 'view.previousSheet');
  const root = document.createElement('div');
  root.className = 'sheet';
  parent.append(root);
  const shownFormulas = createShownFormulas(store);
  const cellsOf = (id: string) => sheetOf(store.get().written.sheets, id)?.cells;
  const freeCells = createFreeCells(store, allValues, shownFormulas);

  let filling: RangePlace | undefined;
  /** Whether the frames show what a typed formula refers to. */
  let framed = false;
  /** The shown sheet. */
  let shownId = store.get().active.sheet;
  /** The state that the shown network and selection are of. */
  let known = store.get();
  const picture = createPicture(root, store, values, freeCells, shownFormulas, {
    scroller: () => scroller,
    viewport: () => viewport,
    painted(cells) {
      if (cells) input.refresh();
      place();
    },
  });
  const { schedule, resized } = picture;
  const scroller = createScroller(root, () => schedule(), resized);
  const viewport = createViewport(store, scroller, picture.geometryAt, {
    relaid: picture.relaid,
    repaint: () => schedule(),
  });
  const { view, visibleRange, cellBox, scrollTo, relayout, fit, keepPlace } = viewport;
  const outlines = createOutlines(root);
  const guide = createGuide(root);
  const boxAndSize = (cell: CellPlace) => ({ box: cellBox(cell), width: scroller.width, height: scroller.height });
  const comments = createCommentCard(root, store, boxAndSize, {
    save: (cell, text) => afterEdits(() => run(commentEntry(store.get(), cell, text))),
    left: () => focus(),
  });
  const note = createNote(root, store, boxAndSize);
  const typing = createTyping(store, {
    editText: place => editText(store.get(), allValues, place),
    reveal: place => scrollTo(only(place)),
    formulaAllowed: place => formulaAllowed(store.get().sheet, place),
    formulas: () => formulasOf(store.get()),
    locked,
    enter: (place, text, foreign) => () => enterText(store.get().sheet, place, text, foreign, store.get().written),
    fill(text, foreign) {
      const { active } = store.get();
      const ranges = selectedRanges(store);
      return () => {
        const { sheet, written } = store.get();
        return fillText(sheet, ranges, text, foreign, { active, own: written });
      };
    },
    run: runTyped,
    move: press => input.move(press),
    stepFrom(from, { key, ctrlKey, metaKey }) {
      const { geometry } = viewport;
      const arrow = ARROWS[key]!;
      return ctrlKey || metaKey
        ? jump(shownSheet(store.get()).layout, geometry, from, arrow, cellsOf(from.sheet))
        : step(geometry, from, arrow);
    },
    changeSheet,
    focus,
    endComposition: () => input.endComposition(),
  });
  /** Begins to type in the active cell. At a layer's caption, the panel opens in which the layer is edited. */
  const startEditing = () => {
    const { sheet, active } = store.get();
    const isCaption = active.sheet === sheet.id && active.row === 0 && !isFree(sheet, 0, active.column);
    const layer = isCaption ? layerOfCell(sheet, active) : undefined;
    if (layer === undefined) typing.begin('edit');
    else actions.runCommand('network.editLayer', layer);
  };
  const input = createInput(root, store, typing, {
    startEditing,
    geometry: () => viewport.geometry,
    position: cellBox,
    cellText: cell => spokenText(store.get(), allValues, cell),
    clear,
    pasteMarked: () => transfer.pasteMarked(),
    copy: (clipboard, cut) => transfer.copy(clipboard, cut),
    paste: (clipboard, special) => transfer.paste(formatsOn(clipboard), special),
    reveal: () => scrollTo(only(store.get().active)),
    openMenu: () => {
      const { x, y, height } = cellBox(store.get().active);
      const { left, top } = rectOf(root);
      openCellMenu(store, left + x, top + y + height, actions);
    },
    pageRows: () =>
      Math.max(1, Math.floor((scroller.height - viewport.geometry.bodyTop) / viewport.geometry.cellSize) - 1),
    scrollHome: () => scroller.moveTo(0, 0),
    changeSheet,
    escape: () => {
      const { notice, tool } = store.get();
      if (transfer.forget()) return true;
      store.set({ tool: 'select', notice: notice?.at ? undefined : notice });
      return tool !== 'select' || notice?.at !== undefined;
    },
  });
  const target = (place: CellPlace) => ({ ...cellBox(place), right: scroller.width });
  const editor = createCellEditor(root, store, typing, target, () => input.focusCells());
  const formulaHelp = createFormulaHelp(root, store, typing, () => scroller, outside.tryOut);
  const endPointer = listenToPointer(scroller, store, actions, {
    geometry: () => viewport.geometry,
    // A cell under the pointer is in view already, so nothing scrolls.
    select: (active, range, areas) => store.set(selected(active, range, { areas, reveal: null })),
    point: (range, at, how) => typing.point(range, at, how),
    references: () => shownReferences(store.get()),
    refer: (start, range) => void typing.send({ kind: 'refer', start, range }),
    leave: () => leaveEditing(),
    focus,
    startEditing,
    showFill: range => {
      filling = range;
      placeOutlines();
    },
    fill: range => transfer.fillTo(range),
    fillAsNeighbour: () => transfer.fillAsNeighbour(),
    zoomAt: viewport.rescale,
    openMenu: (x, y) => openCellMenu(store, x, y, actions),
    widths: {
      canChange: () => ownSheet(store.get()) !== undefined && store.get().role !== 'viewer',
      show: x => guide.show(x),
      set(column, pixels) {
        const width = widthAt(pixels, viewport.geometry);
        setWidths(new Map(alike(column).map(each => [each, width])));
      },
      fit: column => setWidths(picture.fittedWidths(alike(column))),
    },
    hover: cell => comments.hover(cell),
  });

  /** A column, and those selected with it. */
  const alike = (column: number) => columnsWith(column, selectedRanges(store), viewport.geometry.rows);
  const setWidths = (widths: ReadonlyMap<number, number>) => run(widthEntry(store.get().active.sheet, widths));

  function clear(): void {
    transfer.forget();
    const ranges = selectedRanges(store);
    afterEdits(() => run(clearAll(store.get(), ranges)));
  }

  function focus(): void {
    if (store.get().stage) {
      // The stage lies over the sheet.
      parent.querySelector<HTMLElement>('.stage')?.focus();
      return;
    }
    const field = store.get().editing?.field;
    if (field === 'cell') editor.focus();
    // The formula bar keeps the keyboard while cells are pointed at.
    else if (field === 'bar' && document.activeElement?.matches('.formula-input')) return;
    else input.focusCells();
  }

  function valueAt(cell: CellPlace): Value {
    const found = elementAt(store.get().sheet, cell);
    return (found ? allValues.element(found.tensor, found.index) : allValues.cell(cell)) ?? null;
  }

  /** Ends typing before the user goes elsewhere. Returns false if the text is refused, so that typing continues. */
  function leaveEditing(): boolean {
    const left = typing.leave();
    if (!left) focus();
    return left;
  }

  const transfer = createTransfer(store, values, actions, {
    run,
    afterEdits,
    locked,
    select: range => store.set(selected(range, range)),
    theme: () => readTheme(root, coloursOf(store.get())),
    size: () => viewport.geometry,
    marked: placeOutlines,
  });
  /** Sends an edit, or tells why there is none. */
  function run({ command, refusal }: Entry): boolean {
    const lock = locked();
    // The lock holds for every cell, so its reason is told in the status bar and not at one cell.
    if (lock !== undefined) outside.refuse(lock);
    else if (refusal !== undefined) actions.refuse(refusal);
    else if (command) {
      picture.awaitEdit();
      actions.edit(command);
    }
    return lock === undefined && refusal === undefined;
  }

  /** Sends what was typed. A cell keeps its looks: where an earlier edit may just have set them, this waits for its
   *  answer. */
  function runTyped(entry: Entry, again: () => Entry): boolean {
    const writes = entry.command?.changes.some(({ kind }) => kind === 'cells');
    if (!writes || locked() !== undefined || !unfinished()) return run(entry);
    afterEdits(() => run(again()));
    return true;
  }

  /** Earlier edits: those that aren't answered, and one that waits for values. */
  function unfinished(): Promise<void> | undefined {
    return transfer.waits() ?? actions.unanswered();
  }

  function afterEdits(work: () => void): void {
    const earlier = unfinished();
    if (earlier) void earlier.then(() => afterEdits(work));
    else work();
  }

  /** Why nothing can be edited now. */
  function locked(): string | undefined {
    const { role, plane } = store.get();
    if (role === 'viewer') return messages.grid.viewer;
    return plane === 'value' ? undefined : messages.trainingPanel.planeRefused[plane];
  }

  /** Watches the selected cells even out of view, so that they can be read and copied; unless they are too many. */
  function watchSelection(): void {
    const { active, selection } = store.get();
    const sheet = shownSheet(store.get());
    const range = usedPart(sheet, selection);
    const few = range && range.height * range.width <= MAX_WATCHED;
    values.show('grid-selection', cutBlocks(sheet.layout, few ? range : only(active)));
  }

  /** Moves the frames and the input layer to their cells. */
  function place(): void {
    outlines.place(viewport.geometry, view());
    input.place();
    editor.place();
    formulaHelp.place();
    note.place();
    comments.place();
  }

  function placeOutlines(): void {
    outlines.set(outlinesOf(store.get(), filling, transfer.copied()?.range));
    outlines.place(viewport.geometry, view());
  }

  const ends = [
    values.onChange(() => transfer.arrived()),
    store.on(['plane'], () => {
      picture.rewatch();
      watchSelection();
    }),
    store.on(['editing'], ({ editing }) => {
      if (editing) transfer.forget();
      // The frames show what the typed formula refers to.
      const typed = editing !== undefined && isFormula(editing);
      if (typed || framed) placeOutlines();
      framed = typed;
    }),
    store.on(['written'], () => {
      picture.rewatch();
      keepPlace(relayout);
      input.fit();
      placeOutlines();
    }),
    store.on(['active'], ({ active }) => {
      if (active.sheet === shownId && !freeCells.beyond(viewport.geometry)) return;
      transfer.reset();
      freeCells.turnTo((shownId = active.sheet), scroller, relayout);
      input.rebuild();
      picture.refresh(true);
    }),
    // This comes before the selection, whose cells are those of the new sheet.
    store.on(['sheet', 'workbookId'], ({ workbookId }) => {
      transfer.reset();
      transfer.forget();
      const isSame = workbookId === known.workbookId;
      if (isSame) viewport.keepCell(known.active, relayout);
      else relayout();
      if (!isSame) scroller.moveTo(0, 0);
      input.rebuild();
      watchSelection();
      placeOutlines();
      schedule();
    }),
    store.on(['areas', 'loop', 'pointed', 'scan', 'overlays'], placeOutlines),
    store.on(['active', 'selection'], ({ active, selection, reveal, editing }) => {
      known = store.get();
      input.select();
      watchSelection();
      placeOutlines();
      // Typing belongs to its cell. Whoever selects another cell has already ended it.
      const elsewhere = editing && !samePlace(editing.place, active);
      // But a formula may point at cells of other sheets.
      const points = editing && isFormula(editing) && editing.place.sheet !== active.sheet;
      if (elsewhere && !points) typing.send({ kind: 'cancel' });
      // Whole rows, columns and sheets have no end to scroll to.
      const { rows, columns } = viewport.geometry;
      if (reveal && selection.height < rows && selection.width < columns) scrollTo(only(reveal));
      schedule('headings');
    }),
    store.on(['trace', 'stepsBack'], () => {
      placeOutlines();
      schedule('headings');
    }),
    store.on(['cellSize'], viewport.resize),
    store.on(['formulasShown'], () => {
      keepPlace(relayout, true);
      viewport.refit();
      picture.refresh();
    }),
    store.on(['foldedLayers'], () => {
      keepPlace(relayout);
      viewport.refit();
      // The table is built where it has the active cell, because a hidden one can't hold the keyboard.
      leaveHidden(store, viewport.geometry);
      input.rebuild();
      placeOutlines();
    }),
  ];

  relayout();
  input.select();
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
    () => store.get().active.sheet,
    () => viewport.geometry,
    cell =>
      tooltipAt(cell, shownSheet(store.get()).layout, picture.labels(), picture.captions()) ||
      (errorText(store.get(), allValues, cell) ?? ''),
  );

  return {
    scrollTo,
    scrolled: () => ({ x: scroller.x, y: scroller.y }),
    leftOf: column => viewport.geometry.headingWidth + viewport.geometry.left(column) - scroller.x,
    showAt: ({ x, y }) => scroller.moveTo(x, y),
    fit,
    visibleRange,
    focus,
    type: intent => typing.send(intent),
    finishEditing: () => typing.finish(),
    leaveEditing,
    turnTo(sheet, plane = 'value') {
      if (!typing.turnTo(sheet, plane)) focus();
    },
    run,
    afterEdits,
    awaitsAnswer: () => unfinished() !== undefined,
    clear,
    sum() {
      const { active, selection, areas } = store.get();
      if (areas.length > 0) return refuse(messages.grid.oneRange);
      if (selection.height > 1 || selection.width > 1)
        return afterEdits(() => run(sumEntry(store.get(), selection, valueAt)));
      const numbers = numbersBefore(store.get(), active, valueAt);
      typing.begin('enter', sumBegun());
      const last = numbers && {
        ...active,
        row: numbers.row + numbers.height - 1,
        column: numbers.column + numbers.width - 1,
      };
      if (last) typing.point(numbers, last);
    },
    transfer,
    valueAt,
    wholeLines({ height, width }) {
      const { rows, columns } = viewport.geometry;
      return width >= columns ? 'rows' : height >= rows ? 'columns' : undefined;
    },
    fitColumns(columns) {
      if (ownSheet(store.get())) setWidths(picture.fittedWidths(columns));
      else refuse(messages.looks.networkWidths);
    },
    comment(cell) {
      const refusal = locked() ?? commentRefusal(store.get(), cell);
      if (refusal !== undefined) return refuse(refusal);
      if (!leaveEditing()) return;
      scrollTo(only(cell));
      comments.edit(cell);
    },
    showComment: cell => comments.show(cell),
    screenshotRect(cell) {
      const box = cellBox(cell);
      const { left, top } = rectOf(root);
      const inView = intersect(visibleRange(), only(cell)) ?? cell.row < viewport.geometry.frozenRows;
      return inView && box.width > 0 ? { ...box, x: left + box.x, y: top + box.y } : undefined;
    },
    destroy() {
      for (const end of ends) end();
      picture.destroy();
      document.fonts.removeEventListener('loadingdone', fontsLoaded);
      endScreens();
      endTooltips();
      endPointer();
      freeCells.end();
      values.show('grid-selection', []);
      input.destroy();
      editor.destroy();
      formulaHelp.destroy();
      outlines.destroy();
      note.destroy();
      comments.destroy();
      guide.destroy();
      scroller.destroy();
      root.remove();
    },
  };
}
