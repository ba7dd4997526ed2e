/** The export of a film in the background: its progress stands in the status bar, where it can be stopped. */
import { UserError } from '../../shared/errors.ts';
import { type FilmJob, withScenes } from '../../shared/film/film-job.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Command } from '../core/commands.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store } from '../core/store.ts';
import { type ExportOptions, startExport } from './export.ts';
import { boardOf } from './template-boards.ts';

/** Exports a film, and tells in the status bar how it ends. Does nothing while another film is made. Resolves with the
 *  film's path, or undefined if it was stopped. Rejects with UserError. */
export async function exportInBackground(
  store: Store,
  client: Client,
  options: ExportOptions,
): Promise<string | undefined> {
  const { filmExport: text } = messages;
  if (store.get().exporting) return undefined;
  const film = startExport(store, client, options);
  const show = (done: number, of: number, left?: number) => {
    const fraction = done / of;
    store.set({ exporting: { task: text.task(fraction, left), fraction, stop: () => film.stop() } });
    // A shell may show it in its own way. Without a connection there is none to tell.
    client.send('tellExport', { done, of, secondsLeft: left }).catch(() => {});
  };
  show(0, 1);
  film.onProgress(show);
  try {
    const path = await film.done;
    store.set({ notice: { tone: 'info', sentence: path === undefined ? text.stopped : text.done(path) } });
    return path;
  } catch (error) {
    store.set({ notice: { tone: 'error', sentence: sentenceOf(error) } });
    throw error;
  } finally {
    store.set({ exporting: undefined });
  }
}

/** The command by which the command line has a film made. It is in no menu. */
export function createExportCommands(store: Store, client: Client): Command[] {
  const make = async (text: string) => {
    const job = JSON.parse(text) as FilmJob;
    const end = (told: { path?: string; problem?: string }) => client.send('tellExport', { done: 0, of: 0, ...told });
    try {
      const whole = await boardOf(store, client, job.storyboard);
      const storyboard = withScenes(whole, job.scenes);
      if (storyboard.scenes.length === 0)
        throw new UserError(messages.filmExport.command.noScenes(whole.scenes.length));
      const { path, frames, options } = job;
      const made = await exportInBackground(store, client, { ...options, storyboard, path, frames, overwrite: true });
      await end(made === undefined ? { problem: messages.filmExport.stopped } : { path: made });
    } catch (error) {
      await end({ problem: sentenceOf(error) });
    }
  };
  return [{ id: 'film.exportJob', run: make }];
}
