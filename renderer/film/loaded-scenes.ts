/** The numbers of all scenes of the storyboard, loaded one after another while nobody waits: first those of the scene
 *  that is shown, then those that follow it. */
import { problemOf } from '../../shared/film/check.ts';
import type { SceneFilm } from '../../shared/film/numbers.ts';
import type { FilmScene } from '../../shared/film/storyboard.ts';
import { messages, say } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { State, Store, View } from '../core/store.ts';
import type { Board } from './board.ts';
import { loadSceneFilm } from './scene-films.ts';
import { placeOf } from './storyboard-edits.ts';

export type LoadedScenes = View & {
  /** A scene with its numbers. undefined until they have come, or if the scene doesn't fit. */
  film(scene: FilmScene): SceneFilm | undefined;
  /** Why a scene can't be shown in the open workbook. */
  problem(scene: FilmScene): string | undefined;
  /** Whether a scene needn't be waited for. */
  isSettled(scene: FilmScene): boolean;
  /** Whether all scenes are settled. */
  allSettled(): boolean;
  onChange(callback: () => void): () => void;
};

/** Milliseconds without an edit after which changed scenes are loaded. */
const REST = 150;

export function createLoadedScenes(store: Store, client: Client, board: Board): LoadedScenes {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const callback of listeners) callback();
  };
  /** What was loaded, by what it follows from. */
  const loaded = new Map<string, SceneFilm | { refused: string }>();
  let loading: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** What is asked of a scene in every frame, as long as nothing has changed. */
  let known = new WeakMap<FilmScene, { key: string; unfit: string | undefined }>();
  let knownIn: Readonly<State> | undefined;
  const factsOf = (scene: FilmScene) => {
    const state = store.get();
    if (knownIn !== state) [known, knownIn] = [new WeakMap(), state];
    let facts = known.get(scene);
    if (!facts) known.set(scene, (facts = { key: keyIn(state, scene), unfit: unfitIn(state, scene) }));
    return facts;
  };
  const keyOf = (scene: FilmScene) => factsOf(scene).key;
  const unfit = (scene: FilmScene) => factsOf(scene).unfit;

  const entryOf = (scene: FilmScene) => loaded.get(keyOf(scene));
  const isSettled = (scene: FilmScene) => entryOf(scene) !== undefined || unfit(scene) !== undefined;

  /** The scenes in the order in which they will be wanted. */
  const wanted = (): FilmScene[] => {
    const storyboard = board.get();
    const at = Math.max(0, placeOf(storyboard, board.scene()?.id));
    return [...storyboard.scenes.slice(at), ...storyboard.scenes.slice(0, at)];
  };
  const loadNext = async (): Promise<void> => {
    if (loading !== undefined || !store.get().filming || store.get().connection === 'lost') return;
    const next = wanted().find(scene => !isSettled(scene));
    forget();
    if (!next) return;
    const key = keyOf(next);
    loading = key;
    try {
      loaded.set(key, await loadSceneFilm(store, client, next));
    } catch (error) {
      loaded.set(key, { refused: sentenceOf(error) });
    }
    loading = undefined;
    tell();
    void loadNext();
  };
  /** What no scene needs any more. */
  const forget = () => {
    const keys = new Set(board.get().scenes.map(keyOf));
    for (const key of loaded.keys()) if (!keys.has(key)) loaded.delete(key);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void loadNext(), REST);
  };
  const ends = [board.onChange(soon), store.on(['workbook', 'sheet', 'runs', 'filming', 'connection'], soon)];
  soon();
  return {
    film(scene) {
      const entry = entryOf(scene);
      return entry && 'sheet' in entry && unfit(scene) === undefined ? { ...entry, scene } : undefined;
    },
    problem(scene) {
      const entry = entryOf(scene);
      return unfit(scene) ?? (entry && 'refused' in entry ? entry.refused : undefined);
    },
    isSettled,
    allSettled: () => board.get().scenes.every(isSettled),
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    destroy() {
      clearTimeout(timer);
      for (const end of ends) end();
    },
  };
}

/** What a scene's numbers follow from. Its texts and times change none of them. */
function keyIn(state: Readonly<State>, { camera, motion }: FilmScene): string {
  const { workbookId, structure, workbook, runs, dataChoice, setup } = state;
  const { kind } = motion;
  const around = kind === 'run' ? runs.map(({ id }) => id) : kind === 'images' ? dataChoice : undefined;
  const run = kind === 'train' ? [dataChoice, setup] : undefined;
  return JSON.stringify([workbookId, structure, workbook.contentRevision, around, run, camera, motion]);
}

/** Why a scene can't be shown. */
function unfitIn({ sheet, written, runs }: Readonly<State>, scene: FilmScene): string | undefined {
  const why = problemOf(sheet, scene, { written, runs });
  return why && say(why);
}

/** What stands in place of a picture. */
export const waiting = (): string => messages.storyboardPanel.loading;
