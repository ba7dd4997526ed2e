import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../shared/errors.ts';
import { type FilmJob, isFrameFile } from '../../shared/film/film-job.ts';
import type { TextForm } from '../../shared/film/forms.ts';
import { messages } from '../../shared/messages.ts';
import { beginFolder, checkWritable, writeFileAtomically } from '../files/atomic.ts';
import { oneOperand, type Options, readArguments, UsageError } from './arguments.ts';
import { type ExportJob, filesOf, isForWindow, isText, jobOf, jobOptions } from './export-job.ts';
import { storyboardText } from './export-text.ts';
import { makeInBrowser } from './film-browser.ts';
import { watchInterrupts } from './interrupts.ts';
import type { Output } from './output.ts';
import { createProgress } from './progress.ts';
import { findSource, loadSource, type SourcePlace } from './source.ts';

const options = {
  output: { type: 'string', short: 'o' },
  ...jobOptions,
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** What was made. `frames`: left out for what is told by its bytes. */
type Made = { path: string; captions?: string; frames?: number };

/** `export FILE|TEMPLATE -o PATH`: makes a film of a storyboard, or what else the ending of the path says. */
export async function exportStoryboard(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('export', args, options);
  const source = oneOperand('export', operands, messages.commandLine.fileOrTemplate);
  const { output: path, force, json, ...how } = chosen;
  if (path === undefined) throw new UsageError(messages.commandLine.optionMissing('export', '-o PATH'));
  const job = jobOf(path, how);
  await checkFiles(job, force);
  const started = performance.now();
  const { making } = job;
  const target = findSource(source);
  let made = isText(making) ? await writeText(source, job, making.form) : undefined;
  if (!made && isForWindow(making)) made = await makeStopping(target, { ...job, making });
  if (!made) return;
  const seconds = (performance.now() - started) / 1000;
  await output.write(`${json ? jsonOf(made, seconds) : lineOf(path, made, seconds)}\n`);
}

/** Throws UserError that names a file which is in the way, or can't be written. */
async function checkFiles(job: ExportJob, force: boolean): Promise<void> {
  const { path, making } = job;
  const text = messages.filmExport.command;
  if (making.form === 'folder') {
    const found = existsSync(path) && statSync(path).isDirectory() ? readdirSync(path).find(isFrameFile) : undefined;
    if (found !== undefined && !force) throw new UserError(text.framesExist(path, found));
    return;
  }
  const files = filesOf(job);
  for (const [at, each] of files.entries()) {
    if (files.indexOf(each) !== at) throw new UsageError(text.sameFile(each));
    if (!force && existsSync(each)) throw new UserError(messages.commandLine.exists(each));
    // oxlint-disable-next-line no-await-in-loop -- three at most
    await checkWritable(each);
  }
}

/** undefined where a window has to write it. */
async function writeText(source: string, job: ExportJob, form: TextForm): Promise<Made | undefined> {
  const text = await storyboardText(await loadSource(source), form, job);
  if (text === undefined) return undefined;
  await writeFileAtomically(job.path, new TextEncoder().encode(text));
  return { path: job.path };
}

/** Has a browser make it. undefined if the user has stopped it; then nothing of it stays. */
async function makeStopping(target: SourcePlace, job: FilmJob): Promise<Made | undefined> {
  const { command: text } = messages.filmExport;
  const progress = createProgress();
  const interrupts = watchInterrupts(progress);
  const tell = (done: number, of: number, left: number | undefined) =>
    progress.show(job.making.form === 'film' ? text.progress(done, of, left) : text.share(done / of, left));
  try {
    const { path, count, note } = await makeInPlace(target, job, tell, interrupts.signal);
    if (note !== undefined) progress.say(note);
    const { making } = job;
    return {
      path,
      ...(making.form === 'film' && making.captions && { captions: making.captions.path }),
      ...((making.form === 'film' || making.form === 'sequence' || making.form === 'folder') && { frames: count }),
    };
  } catch (error) {
    if (error !== interrupts.signal.reason) throw error;
    process.exitCode = interrupts.status;
    return undefined;
  } finally {
    progress.clear();
    interrupts.dispose();
  }
}

/** The files of a folder come into it when all of them are there. */
async function makeInPlace(...[target, job, tell, signal]: Parameters<typeof makeInBrowser>) {
  if (job.making.form !== 'folder') return makeInBrowser(target, job, tell, signal);
  const folder = await beginFolder(job.path);
  try {
    const made = await makeInBrowser(target, { ...job, path: folder.path }, tell, signal);
    await folder.finish(isFrameFile);
    return { ...made, path: job.path };
  } finally {
    await folder.drop();
  }
}

const jsonOf = ({ path, captions, frames }: Made, seconds: number): string =>
  JSON.stringify({ path, captions, ...(frames === undefined ? { bytes: statSync(path).size } : { frames }), seconds });

/** `asked`: the path as the user wrote it. */
function lineOf(asked: string, { path, frames }: Made, seconds: number): string {
  const { command: text } = messages.filmExport;
  const shown = resolve(asked) === path ? asked : path;
  return frames === undefined ? text.madeFile(shown, statSync(path).size, seconds) : text.made(shown, frames, seconds);
}
