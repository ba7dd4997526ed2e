/** When what happens in a film. Everything follows from the storyboard, so a film has the same frames every time. */
import type { FilmScene, Storyboard } from './storyboard.ts';

/** How long a transition takes, in seconds. It belongs to the scene that follows it. */
const TRANSITION_SECONDS = 0.6;

/** How long a scene is, in seconds. A scene that waits for a narration it hasn't got yet takes `WITHOUT_NARRATION`. */
export function lengthOf({ narrations }: Storyboard, scene: FilmScene): number {
  if (scene.duration !== 'narration') return scene.duration;
  const spoken = narrations.find(({ id }) => id === scene.narration)?.seconds ?? WITHOUT_NARRATION;
  return scene.before + spoken + scene.after;
}
const WITHOUT_NARRATION = 5;

/** How long a film is, in seconds. */
export function filmLength(storyboard: Storyboard): number {
  return storyboard.scenes.reduce((total, scene) => total + lengthOf(storyboard, scene), 0);
}

/** When a scene begins, in seconds. */
export function beginningOf(storyboard: Storyboard, place: number): number {
  return storyboard.scenes.slice(0, place).reduce((total, scene) => total + lengthOf(storyboard, scene), 0);
}

/** Which scene is shown at a time, and how many seconds it has been. Times before the beginning and after the end mean
 *  the first and the last moment. undefined for a storyboard without scenes. */
export function placeInFilm(storyboard: Storyboard, time: number): { place: number; seconds: number } | undefined {
  let left = Math.max(0, time);
  for (const [place, scene] of storyboard.scenes.entries()) {
    const length = lengthOf(storyboard, scene);
    // A hair less, so that the time at which a scene begins is that scene.
    if (left < length - 1e-9) return { place, seconds: left };
    if (place === storyboard.scenes.length - 1) return { place, seconds: length };
    left = Math.max(0, left - length);
  }
  return undefined;
}

/** How many frames a film has. */
export const framesIn = (storyboard: Storyboard, rate: number): number =>
  Math.max(1, Math.round(filmLength(storyboard) * rate));

/** When what moves in a scene begins and ends, in seconds of the scene. */
export function motionSpan(scene: FilmScene, length: number): { from: number; to: number } {
  const mark = scene.marks.find(({ name }) => name === scene.begins);
  const from = Math.min(mark?.at ?? scene.before, length);
  return { from, to: Math.max(from, length - scene.after) };
}

/** How far what moves in a scene has come after so many seconds, from 0 to 1. In a scene that rests all the time,
 *  nothing moves, not even at its last moment. */
export function progressAt(scene: FilmScene, length: number, seconds: number): number {
  const { from, to } = motionSpan(scene, length);
  if (seconds < from || from >= length) return 0;
  return to > from ? Math.min(1, (seconds - from) / (to - from)) : 1;
}

/** Whether a scene changes between its beginning and its end: something moves, or what it shows comes about part by
 *  part also where nothing else moves. */
export const changesInTime = ({ motion, camera }: FilmScene): boolean =>
  motion.kind !== 'still' || COMING_ABOUT.has(camera.kind);
const COMING_ABOUT: ReadonlySet<FilmScene['camera']['kind']> = new Set(['cell', 'network', 'scores']);

/** How many seconds the transition into a scene takes: at most half of the scene. */
export const entryOf = ({ transition }: FilmScene, length: number): number =>
  transition === 'cut' ? 0 : Math.min(TRANSITION_SECONDS, length / 2);

/** How far the transition into a scene has come, from 0 to 1. */
export function enteredAt(scene: FilmScene, length: number, seconds: number): number {
  const entry = entryOf(scene, length);
  return entry === 0 ? 1 : Math.min(1, seconds / entry);
}

/** A movement that begins and ends gently: 0 to 1 becomes 0 to 1. */
export const eased = (share: number): number => share * share * (3 - 2 * share);
