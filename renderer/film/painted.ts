/** Paints moments of the storyboard on canvases of the window, with the functions that make the film. */
import { pictureAt } from '../../shared/film/film.ts';
import type { Size } from '../../shared/film/picture.ts';
import type { FilmLook, FilmScene } from '../../shared/film/storyboard.ts';
import { lengthOf } from '../../shared/film/timeline.ts';
import { coloursOf } from '../core/colours.ts';
import type { State, Store } from '../core/store.ts';
import type { Board } from './board.ts';
import type { LoadedScenes } from './loaded-scenes.ts';
import { type Look, readLook } from './look.ts';
import { paintPicture } from './paint.ts';
import { placeOf } from './storyboard-edits.ts';

export type Painter = {
  /** Paints a scene at a time. Returns what the picture shows in words; undefined if its numbers aren't there. */
  paint(
    canvas: HTMLCanvasElement,
    scene: FilmScene,
    seconds: number,
    options: { size: Size; captions: boolean; between?: boolean },
  ): string | undefined;
  /** What the colours of pictures follow from, as a text. */
  colours(): string;
};

export function createPainter(store: Store, board: Board, films: LoadedScenes): Painter {
  let look: { key: string; look: Look } | undefined;
  /** What the key was read of. It is asked for in every frame. */
  let read: { state: Readonly<State>; look: FilmLook; key: string } | undefined;
  const colours = () => {
    const [state, { look: wanted }] = [store.get(), board.get()];
    if (read?.state !== state || read.look !== wanted) {
      const { palette, inkOnPaper } = coloursOf(state);
      read = { state, look: wanted, key: JSON.stringify([wanted, palette, inkOnPaper]) };
    }
    return read.key;
  };
  const lookNow = () => {
    const key = colours();
    if (look?.key !== key) look = { key, look: readLook(board.get().look, coloursOf(store.get())) };
    return look.look;
  };
  return {
    colours,
    paint(canvas, scene, seconds, { size, captions, between = false }) {
      const film = films.film(scene);
      const context = canvas.getContext('2d');
      if (!film || !context) return undefined;
      const storyboard = board.get();
      const last = between ? storyboard.scenes[placeOf(storyboard, scene.id) - 1] : undefined;
      const lastFilm = last && films.film(last);
      const before = lastFilm && { film: lastFilm, length: lengthOf(storyboard, last) };
      const options = { size, captions, ...(before && { before }) };
      const picture = pictureAt(film, lengthOf(storyboard, scene), seconds, options);
      paintPicture(context, picture, lookNow());
      return picture.spoken;
    },
  };
}
