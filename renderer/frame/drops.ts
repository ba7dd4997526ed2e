import { messages } from '../../shared/messages.ts';
import type { WindowCommands } from './commands.ts';

/** Files and folders dropped anywhere on the window go to `take`. While a dialog stands open they are none of its
 *  answers, and nothing happens. */
export function listenForFiles(root: HTMLElement, take: WindowCommands['drop']): () => void {
  root.dataset.drop = messages.ownImages.dropHere;
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
  const isAsked = () => document.querySelector('dialog[open]') !== null;
  const over = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    // In any case: the browser would leave the page for the file.
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
    // Both are known only as long as the event lasts.
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
