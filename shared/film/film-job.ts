/** How a film is made into a file: its size, rate and kind. */
import * as v from 'valibot';
import { path } from '../protocol/schemas.ts';
import type { Size } from './picture.ts';
import { filmTemplates } from './templates.ts';
import { FILM_LIMITS, type Storyboard } from './storyboard.ts';

/** The sizes that are offered, in pixels. */
export const filmSizes = {
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
  '1440p': { width: 2560, height: 1440 },
  '4K': { width: 3840, height: 2160 },
  portrait: { width: 1080, height: 1920 },
} as const satisfies Record<string, Size>;
/** Frames a second. */
export const filmRates = [24, 30, 60] as const;
/** avc: H.264, in MP4. vp9, av1: in WebM. */
export const filmCodecs = ['avc', 'vp9', 'av1'] as const;
const most = 3840;
const side = v.pipe(v.number(), v.integer(), v.minValue(64), v.maxValue(most), v.multipleOf(2));

export const filmOptionsSchema = v.strictObject({
  width: side,
  height: side,
  rate: v.picklist(filmRates),
  codec: v.picklist(filmCodecs),
  /** Whether captions stand in the picture. */
  burnt: v.boolean(),
  narration: v.boolean(),
  /** At most so many millions of bits a second. Without it, as many as the pictures need. */
  megabits: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(200))),
});
export type FilmOptions = v.InferOutput<typeof filmOptionsSchema>;
export type FilmCodec = FilmOptions['codec'];

/** Where the scenes come from: the workbook's own storyboard, or a template. */
export const filmSources = ['own', ...filmTemplates] as const;
export type FilmSource = (typeof filmSources)[number];
const nth = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(FILM_LIMITS.scenes));
/** What the command line asks a window to make. `scenes`: the first and the last one, counted from 1. `frames`: where
 *  to write the numbers of every frame. */
export const filmJobSchema = v.strictObject({
  path,
  storyboard: v.picklist(filmSources),
  scenes: v.optional(v.strictObject({ from: nth, to: nth })),
  frames: v.optional(path),
  options: filmOptionsSchema,
});
export type FilmJob = v.InferOutput<typeof filmJobSchema>;

/** Whether pictures of this size fill it: they are as wide and high as a screen, or as a telephone. */
export const isFilmSize = ({ width, height }: Size): boolean => width * 9 === height * 16 || width * 16 === height * 9;

export const endingOf = (codec: FilmCodec): 'mp4' | 'webm' => (codec === 'avc' ? 'mp4' : 'webm');

/** Frame n is the picture at the time n / rate. */
export const frameTime = (frame: number, rate: number): number => frame / rate;

/** The storyboard with some of its scenes, counted from 1. */
export function withScenes(storyboard: Storyboard, scenes: FilmJob['scenes']): Storyboard {
  return scenes ? { ...storyboard, scenes: storyboard.scenes.slice(scenes.from - 1, scenes.to) } : storyboard;
}
