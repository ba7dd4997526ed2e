/** The captions of the storyboard with the numbers of now. */
import { type Cue, cuesOf } from '../../../shared/film/captions.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import type { Client } from '../../core/client.ts';
import type { Store } from '../../core/store.ts';
import { loadSceneFilm } from '../scene-films.ts';
import { fittingScenes, type Report } from './loaded.ts';

/** Reads only the scenes whose captions say what cells hold. */
export async function captionsNow(store: Store, client: Client, report: Report): Promise<Cue[]> {
  const { storyboard, sheet, sheets } = store.get();
  const { fitting } = fittingScenes(store.get());
  const films: (SceneFilm | undefined)[] = [];
  for (const [place, scene] of storyboard.scenes.entries()) {
    report(place / storyboard.scenes.length);
    const isNeeded = scene.caption.includes('{') && fitting.includes(scene);
    // oxlint-disable-next-line no-await-in-loop -- the engine works on one scene at a time
    films.push(isNeeded ? await loadSceneFilm(store, client, scene) : undefined);
  }
  return cuesOf(storyboard, { sheet, sheets }, films);
}
