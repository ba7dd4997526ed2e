/** The tools of the storyboard in the tool bar, and the switch between it and the sheet. */
import { messages } from '../../shared/messages.ts';
import { readable } from '../core/accelerators.ts';
import type { Commands } from '../core/commands.ts';
import { element, icon, type IconName } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import { filmLooks } from '../../shared/film/storyboard.ts';
import { menuButton } from '../parts/menu.ts';
import type { FilmParts } from './film-parts.ts';
import { STORYBOARD_KEY } from './storyboard-commands.ts';

export type FilmTools = { toggle: HTMLElement; tools: HTMLElement; end: () => void };

export function createFilmTools(store: Store, commands: Commands, { board, options }: FilmParts): FilmTools {
  const text = messages.storyboardPanel;
  const { platform } = store.get().capabilities;
  const keys = ` (${readable(STORYBOARD_KEY, platform)})`;
  const sides = ([false, true] as const).map(filming => {
    const name = filming ? text.storyboard : text.sheet;
    const button = element(
      'button',
      { type: 'button', title: name + keys, 'aria-label': name },
      icon(filming ? 'film' : 'sheet'),
      element('span', { class: 'label' }, name),
    );
    button.addEventListener('click', () => {
      if ((store.get().filming === true) !== filming) commands.run('film.show');
    });
    return { filming, button };
  });
  const toggle = element(
    'span',
    { class: 'segmented film-switcher', role: 'group', 'aria-label': text.workspace },
    ...sides.map(({ button }) => button),
  );
  const tool = (name: IconName, label: string, id: string) => {
    const button = element(
      'button',
      { type: 'button', class: 'button outlined', title: label, 'aria-label': label },
      icon(name),
      element('span', { class: 'label' }, label),
    );
    button.addEventListener('click', () => commands.run(id));
    return { id, button };
  };
  const add = tool('plus', text.addScene, 'film.add');
  const shapeName = element('span', { class: 'label' });
  const shape = element('button', { type: 'button', class: 'button outlined' }, icon('film'), shapeName, icon('down'));
  menuButton(
    shape,
    () => [
      ...(['wide', 'high'] as const).map(argument => ({
        kind: 'command' as const,
        id: 'film.shape',
        argument,
        label: text.shapes[argument],
        enabled: true,
        checked: (options.get().size === 'portrait') === (argument === 'high'),
        radio: true,
      })),
      { kind: 'separator' as const },
      ...filmLooks.map(argument => ({
        kind: 'command' as const,
        id: 'film.look',
        argument,
        label: text.looks[argument],
        enabled: board.mayEdit(),
        checked: board.get().look === argument,
        radio: true,
      })),
    ],
    { label: text.look, platform, run: ({ id, argument }) => commands.run(id, argument) },
  );
  const save = tool('save', text.export.title, 'film.export');
  const others = [tool('mic', text.narrate, 'film.narrate'), tool('play', text.present, 'present.start')];
  const [narrate, present] = others;
  const tools = element(
    'div',
    { class: 'toolbar-part', hidden: true },
    add.button,
    narrate.button,
    shape,
    element('span', { class: 'spacer' }),
    present.button,
    save.button,
  );
  const show = () => {
    const { filming = false, filmSheet } = store.get();
    for (const side of sides) side.button.setAttribute('aria-pressed', String(side.filming === filming));
    tools.hidden = !filming;
    const { size } = options.get();
    const said = `${text.shapes[size === 'portrait' ? 'high' : 'wide']} · ${text.looks[board.get().look]}`;
    shapeName.textContent = said;
    shape.setAttribute('aria-label', `${text.look}: ${said}`);
    for (const { id, button } of others) button.hidden = !commands.has(id);
    add.button.disabled = !board.mayEdit();
    save.button.setAttribute('aria-pressed', String(filmSheet === 'export'));
  };
  show();
  const ends = [store.on(['filming', 'filmSheet', 'role'], show), board.onChange(show), options.onChange(show)];
  return {
    toggle,
    tools,
    end() {
      for (const end of ends) end();
    },
  };
}
