import { formatAddress } from '../../shared/address.ts';
import { messages } from '../../shared/messages.ts';
import { type CellPlace, samePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import './comments.css';
import { commentAt } from './comments.ts';

type Box = { x: number; y: number; width: number; height: number };

export type CommentCard = {
  /** The pointer is over a cell, or over none. Its comment is shown after a moment. */
  hover(cell: CellPlace | undefined): void;
  /** Shows a cell's comment until something else is selected. */
  show(cell: CellPlace): void;
  /** Opens a text field for a cell's comment. */
  edit(cell: CellPlace): void;
  /** Moves the card to its cell. */
  place(): void;
  destroy(): void;
};

/** How long the pointer rests on a cell before its comment appears, in milliseconds. */
const REST = 250;
/** In CSS pixels: the gap to the cell, and to the edges of the sheet. */
const GAP = { cell: 6, edge: 4 };

/** The card with the comment on a cell, beside that cell. `boxOf` gives the cell's rectangle on the sheet's element,
 *  and the size of that element. `save` takes what was typed. `left` is called when the keyboard is free again. */
export function createCommentCard(
  parent: HTMLElement,
  store: Store,
  boxOf: (cell: CellPlace) => { box: Box; width: number; height: number },
  { save, left }: { save: (cell: CellPlace, text: string) => void; left: () => void },
): CommentCard {
  const text = messages.looks.comment;
  const card = element('div', { class: 'comment-card', hidden: true });
  parent.append(card);
  /** What the card shows, and why: the pointer rests there, a command has shown it, or it is edited. */
  let shown: { cell: CellPlace; why: 'hover' | 'shown' | 'edited' } | undefined;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let finish: (() => void) | undefined;

  const close = () => {
    clearTimeout(resting);
    shown = undefined;
    card.hidden = true;
    card.replaceChildren();
  };
  const place = () => {
    if (!shown) return;
    const { box, width, height } = boxOf(shown.cell);
    const size = { width: card.offsetWidth, height: card.offsetHeight };
    const after = box.x + box.width + GAP.cell;
    const x = after + size.width <= width ? after : Math.max(GAP.edge, box.x - size.width - GAP.cell);
    const y = Math.max(GAP.edge, Math.min(box.y, height - size.height - GAP.edge));
    card.style.transform = `translate(${Math.min(x, width - size.width - GAP.edge)}px, ${y}px)`;
  };
  const read = (cell: CellPlace, why: 'hover' | 'shown') => {
    const comment = commentAt(store.get(), cell);
    if (comment === undefined) return close();
    shown = { cell, why };
    card.classList.remove('edited');
    card.setAttribute('role', 'note');
    card.setAttribute('aria-label', text.name(formatAddress(cell)));
    card.replaceChildren(element('p', {}, comment));
    card.hidden = false;
    place();
  };
  // Keys of the text field aren't keys of the sheet. As in other spreadsheets, Escape keeps what was typed.
  card.addEventListener('keydown', event => {
    event.stopPropagation();
    const ends = event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey));
    if (!ends || event.isComposing) return;
    event.preventDefault();
    finish?.();
    left();
  });
  card.addEventListener('focusout', event => {
    if (!(event.relatedTarget instanceof Node && card.contains(event.relatedTarget))) finish?.();
  });
  const end = store.on(['active', 'written', 'plane'], ({ active }) => {
    if (!shown || shown.why === 'edited') return;
    if (shown.why === 'shown' && samePlace(active, shown.cell)) read(shown.cell, 'shown');
    else close();
  });

  return {
    hover(cell) {
      if (shown && shown.why !== 'hover') return;
      if (cell && shown && samePlace(shown.cell, cell)) return;
      close();
      if (!cell || commentAt(store.get(), cell) === undefined) return;
      resting = setTimeout(() => read(cell, 'hover'), REST);
    },
    show: cell => read(cell, 'shown'),
    edit(cell) {
      finish?.();
      close();
      const before = commentAt(store.get(), cell) ?? '';
      const field = element('textarea', { class: 'field', rows: 4, placeholder: text.placeholder });
      field.setAttribute('aria-label', text.name(formatAddress(cell)));
      field.value = before;
      const done = element('button', { type: 'button', class: 'button outlined' }, text.done);
      const remove = element('button', { type: 'button', class: 'button quiet', hidden: before === '' }, text.delete);
      let ended = false;
      const finishWith = (typed: string, focus: boolean) => {
        if (ended) return;
        ended = true;
        finish = undefined;
        close();
        save(cell, typed);
        if (focus) left();
      };
      finish = () => finishWith(field.value, false);
      done.addEventListener('click', () => finishWith(field.value, true));
      remove.addEventListener('click', () => finishWith('', true));
      card.replaceChildren(
        element('b', {}, text.name(formatAddress(cell))),
        field,
        element('div', { class: 'comment-foot' }, element('span', {}, text.keys), remove, done),
      );
      card.classList.add('edited');
      card.setAttribute('role', 'group');
      card.setAttribute('aria-label', text.name(formatAddress(cell)));
      shown = { cell, why: 'edited' };
      card.hidden = false;
      place();
      field.focus();
      field.setSelectionRange(before.length, before.length);
    },
    place,
    destroy() {
      clearTimeout(resting);
      end();
      card.remove();
    },
  };
}
