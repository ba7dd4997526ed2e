/** The app without a window: a shell in this process, and a browser in which the page makes what a job asks for. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../shared/errors.ts';
import type { FilmJob } from '../../shared/film/film-job.ts';
import { messages, spoken } from '../../shared/messages.ts';
import { createDocuments } from '../shells/documents.ts';
import { nodeEngine } from '../shells/engine-link.ts';
import { findBrowser, findHeadlessShell, type Headless, openHeadless } from '../shells/server/browser.ts';
import { startLocalServer } from '../shells/server/http.ts';
import { makeStateFolder, openMemory } from '../shells/state.ts';
import type { SourcePlace } from './source.ts';

/** How many milliseconds the browser has to open the page. */
const OPENS_WITHIN = 60_000;

/** What was made: its path, how many frames or scenes it has, and what there is to say of it. */
type Made = { path: string; count: number; note?: string };

/** Does a job. `tell` is called meanwhile. Throws UserError, or the signal's reason. */
export async function makeInBrowser(
  target: SourcePlace,
  job: FilmJob,
  tell: (done: number, of: number, secondsLeft: number | undefined) => void,
  signal: AbortSignal,
): Promise<Made> {
  const { command: text } = messages.filmExport;
  const browser = findHeadlessShell() ?? findBrowser();
  if (!browser) throw new UserError(text.browserNeeded);
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-film-'));
  const state = join(folder, 'state');
  makeStateFolder(state);
  const memory = openMemory(state);
  memory.set({ settings: { ...memory.get().settings, language: spoken } });
  const made = settled<Made>();
  /** Called when the page has begun with it. */
  let begins = () => {};
  const documents = createDocuments({
    folder: state,
    memory,
    startEngine: nodeEngine(fileURLToPath(new URL('engine-process.mjs', import.meta.url))),
    host: {
      capabilities: { shell: 'server', nativeMenu: false, nativeDialogs: false, platform: 'linux' },
      quit: () => {},
      exportTold({ done, of, secondsLeft, path, note, problem }) {
        begins();
        if (path !== undefined) made.resolve({ path, count: of, note });
        else if (problem !== undefined) made.reject(new UserError(problem));
        else tell(done, of, secondsLeft);
      },
    },
  });
  const server = await startLocalServer({
    port: 0,
    folder: fileURLToPath(new URL('../renderer/', import.meta.url)),
    connect(post, refuse) {
      const connection = documents.connect(post, refuse);
      const close = () => {
        connection.close();
        made.reject(new UserError(text.pageEnded));
      };
      return { receive: frame => connection.receive(frame), close };
    },
    control: { key: randomUUID(), name: () => documents.document.name },
    language: () => spoken,
  });
  const stop = () => made.reject(signal.reason);
  signal.addEventListener('abort', stop);
  let window: Headless | undefined;
  try {
    await Promise.race([documents.beginExactly(target), made.promise]);
    signal.throwIfAborted();
    documents.command('film.exportJob', JSON.stringify(job));
    const opened = openHeadless(browser, server.link(), join(folder, 'browser'), spoken);
    window = opened;
    const { child } = opened;
    child.once('error', error => made.reject(new UserError(text.browserEnded(error.message))));
    child.once('exit', (code, by) => made.reject(new UserError(text.browserEnded(by ?? `status ${code}`))));
    const patience = setTimeout(() => made.reject(new UserError(text.notOpened)), OPENS_WITHIN);
    begins = () => {
      clearTimeout(patience);
      opened.release();
      begins = () => {};
    };
    return await made.promise;
  } finally {
    begins();
    signal.removeEventListener('abort', stop);
    await window?.end();
    await server.close();
    await documents.discard().catch(() => undefined);
    await documents.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A promise that is settled from outside. */
function settled<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((...both) => ([resolve, reject] = both));
  // It may fail while nobody waits for it yet.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
