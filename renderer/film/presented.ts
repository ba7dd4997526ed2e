/** What is presented at a moment, and how it goes on: like slides, but each scene moves by itself until it rests. */
import type { FilmScene, Storyboard } from '../../shared/film/storyboard.ts';
import { changesInTime, entryOf, lengthOf, progressAt } from '../../shared/film/timeline.ts';

/** Which scene is shown, for how many seconds, and whether it moves. `cover`: what hides it. */
export type Presented = { place: number; seconds: number; moves: boolean; cover?: Cover };
export type Cover = 'black' | 'white';

/** A step of the presentation. `go`: to a scene, counted from 0. */
export type PresentedStep = 'next' | 'back' | 'first' | 'last' | 'again' | 'pause' | Cover | { readonly go: number };

/** After how many seconds a scene rests: nothing in it changes any more. */
export function restOf(storyboard: Storyboard, scene: FilmScene): number {
  const length = lengthOf(storyboard, scene);
  const entered = entryOf(scene, length);
  if (!changesInTime(scene)) return entered;
  // A motion that can't begin any more takes no time.
  const moved = progressAt(scene, length, length - scene.after) < 1 ? length : length - scene.after;
  return Math.max(entered, moved);
}

/** The presentation after a step. `rests`: after how many seconds each scene rests. Next first ends what moves. Where
 *  there is nothing to go to, it is the same object. */
export function stepped(at: Presented, step: PresentedStep, rests: readonly number[]): Presented {
  const { place, seconds, moves, cover } = at;
  const last = rests.length - 1;
  const begun = (to: number): Presented => ({ place: Math.max(0, Math.min(last, to)), seconds: 0, moves: true });
  if (step === 'black' || step === 'white') return { place, seconds, moves, ...(cover !== step && { cover: step }) };
  if (cover && (step === 'next' || step === 'back')) return { place, seconds, moves };
  switch (step) {
    case 'next':
      if (seconds < rests[place]) return { place, seconds: rests[place], moves: false };
      return place < last ? begun(place + 1) : at;
    case 'back':
      if (place > 0) return { place: place - 1, seconds: rests[place - 1], moves: false };
      return seconds > 0 ? begun(0) : at;
    case 'first':
      return begun(0);
    case 'last':
      return begun(last);
    case 'again':
      return begun(place);
    case 'pause':
      return seconds < rests[place] ? { ...at, moves: !moves } : begun(place);
    default:
      return step.go >= 0 && step.go <= last ? begun(step.go) : at;
  }
}

/** The presentation so many seconds later. It is the same object if nothing changes. */
export function later(at: Presented, seconds: number, rests: readonly number[]): Presented {
  if (!at.moves || at.cover) return at;
  const now = at.seconds + seconds;
  const rest = rests[at.place] ?? 0;
  return now < rest ? { ...at, seconds: now } : { ...at, seconds: rest, moves: false };
}

/** The same moment after the storyboard has changed: the scene is followed, wherever it is now. */
export function followedScene(at: Presented, before: readonly FilmScene[], now: readonly FilmScene[]): Presented {
  const found = now.findIndex(({ id }) => id === before[at.place]?.id);
  return { ...at, place: found >= 0 ? found : Math.max(0, Math.min(at.place, now.length - 1)) };
}
