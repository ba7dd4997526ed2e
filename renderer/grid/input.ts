import Handsontable from 'handsontable/base';
import { TextEditor } from 'handsontable/editors';
import 'handsontable/styles/handsontable.min.css';
import 'handsontable/styles/ht-theme-classic-no-icons.min.css';
import { type CellAddress, type CellRange, rangeBetween } from '../../shared/address.ts';
import { messages } from '../../shared/messages.ts';
import type { Store } from '../store.ts';
import type { Geometry } from './geometry.ts';
import { type Direction, headOf, jump } from './navigation.ts';

/** Size of a cell of the input layer: it is never seen, only its editor is. */
const CELL = { width: 60, height: 24 };
/** How many cells it renders in each direction around the active one. */
const VIEWPORT = 3;
const LICENCE = 'non-commercial-and-evaluation';

export type InputCallbacks = {
  /** What a screen reader reads in a cell. */
  cellText(cell: CellAddress): string;
  /** What the editor starts with. */
  editText(cell: CellAddress): string;
  /** A text was entered into these cells. */
  enter(cell: CellAddress, text: string): void;
  /** A text was entered into every selected cell. */
  fill(text: string): void;
  clear(): void;
  copy(clipboard: DataTransfer, again: 'copy' | 'cut'): boolean;
  paste(text: string): void;
  /** Scrolls the active cell into view, because typing begins there. */
  reveal(): void;
  /** Opens the menu of the selected cells: the menu key, or Shift+F10. */
  openMenu(): void;
  /** Rows in view, for PageUp and PageDown. */
  pageRows(): number;
  geometry(): Geometry;
  /** Where the active cell is now. */
  target(): Target;
};

/** Where the active cell is on the parent, and how far to the right its editor may reach. */
type Target = { x: number; y: number; width: number; height: number; right: number };

/** Handsontable as the sheet's invisible input layer: a live table of the whole sheet, of which a few cells are rendered, moved so that its active
 *  cell lies over the one on the canvas. It holds the keyboard focus, the selection, the editor, and is what screen readers read. */
export type Input = {
  /** Moves the active cell over the one on the canvas. */
  place(): void;
  /** Takes the selection over from the store. */
  select(active: CellAddress, selection: CellRange): void;
  /** Values have changed: the cells' texts are written anew. */
  refresh(): void;
  /** Another sheet, or other hidden columns. */
  rebuild(): void;
  focus(): void;
  startEditing(text?: string): void;
  /** Closes the cell editor without its text. */
  stopEditing(): void;
  destroy(): void;
};

export function createInput(parent: HTMLElement, store: Store, callbacks: InputCallbacks): Input {
  const mover = document.createElement('div');
  mover.className = 'sheet-input';
  parent.append(mover);
  /** Top left corner of the active TD inside the mover; undefined when it has to be looked up again. */
  let offset: { x: number; y: number } | undefined;
  let looking = 0;
  /** What is being typed, while the editor is open. */
  let editorText: string | undefined;
  /** Whether a change of the selection comes from Handsontable itself. */
  let selecting = false;
  let table = build();

  function move(): void {
    if (!offset) {
      const td = activeCell(table, mover);
      if (td) {
        const cell = td.getBoundingClientRect();
        const origin = mover.getBoundingClientRect();
        offset = { x: cell.left - origin.left, y: cell.top - origin.top };
        writeCell(td, store.get().active);
      }
    }
    const target = callbacks.target();
    if (offset) mover.style.transform = `translate(${target.x - offset.x}px, ${target.y - offset.y}px)`;
    if (offset && editorText !== undefined) placeEditor(mover, offset, target, editorText);
  }

  function edited(text: string | undefined, before = ''): void {
    editorText = text;
    if (text !== undefined) store.set({ editing: { text, before, in: 'cell' } });
    else if (store.get().editing?.in === 'cell') store.set({ editing: undefined });
    move();
  }

  function writeCell(td: HTMLTableCellElement, cell: CellAddress): void {
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
      imeFastEdit: false,
      outsideClickDeselects: false,
      enterBeginsEditing: false,
      selectionMode: 'range',
      autoWrapRow: false,
      autoWrapCol: false,
      editor: createEditor(callbacks, edited) as unknown as new (...args: unknown[]) => unknown,
      renderer: (_table, td, rowIndex, column) => writeCell(td, { row: rowIndex, column }),
      modifySourceData: (rowIndex, column, holder, direction) => {
        if (direction === 'get') holder.value = callbacks.editText({ row: rowIndex, column });
      },
      // What is typed goes its own way, by the editor; nothing is ever stored here.
      beforeChange: () => false,
      beforeKeyDown: event => {
        // Ctrl and a letter is a command of the menu; Handsontable would take some of them for typing.
        const key = event.key.toLowerCase();
        const command = (event.ctrlKey || event.metaKey) && !event.altKey && key.length === 1 && key !== 'a';
        if (!command || hot.getActiveEditor()?.isOpened()) return undefined;
        // The browser's own undo would bring text back into the closed editor.
        if (key === 'z' || key === 'y') event.preventDefault();
        return false;
      },
      afterSelection: selectionChanged,
      // Enter and Tab walk through a larger selection.
      afterSelectionFocusSet: selectionChanged,
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
    addShortcuts(hot, store, callbacks);
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

  function selectionChanged(): void {
    offset = undefined;
    const range = table.getSelectedRangeActive();
    if (!range || selecting) return;
    const { highlight, from, to } = range;
    selecting = true;
    store.set({
      active: { row: highlight.row!, column: highlight.col! },
      selection: rangeBetween({ row: from.row!, column: from.col! }, { row: to.row!, column: to.col! }),
    });
    selecting = false;
  }

  const onClipboard = (event: ClipboardEvent) => {
    if (table.getActiveEditor()?.isOpened() || !event.clipboardData) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'paste') callbacks.paste(event.clipboardData.getData('text/plain'));
    else if (callbacks.copy(event.clipboardData, event.type === 'cut' ? 'cut' : 'copy') && event.type === 'cut')
      callbacks.clear();
  };
  for (const type of ['copy', 'cut', 'paste'] as const) mover.addEventListener(type, onClipboard, { capture: true });

  mover.addEventListener('contextmenu', event => {
    if (table.getActiveEditor()?.isOpened()) return;
    event.preventDefault();
    callbacks.openMenu();
  });

  return {
    place: move,
    select(active, selection) {
      if (selecting) return;
      const range = table.getSelectedRangeActive();
      const head = headOf(active, selection);
      const same =
        range &&
        range.highlight.row === active.row &&
        range.highlight.col === active.column &&
        range.to.row === head.row &&
        range.to.col === head.column;
      if (same) return;
      selecting = true;
      // A cell it doesn't have must not leave the one before to be typed into.
      if (!table.selectCell(active.row, active.column, head.row, head.column, true, false)) table.deselectCell();
      selecting = false;
      offset = undefined;
      move();
    },
    refresh() {
      // Handsontable's own render would close an open editor.
      for (const td of table.rootElement.querySelectorAll<HTMLTableCellElement>('.ht_master td')) {
        const at = table.getCoords(td);
        if (at?.row != null && at.col != null) writeCell(td, { row: at.row, column: at.col });
      }
    },
    rebuild() {
      const focused = mover.contains(document.activeElement);
      table.destroy();
      table = build();
      offset = undefined;
      const { active, selection } = store.get();
      this.select(active, selection);
      if (focused) this.focus();
    },
    focus() {
      table.listen();
      // A click outside its own cells has taken the editor from Handsontable.
      if (!table.getActiveEditor()?.isOpened()) table.destroyEditor(false, true);
      table.getFocusManager().focusOnHighlightedCell();
    },
    startEditing(text) {
      this.focus();
      callbacks.reveal();
      move();
      const editor = table.getActiveEditor();
      editor?.enableFullEditMode();
      editor?.beginEditing(text ?? callbacks.editText(store.get().active));
    },
    stopEditing() {
      const editor = table.getActiveEditor();
      if (editor?.isOpened()) editor.finishEditing(true);
    },
    destroy() {
      cancelAnimationFrame(looking);
      table.destroy();
      mover.remove();
    },
  };
}

/** Handsontable calls its wrapper a treegrid, with the editor and a focusable box inside, where a grid may only have rows. The table itself
 *  becomes the grid. */
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
  if (!td && !table.getActiveEditor()?.isOpened()) {
    // A selection grew away from its active cell, but it is the active cell that has the focus.
    table.scrollViewportTo({ row: row!, col: col! });
    table.render();
    table.destroyEditor(false, true);
    td = table.getCell(row!, col!, true);
  }
  if (!td) return undefined;
  // Its cells are recycled, and the focus with them: where the sheet has it, it belongs to the active cell.
  const focused = document.activeElement;
  if (focused !== td && focused instanceof HTMLTableCellElement && mover.contains(focused))
    td.focus({ preventScroll: true });
  return td;
}

/** The text editor of a cell. `edited` hears what is being typed and what stood there before, and undefined when the editor closes. */
function createEditor(callbacks: InputCallbacks, edited: (text: string | undefined, before?: string) => void) {
  return class CellEditor extends TextEditor {
    #before = '';
    readonly #typed = () => edited((this.TEXTAREA as HTMLTextAreaElement).value, this.#before);

    override createElements(): void {
      super.createElements();
      const area = this.TEXTAREA as HTMLTextAreaElement;
      area.setAttribute('aria-label', messages.grid.editorName);
      area.spellcheck = false;
    }
    override open(): void {
      callbacks.reveal();
      super.open();
      const area = this.TEXTAREA as HTMLTextAreaElement;
      area.addEventListener('input', this.#typed);
      area.parentElement!.classList.add('open');
      this.#before = callbacks.editText({ row: this.row!, column: this.col! });
      edited(area.value, this.#before);
    }
    /** Straight to the sheet: Handsontable would draw its cells anew before anything else happens. */
    override saveValue([[text]]: unknown[][]): void {
      // A cell that was opened before its value had come, and left as it was, is not to be emptied.
      if (textOf(text) !== this.#before) callbacks.enter({ row: this.row!, column: this.col! }, textOf(text));
    }
    override close(): void {
      const area = this.TEXTAREA as HTMLTextAreaElement;
      area.removeEventListener('input', this.#typed);
      area.parentElement!.classList.remove('open');
      super.close();
      edited(undefined);
      // Escape would leave the focus in the hidden editor, where a screen reader finds nothing.
      queueMicrotask(() => {
        if (document.activeElement === area && !this.isOpened()) this.hot.getFocusManager().focusOnHighlightedCell();
      });
    }
  };
}

/** Least and greatest width of the editor and what it has beside its text, in CSS pixels; one character of its fixed-width face. */
const EDITOR = { least: 72, greatest: 560, beside: 18, character: 7.85 };

/** The editor lies over its cell, as wide as its text, and moves to the left where it would leave the sheet. */
function placeEditor(mover: HTMLElement, offset: { x: number; y: number }, target: Target, text: string): void {
  const longest = Math.max(...text.split('\n').map(line => line.length));
  const wanted = Math.max(EDITOR.least, target.width + 3, longest * EDITOR.character + EDITOR.beside);
  const width = Math.min(EDITOR.greatest, wanted, target.right - 8);
  const left = Math.min(target.x - 2, target.right - 6 - width);
  const { style } = mover;
  style.setProperty('--editor-left', `${offset.x + left - target.x}px`);
  style.setProperty('--editor-top', `${offset.y - 2}px`);
  style.setProperty('--editor-width', `${width}px`);
  style.setProperty('--editor-height', `${Math.max(22, target.height + 3)}px`);
}

/** What Handsontable hands over as a cell's new value. */
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

const ARROWS: readonly [key: string, direction: Direction][] = [
  ['ArrowUp', 'up'],
  ['ArrowDown', 'down'],
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
];

/** Keys that mean something else here than in Handsontable: Ctrl and arrows stop at filled blocks, pages are those of the canvas, and nothing
 *  touches every cell of a large sheet. */
function addShortcuts(table: Handsontable, store: Store, callbacks: InputCallbacks): void {
  const context = table.getShortcutManager().getContext('grid')!;
  const group = 'convsheet';
  const replace = (keys: string[][], run: (extend: boolean) => void, extendable: boolean) => {
    for (const combination of keys) {
      context.removeShortcutsByKeys(combination);
      context.addShortcut({ keys: [combination], group, captureCtrl: true, callback: () => run(false) });
      if (!extendable) continue;
      context.removeShortcutsByKeys([...combination, 'Shift']);
      context.addShortcut({ keys: [[...combination, 'Shift']], group, captureCtrl: true, callback: () => run(true) });
    }
  };
  const moveTo = (target: (from: CellAddress) => CellAddress, extend: boolean) => {
    const { active, selection } = store.get();
    const to = target(extend ? headOf(active, selection) : active);
    if (extend) store.set({ selection: rangeBetween(active, to) });
    else store.set({ active: to, selection: { ...to, height: 1, width: 1 } });
  };
  for (const [key, direction] of ARROWS)
    replace(
      [[key, 'Control/Meta']],
      extend => moveTo(from => jump(store.get().sheet.layout, callbacks.geometry(), from, direction), extend),
      true,
    );
  const page = (direction: 1 | -1) => (extend: boolean) =>
    moveTo(({ row, column }) => {
      const last = callbacks.geometry().rows - 1;
      return { row: Math.max(0, Math.min(last, row + direction * callbacks.pageRows())), column };
    }, extend);
  replace([['PageDown']], page(1), true);
  replace([['PageUp']], page(-1), true);
  const { layout } = store.get().sheet;
  replace(
    [['End', 'Control/Meta']],
    extend => moveTo(() => ({ row: layout.rows - 1, column: layout.columns - 1 }), extend),
    true,
  );
  replace([['Home', 'Control/Meta']], extend => moveTo(() => ({ row: 0, column: 0 }), extend), true);
  replace(
    [['A', 'Control/Meta']],
    () => store.set({ selection: { row: 0, column: 0, height: layout.rows, width: layout.columns } }),
    false,
  );
  replace([['Delete'], ['Backspace']], () => callbacks.clear(), false);
  const refill = () => {
    const text = callbacks.editText(store.get().active);
    if (text !== '') callbacks.fill(text);
  };
  replace([['Enter', 'Control/Meta']], refill, false);
  const editing = table.getShortcutManager().getContext('editor')!;
  editing.removeShortcutsByKeys(['Enter', 'Control/Meta']);
  editing.addShortcut({
    keys: [['Enter', 'Control/Meta']],
    group,
    captureCtrl: true,
    callback: () => {
      const editor = table.getActiveEditor();
      const text = textOf(editor?.getValue());
      editor?.finishEditing(true);
      callbacks.fill(text);
    },
  });
}
