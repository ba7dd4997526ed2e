import type { Client } from '../core/client.ts';
import type { Store } from '../core/store.ts';
import { setupProblems } from './setup.ts';

/** Keeps with the workbook how its next run is set up, so that it goes into its file and to no other. */
export function keepSetup(store: Store, client: Client): void {
  const written = () => {
    const { setup, dataChoice } = store.get();
    return JSON.stringify({ ...setup, data: dataChoice });
  };
  let { workbookId } = store.get();
  /** What the workbook has of it. */
  let kept = written();
  /** Whether it has anything that isn't in its file: what a workbook begins with, nobody has set up. */
  let told = false;
  const send = () => {
    const { setup, dataChoice, role } = store.get();
    if (role === 'viewer' || setupProblems(store.get()).size > 0) return;
    kept = written();
    told = true;
    // What can't be kept now is kept with the next change, or when the connection is back.
    client.send('keepSetup', { setup: { ...setup, data: dataChoice } }, workbookId).catch(() => {});
  };
  store.on(['workbookId', 'setup', 'dataChoice'], now => {
    const opened = now.workbookId !== workbookId;
    ({ workbookId } = now);
    if (opened) [kept, told] = [written(), false];
    else if (written() !== kept) send();
  });
  // Another engine, and another shell's, knows only what the file has.
  client.on('workbook', ({ id }) => {
    if (told && id === workbookId) send();
  });
  store.on(['connection'], ({ connection }) => {
    if (told && connection === 'open') send();
  });
}
