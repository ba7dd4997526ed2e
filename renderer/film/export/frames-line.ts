/** What a frame shows as a line of JSON, for whoever checks a film: its numbers, and the state that they belong to. */
import { pictureAt, type PictureOptions } from '../../../shared/film/film.ts';
import { momentOf } from '../../../shared/film/moment.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import { numbersIn } from '../../../shared/film/picture.ts';
import { enteredAt, progressAt } from '../../../shared/film/timeline.ts';

type Frame = PictureOptions & {
  frame: number;
  time: number;
  /** The scene's place in the film. */
  place: number;
  film: SceneFilm;
  length: number;
  /** Seconds since the scene's beginning. */
  seconds: number;
};

/** In a transition, a frame shows two scenes. */
export function framesLine({ frame, time, place, film, length, seconds, before, ...options }: Frame): string {
  const isBetween = before !== undefined && enteredAt(film.scene, length, seconds) < 1;
  const shows = [
    ...(isBetween ? [shown(place - 1, before.film, before.length, before.length, options)] : []),
    shown(place, film, length, seconds, options),
  ];
  return `${JSON.stringify({ frame, time, shows })}\n`;
}

function shown(place: number, film: SceneFilm, length: number, seconds: number, options: PictureOptions) {
  const { scene, states } = film;
  const { state, edit } = momentOf(film, progressAt(scene, length, seconds));
  const nth = states.indexOf(state);
  const { motion } = scene;
  return {
    scene: place + 1,
    title: scene.title,
    state: {
      nth,
      ...(state.step !== undefined && { step: state.step }),
      ...(motion.kind === 'images' && { image: motion.images[nth] }),
      ...(motion.kind === 'edit' && {
        edit: { ...motion.element, text: motion.text, entered: edit?.entered ?? false },
      }),
    },
    numbers: numbersIn(pictureAt(film, length, seconds, options).items),
  };
}
