import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import {
  endingOf,
  type FilmJob,
  filmCodecs,
  filmRates,
  filmSizes,
  filmSources,
  isFilmSize,
} from '../../shared/film/film-job.ts';
import type { Size } from '../../shared/film/picture.ts';
import { messages } from '../../shared/messages.ts';
import { checkWritable } from '../files/atomic.ts';
import { oneOperand, type Options, readArguments, UsageError } from './arguments.ts';
import { makeFilm } from './film-browser.ts';
import { watchInterrupts } from './interrupts.ts';
import type { Output } from './output.ts';
import { createProgress } from './progress.ts';
import { findSource } from './source.ts';

const options = {
  output: { type: 'string', short: 'o' },
  storyboard: { type: 'string' },
  scenes: { type: 'string' },
  size: { type: 'string' },
  fps: { type: 'string' },
  codec: { type: 'string' },
  captions: { type: 'string' },
  frames: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** `export FILE|TEMPLATE -o FILM`: makes a film of a storyboard, in a browser without windows. */
export async function exportFilm(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('export', args, options);
  const source = oneOperand('export', operands, messages.commandLine.fileOrTemplate);
  const { command: text } = messages.filmExport;
  const path = chosen.output;
  if (path === undefined) throw new UsageError(messages.commandLine.optionMissing('export', '-o FILM'));
  const job = jobOf(path, chosen);
  for (const each of [path, ...(chosen.frames === undefined ? [] : [chosen.frames])]) {
    if (!chosen.force && existsSync(each)) throw new UserError(messages.commandLine.exists(each));
    // oxlint-disable-next-line no-await-in-loop -- two at most
    await checkWritable(each);
  }
  const target = findSource(source);

  const progress = createProgress();
  const interrupts = watchInterrupts(progress);
  const started = performance.now();
  let frames = 0;
  try {
    const tell = (done: number, of: number, left: number | undefined) => {
      frames = of;
      progress.show(text.progress(done, of, left));
    };
    const made = await makeFilm(target, job, tell, interrupts.signal);
    progress.clear();
    const seconds = (performance.now() - started) / 1000;
    const line = chosen.json
      ? JSON.stringify({ path: made, frames, seconds })
      : text.made(resolve(path) === made ? path : made, frames, seconds);
    await output.write(`${line}\n`);
  } catch (error) {
    if (error !== interrupts.signal.reason) throw error;
    process.exitCode = interrupts.status;
  } finally {
    progress.clear();
    interrupts.dispose();
  }
}

type Chosen = { [K in Exclude<keyof typeof options, 'force' | 'json'>]: string | undefined };

function jobOf(path: string, chosen: Chosen): FilmJob {
  const { command: text } = messages.filmExport;
  const among = <T extends string>(option: keyof Chosen, all: readonly T[], otherwise: T): T => {
    const given = chosen[option] ?? otherwise;
    const found = all.find(each => each === given);
    if (found === undefined) throw new UsageError(text.among(`--${option}`, given, all.join(', ')));
    return found;
  };
  const ending = extname(path).toLowerCase();
  if (ending !== '.mp4' && ending !== '.webm') throw new UserError(text.ending(basename(path)));
  const codec = among('codec', filmCodecs, ending === '.mp4' ? 'avc' : 'vp9');
  if (`.${endingOf(codec)}` !== ending) throw new UsageError(text.codec(codec, basename(path)));
  const rates = filmRates.map(String);
  return {
    path: resolve(path),
    storyboard: among('storyboard', filmSources, 'own'),
    scenes: scenesOf(chosen.scenes),
    frames: chosen.frames === undefined ? undefined : resolve(chosen.frames),
    options: {
      ...sizeOf(chosen.size ?? '1080p'),
      rate: filmRates[rates.indexOf(among('fps', rates, '30'))],
      codec,
      burnt: among('captions', ['burnt', 'none'], 'burnt') === 'burnt',
      narration: true,
    },
  };
}

const MOST = 3840;

function sizeOf(text: string): Size {
  const named = Object.entries(filmSizes).find(([name]) => name.toLowerCase() === text.toLowerCase());
  if (named) return named[1];
  const [width, height] = (/^(\d{2,4})x(\d{2,4})$/i.exec(text) ?? []).slice(1).map(Number);
  const size = { width, height };
  const isGood = Number.isInteger(width / 2) && Number.isInteger(height / 2) && Math.max(width, height) <= MOST;
  if (isGood && Math.min(width, height) >= 64 && isFilmSize(size)) return size;
  throw new UsageError(messages.filmExport.command.size(text, Object.keys(filmSizes).join(', ')));
}

function scenesOf(text: string | undefined): FilmJob['scenes'] {
  if (text === undefined) return undefined;
  const [from, to = from] = (/^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text) ?? []).slice(1).map(each => each && Number(each));
  if (typeof from === 'number' && typeof to === 'number' && from >= 1 && to >= from) return { from, to };
  throw new UsageError(messages.filmExport.command.scenes(text));
}
