/** Draws a film frame by frame. What a frame shows follows from its number alone, so a film is the same every time. */
import { type FilmOptions, frameTime } from '../../../shared/film/film-job.ts';
import { HIGH, pictureAt, type PictureOptions, WIDE } from '../../../shared/film/film.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import type { Storyboard } from '../../../shared/film/storyboard.ts';
import { beginningOf, framesIn, lengthOf, placeInFilm } from '../../../shared/film/timeline.ts';
import { type Look } from '../look.ts';
import { paintPicture } from '../paint.ts';
import type { FilmFile } from './film-file.ts';
import { framesLine } from './frames-line.ts';
import { SOUND_RATE, type Sound } from './messages.ts';
import { partOfSound } from './sound.ts';

export type LoadedScene = { film: SceneFilm; sound?: Sound };

/** `sceneAt`: waits for a scene; it is asked for scenes in their order. `frames`: takes a line about each frame. */
export type FilmSource = {
  storyboard: Storyboard;
  options: FilmOptions;
  look: Look;
  sound: boolean;
  sceneAt(place: number): Promise<LoadedScene>;
  frames?(line: string): Promise<void>;
  progress(done: number, scene: number): void;
};

/** Sound is added in parts of so many samples. */
const SOUND_PART = SOUND_RATE / 2;

export async function drawFilm(file: FilmFile, source: FilmSource): Promise<void> {
  const { storyboard, options, look } = source;
  const { rate } = options;
  const count = framesIn(storyboard, rate);
  const size = options.width > options.height ? WIDE : HIGH;
  let place = -1;
  let scene: LoadedScene | undefined;
  let before: PictureOptions['before'];
  let heard = 0;

  /** Adds the sound up to a sample. */
  const hear = async (until: number) => {
    while (source.sound && heard < until) {
      const to = Math.min(until, heard + SOUND_PART);
      const from = Math.round(beginningOf(storyboard, place) * SOUND_RATE);
      const begins = from + Math.round(storyboard.scenes[place].before * SOUND_RATE);
      // oxlint-disable-next-line no-await-in-loop -- one part after the other
      await file.addSound(partOfSound(scene?.sound, heard - begins, to - heard), heard);
      heard = to;
    }
  };
  const endOf = (nth: number) => Math.round(beginningOf(storyboard, nth + 1) * SOUND_RATE);

  for (let frame = 0; frame < count; frame++) {
    const time = frameTime(frame, rate);
    const at = placeInFilm(storyboard, time)!;
    while (place < at.place) {
      if (place >= 0) await hear(endOf(place));
      before = scene && { film: scene.film, length: lengthOf(storyboard, scene.film.scene) };
      place++;
      scene = await source.sceneAt(place);
      source.progress(frame, place);
    }
    const { film } = scene!;
    const length = lengthOf(storyboard, film.scene);
    const shown = { size, captions: options.burnt, before };
    const picture = pictureAt(film, length, at.seconds, shown);
    const canvas = await file.canvas();
    // Each canvas is read after it is drawn, so it lies in main memory.
    paintPicture(canvas.getContext('2d', { alpha: false, willReadFrequently: true })!, picture, look);
    await file.addFrame(frame);
    await hear(Math.min(endOf(place), Math.round(frameTime(frame + 1, rate) * SOUND_RATE)));
    if (source.frames) await source.frames(framesLine({ frame, time, film, length, ...at, ...shown }));
    source.progress(frame + 1, place);
  }
  await hear(endOf(storyboard.scenes.length - 1));
}
