import { saysNumbers } from '../../../shared/film/caption-cells.ts';
import { problemOf } from '../../../shared/film/check.ts';
import { textForms } from '../../../shared/film/forms.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import type { Storyboard } from '../../../shared/film/storyboard.ts';
import type { Client } from '../../core/client.ts';
import type { Store } from '../../core/store.ts';
import { loadSceneFilm } from '../scene-films.ts';
import type { Report } from './loaded.ts';

/** The scenes whose captions say what cells hold, with their numbers, at their places in the storyboard. Scenes that
 *  don't fit are left out. */
export async function captionFilms(
  store: Store,
  client: Client,
  { scenes }: Storyboard,
  report: Report = () => {},
): Promise<(SceneFilm | undefined)[]> {
  const films: (SceneFilm | undefined)[] = [];
  for (const [place, scene] of scenes.entries()) {
    report(place / scenes.length);
    const { sheet, written, runs } = store.get();
    const isNeeded = saysNumbers(scene.caption) && problemOf(sheet, scene, { written, runs }) === undefined;
    // oxlint-disable-next-line no-await-in-loop -- the engine works on one scene at a time
    films.push(isNeeded ? await loadSceneFilm(store, client, scene) : undefined);
  }
  return films;
}

/** The captions of a storyboard as a text in one of the forms of their files. */
export async function captionsOf(
  store: Store,
  client: Client,
  storyboard: Storyboard,
  form: 'srt' | 'vtt',
): Promise<string> {
  const { sheet, sheets } = store.get();
  return textForms[form](storyboard, { sheet, sheets }, await captionFilms(store, client, storyboard));
}
