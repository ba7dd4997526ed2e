import { spokenFormulas } from '../../shared/formula/language.ts';
import { typedFormula } from '../../shared/formula/tokens.ts';
import { messages } from '../../shared/messages.ts';
import type { CellPlace } from '../../shared/places.ts';
import { isFormula } from '../core/edit-session.ts';
import type { Store } from '../core/store.ts';
import { formulaText } from './formula-text.ts';
import { findNames } from './typed-references.ts';
import { listenToField, type Typing } from './typing.ts';

/** The rectangle of the edited cell on the parent, and how far to the right its editor may reach. */
export type Target = { x: number; y: number; width: number; height: number; right: number };

/** The text field over the edited cell. It shows the store's `editing` and sends intents. */
export type CellEditor = {
  /** Moves the field to its cell. */
  place(): void;
  focus(): void;
  destroy(): void;
};

/** The least and greatest width of the editor, the width of its borders and padding, and the width of a character of
 *  its fixed-width font. In CSS pixels. */
const EDITOR = { least: 72, greatest: 560, beside: 18, character: 7.85 };

/** `focusCells` gives the keyboard focus back to the cells. */
export function createCellEditor(
  parent: HTMLElement,
  store: Store,
  typing: Pick<Typing, 'send'>,
  target: (place: CellPlace) => Target,
  focusCells: () => void,
): CellEditor {
  const box = document.createElement('div');
  box.className = 'sheet-editor-box';
  box.hidden = true;
  /** A formula in colour. The text field over it is transparent. */
  const coloured = document.createElement('div');
  coloured.className = 'sheet-editor-text';
  coloured.setAttribute('aria-hidden', 'true');
  const area = document.createElement('textarea');
  area.className = 'sheet-editor';
  area.rows = 1;
  area.spellcheck = false;
  area.autocomplete = 'off';
  area.setAttribute('aria-label', messages.grid.editorName);
  box.append(coloured, area);
  parent.append(box);
  area.addEventListener('scroll', () => (coloured.scrollTop = area.scrollTop));
  listenToField(area, 'cell', typing.send);

  const place = () => {
    const { editing } = store.get();
    if (editing?.field !== 'cell') return;
    const { x, y, width: cellWidth, height, right } = target(editing.place);
    const longest = Math.max(...editing.text.split('\n').map(line => line.length));
    const wanted = Math.max(EDITOR.least, cellWidth + 3, longest * EDITOR.character + EDITOR.beside);
    const width = Math.min(EDITOR.greatest, wanted, right - 8);
    // If it would leave the sheet on the right, it moves to the left.
    const left = Math.min(x - 2, right - 6 - width);
    box.style.transform = `translate(${left}px, ${y - 2}px)`;
    box.style.width = `${width}px`;
    area.style.minHeight = `${Math.max(22, height + 3)}px`;
  };

  const show = () => {
    const { editing } = store.get();
    if (editing?.field !== 'cell') {
      if (box.hidden) return;
      if (document.activeElement === area) focusCells();
      box.hidden = true;
      area.value = '';
      coloured.replaceChildren();
      return;
    }
    box.hidden = false;
    // Text that was typed into the field is in it already. Writing it again would delete the field's own undo.
    const { start, end } = editing.caret;
    if (area.value !== editing.text) {
      area.value = editing.text;
      area.setSelectionRange(start, end);
    }
    if (editing.refused) area.setAttribute('aria-invalid', 'true');
    else area.removeAttribute('aria-invalid');
    const formula = isFormula(editing);
    box.classList.toggle('coloured', formula);
    if (formula)
      coloured.replaceChildren(
        ...formulaText(typedFormula(editing.text, spokenFormulas()), end, findNames(store.get())),
      );
    else if (coloured.hasChildNodes()) coloured.replaceChildren();
    place();
    coloured.scrollTop = area.scrollTop;
  };
  const stop = store.on(['editing'], show);

  return {
    place,
    focus: () => area.focus({ preventScroll: true }),
    destroy() {
      stop();
      box.remove();
    },
  };
}
