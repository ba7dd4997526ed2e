/** The commands of the storyboard: to go there, to capture what is on the screen, and what can be done with scenes. */
import { type FilmLook, filmLooks } from '../../shared/film/storyboard.ts';
import { lengthOf } from '../../shared/film/timeline.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Client } from '../core/client.ts';
import type { Command, Telling } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { captured, showsLess } from './capture.ts';
import { fromTemplate, isTemplate, templateChoices } from './from-template.ts';
import { createNarrationCommands } from './narration/narration-commands.ts';
import type { FilmParts } from './film-parts.ts';
import {
  addMark,
  changeScene,
  copyOf,
  insertAfter,
  moveScene,
  placeOf,
  plainScene,
  removeScene,
  withMark,
} from './storyboard-edits.ts';
import { FILM_LIMITS, type FilmScene } from '../../shared/film/storyboard.ts';

export const CAPTURE_KEY = 'F7';
export const STORYBOARD_KEY = 'Shift+F7';

type Needs = { store: Store; client: Client; dialogs: Dialogs; film: FilmParts; grid: () => GridApi } & Pick<
  Telling,
  'refuse' | 'quietly'
>;

export function createStoryboardCommands({ store, client, dialogs, film, grid, refuse, quietly }: Needs): Command[] {
  const text = () => messages.storyboardPanel;
  const label = sentences.storyboardPanel.labels;
  const mayEdit = () => store.get().role !== 'viewer';
  const isOpen = () => store.get().filming === true;
  const hasScene = () => isOpen() && mayEdit() && film.board.get().scenes.length > 0;
  const open = () => {
    if (!grid().leaveEditing()) return;
    store.set({ filming: true, notice: undefined });
  };
  /** Adds a scene after the chosen one, and chooses it. */
  const insert = (scene: FilmScene, what: typeof label.add): boolean => {
    const { board, player } = film;
    if (board.get().scenes.length >= FILM_LIMITS.scenes) {
      refuse(text().problems.tooMany(FILM_LIMITS.scenes));
      return false;
    }
    const after = board.scene()?.id;
    board.edit(what, now => insertAfter(now, after, [scene]));
    player.show(scene.id);
    return true;
  };
  const capture = () => {
    if (!grid().leaveEditing()) return;
    const scene = captured(store.get(), grid().visibleRange());
    const isLess = showsLess(store.get(), scene);
    if (!insert(scene, label.capture)) return;
    const { board } = film;
    const number = placeOf(board.get(), scene.id) + 1;
    const { workbookId } = store.get();
    store.set({
      notice: {
        tone: isLess ? 'warning' : 'info',
        sentence: [text().captured(number, scene.title), ...(isLess ? [text().valuesOnly] : [])].join(' '),
        holds: now => now.workbookId === workbookId && !now.filming && placeOf(board.get(), scene.id) >= 0,
        actions: [{ label: text().goThere, run: open }],
      },
    });
  };
  /** Another storyboard, in the place of the one that is there; undo brings that back. */
  const take = async (name: string) => {
    if (!isTemplate(name)) return;
    open();
    const { workbookId } = store.get();
    const made = await fromTemplate(store, client, name);
    if (store.get().workbookId !== workbookId) return;
    film.board.edit(label.template, () => made);
    film.player.show(made.scenes[0].id);
  };
  const chosen = (work: (scene: FilmScene) => void) => {
    const scene = film.board.scene();
    if (scene) work(scene);
  };
  const move = (by: 1 | -1) =>
    chosen(({ id }) => film.board.edit(label.move, now => moveScene(now, id, placeOf(now, id) + by)));
  return [
    {
      id: 'film.show',
      label: () => text().storyboard,
      key: STORYBOARD_KEY,
      checked: isOpen,
      run: () => (isOpen() ? store.set({ filming: false }) : open()),
    },
    {
      id: 'film.capture',
      label: () => text().capture,
      key: CAPTURE_KEY,
      enabled: () => mayEdit() && !isOpen(),
      run: capture,
    },
    {
      id: 'film.add',
      label: () => text().addScene,
      enabled: mayEdit,
      run() {
        open();
        const number = film.board.get().scenes.length + 1;
        insert(plainScene(text().newTitle(number)), label.add);
      },
    },
    {
      id: 'film.duplicate',
      label: () => text().duplicate,
      enabled: hasScene,
      run: () =>
        chosen(({ id }) => {
          const copy = copyOf(film.board.get(), id);
          if (copy) insert(copy, label.duplicate);
        }),
    },
    { id: 'film.rename', label: () => text().rename, enabled: hasScene, run: () => film.rename() },
    {
      id: 'film.remove',
      label: () => text().remove,
      enabled: hasScene,
      run: () => chosen(({ id }) => film.board.edit(label.remove, now => removeScene(now, id))),
    },
    { id: 'film.up', label: () => text().up, enabled: hasScene, run: () => move(-1) },
    { id: 'film.down', label: () => text().down, enabled: hasScene, run: () => move(1) },
    {
      id: 'film.mark',
      label: () => text().addMark,
      enabled: hasScene,
      run: () =>
        chosen(scene => {
          const { board, player, narrating } = film;
          if (narrating.mark(text().markNumber)) return;
          const at = Math.min(player.seconds(), lengthOf(board.get(), scene));
          const mark = addMark(scene, at, text().markNumber);
          if (mark) board.edit(label.addMark, now => changeScene(now, scene.id, withMark(scene, mark)));
          else refuse(text().problems.tooManyMarks(FILM_LIMITS.marks));
        }),
    },
    {
      id: 'film.template',
      label: () => text().template,
      enabled: mayEdit,
      choices: templateChoices,
      run: name => quietly(take(name)),
    },
    {
      id: 'film.look',
      label: () => text().look,
      enabled: mayEdit,
      choices: () => filmLooks.map(argument => ({ argument, label: text().looks[argument] })),
      checked: look => film.board.get().look === look,
      run: look => film.board.edit(label.look, now => ({ ...now, look: look as FilmLook })),
    },
    {
      id: 'film.shape',
      label: () => text().shape,
      choices: () => (['wide', 'high'] as const).map(argument => ({ argument, label: text().shapes[argument] })),
      checked: shape => (film.options.get().size === 'portrait') === (shape === 'high'),
      run: shape => film.options.set({ size: shape === 'high' ? 'portrait' : '1080p' }),
    },
    {
      id: 'film.text',
      label: () => text().asText.menu,
      enabled: mayEdit,
      run() {
        if (!isOpen()) open();
        store.set({ filmSheet: 'text' });
      },
    },
    ...createNarrationCommands({ store, dialogs, board: film.board, narrating: film.narrating, open, refuse }),
    {
      id: 'film.export',
      label: () => text().exportFilm,
      run() {
        if (!isOpen()) open();
        store.set({ filmSheet: store.get().filmSheet === 'export' ? undefined : 'export' });
      },
      checked: () => isOpen() && store.get().filmSheet === 'export',
    },
  ];
}
