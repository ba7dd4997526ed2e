/** What the status bar says while the storyboard is shown. */
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { FilmParts } from './film-parts.ts';
import { placeOf } from './storyboard-edits.ts';

export function createFilmStatus(store: Store, { board }: FilmParts): View & { root: HTMLElement } {
  const text = messages.storyboardPanel;
  const root = element('span', { class: 'film-status', hidden: true });
  const show = () => {
    const storyboard = board.get();
    const { length } = storyboard.scenes;
    root.hidden = !store.get().filming || length === 0;
    if (root.hidden) return;
    const said = text.ofScenes(placeOf(storyboard, board.scene()?.id) + 1, length);
    if (root.textContent !== said) root.textContent = said;
  };
  show();
  const ends = [board.onChange(show), store.on(['filming'], show)];
  return {
    root,
    destroy() {
      for (const end of ends) end();
      root.remove();
    },
  };
}
