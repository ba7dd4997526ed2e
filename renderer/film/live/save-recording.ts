/** Makes a film of a recording, where the user wants it. The recording stays until the film is whole. */
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';
import type { LeftRecording } from '../../../shared/protocol.ts';
import type { Client } from '../../core/client.ts';
import type { Store } from '../../core/store.ts';
import type { Dialogs } from '../../parts/dialogs.ts';
import { type ChosenFile, choosePath } from '../../parts/file-dialog.ts';
import type { Chapter } from '../export/chapters.ts';
import { writeFile } from '../forms/output.ts';
import type { FromRecordingWorker, ToRecordingWorker } from '../export/recording-messages.ts';

export type SaveNeeds = { store: Store; client: Client; dialogs: Dialogs };

/** Asks for a name, makes the film and removes the recording. `more`: what there is to say besides. Resolves with what
 *  became of it: 'kept' if the user has chosen no name, or has stopped it. Rejects with UserError; the recording then
 *  stays as well. */
export async function saveRecording(needs: SaveNeeds, left: LeftRecording, more = ''): Promise<'saved' | 'kept'> {
  const { store, client, dialogs } = needs;
  const text = messages.live;
  const isMp4 = !left.recording.endsWith('.webm');
  const own = text.fileName((left.name || left.recording.slice(0, 10)).replace(/\.convsheet$/i, ''));
  const suggestion = `${own.replaceAll(/[\\/:*?"<>|]/g, ' ')}.${isMp4 ? 'mp4' : 'webm'}`;
  const file = await choosePath(store, client, dialogs, 'export', suggestion);
  if (!file) return 'kept';
  const made = await finish(needs, left, file, isMp4);
  if (!made) return 'kept';
  await client.send('dropRecording', { recording: left.recording });
  const { path, seconds } = made;
  const sentence = isMp4 || left.markers.length === 0 ? text.saved(path, Math.round(seconds)) : text.savedPlain(path);
  store.set({ notice: { tone: 'info', sentence: `${sentence} ${more}`.trim() } });
  return 'saved';
}

/** Resolves with undefined if the user has stopped it. */
async function finish(
  { store, client }: SaveNeeds,
  left: LeftRecording,
  file: ChosenFile,
  isMp4: boolean,
): Promise<{ path: string; seconds: number } | undefined> {
  const text = messages.live;
  const { recording, size, markers } = left;
  const worker = new Worker(new URL('../export/recording-worker.ts', import.meta.url), { type: 'module' });
  const post = (message: ToRecordingWorker, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
  let stop = () => {};
  let isStopped = false;
  let isShown = false;
  const show = (fraction: number) => {
    // A film may be in the making too. Its progress is then the one that is shown.
    if (!isShown && store.get().exporting) return;
    isShown = true;
    store.set({ exporting: { task: text.task(fraction), fraction, stop: () => stop() } });
  };
  let seconds = 0;
  const give = async (id: number, at: number, length: number) => {
    const { bytes } = await client.send('readRecording', { recording, at, length });
    const own = bytes.slice();
    post({ kind: 'bytes', id, bytes: own }, [own.buffer]);
  };
  try {
    const path = await writeFile(client, file, async write => {
      await new Promise<void>((resolve, reject) => {
        stop = () => {
          isStopped = true;
          reject(new Error('stopped'));
        };
        worker.addEventListener('error', event => reject(new Error(event.message)));
        worker.addEventListener('message', ({ data }: MessageEvent<FromRecordingWorker>) => {
          if (isStopped) return;
          if (data.kind === 'read') {
            const { id, at, length } = data;
            show(at / Math.max(1, size));
            give(id, at, length).catch(reject);
          } else if (data.kind === 'write') {
            write(data.bytes, data.at).then(() => post({ kind: 'written', id: data.id }), reject);
          } else if (data.kind === 'end') {
            ({ seconds } = data);
            resolve();
          } else if (data.kind === 'empty') reject(new UserError(text.problems.nothing));
          else reject(new UserError(text.problems.unsaved(data.message)));
        });
        show(0);
        post({ kind: 'begin', size, isMp4, chapters: chaptersOf(markers) });
      });
    });
    return { path, seconds };
  } catch (error) {
    if (isStopped) return undefined;
    throw error;
  } finally {
    worker.terminate();
    if (isShown) store.set({ exporting: undefined });
  }
}

/** Each marker begins a chapter. */
function chaptersOf(markers: readonly number[]): Chapter[] {
  const text = messages.live;
  if (markers.length === 0) return [];
  return [{ at: 0, title: text.beginning }, ...markers.map((at, nth) => ({ at, title: text.marker(nth + 1) }))];
}
