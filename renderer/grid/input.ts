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

/** Size of a cell of the input layer: it is never seen. */
const CELL = { width: 60, height: 24 };
/** How many cells it renders in each direction around the active one. */
const VIEWPORT = 3;
const LICENCE = 'non-commercial-and-evaluation';

export type InputCallbacks = Omit<KeyCallbacks, 'startEditing'> & {
  /** What a screen reader reads in a cell. */
  cellText(cell: CellPlace): string;
  /** Where a cell is on the parent. */
  position(cell: CellPlace): { x: number; y: number };
  copy(clipboard: DataTransfer, cut: boolean): void;
  /** `special`: the key asks how to paste. */
  paste(clipboard: DataTransfer, special: boolean): void;
  /** Opens the menu of the selected cells: the menu key, or Shift+F10. */
  openMenu(): void;
};

/** Handsontable as the sheet's invisible input layer: a live table of the whole sheet, of which a few cells are
 *  rendered, moved so that its active cell lies over the one on the canvas. It holds the keyboard focus and is what
 *  screen readers read. What keys do is `keys.ts`, what is typed is `typing.ts`: Handsontable never hears of
 *  either. */
export type Input = {
  /** Moves the active cell over the one on the canvas. */
  place(): void;
  /** Takes the selection over from the store. */
  select(active: CellPlace, selection: RangePlace): void;
  /** Values have changed: the cells' texts are written anew. */
  refresh(): void;
  /** Another sheet, or other hidden columns. */
  rebuild(): void;
  focusCells(): void;
  /** Ends what an input method composes in the active cell: what there is of it is typed. */
  endComposition(): void;
  /** Moves as Enter, Tab and the like do. */
  move(event: KeyPress): boolean;
  destroy(): void;
};

export function createInput(parent: HTMLElement, store: Store, typing: Typing, callbacks: InputCallbacks): Input {
  const mover = document.createElement('div');
  mover.className = 'sheet-input';
  parent.append(mover);
  /** Top left corner of the active TD inside the mover; undefined when it has to be looked up again. */
  let offset: { x: number; y: number } | undefined;
  let looking = 0;
  /** The active cell, in which an input method may compose. */
  let field: HTMLTableCellElement | undefined;
  const composing = () => store.get().editing?.field === 'sheet';

  const keys = createKeys(store, { ...callbacks, startEditing: () => typing.begin('edit') });
  let table = build();

  function move(): void {
    if (!offset) {
      const td = activeCell(table, mover);
      if (td) {
        const cell = td.getBoundingClientRect();
        const origin = mover.getBoundingClientRect();
        offset = { x: cell.left - origin.left, y: cell.top - origin.top };
        writeCell(td, store.get().active);
        takeText(td);
      }
    }
    const { x, y } = callbacks.position(store.get().active);
    if (offset) mover.style.transform = `translate(${x - offset.x}px, ${y - offset.y}px)`;
  }

  /** Input methods, dead keys, emoji and dictation only work where text can go: the active cell takes it, and hands it
   *  to the editor. */
  function takeText(td: HTMLTableCellElement): void {
    if (td !== field) {
      field?.removeAttribute('contenteditable');
      field = td;
      td.contentEditable = 'plaintext-only';
      td.spellcheck = false;
    }
    // Copying, pasting and input methods go to the cell with the caret, which one that had the focus before it took
    // text is without.
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
      // One row stands for all: no value is ever read from it.
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
      beforeChange: () => false,
      beforeKeyDown: () => false,
      afterSelection: selectionChanged,
      afterSelectionEnd: () => {
        offset = undefined;
        move();
      },
      afterRender: moved,
      afterScrollVertically: moved,
      afterScrollHorizontally: moved,
    });
    describe(hot.rootElement, geometry);
    const folded = hot.columnIndexMapper.createAndRegisterIndexMap('folded', 'hiding', false);
    folded.setValues(Array.from({ length: geometry.columns }, (_, column) => geometry.isHidden(column)));
    return hot;
  }

  /** Handsontable scrolled or drew its cells anew: the active one is another element, or elsewhere. */
  function moved(): void {
    offset = undefined;
    looking ||= requestAnimationFrame(() => {
      looking = 0;
      move();
    });
  }

  function placeOf({ row, col }: { row: number | null; col: number | null }): CellPlace {
    return { sheet: store.get().sheet.id, row: row!, column: col! };
  }

  /** Whether Handsontable shows this selection: its active cell, and the corner that Shift and the arrows move. */
  function shows(active: CellPlace, selection: RangePlace): boolean {
    const range = table.getSelectedRangeActive();
    if (!range) return false;
    return samePlace(placeOf(range.highlight), active) && samePlace(placeOf(range.to), headOf(active, selection));
  }

  /** The store's selection has arrived in Handsontable, or a screen reader has clicked a cell. */
  function selectionChanged(): void {
    offset = undefined;
    const range = table.getSelectedRangeActive();
    const { active, selection } = store.get();
    if (!range || shows(active, selection)) return;
    store.set(selected(placeOf(range.highlight), between(placeOf(range.from), placeOf(range.to))));
  }

  function focusCells(): void {
    table.listen();
    table.getFocusManager().focusOnHighlightedCell();
  }

  mover.addEventListener('keydown', event => {
    if (event.isComposing || event.keyCode === 229) return;
    const mac = store.get().capabilities.platform === 'mac';
    // A character goes into the text field that has the focus when this is done.
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
    // What is composed replaces what stands in the cell, which nobody sees.
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
  /** Whether the key that pastes is held with Shift: the browser sends the same event. */
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
    select(active, selection) {
      if (shows(active, selection)) return;
      const head = headOf(active, selection);
      // A cell it doesn't have must not leave the one before to be read.
      if (!table.selectCell(active.row, active.column, head.row, head.column, true, false)) table.deselectCell();
      offset = undefined;
      move();
    },
    refresh() {
      for (const td of table.rootElement.querySelectorAll<HTMLTableCellElement>('.ht_master td')) {
        const at = table.getCoords(td);
        if (at?.row != null && at.col != null) writeCell(td, placeOf(at));
      }
    },
    rebuild() {
      const focused = mover.contains(document.activeElement);
      table.destroy();
      field = undefined;
      // The cell in which it was composed is gone.
      if (composing()) typing.send({ kind: 'cancel' });
      table = build();
      offset = undefined;
      const { active, selection } = store.get();
      this.select(active, selection);
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

/** Handsontable calls its wrapper a treegrid, with a focusable box inside, where a grid may only have rows. The table
 *  itself becomes the grid. */
function describe(wrapper: HTMLElement, { rows, columns }: Geometry): void {
  for (const name of ['role', 'aria-rowcount', 'aria-colcount', 'aria-multiselectable']) wrapper.removeAttribute(name);
  const grid = wrapper.querySelector('.ht_master table')!;
  grid.setAttribute('role', 'grid');
  grid.setAttribute('aria-label', messages.grid.name);
  grid.setAttribute('aria-multiselectable', 'true');
  grid.setAttribute('aria-rowcount', String(rows));
  grid.setAttribute('aria-colcount', String(columns));
}

/** The active cell's element. Sees to it that it is rendered, and has the focus where the sheet has it. */
function activeCell(table: Handsontable, mover: HTMLElement): HTMLTableCellElement | undefined {
  const range = table.getSelectedRangeActive();
  if (!range) return undefined;
  const { row, col } = range.highlight;
  let td = table.getCell(row!, col!, true);
  if (!td) {
    // A selection grew away from its active cell, but it is the active cell that has the focus.
    table.scrollViewportTo({ row: row!, col: col! });
    table.render();
    td = table.getCell(row!, col!, true);
  }
  if (!td) return undefined;
  // Its cells are recycled, and the focus with them: where the sheet has it, it belongs to the active cell.
  const focused = document.activeElement;
  if (focused !== td && focused instanceof HTMLTableCellElement && mover.contains(focused))
    td.focus({ preventScroll: true });
  return td;
}
