/** What a storyboard is made into, and how: a film, pictures, pages, texts. The app's menu and the command line ask for
 *  the same. */
import * as v from 'valibot';
import { UserError } from '../errors.ts';
import type { Sheet } from '../layout/sheet.ts';
import { messages, say } from '../messages.ts';
import { path } from '../protocol/schemas.ts';
import { problemOf, type Surroundings } from './check.ts';
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

/** Frames a second of a GIF. */
export const gifRates = [5, 8, 10, 12, 15, 20, 25] as const;
export type GifSize = Size & { rate: (typeof gifRates)[number] };
/** The GIFs that are offered, from the finest one on. */
export const gifSizes: readonly GifSize[] = [
  { width: 960, height: 540, rate: 15 },
  { width: 800, height: 450, rate: 15 },
  { width: 640, height: 360, rate: 12 },
  { width: 480, height: 270, rate: 10 },
  { width: 400, height: 225, rate: 8 },
  { width: 320, height: 180, rate: 5 },
];
/** So many bytes of a GIF are what most places accept. */
export const MOST_GIF = 10_000_000;

/** The paper of handouts. */
export const papers = ['A4', 'LETTER'] as const;
export type Paper = (typeof papers)[number];
/** Moments of a scene that have a name. */
export const moments = ['beginning', 'middle', 'end'] as const;

const side = v.pipe(v.number(), v.integer(), v.minValue(64), v.maxValue(3840));
/** As wide and high as a screen, or as a telephone, to the nearest pixel. */
const fillsScreen = ({ width, height }: Size): boolean =>
  height === Math.round((width * 9) / 16) || width === Math.round((height * 9) / 16);
const pictureSize = v.pipe(v.strictObject({ width: side, height: side }), v.check(fillsScreen));

export const isPictureSize = (size: Size): boolean =>
  fillsScreen(size) && v.is(side, size.width) && v.is(side, size.height);
/** Encoders of films take only even sides. */
export const isFilmSize = (size: Size): boolean => isPictureSize(size) && size.width % 2 === 0 && size.height % 2 === 0;

const filmOptions = v.pipe(
  v.strictObject({
    ...pictureSize.entries,
    rate: v.picklist(filmRates),
    codec: v.picklist(filmCodecs),
    /** Whether captions stand in the picture. */
    burnt: v.boolean(),
    narration: v.boolean(),
    /** At most so many millions of bits a second. Without it, as many as the pictures need. */
    megabits: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(200))),
  }),
  v.check(size => isFilmSize(size)),
);
export type FilmOptions = v.InferOutput<typeof filmOptions>;
type FilmCodec = FilmOptions['codec'];

const burnt = v.boolean();
const frames = { size: pictureSize, rate: v.picklist(filmRates), burnt };
/** `at`: the moment of the scene, or how many seconds it has been shown. */
const still = {
  size: pictureSize,
  at: v.union([v.picklist(moments), v.pipe(v.number(), v.minValue(0))]),
  burnt,
};
/** A form, and how it is made. `burnt`: whether captions stand in the picture.
 *  - film. `frames`: where to write the numbers of every frame. `captions`: a file of captions beside it.
 *  - gif. auto: the finest of `gifSizes` that stays below MOST_GIF.
 *  - sequence, folder: a PNG for each frame, in a ZIP file or as files of their own.
 *  - png, svg: a moment of the only scene.
 *  - pdf: a handout. html: a web page that plays the film. srt, vtt: captions. */
const making = v.variant('form', [
  v.strictObject({
    form: v.literal('film'),
    options: filmOptions,
    frames: v.optional(path),
    captions: v.optional(v.strictObject({ form: v.picklist(['srt', 'vtt']), path })),
  }),
  v.strictObject({
    form: v.literal('gif'),
    size: v.union([
      v.literal('auto'),
      v.pipe(
        v.strictObject({ ...pictureSize.entries, rate: v.picklist(gifRates) }),
        v.check(size => fillsScreen(size)),
      ),
    ]),
    burnt,
  }),
  v.strictObject({ form: v.literal('sequence'), ...frames }),
  v.strictObject({ form: v.literal('folder'), ...frames }),
  v.strictObject({ form: v.literal('png'), ...still }),
  v.strictObject({ form: v.literal('svg'), ...still }),
  v.strictObject({ form: v.literal('pdf'), paper: v.picklist(papers) }),
  v.strictObject({ form: v.literal('html') }),
  v.strictObject({ form: v.literal('srt') }),
  v.strictObject({ form: v.literal('vtt') }),
]);
export type Making = v.InferOutput<typeof making>;
/** How each of the forms is made. */
export type Makings = { [F in Making['form']]: Extract<Making, { form: F }> };

/** Where the scenes come from: the workbook's own storyboard, or a template. */
export const filmSources = ['own', ...filmTemplates] as const;
export type FilmSource = (typeof filmSources)[number];
const nth = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(FILM_LIMITS.scenes));
const filmJob = v.strictObject({
  path,
  storyboard: v.picklist(filmSources),
  scenes: v.optional(v.strictObject({ from: nth, to: nth })),
  making,
});
/** What the command line asks a window to make. `scenes`: the first and the last one, counted from 1. */
export type FilmJob = v.InferOutput<typeof filmJob>;

/** A job that came as JSON. Throws ValiError if it is none. */
export const readFilmJob = (text: string): FilmJob => v.parse(filmJob, JSON.parse(text));

export const endingOf = (codec: FilmCodec): 'mp4' | 'webm' => (codec === 'avc' ? 'mp4' : 'webm');

/** Frame n is the picture at the time n / rate. */
export const frameTime = (frame: number, rate: number): number => frame / rate;

/** The name of a picture's file among so many frames. The first frame is 0, and its file is the first one. */
export const frameFile = (frame: number, frames: number): string =>
  `frame-${String(frame + 1).padStart(Math.max(4, String(frames).length), '0')}.png`;
/** Whether a file has such a name. */
export const isFrameFile = (name: string): boolean => /^frame-\d{4,}\.png$/.test(name);

/** The storyboard with those of its scenes that a job names. Throws UserError if there are none. */
export function withScenes(storyboard: Storyboard, { scenes }: Pick<FilmJob, 'scenes'>): Storyboard {
  const chosen = scenes ? storyboard.scenes.slice(scenes.from - 1, scenes.to) : storyboard.scenes;
  if (chosen.length === 0) throw new UserError(messages.filmExport.command.noScenes(storyboard.scenes.length));
  return { ...storyboard, scenes: chosen };
}

/** Throws UserError that names the scenes which don't fit the network, by their numbers before others were left out. */
export function checkFit(
  { scenes }: Storyboard,
  job: Pick<FilmJob, 'scenes'>,
  { sheet, ...around }: Surroundings & { sheet: Sheet },
): void {
  const { misfit, misfits } = messages.filmExport.command;
  const told = scenes.flatMap((scene, place) => {
    const why = problemOf(sheet, scene, around);
    return why === undefined ? [] : [misfit((job.scenes?.from ?? 1) + place, scene.title, say(why))];
  });
  if (told.length > 0) throw new UserError(misfits(told.slice(0, MOST_TOLD), Math.max(0, told.length - MOST_TOLD)));
}
/** So many of the scenes that don't fit are told. */
const MOST_TOLD = 3;
