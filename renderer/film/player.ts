/** The playhead of the preview: the chosen scene, and how long it has been shown. It plays, steps and jumps. */
import { beginningOf, filmLength, lengthOf, placeInFilm } from '../../shared/film/timeline.ts';
import type { View } from '../core/store.ts';
import type { Board } from './board.ts';
import { placeOf } from './storyboard-edits.ts';

export type Player = View & {
  /** Seconds since the beginning of the chosen scene, and of the film. */
  seconds(): number;
  time(): number;
  isPlaying(): boolean;
  /** Goes to a time of the film; with `by`, so many seconds on. */
  seek(time: number): void;
  by(seconds: number): void;
  /** Goes to a scene, to its beginning by default. */
  show(id: string, seconds?: number): void;
  /** The next scene; with −1 the beginning of this one, or the one before if it begins just now. */
  scene(by: 1 | -1): void;
  play(): void;
  pause(): void;
  toggle(): void;
  /** Calls back when the playhead has moved, or begins or ends to play. */
  onChange(callback: () => void): () => void;
};

/** A frame that comes later than this is counted as this late, in milliseconds. */
const LATEST = 250;

/** `isReady`: whether a scene can be shown. The playhead waits where it can't. */
export function createPlayer(board: Board, isReady: (id: string) => boolean): Player {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const callback of listeners) callback();
  };
  let shown = board.scene()?.id;
  let seconds = 0;
  let playing = false;
  let frame = 0;
  let last = 0;

  const time = () => {
    const storyboard = board.get();
    const place = placeOf(storyboard, board.scene()?.id);
    return place < 0 ? 0 : beginningOf(storyboard, place) + seconds;
  };
  const show = (id: string, at = 0) => {
    shown = id;
    seconds = at;
    board.choose(id);
    tell();
  };
  const seek = (wanted: number) => {
    const storyboard = board.get();
    const found = placeInFilm(storyboard, wanted);
    if (found) show(storyboard.scenes[found.place].id, found.seconds);
  };
  const tick = (now: number) => {
    frame = 0;
    if (!playing) return;
    const passed = last === 0 ? 0 : Math.min(LATEST, now - last) / 1000;
    last = now;
    const storyboard = board.get();
    const next = time() + passed;
    const end = filmLength(storyboard);
    const id = storyboard.scenes[placeInFilm(storyboard, next)?.place ?? -1]?.id;
    if (id === undefined) return pause();
    if (!isReady(id)) last = 0;
    else if (next >= end) {
      seek(end);
      return pause();
    } else seek(next);
    frame = requestAnimationFrame(tick);
    return undefined;
  };
  const play = () => {
    const storyboard = board.get();
    if (storyboard.scenes.length === 0 || playing) return;
    if (time() >= filmLength(storyboard) - 1e-3) seek(0);
    playing = true;
    last = 0;
    frame ||= requestAnimationFrame(tick);
    tell();
  };
  const pause = () => {
    if (!playing) return;
    playing = false;
    tell();
  };
  /** Another scene was chosen elsewhere, or this one is shorter now. */
  const follow = () => {
    const scene = board.scene();
    if (scene?.id !== shown) [shown, seconds] = [scene?.id, 0];
    if (scene) seconds = Math.min(seconds, lengthOf(board.get(), scene));
    if (!scene) playing = false;
    tell();
  };
  const ends = board.onChange(follow);
  return {
    seconds: () => seconds,
    time,
    isPlaying: () => playing,
    seek(wanted) {
      pause();
      seek(wanted);
    },
    by(passed) {
      pause();
      seek(Math.max(0, time() + passed));
    },
    show,
    scene(by) {
      const { scenes } = board.get();
      const place = placeOf(board.get(), board.scene()?.id);
      const wanted = by > 0 ? place + 1 : seconds > 0.05 ? place : place - 1;
      if (wanted in scenes) show(scenes[wanted].id);
      else if (by < 0) show(scenes[0]?.id ?? '');
      else seek(filmLength(board.get()));
    },
    play,
    pause,
    toggle: () => (playing ? pause() : play()),
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    destroy() {
      playing = false;
      cancelAnimationFrame(frame);
      ends();
    },
  };
}
