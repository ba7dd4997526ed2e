/** Counts down large over the window, before a recording begins. */
import { messages } from '../../../shared/messages.ts';
import { element } from '../../core/element.ts';

/** Resolves with whether it came to its end. Escape ends it earlier, and so does `isOver`, which is asked every
 *  second. */
export async function countDown(parent: Element, seconds: number, isOver: () => boolean): Promise<boolean> {
  if (seconds === 0) return !isOver();
  const number = element('b', { 'aria-hidden': true });
  const words = element('span', { class: 'unseen', role: 'status' });
  const root = element('div', { class: 'live-countdown' }, number, words);
  const ended = new AbortController();
  let wake = () => {};
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ended.abort();
    wake();
  };
  window.addEventListener('keydown', onKey, true);
  parent.append(root);
  try {
    for (let left = seconds; left > 0 && !ended.signal.aborted && !isOver(); left--) {
      number.textContent = String(left);
      words.textContent = messages.live.countdown(left);
      // oxlint-disable-next-line no-await-in-loop -- one second after the other
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return !ended.signal.aborted && !isOver();
  } finally {
    window.removeEventListener('keydown', onKey, true);
    root.remove();
  }
}
