/** The scenes in their order, each with a picture, its number, title and length; between two, how one follows the
 *  other. They are dragged, or moved by Alt and the arrows. */
import { FILM_LIMITS, type FilmScene } from '../../shared/film/storyboard.ts';
import { filmLength, lengthOf } from '../../shared/film/timeline.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { destroyAll, element } from '../core/element.ts';
import { pixelRatio } from '../core/magnified.ts';
import type { Store, View } from '../core/store.ts';
import type { Board } from './board.ts';
import { clock } from './clock.ts';
import { dragInList } from './drag-in-list.ts';
import { type LoadedScenes, waiting } from './loaded-scenes.ts';
import { type Options, unitsOf } from './options.ts';
import type { Painter } from './painted.ts';
import type { Player } from './player.ts';
import { changeScene, moveScene, placeOf } from './storyboard-edits.ts';

/** The width of a picture in CSS pixels. */
const WIDTH = 180;

type Needs = {
  store: Store;
  board: Board;
  films: LoadedScenes;
  player: Player;
  painter: Painter;
  options: Options;
  /** Commands of the chosen scene. */
  run: (id: 'film.add' | 'film.remove' | 'film.duplicate') => void;
  menu: (anchor: HTMLElement) => void;
};

/** The parts of a scene in the list. `painted`: what its picture follows from. */
type Item = {
  root: HTMLElement;
  joint: HTMLElement;
  canvas: HTMLCanvasElement;
  problem: HTMLElement;
  title: HTMLElement;
  length: HTMLElement;
  number: HTMLElement;
  painted: string;
};

export function createSceneList(parent: Element, needs: Needs): View & { rename(): void } {
  const { store, board, films, player, painter, options, run, menu } = needs;
  const text = messages.storyboardPanel;
  const label = sentences.storyboardPanel.labels;
  const total = element('small', {});
  const list = element('div', { class: 'film-list', role: 'listbox', 'aria-label': text.scenes });
  const add = element('button', { type: 'button', class: 'button outlined' }, text.addScene);
  add.addEventListener('click', () => run('film.add'));
  const live = element('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  const root = element(
    'section',
    { class: 'film-scenes', 'aria-label': text.scenes },
    element('h2', {}, text.scenes, total),
    list,
    element('div', { class: 'film-foot' }, add),
    live,
  );
  const items = new Map<string, Item>();

  function itemOf({ id }: FilmScene): Item {
    const known = items.get(id);
    if (known) return known;
    const canvas = element('canvas', { class: 'film-thumbnail', 'aria-hidden': true });
    const problem = element('span', { class: 'film-unfit', hidden: true });
    const number = element('i', {});
    const title = element('b', {});
    const length = element('span', {});
    const made: Item = {
      canvas,
      problem,
      title,
      length,
      number,
      painted: '',
      joint: element('div', { class: 'film-joint', role: 'presentation' }),
      root: element(
        'div',
        { class: 'film-scene', role: 'option', tabindex: -1, 'data-scene': id },
        // Read first: which scene it is.
        element(
          'div',
          { class: 'film-scene-words' },
          element('span', { class: 'unseen' }, `${text.scene} `),
          number,
          title,
          length,
        ),
        element('div', { class: 'film-still' }, canvas, problem),
      ),
    };
    items.set(id, made);
    return made;
  }

  const show = () => {
    if (!store.get().filming) return;
    const storyboard = board.get();
    const { scenes } = storyboard;
    const chosen = board.scene()?.id;
    total.textContent = clock(filmLength(storyboard));
    add.disabled = !board.mayEdit();
    for (const [id, { root: own, joint }] of items)
      if (placeOf(storyboard, id) < 0) {
        own.remove();
        joint.remove();
        items.delete(id);
      }
    const hadFocus = list.contains(document.activeElement);
    const rows: HTMLElement[] = [];
    for (const [place, scene] of scenes.entries()) {
      const item = itemOf(scene);
      const length = lengthOf(storyboard, scene);
      const problem = films.problem(scene);
      item.number.textContent = String(place + 1);
      if (!item.title.querySelector('input')) item.title.textContent = scene.title;
      item.title.title = scene.title;
      item.length.textContent = text.short(length);
      item.problem.textContent = problem ?? (films.isSettled(scene) ? '' : waiting());
      item.problem.title = problem ?? '';
      item.problem.classList.toggle('problem', problem !== undefined);
      item.problem.hidden = item.problem.textContent === '';
      item.root.setAttribute('aria-selected', String(scene.id === chosen));
      item.root.tabIndex = scene.id === chosen ? 0 : -1;
      if (place > 0) {
        item.joint.textContent = text.transitions[scene.transition];
        rows.push(item.joint);
      }
      rows.push(item.root);
    }
    const current = [...list.children];
    if (rows.length !== current.length || rows.some((each, at) => each !== current[at])) list.replaceChildren(...rows);
    const now = chosen === undefined ? undefined : items.get(chosen)?.root;
    if (hadFocus && !list.contains(document.activeElement)) (now ?? add).focus();
    if (shown !== chosen) now?.scrollIntoView({ block: 'nearest' });
    shown = chosen;
    later();
  };
  let shown: string | undefined;

  // ── pictures, painted while the window rests ──
  let idle = 0;
  const later = () => {
    idle ||= requestIdleCallback(paintNext, { timeout: 2000 });
  };
  const paintNext = () => {
    idle = 0;
    if (!store.get().filming) return;
    const storyboard = board.get();
    const size = unitsOf(options.get());
    for (const scene of storyboard.scenes) {
      const item = items.get(scene.id);
      const film = films.film(scene);
      if (!item) continue;
      const ratio = pixelRatio();
      const key = film
        ? [
            filmKey(film.states),
            size.width,
            ratio,
            painter.colours(),
            JSON.stringify(scene),
            lengthOf(storyboard, scene),
          ].join(' ')
        : '';
      if (key === item.painted) continue;
      item.painted = key;
      item.canvas.classList.toggle('empty', !film);
      if (!film) continue;
      const width = size.width > size.height ? WIDTH : Math.round(WIDTH * 0.5);
      item.canvas.width = Math.round(width * ratio);
      item.canvas.height = Math.round((width * ratio * size.height) / size.width);
      painter.paint(item.canvas, scene, lengthOf(storyboard, scene), { size, captions: true });
      return later();
    }
    return undefined;
  };

  // ── keys and drags ──
  const place = () => placeOf(board.get(), board.scene()?.id);
  const choose = (at: number) => {
    const scene = board.get().scenes[at];
    if (!scene) return;
    player.pause();
    player.show(scene.id);
    items.get(scene.id)?.root.focus();
  };
  const move = (id: string, to: number) => {
    board.edit(label.move, now => moveScene(now, id, to));
    const { scenes } = board.get();
    const at = placeOf(board.get(), id);
    items.get(id)?.root.focus();
    items.get(id)?.root.scrollIntoView({ block: 'nearest' });
    live.textContent = text.moved(scenes[at].title, at + 1, scenes.length);
  };
  /** The title becomes a field until Enter, Escape, or a press elsewhere. */
  const rename = () => {
    const scene = board.scene();
    const item = scene && items.get(scene.id);
    if (!item || !board.mayEdit()) return;
    const field = element('input', {
      type: 'text',
      class: 'field',
      'aria-label': text.title,
      value: scene.title,
      maxlength: FILM_LIMITS.title,
      spellcheck: 'false',
    });
    let over = false;
    const end = (keep: boolean) => {
      if (over) return;
      over = true;
      const typed = field.value.trim();
      const hadFocus = document.activeElement === field;
      field.remove();
      if (keep && typed !== '' && typed !== scene.title)
        board.edit(label.title, now => changeScene(now, scene.id, { title: typed }));
      show();
      if (hadFocus) item.root.focus();
    };
    field.addEventListener('keydown', event => {
      event.stopPropagation();
      if (event.key === 'Enter') end(true);
      else if (event.key === 'Escape') end(false);
    });
    field.addEventListener('blur', () => end(true));
    item.title.replaceChildren(field);
    field.focus();
    field.select();
  };
  list.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || (event.target as Element).matches('input')) return;
    const at = place();
    const { scenes } = board.get();
    const id = board.scene()?.id;
    const actions: Readonly<Record<string, (() => void) | undefined>> = {
      ArrowUp: () => choose(at - 1),
      ArrowDown: () => choose(at + 1),
      Home: () => choose(0),
      End: () => choose(scenes.length - 1),
      'Alt+ArrowUp': () => id !== undefined && move(id, at - 1),
      'Alt+ArrowDown': () => id !== undefined && move(id, at + 1),
      Delete: () => run('film.remove'),
      Insert: () => run('film.add'),
      F2: rename,
      ContextMenu: () => openMenu(),
    };
    const action = actions[event.altKey ? `Alt+${event.key}` : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  const openMenu = () => {
    const item = items.get(board.scene()?.id ?? '');
    if (item) menu(item.root);
  };
  const idAt = (event: Event) => (event.target as Element).closest<HTMLElement>('[data-scene]')?.dataset.scene;
  list.addEventListener('click', event => {
    const id = idAt(event);
    if (id !== undefined && !(event.target as Element).matches('input')) choose(placeOf(board.get(), id));
  });
  list.addEventListener('dblclick', event => {
    const target = event.target as Element;
    // Within the field it marks a word.
    if (target.closest('.film-scene-words') && !target.matches('input')) rename();
  });
  list.addEventListener('contextmenu', event => {
    const id = idAt(event);
    if (id === undefined) return;
    event.preventDefault();
    choose(placeOf(board.get(), id));
    openMenu();
  });
  list.addEventListener('pointerdown', event => {
    const id = idAt(event);
    if (id === undefined || !board.mayEdit() || (event.target as Element).matches('input')) return;
    dragInList(event, list, '.film-scene', to => move(id, to));
  });

  parent.append(root);
  show();
  return {
    rename,
    ...destroyAll(root, [
      board.onChange(show),
      films.onChange(show),
      options.onChange(later),
      store.on(['filming', 'settings', 'dark'], show),
      () => cancelIdleCallback(idle),
    ]),
  };
}

/** Loaded numbers are never changed, so each list of them has a number of its own. */
const numbers = new WeakMap<object, number>();
let counted = 0;
function filmKey(states: object): number {
  const known = numbers.get(states) ?? ++counted;
  numbers.set(states, known);
  return known;
}
