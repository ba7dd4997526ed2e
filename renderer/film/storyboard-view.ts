/** The storyboard over the sheet: the scenes, the film at the playhead, the settings of a scene, and the timeline. */
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element, FOCUS_SHEET, isFocusLost } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { openMenu } from '../parts/menu.ts';
import { createEmptyBoard } from './empty-board.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import { refusal } from '../core/notices.ts';
import { offerUnfinished } from './narration/unfinished.ts';
import { takeDroppedSounds } from './narration/dropped-sounds.ts';
import { createNarrationSheet } from './narration/narration-sheet.ts';
import { createExportSheet } from './export-sheet.ts';
import type { FilmParts } from './film-parts.ts';
import { createPreview } from './preview.ts';
import { createSceneList } from './scene-list.ts';
import { createSceneSettings } from './scene-settings.ts';
import { createTextView } from './text-view.ts';
import { createTimeline } from './timeline-view.ts';
import './film.css';
import './timeline.css';
import './scene-settings.css';

type Needs = { store: Store; client: Client; commands: Commands; dialogs: Dialogs; film: FilmParts };

/** `workspace`: the part of the window that it covers. */
export function createStoryboard(workspace: HTMLElement, { store, client, commands, dialogs, film }: Needs): View {
  const text = messages.storyboardPanel;
  const { board, player, options } = film;
  const { platform } = store.get().capabilities;
  const middle = element('div', { class: 'film-middle' });
  const right = element('div', { class: 'film-right' });
  const root = element('section', { class: 'film', 'aria-label': text.storyboard, hidden: true });
  const run = (id: string) => commands.run(id);
  const menu = (anchor: HTMLElement) => {
    const item = (id: string, name: string, accelerator = '') => ({
      kind: 'command' as const,
      id,
      label: name,
      accelerator,
      enabled: commands.enabled(id),
    });
    openMenu(
      [
        item('film.rename', text.rename, 'F2'),
        item('film.duplicate', text.duplicate, 'CmdOrCtrl+D'),
        item('film.add', text.addScene, 'Insert'),
        item('film.up', text.up, 'Alt+Up'),
        item('film.down', text.down, 'Alt+Down'),
        item('film.remove', text.remove, 'Delete'),
      ],
      anchor,
      { label: text.sceneMenu, platform, side: 'right', focus: 'first', run: ({ id }) => run(id) },
    );
  };
  const needs = { store, ...film };
  const list = createSceneList(root, { ...needs, run, menu });
  film.rename = () => list.rename();
  root.append(middle, right);
  const views: View[] = [
    list,
    createPreview(middle, needs),
    createTimeline(middle, { ...needs, dialogs, rate: () => options.get().rate }),
    createEmptyBoard(middle, { store, board, commands }),
    createSceneSettings(right, { ...needs, addMark: () => run('film.mark') }),
    createTextView(root, { ...needs, dialogs }),
    createExportSheet(right, { ...needs, client, dialogs }),
    createNarrationSheet(right, {
      ...needs,
      run,
      refuse: error => store.set({ notice: refusal(sentenceOf(error), store.get()) }),
    }),
  ];

  const leave = () => store.set({ filming: false });
  const show = () => {
    const open = store.get().filming === true;
    if (root.hidden !== open) return;
    const hadFocus = root.contains(document.activeElement);
    root.hidden = !open;
    workspace.closest('.window')?.classList.toggle('filming', open);
    // The sheet under it takes no keys.
    for (const other of workspace.children) if (other !== root) other.toggleAttribute('inert', open);
    if (open) focus();
    else {
      player.pause();
      if (hadFocus || isFocusLost()) document.querySelector('.sheet-host')?.dispatchEvent(new Event(FOCUS_SHEET));
    }
  };
  const focus = () => {
    const first = root.querySelector<HTMLElement>('.film-scene[tabindex="0"], .film-empty:not([hidden]) button');
    (first ?? root.querySelector<HTMLElement>('.film-foot button'))?.focus();
  };
  /** What had the keyboard may be gone, such as a button of the empty storyboard, or a sheet that was closed. */
  const keepFocus = () => {
    if (!root.hidden && isFocusLost()) focus();
  };
  root.addEventListener('keydown', event => {
    if (event.altKey) return;
    const target = event.target as Element;
    const types = target.matches('input[type="text"], textarea');
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      // In a field, it only leaves the field.
      if (target.closest('.film-export')) store.set({ filmSheet: undefined });
      else if (types || target.matches('select')) focus();
      else if (store.get().filmSheet !== undefined) store.set({ filmSheet: undefined });
      else leave();
      return;
    }
    if (types || target.matches('select')) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== 'd' || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      run('film.duplicate');
      return;
    }
    const by = event.shiftKey ? 1 : 1 / options.get().rate;
    const isButton = target.matches('button, [role="switch"]');
    const actions: Readonly<Record<string, (() => void) | undefined>> = {
      ' ': isButton ? undefined : () => player.toggle(),
      ArrowLeft: () => player.by(-by),
      ArrowRight: () => player.by(by),
      PageUp: () => player.scene(-1),
      PageDown: () => player.scene(1),
      m: () => run('film.mark'),
      n: () => run('film.narrate'),
      t: () => run('film.text'),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  workspace.append(root);
  show();
  return destroyAll(root, [
    store.on(['filming'], show),
    store.on(['filmSheet'], keepFocus),
    board.onChange(keepFocus),
    takeDroppedSounds(root, board, film.narrating),
    offerUnfinished(store, client, board, film.narrating),
    () => {
      for (const view of views) view.destroy();
    },
  ]);
}
