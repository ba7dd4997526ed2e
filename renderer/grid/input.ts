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
  clear(): void;
  copy(clipboard: DataTransfer): boolean;
  paste(text: string): void;
  /** Scrolls the active cell into view, because typing begins there. */
  reveal(): void;
  /** Rows in view, for PageUp and PageDown. */
  pageRows(): number;
  geometry(): Geometry;
};

/** Handsontable as the sheet's invisible input layer: a live table of the whole sheet, of which a few cells are rendered, moved so that its active
 *  cell lies over the one on the canvas. It holds the keyboard focus, the selection, the editor, and is what screen readers read. */
export type Input = {
  /** Moves the active cell over this rectangle of the parent. */
  place(rect: { x: number; y: number; width: number; height: number; right: number; bottom: number }): void;
  /** Takes the selection over from the store. */
  select(active: CellAddress, selection: CellRange): void;
  /** Values have changed: the cells' texts are written anew. */
  refresh(): void;
  /** Another sheet, or other hidden columns. */
  rebuild(): void;
  focus(): void;
  startEditing(text?: string): void;
  destroy(): void;
};

export function createInput(parent: HTMLElement, store: Store, callbacks: InputCallbacks): Input {
  const mover = document.createElement('div');
  mover.className = 'sheet-input';
  parent.append(mover);
  let table = build();
  /** Top left corner of the active TD inside the mover; undefined when it has to be looked up again. */
  let offset: { x: number; y: number } | undefined;
  let target = { x: 0, y: 0, width: 0, height: 0, right: 0, bottom: 0 };
  /** Whether a change of the selection comes from Handsontable itself. */
  let selecting = false;

  const move = () => {
    offset ??= activeOffset(table, mover);
    if (offset) mover.style.transform = `translate(${target.x - offset.x}px, ${target.y - offset.y}px)`;
    const { style } = mover;
    style.setProperty('--cell-width', `${target.width}px`);
    style.setProperty('--cell-height', `${target.height}px`);
    style.setProperty('--editor-room', `${Math.max(120, target.right - target.x)}px`);
  };

  function build(): Handsontable {
    const geometry = callbacks.geometry();
    const root = document.createElement('div');
    mover.replaceChildren(root);
    const row = new Array<string>(geometry.columns).fill('');
    const hot: Handsontable = new Handsontable(root, {
      licenseKey: LICENCE,
      injectCoreCss: false,
      theme: 'ht-theme-classic',
      data: new Array<string[]>(geometry.rows).fill(row),
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
      editor: createEditor(store, callbacks) as unknown as new (...args: unknown[]) => unknown,
      renderer: (_table, td, rowIndex, column) => {
        td.textContent = callbacks.cellText({ row: rowIndex, column });
      },
      modifySourceData: (rowIndex, column, holder, direction) => {
        if (direction === 'get') holder.value = callbacks.editText({ row: rowIndex, column: Number(column) });
      },
      beforeChange: changes => {
        for (const change of changes) {
          if (change) callbacks.enter({ row: change[0], column: Number(change[1]) }, String(change[3] ?? ''));
        }
        return false;
      },
      afterSelection: () => {
        offset = undefined;
        const range = hot.getSelectedRangeActive();
        if (!range || selecting) return;
        selecting = true;
        const { highlight, from, to } = range;
        store.set({
          active: { row: highlight.row!, column: highlight.col! },
          selection: rangeBetween({ row: from.row!, column: from.col! }, { row: to.row!, column: to.col! }),
        });
        selecting = false;
      },
      afterSelectionEnd: () => {
        offset = undefined;
        move();
      },
      afterRender: () => (offset = undefined),
    });
    const wrapper = hot.rootElement;
    wrapper.setAttribute('role', 'grid');
    wrapper.setAttribute('aria-label', messages.grid.name);
    wrapper.setAttribute('aria-rowcount', String(geometry.rows));
    const folded = hot.columnIndexMapper.createAndRegisterIndexMap('folded', 'hiding', false);
    folded.setValues(Array.from({ length: geometry.columns }, (_, column) => geometry.isHidden(column)));
    addShortcuts(hot, store, callbacks);
    return hot;
  }

  const onClipboard = (event: ClipboardEvent) => {
    if (table.getActiveEditor()?.isOpened() || !event.clipboardData) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'paste') callbacks.paste(event.clipboardData.getData('text/plain'));
    else if (callbacks.copy(event.clipboardData) && event.type === 'cut') callbacks.clear();
  };
  for (const type of ['copy', 'cut', 'paste'] as const) mover.addEventListener(type, onClipboard, { capture: true });

  return {
    place(rect) {
      target = rect;
      move();
    },
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
      table.selectCell(active.row, active.column, head.row, head.column, true, false);
      selecting = false;
      offset = undefined;
    },
    refresh() {
      table.render();
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
      table.getFocusManager().focusOnHighlightedCell();
    },
    startEditing(text) {
      this.focus();
      callbacks.reveal();
      move();
      table.getActiveEditor()?.beginEditing(text);
    },
    destroy() {
      table.destroy();
      mover.remove();
    },
  };
}

function activeOffset(table: Handsontable, mover: HTMLElement): { x: number; y: number } | undefined {
  const range = table.getSelectedRangeActive();
  const td = range && table.getCell(range.highlight.row!, range.highlight.col!, true);
  if (!td) return undefined;
  const cell = td.getBoundingClientRect();
  const origin = mover.getBoundingClientRect();
  return { x: cell.left - origin.left, y: cell.top - origin.top };
}

/** The text editor, telling the store what is being typed. */
function createEditor(store: Store, callbacks: InputCallbacks) {
  return class CellEditor extends TextEditor {
    override open(): void {
      callbacks.reveal();
      super.open();
      const area = this.TEXTAREA as HTMLTextAreaElement;
      area.setAttribute('aria-label', messages.grid.editorName);
      area.spellcheck = false;
      area.oninput = () => store.set({ editing: { text: area.value, in: 'cell' } });
      store.set({ editing: { text: area.value, in: 'cell' } });
    }
    override close(): void {
      const open = this.isOpened();
      super.close();
      if (open && store.get().editing?.in === 'cell') store.set({ editing: undefined });
    }
  };
}

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
  replace([['End', 'Control/Meta']], extend => moveTo(() => ({ row: layout.rows - 1, column: layout.columns - 1 }), extend), true);
  replace([['Home', 'Control/Meta']], extend => moveTo(() => ({ row: 0, column: 0 }), extend), true);
  replace(
    [['A', 'Control/Meta']],
    () => store.set({ selection: { row: 0, column: 0, height: layout.rows, width: layout.columns } }),
    false,
  );
  replace([['Delete'], ['Backspace']], () => callbacks.clear(), false);
}
