import type { Client } from '../core/client.ts';
import type { Store } from '../core/store.ts';
import { setupProblems } from './setup.ts';

/** Keeps the set-up of the next run in its workbook, so that it goes into its file. */
export function keepSetup(store: Store, client: Client): void {
  const written = () => {
    const { setup, dataChoice } = store.get();
    return JSON.stringify({ ...setup, data: dataChoice });
  };
  let { workbookId } = store.get();
  /** The set-up that the workbook has. */
  let kept = written();
  /** Whether the workbook was sent a set-up that isn't in its file. The initial set-up doesn't count, because nobody
   *  has chosen it. */
  let told = false;
  const send = () => {
    const { setup, dataChoice, role } = store.get();
    if (role === 'viewer' || setupProblems(store.get()).size > 0) return;
    kept = written();
    told = true;
    // If it fails, the next change or the next connection keeps it.
    client.send('keepSetup', { setup: { ...setup, data: dataChoice } }, workbookId).catch(() => {});
  };
  store.on(['workbookId', 'setup', 'dataChoice'], now => {
    const opened = now.workbookId !== workbookId;
    ({ workbookId } = now);
    if (opened) [kept, told] = [written(), false];
    else if (written() !== kept) send();
  });
  // Another engine, or the engine of another shell, knows only the file's set-up.
  client.on('workbook', ({ id }) => {
    if (told && id === workbookId) send();
  });
  store.on(['connection'], ({ connection }) => {
    if (told && connection === 'open') send();
  });
}
