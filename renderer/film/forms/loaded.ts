/** A storyboard with the numbers of its scenes, ready to be drawn. */
import { problemOf } from '../../../shared/film/check.ts';
import { HIGH, pictureAt, type PictureOptions, WIDE } from '../../../shared/film/film.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import type { Picture, Size } from '../../../shared/film/picture.ts';
import type { FilmScene, Storyboard } from '../../../shared/film/storyboard.ts';
import { lengthOf, placeInFilm } from '../../../shared/film/timeline.ts';
import type { Client } from '../../core/client.ts';
import { coloursOf } from '../../core/colours.ts';
import type { State, Store } from '../../core/store.ts';
import { type Look, readLook } from '../look.ts';
import { loadSceneFilm } from '../scene-films.ts';

/** `title`: the workbook's name. `films`: one for each scene. */
export type Loaded = { title: string; storyboard: Storyboard; films: readonly SceneFilm[]; look: Look };
/** How far work has come, from 0 to 1. Throws if it shall stop. */
export type Report = (fraction: number) => void;

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

/** The picture at a time of the whole film. */
export function pictureOf(
  { storyboard, films }: Pick<Loaded, 'storyboard' | 'films'>,
  time: number,
  options: PictureOptions,
): Picture {
  const { place, seconds } = placeInFilm(storyboard, time)!;
  const lengthAt = (nth: number) => lengthOf(storyboard, storyboard.scenes[nth]);
  const before = place > 0 ? { film: films[place - 1], length: lengthAt(place - 1) } : undefined;
  return pictureAt(films[place], lengthAt(place), seconds, { ...options, ...(before && { before }) });
}

/** The units of a picture of so many pixels. */
export const unitsOf = ({ width, height }: Size): Size => (height > width ? HIGH : WIDE);
