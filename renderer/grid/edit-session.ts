import type { CellAddress } from '../../shared/address.ts';
import { messages } from '../../shared/messages.ts';
import type { Editing, Store } from '../core/store.ts';
import type { KeyPress } from './keys.ts';

/** Where the edited cell is on the parent, and how far to the right its editor may reach. */
export type Target = { x: number; y: number; width: number; height: number; right: number };

export type SessionCallbacks = {
  /** What the editor starts with. */
  editText(cell: CellAddress): string;
  target(cell: CellAddress): Target;
  /** Scrolls the active cell into view, because typing begins there. */
  reveal(): void;
  /** Whether anything may be typed; says why where it may not. */
  mayEdit(): boolean;
  /** Enters a text into a cell; false where it was refused, which the user has been told. `again`: the same text was
   *  refused just now, and the user has pressed Enter once more, which answers a question with yes. */
  enter(cell: CellAddress, text: string, again: boolean): boolean;
  /** The same into every selected cell. */
  fill(text: string, again: boolean): boolean;
  /** Moves on as a key does after entering. */
  move(event: KeyPress): boolean;
  /** Gives the keyboard back to the cells. */
  focusCells(): void;
};

/** What is typed into a cell, from the first key to Enter or Escape. The store's `editing` says where, what and how;
 *  this is its text field over the cell, and the only one who begins and ends it. */
export type EditSession = {
  /** Opens the editor on the active cell. 'enter': arrows enter and move on; 'edit': they move the caret. */
  open(text: string, mode: Editing['mode']): void;
  /** Whether the cell's text field is open. */
  isOpen(): boolean;
  focus(): void;
  /** Enters what is typed in the cell or the formula bar and ends it; false where it is refused: it stays as it is.
   *  `byKey`: the user pressed Enter or Tab. */
  finish(byKey?: boolean): boolean;
  /** The same before the user goes elsewhere. Refused once already, the text is given up and the old value stays. */
  leave(): boolean;
  cancel(): void;
  /** Moves the text field to where its cell is now. */
  place(): void;
  destroy(): void;
};

/** Least and greatest width of the editor and what it has beside its text, in CSS pixels; one character of its
 *  fixed-width face. */
const EDITOR = { least: 72, greatest: 560, beside: 18, character: 7.85 };

export function createEditSession(parent: HTMLElement, store: Store, callbacks: SessionCallbacks): EditSession {
  const area = document.createElement('textarea');
  area.className = 'sheet-editor';
  area.rows = 1;
  area.hidden = true;
  area.spellcheck = false;
  area.autocomplete = 'off';
  area.setAttribute('aria-label', messages.grid.editorName);
  parent.append(area);

  /** What is typed in the cell; undefined while nothing is. */
  const typed = (): Editing | undefined => {
    const { editing } = store.get();
    return editing?.in === 'cell' ? editing : undefined;
  };
  const change = (patch: Partial<Editing>) => {
    const editing = typed();
    if (editing) store.set({ editing: { ...editing, ...patch } });
  };

  const finish = (byKey = false): boolean => {
    const { editing } = store.get();
    if (!editing) return true;
    const again = byKey && editing.refused === true;
    if (editing.text !== editing.before && !callbacks.enter(editing.cell, editing.text, again)) {
      if (store.get().editing) store.set({ editing: { ...editing, refused: true } });
      return false;
    }
    store.set({ editing: undefined });
    return true;
  };
  const cancel = () => store.set({ editing: undefined });

  /** Whether a key is the text field's own: undefined where it is, else what it does; 'enter': enter and move on. */
  const actionOf = (event: KeyboardEvent): 'enter' | (() => void) | undefined => {
    const { key } = event;
    const control = event.ctrlKey || event.metaKey;
    const mode = typed()?.mode;
    if (key === 'Escape') return cancel;
    if (key === 'Enter' && event.altKey) return () => document.execCommand('insertText', false, '\n');
    if (key === 'Enter' && control)
      return () => {
        const { text, refused } = typed()!;
        if (callbacks.fill(text, refused === true)) cancel();
        else change({ refused: true });
      };
    if (key === 'Enter' || (key === 'Tab' && !control && !event.altKey)) return 'enter';
    if (key === 'F2' && !event.shiftKey) return () => change({ mode: mode === 'enter' ? 'edit' : 'enter' });
    if (key === 'F2' || key === 'F4') return () => {};
    const vertical = key === 'PageUp' || key === 'PageDown';
    const moves = vertical || key.startsWith('Arrow');
    if (moves && mode === 'enter' && !event.shiftKey && !event.altKey) return 'enter';
    // The caret has been moved: from here on arrows move it further.
    if (moves || key === 'Home' || key === 'End') change({ mode: 'edit' });
    return undefined;
  };
  area.addEventListener('keydown', event => {
    // Handsontable listens to every key of the page.
    event.stopPropagation();
    // Enter that chooses a word of an input method is no Enter.
    if (event.isComposing || event.keyCode === 229) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    if (action !== 'enter') action();
    else if (finish(true)) callbacks.move(event);
  });
  area.addEventListener('input', () => change({ text: area.value, refused: false }));
  area.addEventListener('pointerdown', () => change({ mode: 'edit' }));
  area.addEventListener('blur', event => {
    // The formula bar takes over what is typed.
    if (event.relatedTarget instanceof Element && event.relatedTarget.closest('.formula')) return;
    // Going elsewhere in the window enters what was typed; a window that is left keeps it as it is.
    if (document.hasFocus() && typed() && !typed()!.refused) finish();
  });

  const place = () => {
    const editing = typed();
    if (!editing) return;
    const target = callbacks.target(editing.cell);
    const longest = Math.max(...editing.text.split('\n').map(line => line.length));
    const wanted = Math.max(EDITOR.least, target.width + 3, longest * EDITOR.character + EDITOR.beside);
    const width = Math.min(EDITOR.greatest, wanted, target.right - 8);
    // It moves to the left where it would leave the sheet.
    const left = Math.min(target.x - 2, target.right - 6 - width);
    area.style.transform = `translate(${left}px, ${target.y - 2}px)`;
    area.style.width = `${width}px`;
    area.style.minHeight = `${Math.max(22, target.height + 3)}px`;
  };

  const end = store.on(['editing'], () => {
    const editing = typed();
    if (!editing && !area.hidden) {
      const focused = document.activeElement === area;
      if (focused) callbacks.focusCells();
      area.hidden = true;
      area.value = '';
    }
    if (!editing) return;
    if (editing.refused) area.setAttribute('aria-invalid', 'true');
    else area.removeAttribute('aria-invalid');
    place();
  });

  return {
    open(text, mode) {
      if (typed()) return area.focus();
      if (!finish() || !callbacks.mayEdit()) return;
      const { active } = store.get();
      callbacks.reveal();
      area.value = text;
      area.hidden = false;
      area.focus({ preventScroll: true });
      area.setSelectionRange(text.length, text.length);
      store.set({ editing: { text, before: callbacks.editText(active), in: 'cell', cell: active, mode } });
    },
    isOpen: () => typed() !== undefined,
    focus: () => area.focus({ preventScroll: true }),
    finish,
    leave() {
      if (!store.get().editing?.refused) return finish();
      cancel();
      return true;
    },
    cancel,
    place,
    destroy() {
      end();
      area.remove();
    },
  };
}
