import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { element, FOCUS_SHEET, focusFirst, giveFocusBack, iconButton } from '../core/element.ts';
import type { SideName, Store } from '../core/store.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** What a view on the right of the sheet begins with: its name, and a button (or Escape) that closes it. One that
 *  closes under the keyboard gives it back to the sheet. */
export function createSide(
  store: Store,
  name: SideName,
  title: string,
): { root: HTMLElement; body: HTMLElement; end: () => void } {
  // The name alone: the heading holds buttons besides.
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

/** Gives the keyboard to the view on the right of the sheet, if there is one: to the first field that will not do, else
 *  to its first control, not to the button that closes it. */
export function focusSide(): void {
  const side = document.querySelector<HTMLElement>('.panel.side:not([hidden]) .side-body');
  const wrong = side?.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (wrong?.checkVisibility()) wrong.focus();
  else if (side) focusFirst(side);
}

/** Long work of the engine: a line with its progress and a button that ends it, hidden while there is none. That button
 *  has the keyboard meanwhile where what began the work is disabled. */
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
    /** Runs it; its result, or undefined where it failed or was ended: then the sentence stands there. */
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
        // The caller enables it only now.
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
