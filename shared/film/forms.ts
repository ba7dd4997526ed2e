/** The forms of a storyboard that are files: what each is called, and those that are texts. */
import { cuesOf, writeChapters, writeSrt, writeVtt } from './captions.ts';
import type { SceneFilm } from './numbers.ts';
import type { Storyboard } from './storyboard.ts';
import { writeStoryboard } from './text.ts';
import type { Surroundings } from './text-places.ts';

/** The endings of their names. */
export const formEndings = {
  film: ['mp4', 'webm'],
  gif: ['gif'],
  html: ['html'],
  pdf: ['pdf'],
  sequence: ['zip'],
  png: ['png'],
  svg: ['svg'],
  md: ['md'],
  srt: ['srt'],
  vtt: ['vtt'],
  chapters: ['txt'],
} as const satisfies Record<string, readonly string[]>;
export type FileForm = keyof typeof formEndings;

export type TextForm = Extract<FileForm, 'md' | 'srt' | 'vtt' | 'chapters'>;

/** The forms that are texts. `around`: the workbook of the storyboard. `films`: the scenes whose captions say what
 *  cells hold, at their places. */
export const textForms: {
  [F in TextForm]: (storyboard: Storyboard, around: Surroundings, films?: readonly (SceneFilm | undefined)[]) => string;
} = {
  md: writeStoryboard,
  srt: (...film) => writeSrt(cuesOf(...film)),
  vtt: (...film) => writeVtt(cuesOf(...film)),
  chapters: writeChapters,
};
