/** What an empty storyboard says: how a first scene is made. */
import { messages } from '../../shared/messages.ts';
import { readable } from '../core/accelerators.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element, smallButton } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { Board } from './board.ts';
import { templateChoices } from './from-template.ts';
import { CAPTURE_KEY } from './storyboard-commands.ts';

export function createEmptyBoard(
  parent: Element,
  { store, board, commands }: { store: Store; board: Board; commands: Commands },
): View {
  const text = messages.storyboardPanel.empty;
  const key = readable(CAPTURE_KEY, store.get().capabilities.platform);
  const templates = element(
    'div',
    { class: 'film-templates' },
    ...templateChoices().map(({ argument, label }) =>
      smallButton(label, () => commands.run('film.template', argument)),
    ),
  );
  const root = element(
    'section',
    { class: 'film-empty', 'aria-label': text.title },
    element('h2', {}, text.title),
    element('p', {}, text.capture(key)),
    element(
      'p',
      {},
      text.add,
      ' ',
      smallButton(messages.storyboardPanel.addScene, () => commands.run('film.add')),
    ),
    ...(templateChoices().length > 0 ? [element('p', {}, text.templates), templates] : []),
  );
  const show = () => {
    root.hidden = board.get().scenes.length > 0;
    parent.classList.toggle('empty', !root.hidden);
    for (const button of root.querySelectorAll('button')) button.disabled = !board.mayEdit();
  };
  parent.append(root);
  show();
  return destroyAll(root, [board.onChange(show)]);
}
