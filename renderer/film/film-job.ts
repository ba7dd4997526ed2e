/** What the command line has a window make. */
import { UserError } from '../../shared/errors.ts';
import { checkFit, type FilmJob, type Makings, readFilmJob, withScenes } from '../../shared/film/film-job.ts';
import type { Storyboard } from '../../shared/film/storyboard.ts';
import { framesIn } from '../../shared/film/timeline.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Command } from '../core/commands.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store } from '../core/store.ts';
import { exportInBackground } from './export-in-background.ts';
import { captionsOf } from './forms/caption-films.ts';
import { inWorker } from './forms/in-worker.ts';
import { loadForm } from './forms/load-scenes.ts';
import type { Report } from './forms/loaded.ts';
import { writeFile } from './forms/output.ts';
import { createPace } from './pace.ts';
import { boardOf } from './template-boards.ts';

/** What was made: its path, how many frames or scenes it has, and what there is to say of it. */
type Made = { path: string; count: number; note?: string };

/** The command by which the command line has something made. It is in no menu. */
export function createJobCommand(store: Store, client: Client): Command {
  const tell = (done: number, of: number, more: { path?: string; problem?: string; note?: string } = {}) =>
    client.send('tellExport', { done, of, ...more });
  const run = async (text: string) => {
    try {
      // The command line now knows that the page is there.
      await tell(0, 1);
      const { path, count, note } = await make(store, client, readFilmJob(text));
      await tell(count, count, { path, note });
    } catch (error) {
      await tell(0, 1, { problem: sentenceOf(error) });
    }
  };
  return { id: 'film.exportJob', run };
}

/** Rejects with UserError. */
async function make(store: Store, client: Client, job: FilmJob): Promise<Made> {
  const whole = await boardOf(store, client, job.storyboard);
  const { sheet, written, runs } = store.get();
  const storyboard = withScenes(whole, job);
  checkFit(storyboard, job, { sheet, written, runs });
  const { making, path } = job;
  return making.form === 'film'
    ? makeFilm(store, client, path, storyboard, making)
    : makeOther(store, client, path, storyboard, making);
}

async function makeFilm(
  store: Store,
  client: Client,
  path: string,
  storyboard: Storyboard,
  { options, frames, captions }: Makings['film'],
): Promise<Made> {
  const beside = captions && {
    path: captions.path,
    overwrite: true,
    text: () => captionsOf(store, client, storyboard, captions.form),
  };
  const files = { path, frames, beside, overwrite: true };
  const made = await exportInBackground(store, client, { ...options, ...files, storyboard });
  if (made === undefined) throw new UserError(messages.filmExport.stopped);
  return { path: made, count: framesIn(storyboard, options.rate) };
}

async function makeOther(
  store: Store,
  client: Client,
  path: string,
  storyboard: Storyboard,
  making: Exclude<FilmJob['making'], { form: 'film' }>,
): Promise<Made> {
  const write = (to: string, work: Parameters<typeof writeFile>[2]) =>
    writeFile(client, { path: to, replace: true }, work);
  if (making.form === 'srt' || making.form === 'vtt') {
    const text = await captionsOf(store, client, storyboard, making.form);
    return { path: await write(path, each => each(new TextEncoder().encode(text))), count: storyboard.scenes.length };
  }
  const loaded = await loadForm(store, client, making.form, storyboard);
  const leftAfter = createPace();
  const report: Report = share => {
    const told = { done: Math.round(share * PARTS), of: PARTS, secondsLeft: leftAfter(share) };
    // Without a connection there is nobody to tell.
    client.send('tellExport', told).catch(() => {});
  };
  const hasFrames = making.form === 'folder' || making.form === 'sequence';
  const count = hasFrames ? framesIn(storyboard, making.rate) : storyboard.scenes.length;
  if (making.form === 'folder') {
    const put = async (name: string, png: Uint8Array) => {
      await write(`${path}/${name}`, each => each(png));
    };
    await inWorker(loaded, 'frames', making, { put, report });
    return { path, count };
  }
  let note: string | undefined;
  const made = await write(path, async each => {
    note = await inWorker(loaded, 'form', making, { write: each, report });
  });
  return { path: made, count, note };
}

/** How finely progress is told. */
const PARTS = 1000;
