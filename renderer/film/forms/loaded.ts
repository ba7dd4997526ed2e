/** A storyboard with the numbers of its scenes, ready to be drawn. */
import type { GifSize } from '../../../shared/film/film-job.ts';
import { HIGH, pictureAt, type PictureOptions, WIDE } from '../../../shared/film/film.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import type { Picture, Size } from '../../../shared/film/picture.ts';
import type { Storyboard } from '../../../shared/film/storyboard.ts';
import { lengthOf, placeInFilm } from '../../../shared/film/timeline.ts';
import type { Look } from '../look.ts';

/** `title`: the workbook's name. `films`: one for each scene, all of one sheet. `fitting`: which GIF is small enough,
 *  once it was measured.
 *  `sounds`: what is heard of narrations, as files by the narrations' ids. Only what has sound has them. */
export type Loaded = {
  title: string;
  storyboard: Storyboard;
  films: readonly SceneFilm[];
  look: Look;
  fitting?: FittingGif;
  sounds?: Sounds;
};
export type Sounds = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
export type FittingGif = { size: GifSize; bytes: number };
/** How far work has come, from 0 to 1. Throws if it shall stop. */
export type Report = (fraction: number) => void;

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
