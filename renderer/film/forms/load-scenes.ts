/** Reads the numbers of the scenes that something is made of. */
import { problemOf } from '../../../shared/film/check.ts';
import type { Making } from '../../../shared/film/film-job.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import type { FilmScene, Storyboard } from '../../../shared/film/storyboard.ts';
import type { Client } from '../../core/client.ts';
import { coloursOf } from '../../core/colours.ts';
import type { State, Store } from '../../core/store.ts';
import { readLook } from '../look.ts';
import { soundFiles } from '../narration/sounds.ts';
import { loadSceneFilm } from '../scene-films.ts';
import type { Loaded, Report } from './loaded.ts';
import { storyboardFor } from './make-form.ts';

/** The scenes that fit the open network, and those that don't. */
export function fittingScenes({ storyboard, sheet, written, runs }: Readonly<State>): {
  fitting: FilmScene[];
  others: FilmScene[];
} {
  const fits = (scene: FilmScene) => problemOf(sheet, scene, { written, runs }) === undefined;
  const { scenes } = storyboard;
  return { fitting: scenes.filter(fits), others: scenes.filter(scene => !fits(scene)) };
}

export const titleOf = (store: Store): string => store.get().document.name.replace(/\.convsheet$/i, '');

/** Loads what a form is made of. */
export async function loadForm(
  store: Store,
  client: Client,
  form: Making['form'],
  storyboard: Storyboard,
  report?: Report,
): Promise<Loaded> {
  const loaded = await loadScenes(store, client, storyboardFor(form, storyboard), report);
  return form === 'html' ? { ...loaded, sounds: await soundFiles(client, storyboard) } : loaded;
}

/** Loads all scenes of a storyboard one after another, because the engine works on one at a time. */
export async function loadScenes(
  store: Store,
  client: Client,
  storyboard: Storyboard,
  report: Report = () => {},
): Promise<Loaded> {
  const films: SceneFilm[] = [];
  const { scenes, look } = storyboard;
  for (const scene of scenes) {
    report(films.length / scenes.length);
    // oxlint-disable-next-line no-await-in-loop -- the engine works on one scene at a time
    films.push(await loadSceneFilm(store, client, scene));
  }
  return { title: titleOf(store), storyboard, films, look: readLook(look, coloursOf(store.get())) };
}
