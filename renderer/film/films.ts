/** What is known of scenes' numbers. A scene keeps the numbers that it had until those of the workbook as it is now
 *  have come. What was refused is asked for again after a while, because the reason may be over: a lost connection, or
 *  work that somebody has cancelled. */
import type { SceneFilm } from '../../shared/film/numbers.ts';
import type { FilmScene } from '../../shared/film/storyboard.ts';
import type { Client } from '../core/client.ts';
import { isUnderWay } from '../core/run-view.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, View } from '../core/store.ts';
import { filmKey, loadSceneFilm, viewOf } from './scene-films.ts';

/** `problem`: why the scene can't be shown. Neither until it was read. `isNow`: it is of the workbook as it is. */
export type Filmed = { film?: SceneFilm; problem?: string; isNow: boolean };

export type Films = View & {
  get(scene: FilmScene): Filmed;
  /** Whether the scene should be read, for the first time or again. */
  isDue(scene: FilmScene): boolean;
  read(scene: FilmScene): Promise<void>;
  /** Forgets all scenes but these. */
  keep(ids: ReadonlySet<string>): void;
  /** Calls back when a scene was read, or when one should be read that wasn't before. */
  onChange(callback: () => void): () => void;
};

/** Milliseconds between two readings of a scene while a run changes the numbers all the time. */
const PACE = 2000;
/** Milliseconds after which a refused scene is read again: at first, and at most. */
const AGAIN = { first: 1000, most: 60_000 };

type Entry = { view: string; key: string; film?: SceneFilm; problem?: string; refusals: number; readAt: number };

/** `most`: so many scenes are kept, because their numbers can be large. */
export function createFilms(store: Store, client: Client, most = Infinity): Films {
  const listeners = new Set<() => void>();
  /** By the scenes' ids. The scene that was used last stands at the end. */
  const entries = new Map<string, Entry>();
  const reading = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wakesAt = Infinity;
  const sleep = () => {
    clearTimeout(timer);
    wakesAt = Infinity;
  };
  const tell = () => {
    for (const callback of listeners) callback();
  };
  const wake = (at: number) => {
    if (at >= wakesAt) return;
    sleep();
    wakesAt = at;
    timer = setTimeout(
      () => {
        sleep();
        tell();
      },
      Math.max(0, at - performance.now()),
    );
  };
  const entryOf = (scene: FilmScene): Entry | undefined => {
    const own = entries.get(scene.id);
    if (own?.view === viewOf(scene)) return own;
    // A copy of a scene shows what that one shows.
    const key = filmKey(store.get(), scene);
    return [...entries.values()].find(entry => entry.key === key && entry.film);
  };
  const keepLast = (id: string, entry: Entry) => {
    entries.delete(id);
    entries.set(id, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= most) return;
      entries.delete(oldest);
    }
  };
  const waitOf = ({ film, refusals }: Entry, isSame: boolean): number => {
    if (!film && isSame) return Math.min(AGAIN.most, AGAIN.first * 4 ** (refusals - 1));
    return isUnderWay(store.get().run?.state) ? PACE : 0;
  };
  const end = store.on(['connection'], () => {
    for (const [id, { film }] of entries) if (!film) entries.delete(id);
    tell();
  });
  return {
    get(scene) {
      const entry = entryOf(scene);
      if (!entry) return { isNow: false };
      // It is the same film until there is another one, so a film names the numbers that are in it.
      const film = entry.film && (entry.film.scene === scene ? entry.film : { ...entry.film, scene });
      keepLast(scene.id, { ...entry, film });
      const { problem } = entry;
      return { film, problem, isNow: entry.key === filmKey(store.get(), scene) };
    },
    isDue(scene) {
      const entry = entryOf(scene);
      if (reading.has(scene.id) || store.get().connection === 'lost') return false;
      if (!entry) return true;
      const isSame = entry.key === filmKey(store.get(), scene);
      if (isSame && entry.film) return false;
      const at = entry.readAt + waitOf(entry, isSame);
      if (performance.now() >= at) return true;
      wake(at);
      return false;
    },
    async read(scene) {
      const { id } = scene;
      const read = { view: viewOf(scene), key: filmKey(store.get(), scene) };
      const refusals = entryOf(scene)?.refusals ?? 0;
      reading.add(id);
      try {
        const film = await loadSceneFilm(store, client, scene);
        keepLast(id, { ...read, film, refusals: 0, readAt: performance.now() });
      } catch (error) {
        keepLast(id, { ...read, problem: sentenceOf(error), refusals: refusals + 1, readAt: performance.now() });
      }
      reading.delete(id);
      tell();
    },
    keep(ids) {
      for (const id of entries.keys()) if (!ids.has(id)) entries.delete(id);
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    destroy() {
      sleep();
      end();
    },
  };
}
