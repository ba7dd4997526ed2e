/** The numbers of all scenes of the storyboard, loaded one after another while nobody waits: first those of the scene
 *  that is shown, then those that follow it. */
import { typedCaption } from '../../shared/film/caption-cells.ts';
import { problemOf } from '../../shared/film/check.ts';
import { captionAt } from '../../shared/film/film.ts';
import type { SceneFilm } from '../../shared/film/numbers.ts';
import type { FilmScene } from '../../shared/film/storyboard.ts';
import { messages, say } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { State, Store, View } from '../core/store.ts';
import type { Board } from './board.ts';
import { createFilms } from './films.ts';
import { placeOf } from './storyboard-edits.ts';

export type LoadedScenes = View & {
  /** A scene with its numbers, maybe still those of a moment ago. undefined until they have come, or if the scene
   *  doesn't fit. */
  film(scene: FilmScene): SceneFilm | undefined;
  /** What a scene's caption says at its beginning; with cells in braces while their numbers aren't known. */
  caption(scene: FilmScene): string;
  /** Why a scene can't be shown in the open workbook. */
  problem(scene: FilmScene): string | undefined;
  /** Whether a scene needn't be waited for. */
  isSettled(scene: FilmScene): boolean;
  /** Whether that is so with the numbers of now. */
  isNow(scene: FilmScene): boolean;
  onChange(callback: () => void): () => void;
};

/** Milliseconds after an edit until changed scenes are loaded. */
const REST = 150;

export function createLoadedScenes(store: Store, client: Client, board: Board): LoadedScenes {
  const films = createFilms(store, client);
  let loading = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** What is asked of a scene in every frame, as long as nothing has changed. */
  let known = new WeakMap<FilmScene, { why: string | undefined }>();
  let knownIn: Readonly<State> | undefined;
  const unfit = (scene: FilmScene) => {
    const state = store.get();
    if (knownIn !== state) [known, knownIn] = [new WeakMap(), state];
    let facts = known.get(scene);
    if (!facts) known.set(scene, (facts = { why: unfitIn(state, scene) }));
    return facts.why;
  };
  const isSettled = (scene: FilmScene) => {
    const { film, problem } = films.get(scene);
    return unfit(scene) !== undefined || film !== undefined || problem !== undefined;
  };
  /** The scene that is loaded next: what can't be shown yet first, in the order in which it will be wanted. */
  const wanted = (): FilmScene | undefined => {
    const storyboard = board.get();
    const at = Math.max(0, placeOf(storyboard, board.scene()?.id));
    const order = [...storyboard.scenes.slice(at), ...storyboard.scenes.slice(0, at)];
    const due = order.filter(scene => unfit(scene) === undefined && films.isDue(scene));
    return due.find(scene => scene === order[0] || !isSettled(scene)) ?? due[0];
  };
  const loadNext = async (): Promise<void> => {
    if (loading || !store.get().filming) return;
    films.keep(new Set(board.get().scenes.map(({ id }) => id)));
    const next = wanted();
    if (!next) return;
    loading = true;
    await films.read(next);
    loading = false;
    void loadNext();
  };
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void loadNext();
    }, REST);
  };
  const ends = [
    board.onChange(soon),
    films.onChange(soon),
    store.on(['workbook', 'sheet', 'runs', 'filming', 'connection', 'dataChoice', 'setup'], soon),
  ];
  soon();
  const film = (scene: FilmScene) => (unfit(scene) === undefined ? films.get(scene).film : undefined);
  return {
    film,
    caption(scene) {
      const loaded = film(scene);
      return loaded ? captionAt(loaded, 0).text : typedCaption(store.get(), scene.caption);
    },
    problem: scene => unfit(scene) ?? films.get(scene).problem,
    isSettled,
    isNow: scene => unfit(scene) !== undefined || films.get(scene).isNow,
    onChange: callback => films.onChange(callback),
    destroy() {
      clearTimeout(timer);
      for (const end of ends) end();
      films.destroy();
    },
  };
}

/** Why a scene can't be shown. */
function unfitIn({ sheet, written, runs }: Readonly<State>, scene: FilmScene): string | undefined {
  const why = problemOf(sheet, scene, { written, runs });
  return why && say(why);
}

/** What stands in place of a picture. */
export const waiting = (): string => messages.storyboardPanel.loading;
