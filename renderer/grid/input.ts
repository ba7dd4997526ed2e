import Handsontable from 'handsontable/base';
import 'handsontable/styles/handsontable.min.css';
import 'handsontable/styles/ht-theme-classic-no-icons.min.css';
import { between, type CellPlace, type RangePlace, samePlace } from '../../shared/places.ts';
import { messages } from '../../shared/messages.ts';
import { matches } from '../core/accelerators.ts';
import { headOf, selected } from '../core/selection.ts';
import type { Store } from '../core/store.ts';
import type { KeyPress } from '../core/edit-session.ts';
import type { Geometry } from './geometry.ts';
import { createKeys, type KeyCallbacks, types } from './keys.ts';
import type { Typing } from './typing.ts';
import { rectOf } from '../core/magnified.ts';

/** Size of the input layer's cells. They are never seen. */
const CELL = { width: 60, height: 24 };
/** Milliseconds after which the selection is taken over, also in a busy window. */
const TAKEN_OVER_WITHIN = 100;
/** How many cells are rendered in each direction around the active one. */
const VIEWPORT = 3;
const LICENCE = 'non-commercial-and-evaluation';

export type InputCallbacks = KeyCallbacks & {
  /** What a screen reader reads in a cell. */
  cellText(cell: CellPlace): string;
  /** The position of a cell on the parent. */
  position(cell: CellPlace): { x: number; y: number };
  copy(clipboard: DataTransfer, cut: boolean): void;
  /** `special`: the key asks how to paste. */
  paste(clipboard: DataTransfer, special: boolean): void;
  /** Opens the menu of the selected cells (menu key or Shift+F10). */
  openMenu(): void;
};

/** The sheet's invisible input layer, made of Handsontable. It is a live table of the whole sheet that renders only a
 *  few cells, and its active cell lies over the one on the canvas. It holds the keyboard focus, and screen readers read
 *  it. Keys go to `keys.ts` and typed text to `typing.ts`, not to Handsontable. */
export type Input = {
  /** Moves the active cell over the one on the canvas. */
  place(): void;
  /** Takes over the selection from the store, after the next frame, when the window rests, or before the next key. */
  select(): void;
  /** Writes the cells' texts again after values have changed. */
  refresh(): void;
  /** Builds the table again if the sheet has other rows and columns than it. */
  fit(): void;
  /** Builds the table again, for another sheet or other hidden columns. */
  rebuild(): void;
  focusCells(): void;
  /** Ends the composition of an input method in the active cell. Its text so far is typed. */
  endComposition(): void;
  /** Moves the active cell as Enter, Tab and the arrows do. */
  move(event: KeyPress): boolean;
  destroy(): void;
};

export function createInput(parent: HTMLElement, store: Store, typing: Typing, callbacks: InputCallbacks): Input {
  const mover = document.createElement('div');
  mover.className = 'sheet-input';
  parent.append(mover);
  /** The top left corner of the active cell inside the mover. undefined if it must be measured again. */
  let offset: { x: number; y: number } | undefined;
  let looking = 0;
  /** The active cell's element, in which an input method may compose. */
  let field: HTMLTableCellElement | undefined;
  const composing = () => store.get().editing?.field === 'sheet';
  /** Whether the selection has yet to be taken over. That takes Handsontable longer than drawing the sheet does, so the
   *  sheet is drawn first. */
  let behind = false;
  let awaited = false;

  const keys = createKeys(store, callbacks);
  let table = build();

  function move(): void {
    if (!offset) {
      const td = activeCell(table, mover);
      if (td) {
        const cell = rectOf(td);
        const origin = rectOf(mover);
        offset = { x: cell.left - origin.left, y: cell.top - origin.top };
        writeCell(td, store.get().active);
        takeText(td);
      }
    }
    const { x, y } = callbacks.position(store.get().active);
    if (offset) mover.style.transform = `translate(${x - offset.x}px, ${y - offset.y}px)`;
  }

  /** Makes the active cell editable, because input methods, dead keys, emoji and dictation work only there. Their text
   *  is passed on to the editor. */
  function takeText(td: HTMLTableCellElement): void {
    if (td !== field) {
      field?.removeAttribute('contenteditable');
      field = td;
      td.contentEditable = 'plaintext-only';
      td.spellcheck = false;
    }
    // Copying, pasting and input methods go to the cell with the caret. A cell that had the focus before it became
    // editable has no caret, so one is set.
    const caret = getSelection();
    if (document.activeElement === td && !td.contains(caret?.anchorNode ?? null)) caret?.collapse(td, 0);
  }

  function writeCell(td: HTMLTableCellElement, cell: CellPlace): void {
    if (td === field && composing()) return;
    const text = callbacks.cellText(cell);
    if (td.textContent !== text) td.textContent = text;
  }

  function build(): Handsontable {
    const geometry = callbacks.geometry();
    const root = document.createElement('div');
    mover.replaceChildren(root);
    const row = Array.from({ length: geometry.columns }, () => '');
    const hot: Handsontable = new Handsontable(root, {
      licenseKey: LICENCE,
      injectCoreCss: false,
      theme: 'ht-theme-classic',
      // One array stands for all rows, because no value is ever read from it.
      data: Array.from({ length: geometry.rows }, () => row),
      width: CELL.width * VIEWPORT,
      height: CELL.height * VIEWPORT,
      colWidths: CELL.width,
      rowHeights: CELL.height,
      autoColumnSize: false,
      autoRowSize: false,
      rowHeaders: false,
      colHeaders: false,
      viewportRowRenderingOffset: 1,
      viewportColumnRenderingOffset: 1,
      undo: false,
      copyPaste: false,
      fillHandle: false,
      outsideClickDeselects: false,
      selectionMode: 'range',
      editor: false,
      renderer: (_table, td, rowIndex, col) => writeCell(td, placeOf({ row: rowIndex, col })),
      // Without this, Handsontable looks up the settings of each of the sheet's columns at every step of the selection,
      // to add up their widths.
      beforeInitWalkontable: config => void Object.assign(config, { columnWidth: () => CELL.width }),
      beforeChange: () => false,
      beforeKeyDown: () => false,
      afterSelection: selectionChanged,
      afterSelectionEnd: () => {
        offset = undefined;
        move();
      },
      afterRender: moved,
      // While it scrolls, Handsontable shows other cells in the same elements, the focused one among them.
      afterViewRender: moved,
      afterScrollVertically: moved,
      afterScrollHorizontally: moved,
      // Handsontable may give the focus to a cell that was selected before.
      afterScroll: moved,
    });
    describe(hot.rootElement, geometry);
    const folded = hot.columnIndexMapper.createAndRegisterIndexMap('folded', 'hiding', false);
    folded.setValues(Array.from({ length: geometry.columns }, (_, column) => geometry.isHidden(column)));
    return hot;
  }

  /** After Handsontable has scrolled or drawn its cells again, the active cell may be another element or elsewhere. */
  function moved(): void {
    offset = undefined;
    looking ||= requestAnimationFrame(() => {
      looking = 0;
      move();
    });
  }

  function placeOf({ row, col }: { row: number | null; col: number | null }): CellPlace {
    return { sheet: store.get().active.sheet, row: row!, column: col! };
  }

  /** Whether Handsontable has this selection: its active cell, and the corner that Shift and the arrows move. */
  function shows(active: CellPlace, selection: RangePlace): boolean {
    const range = table.getSelectedRangeActive();
    if (!range) return false;
    return samePlace(placeOf(range.highlight), active) && samePlace(placeOf(range.to), headOf(active, selection));
  }

  /** The selection in Handsontable has changed: it was set from the store, or a screen reader has clicked a cell. */
  function selectionChanged(): void {
    offset = undefined;
    const range = table.getSelectedRangeActive();
    const { active, selection } = store.get();
    if (!range || shows(active, selection)) return;
    store.set(selected(placeOf(range.highlight), between(placeOf(range.from), placeOf(range.to))));
  }

  /** Takes over the selection soon. */
  function follow(): void {
    if (!behind || awaited) return;
    awaited = true;
    const work = () => {
      awaited = false;
      takeOver();
    };
    requestAnimationFrame(() => {
      // Safari doesn't tell when it rests.
      if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: TAKEN_OVER_WITHIN });
      else setTimeout(work);
    });
  }

  /** Takes over the selection, unless the keyboard is elsewhere: Handsontable would fetch it. */
  function takeOver(): void {
    const { activeElement } = document;
    if (activeElement === document.body || mover.contains(activeElement)) catchUp();
  }

  function catchUp(): void {
    if (!behind) return;
    behind = false;
    const { active, selection } = store.get();
    if (shows(active, selection)) {
      // Meanwhile another cell was the active one, and this one's text may have been written without its formula.
      if (field) writeCell(field, active);
      return;
    }
    const head = headOf(active, selection);
    // If the table doesn't have the cell, nothing is selected. Otherwise a screen reader would read the previous cell.
    if (!table.selectCell(active.row, active.column, head.row, head.column, true, false)) table.deselectCell();
    offset = undefined;
    move();
  }

  function focusCells(): void {
    table.listen();
    // The focus goes on to the active cell when that is taken over.
    if (behind && field?.isConnected) field.focus({ preventScroll: true });
    else {
      catchUp();
      table.getFocusManager().focusOnHighlightedCell();
    }
  }

  mover.addEventListener('focusin', follow);
  for (const type of ['keydown', 'beforeinput', 'compositionstart', 'copy', 'cut', 'paste', 'contextmenu'])
    mover.addEventListener(type, takeOver, { capture: true });

  mover.addEventListener('keydown', event => {
    if (event.isComposing || event.keyCode === 229) return;
    const mac = store.get().capabilities.platform === 'mac';
    // The browser then puts the character into the text field, which has the focus by now.
    if (!(event.key === ' ' && event.shiftKey) && types(event, mac)) typing.begin('enter', '');
    else if (keys.press(event)) event.preventDefault();
  });
  mover.addEventListener('beforeinput', event => {
    if (event.isComposing || event.inputType === 'insertCompositionText') return;
    event.preventDefault();
    if (event.inputType === 'insertText' && event.data) typing.begin('enter', event.data);
  });
  mover.addEventListener('compositionstart', () => {
    typing.begin('enter', '', 'sheet');
    // The composed text replaces the cell's own text, which nobody sees.
    if (field) getSelection()?.selectAllChildren(field);
  });
  mover.addEventListener('compositionupdate', ({ data }) =>
    typing.send({ kind: 'type', text: data, caret: { start: data.length, end: data.length } }),
  );
  mover.addEventListener('compositionend', event => {
    typing.send({ kind: 'composed', text: event.data });
    if (field) writeCell(field, store.get().active);
  });

  const onClipboard = (event: ClipboardEvent) => {
    if (!event.clipboardData) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'paste') callbacks.paste(event.clipboardData, special);
    else callbacks.copy(event.clipboardData, event.type === 'cut');
    special = false;
  };
  /** Whether the paste key is held with Shift. The browser's paste event doesn't tell. */
  let special = false;
  mover.addEventListener(
    'keydown',
    event => (special = matches(event, 'CmdOrCtrl+Shift+V', store.get().capabilities.platform)),
    { capture: true },
  );
  for (const type of ['copy', 'cut', 'paste'] as const) mover.addEventListener(type, onClipboard, { capture: true });

  mover.addEventListener('contextmenu', event => {
    event.preventDefault();
    callbacks.openMenu();
  });

  return {
    place: move,
    select() {
      const { active, selection } = store.get();
      if (!behind && shows(active, selection)) return;
      behind = true;
      follow();
    },
    refresh() {
      for (const td of table.rootElement.querySelectorAll<HTMLTableCellElement>('.ht_master td')) {
        const at = table.getCoords(td);
        if (at?.row != null && at.col != null) writeCell(td, placeOf(at));
      }
    },
    fit() {
      const { rows, columns } = callbacks.geometry();
      if (table.countRows() !== rows || table.countCols() !== columns) this.rebuild();
    },
    rebuild() {
      const focused = mover.contains(document.activeElement);
      table.destroy();
      field = undefined;
      // The cell of the composition is gone.
      if (composing()) typing.send({ kind: 'cancel' });
      table = build();
      offset = undefined;
      behind = true;
      catchUp();
      if (focused) focusCells();
    },
    focusCells,
    endComposition: () => field?.blur(),
    move: event => keys.move(event),
    destroy() {
      cancelAnimationFrame(looking);
      table.destroy();
      mover.remove();
    },
  };
}

/** Handsontable marks its wrapper as a treegrid with a focusable box inside, but a grid may only have rows. So the
 *  table itself becomes the grid. */
function describe(wrapper: HTMLElement, { rows, columns }: Geometry): void {
  for (const name of ['role', 'aria-rowcount', 'aria-colcount', 'aria-multiselectable']) wrapper.removeAttribute(name);
  const grid = wrapper.querySelector('.ht_master table')!;
  grid.setAttribute('role', 'grid');
  grid.setAttribute('aria-label', messages.grid.name);
  grid.setAttribute('aria-multiselectable', 'true');
  grid.setAttribute('aria-rowcount', String(rows));
  grid.setAttribute('aria-colcount', String(columns));
}

/** The active cell's element. It is rendered if needed, and gets the focus if the sheet has it. */
function activeCell(table: Handsontable, mover: HTMLElement): HTMLTableCellElement | undefined {
  const range = table.getSelectedRangeActive();
  if (!range) return undefined;
  const { row, col } = range.highlight;
  let td = table.getCell(row!, col!, true);
  if (!td) {
    // The selection may have grown far away from the active cell, which has the focus.
    table.scrollViewportTo({ row: row!, col: col! });
    table.render();
    td = table.getCell(row!, col!, true);
  }
  if (!td) return undefined;
  // Handsontable reuses its cells, and the focus with them. If the sheet has the focus, the active cell gets it.
  const focused = document.activeElement;
  if (focused !== td && focused instanceof HTMLTableCellElement && mover.contains(focused))
    td.focus({ preventScroll: true });
  return td;
}
