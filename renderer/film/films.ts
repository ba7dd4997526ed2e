/** The scenes' numbers as they are needed. A scene is read again when it or the workbook has changed. */
import type { SceneFilm } from '../../shared/film/numbers.ts';
import type { FilmScene } from '../../shared/film/storyboard.ts';
import type { Client } from '../core/client.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store } from '../core/store.ts';
import { loadSceneFilm } from './scene-films.ts';

/** `problem`: why the scene can't be shown. Neither while it is read. */
export type Filmed = { film?: SceneFilm; problem?: string };

export type Films = {
  /** What is known of a scene, maybe still of the workbook a moment ago. What isn't known is asked for. */
  get(scene: FilmScene): Filmed;
  /** Calls back when a scene that was asked for is known. */
  onChange(callback: () => void): () => void;
};

/** So many scenes are kept, because their numbers can be large. */
const KEPT = 12;

type Entry = { filmed: Filmed; scene: string; name: string; reads: boolean };

export function createFilms(store: Store, client: Client): Films {
  const listeners = new Set<() => void>();
  /** By the scenes' ids. The scene that was used last stands at the end. */
  const known = new Map<string, Entry>();
  const read = async (entry: Entry, scene: FilmScene) => {
    entry.reads = true;
    try {
      entry.filmed = { film: await loadSceneFilm(store, client, scene) };
    } catch (error) {
      entry.filmed = { problem: sentenceOf(error) };
    }
    entry.reads = false;
    for (const callback of listeners) callback();
  };
  return {
    get(scene) {
      const { workbookId, structure, workbook } = store.get();
      const text = JSON.stringify(scene);
      const name = JSON.stringify([workbookId, structure, workbook.contentRevision, text]);
      let entry = known.get(scene.id);
      known.delete(scene.id);
      if (!entry || (entry.scene !== text && !entry.reads)) entry = { filmed: {}, scene: text, name: '', reads: false };
      known.set(scene.id, entry);
      for (const oldest of [...known.keys()].slice(0, -KEPT)) known.delete(oldest);
      if (entry.name !== name && !entry.reads) {
        entry.name = name;
        void read(entry, scene);
      }
      return entry.scene === text ? entry.filmed : {};
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}
