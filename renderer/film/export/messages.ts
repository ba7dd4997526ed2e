/** What a window and the worker that makes a film tell each other. Everything is plain data. */
import type { FilmOptions } from '../../../shared/film/film-job.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import type { Storyboard } from '../../../shared/film/storyboard.ts';
import type { Look } from '../look.ts';
import type { PlainSheet } from '../plain-sheet.ts';
import type { Setting } from '../setting.ts';

/** `sound`: whether the film has a track for it. `frames`: whether the numbers of every frame are written too. */
export type Beginning = {
  storyboard: Storyboard;
  options: FilmOptions;
  sound: boolean;
  frames: boolean;
  look: Look;
  sheet: PlainSheet;
  setting: Setting;
};

/** The samples of each channel, at SOUND_RATE. */
export type Sound = readonly Float32Array<ArrayBuffer>[];
export const SOUND_RATE = 48_000;

/** Scenes come in their order. `written`: another piece is on the disk. */
export type ToWorker =
  | { kind: 'begin'; beginning: Beginning }
  | { kind: 'scene'; film: Omit<SceneFilm, 'sheet'>; sound?: Sound }
  | { kind: 'written' };

export type OutputName = 'film' | 'frames';

/** `scene`: the worker is done with this scene and those before it. */
export type FromWorker =
  | { kind: 'write'; output: OutputName; at: number; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'progress'; done: number; scene: number }
  | { kind: 'end' }
  | { kind: 'failed'; message: string };
