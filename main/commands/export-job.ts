/** What the options of `export` ask for. */
import { existsSync, statSync } from 'node:fs';
import { basename, extname, join, parse, resolve, sep } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import {
  endingOf,
  type FilmJob,
  filmCodecs,
  filmRates,
  filmSizes,
  filmSources,
  gifRates,
  gifSizes,
  isFilmSize,
  isPictureSize,
  type Making,
  type Makings,
  moments,
  papers,
} from '../../shared/film/film-job.ts';
import { type FileForm, formEndings, type TextForm, textForms } from '../../shared/film/forms.ts';
import type { Size } from '../../shared/film/picture.ts';
import { messages } from '../../shared/messages.ts';
import { type Options, UsageError } from './arguments.ts';

/** The options that say how something is made. */
export const jobOptions = {
  storyboard: { type: 'string' },
  scenes: { type: 'string' },
  size: { type: 'string' },
  fps: { type: 'string' },
  codec: { type: 'string' },
  captions: { type: 'string' },
  frames: { type: 'string' },
  at: { type: 'string' },
  paper: { type: 'string' },
} as const satisfies Options;
type Chosen = { [K in keyof typeof jobOptions]?: string | undefined };

/** The command itself writes texts, as far as it can; everything else a window makes. */
export type ExportJob = Omit<FilmJob, 'making'> & { making: Making | TextMaking };
type TextMaking = { form: TextForm };
type Form = ExportJob['making']['form'];

export const isText = (making: ExportJob['making']): making is TextMaking => Object.hasOwn(textForms, making.form);
export const isForWindow = (making: ExportJob['making']): making is Making =>
  making.form !== 'md' && making.form !== 'chapters';

/** The options that only some forms have. */
const OWN: { [K in keyof Chosen]: readonly Form[] } = {
  size: ['film', 'gif', 'sequence', 'folder', 'png', 'svg'],
  fps: ['film', 'gif', 'sequence', 'folder'],
  codec: ['film'],
  captions: ['film', 'gif', 'sequence', 'folder', 'png', 'svg'],
  frames: ['film'],
  at: ['png', 'svg'],
  paper: ['pdf'],
};

/** Throws UsageError that names the option, or UserError for a path of another ending. */
export function jobOf(path: string, chosen: Chosen): ExportJob {
  const form = formOf(path);
  for (const [option, forms] of Object.entries(OWN))
    if (chosen[option as keyof Chosen] !== undefined && !forms.includes(form))
      throw new UsageError(messages.filmExport.command.unfit(`--${option}`, basename(path), endingsOf(forms)));
  return {
    path: resolve(path),
    storyboard: among('storyboard', filmSources, chosen.storyboard ?? 'own'),
    scenes: scenesOf(chosen.scenes, form === 'png' || form === 'svg'),
    making: makingOf(form, path, chosen),
  };
}

/** The files that a job writes. */
export function filesOf({ path, making }: ExportJob): string[] {
  if (making.form !== 'film') return [path];
  const { frames, captions } = making;
  return [path, ...(frames === undefined ? [] : [frames]), ...(captions ? [captions.path] : [])];
}

const forms = Object.entries(formEndings) as [FileForm, readonly string[]][];

function formOf(path: string): Form {
  const isFolder = path.endsWith('/') || path.endsWith(sep) || (existsSync(path) && statSync(path).isDirectory());
  if (isFolder) return 'folder';
  const ending = extname(path).toLowerCase().slice(1);
  const form = forms.find(([, endings]) => endings.includes(ending))?.[0];
  if (form) return form;
  throw new UserError(messages.filmExport.command.ending(basename(path), endingsOf(forms.map(([each]) => each))));
}

function endingsOf(some: readonly Form[]): string {
  const named = forms.flatMap(([form, endings]) => (some.includes(form) ? endings.map(each => `.${each}`) : []));
  return [...named, ...(some.includes('folder') ? [messages.filmExport.command.folder] : [])].join(', ');
}

function makingOf(form: Form, path: string, chosen: Chosen): ExportJob['making'] {
  const burnt = () => among('captions', ['burnt', 'none'], chosen.captions ?? 'burnt') === 'burnt';
  switch (form) {
    case 'film':
      return filmOf(path, chosen);
    case 'gif':
      return { form, size: gifSizeOf(chosen), burnt: burnt() };
    case 'sequence':
    case 'folder':
      return { form, size: sizeOf(chosen.size ?? '1080p'), rate: rateOf(chosen), burnt: burnt() };
    case 'png':
    case 'svg':
      return { form, size: sizeOf(chosen.size ?? '1080p'), at: momentOf(chosen.at ?? 'end'), burnt: burnt() };
    case 'pdf':
      return { form, paper: paperOf(chosen.paper ?? papers[0]) };
    default:
      return { form };
  }
}

function filmOf(path: string, chosen: Chosen): Makings['film'] {
  const isMp4 = extname(path).toLowerCase() === '.mp4';
  const codec = among('codec', filmCodecs, chosen.codec ?? (isMp4 ? 'avc' : 'vp9'));
  if ((endingOf(codec) === 'mp4') !== isMp4)
    throw new UsageError(messages.filmExport.command.codec(codec, basename(path)));
  const captions = among('captions', ['burnt', 'none', 'srt', 'vtt'], chosen.captions ?? 'burnt');
  const { dir, name } = parse(resolve(path));
  const isBeside = captions === 'srt' || captions === 'vtt';
  return {
    form: 'film',
    options: {
      ...sizeOf(chosen.size ?? '1080p', true),
      rate: rateOf(chosen),
      codec,
      burnt: captions === 'burnt',
      narration: true,
    },
    ...(chosen.frames !== undefined && { frames: resolve(chosen.frames) }),
    ...(isBeside && { captions: { form: captions, path: join(dir, `${name}.${captions}`) } }),
  };
}

function among<T extends string>(option: keyof Chosen, all: readonly T[], given: string): T {
  const found = all.find(each => each === given);
  if (found !== undefined) return found;
  throw new UsageError(messages.filmExport.command.among(`--${option}`, given, all.join(', ')));
}

function paperOf(given: string): (typeof papers)[number] {
  const all = papers.map(paper => paper.toLowerCase());
  const known = all.includes(given.toLowerCase()) ? given.toLowerCase() : given;
  return papers[all.indexOf(among('paper', all, known))];
}

function rateOf({ fps = '30' }: Chosen): (typeof filmRates)[number] {
  const all = filmRates.map(String);
  return filmRates[all.indexOf(among('fps', all, fps))];
}

function sizeOf(text: string, isFilm = false, others: readonly string[] = []): Size {
  const named = Object.entries(filmSizes).find(([name]) => name.toLowerCase() === text.toLowerCase());
  if (named) return named[1];
  const [width, high] = (/^(\d{2,4})(?:x(\d{2,4}))?$/i.exec(text) ?? []).slice(1).map(side => side && Number(side));
  const height = high ?? Math.round((Number(width) * 9) / 16);
  const size = { width: Number(width), height: Number(height) };
  if ((isFilm ? isFilmSize : isPictureSize)(size)) return size;
  const all = [...others, ...Object.keys(filmSizes)].join(', ');
  throw new UsageError(messages.filmExport.command.size(text, all, isFilm));
}

/** A size that is given has as many frames a second as the one that is offered below it. */
function gifSizeOf({ size: text = 'auto', fps }: Chosen): Makings['gif']['size'] {
  if (text === 'auto') {
    if (fps === undefined) return 'auto';
    throw new UsageError(messages.commandLine.optionNeedsOption('--fps', '--size'));
  }
  const size = sizeOf(text, false, ['auto']);
  const all = gifRates.map(String);
  const { rate } = gifSizes.find(({ width }) => width <= Math.max(size.width, size.height)) ?? gifSizes.at(-1)!;
  return { ...size, rate: fps === undefined ? rate : gifRates[all.indexOf(among('fps', all, fps))] };
}

function momentOf(text: string): Makings['png']['at'] {
  const named = moments.find(each => each === text);
  if (named) return named;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(messages.filmExport.command.at(text));
}

function scenesOf(text: string | undefined, isStill: boolean): FilmJob['scenes'] {
  if (text === undefined) return isStill ? { from: 1, to: 1 } : undefined;
  const [from, to = from] = (/^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text) ?? []).slice(1).map(each => each && Number(each));
  if (typeof from !== 'number' || typeof to !== 'number' || from < 1 || to < from)
    throw new UsageError(messages.filmExport.command.scenes(text));
  if (isStill && to > from) throw new UsageError(messages.filmExport.command.oneScene(text));
  return { from, to };
}
