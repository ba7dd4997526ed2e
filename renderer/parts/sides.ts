import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { element, FOCUS_SHEET, focusFirst, giveFocusBack, iconButton } from '../core/element.ts';
import type { SideName, Store } from '../core/store.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** The head of a panel on the right of the sheet: its name, and a button (or Escape) that closes it. If the panel had
 *  the keyboard, the sheet gets it then. */
export function createSide(
  store: Store,
  name: SideName,
  title: string,
): { root: HTMLElement; body: HTMLElement; end: () => void } {
  // Only the name: the heading also has buttons.
  const label = element('span', { id: `side-${name}` }, title);
  const heading = element('h2', {}, label);
  const body = element('div', { class: 'side-body', tabindex: -1 });
  const root = element(
    'section',
    { class: 'panel side', 'data-side': name, 'aria-labelledby': label.id, tabindex: -1 },
    heading,
    body,
  );
  const leave = () => store.set({ side: undefined });
  heading.append(iconButton('close', messages.views.close, leave));
  root.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    leave();
  });
  const show = () => {
    const hidden = store.get().side !== name;
    if (hidden === root.hidden) return;
    const focused = root.contains(document.activeElement);
    root.hidden = hidden;
    if (hidden && focused) document.querySelector('.sheet-host')?.dispatchEvent(new Event(FOCUS_SHEET));
  };
  root.hidden = true;
  show();
  return { root, body, end: store.on(['side'], show) };
}

/** Gives the keyboard to the panel on the right of the sheet, if one is open: to its first faulty field, else to its
 *  first control (not the close button). */
export function focusSide(): void {
  const side = document.querySelector<HTMLElement>('.panel.side:not([hidden]) .side-body');
  const wrong = side?.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (wrong?.checkVisibility()) wrong.focus();
  else if (side) focusFirst(side);
}

/** Long work of the engine: a line with its progress and a button that ends it. It is hidden while there is no work. If
 *  the control that began the work is disabled meanwhile, the button gets the keyboard. */
export function createWork(store: Store, client: Client, label: string) {
  const bar = element('progress', { max: 1, 'aria-label': label });
  const stop = element('button', { type: 'button', class: 'button outlined small' }, messages.views.stop);
  const problem = element('p', { class: 'problem', role: 'alert' });
  const line = element('div', { class: 'data-progress', hidden: true }, label, bar, stop);
  stop.addEventListener('click', () => {
    client.send('cancel', {}).catch((error: unknown) => (problem.textContent = sentenceOf(error)));
  });
  return {
    elements: [line, problem],
    /** Runs the work. Returns its result, or undefined if it failed or was ended; the sentence is then shown. */
    async run<T>(work: () => Promise<T>): Promise<T | undefined> {
      problem.textContent = '';
      bar.removeAttribute('value');
      line.hidden = false;
      const before = document.activeElement;
      if (before?.matches(':disabled')) stop.focus();
      try {
        return await work();
      } catch (error) {
        problem.textContent = sentenceOf(error);
        return undefined;
      } finally {
        const focused = stop === document.activeElement;
        line.hidden = true;
        // The caller enables its control only after this.
        if (focused) setTimeout(() => giveFocusBack(before));
      }
    },
    refuse: (sentence: string) => (problem.textContent = sentence),
    end: store.on(['progress'], ({ progress }) => {
      if (progress && !line.hidden) bar.value = progress.fraction;
    }),
  };
}

/** A section of a side view with a heading, and something beside the heading. */
export function section(title: string, beside: (Node | string)[], ...children: Node[]): HTMLElement {
  return element('section', {}, element('h3', {}, title, element('span', { class: 'beside' }, ...beside)), ...children);
}
