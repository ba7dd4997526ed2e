/** The export of a film in the background: its progress stands in the status bar, where it can be stopped. */
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store } from '../core/store.ts';
import { type ExportOptions, startExport } from './export.ts';

/** Exports a film, and tells in the status bar how it ends. Does nothing while another film is made. Resolves with the
 *  film's path, or undefined if it was stopped or not begun. Rejects with UserError. */
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
    store.set({
      notice: { tone: 'info', sentence: path === undefined ? text.stopped : text.done(path, options.beside?.path) },
    });
    return path;
  } catch (error) {
    store.set({ notice: { tone: 'error', sentence: sentenceOf(error) } });
    throw error;
  } finally {
    store.set({ exporting: undefined });
  }
}
