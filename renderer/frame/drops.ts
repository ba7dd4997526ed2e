import { messages } from '../../shared/messages.ts';
import { MOST_FILE_BYTES } from '../../shared/file-limits.ts';
import type { Client } from '../core/client.ts';
import type { Telling } from '../core/commands.ts';
import type { Store } from '../core/store.ts';
import { type Dropped, type DroppedItem, meaningOf } from '../data/dropped.ts';
import { putIntoInput } from '../data/own-image.ts';

/** A dropped file or folder. Of a folder, only its name is known. */
export type DroppedFile = DroppedItem & { file: File | undefined };

type Dropping = {
  store: Store;
  client: Client;
  finishEditing: () => boolean;
  openInstead: (work: () => Promise<unknown>) => Promise<unknown>;
  openData: (dropped: Extract<Dropped, { kind: 'data' }>) => Promise<void>;
  askFit: Parameters<typeof putIntoInput>[3];
  openLesson: (file: File) => Promise<unknown>;
} & Pick<Telling, 'refuse'>;

/** Opens or uses what was dropped on the window. */
export function createDropping(needs: Dropping): (items: readonly DroppedFile[]) => Promise<void> {
  const { store, client, finishEditing, openInstead, openData, askFit, openLesson, refuse } = needs;
  return async items => {
    const meant = meaningOf(items);
    if (meant.kind === 'refused') return refuse(meant.sentence);
    if (meant.kind === 'lesson') return void (await openLesson(items[meant.at].file!));
    if (store.get().role === 'viewer') return refuse(messages.shell.viewerRefused);
    if (!finishEditing()) return;
    if (meant.kind === 'data') return openData(meant);
    const file = items[meant.at].file!;
    if (meant.kind === 'image') return putIntoInput(store, client, { from: 'bytes', file }, askFit, items.length - 1);
    if (file.size > MOST_FILE_BYTES) return refuse(messages.shell.tooLargeToDrop(file.name, MOST_FILE_BYTES / 2 ** 20));
    await openInstead(async () => {
      await client.send('openBytes', { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    });
  };
}

/** Takes files and folders that are dropped anywhere on the window. While a dialog is open, nothing happens. */
export function listenForFiles(root: HTMLElement, take: (items: readonly DroppedFile[]) => void): () => void {
  root.dataset.drop = messages.ownImages.dropHere;
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
  const isAsked = () => document.querySelector('dialog[open]') !== null;
  const over = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    // Always, because the browser would leave the page and open the file.
    event.preventDefault();
    if (isAsked()) event.dataTransfer!.dropEffect = 'none';
    else root.classList.add('dropping');
  };
  const leave = (event: DragEvent) => {
    if (!event.relatedTarget) root.classList.remove('dropping');
  };
  const drop = (event: DragEvent) => {
    root.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (isAsked()) return;
    const files = [...event.dataTransfer!.items].filter(({ kind }) => kind === 'file');
    // Files and items can be read only during the event.
    take(
      files.map(item => {
        const entry = item.webkitGetAsEntry();
        const file = item.getAsFile() ?? undefined;
        return { name: file?.name ?? entry?.name ?? '', folder: entry?.isDirectory === true, file };
      }),
    );
  };
  window.addEventListener('dragover', over);
  window.addEventListener('dragleave', leave);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('dragleave', leave);
    window.removeEventListener('drop', drop);
  };
}
