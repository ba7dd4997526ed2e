/** The app without a window: a shell in this process, and a browser in which the page makes a film. */
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
/** Makes a film, and returns its path. `tell` is called while it is made. Throws UserError, or the signal's reason. */
export async function makeFilm(
  target: SourcePlace,
  job: FilmJob,
  tell: (done: number, of: number, secondsLeft: number | undefined) => void,
  signal: AbortSignal,
): Promise<string> {
  const { command: text } = messages.filmExport;
  const browser = findHeadlessShell() ?? findBrowser();
  if (!browser) throw new UserError(text.browserNeeded);
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-film-'));
  const state = join(folder, 'state');
  makeStateFolder(state);
  const memory = openMemory(state);
  memory.set({ settings: { ...memory.get().settings, language: spoken } });
  const film = settled<string>();
  /** Called when the page has begun with the film. */
  let begins = () => {};
  const documents = createDocuments({
    folder: state,
    memory,
    startEngine: nodeEngine(fileURLToPath(new URL('engine-process.mjs', import.meta.url))),
    host: {
      capabilities: { shell: 'server', nativeMenu: false, nativeDialogs: false, platform: 'linux' },
      quit: () => {},
      exportTold({ done, of, secondsLeft, path, problem }) {
        begins();
        if (path !== undefined) film.resolve(path);
        else if (problem !== undefined) film.reject(new UserError(problem));
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
        film.reject(new UserError(text.pageEnded));
      };
      return { receive: frame => connection.receive(frame), close };
    },
    control: { key: randomUUID(), name: () => documents.document.name },
    language: () => spoken,
  });
  const stop = () => film.reject(signal.reason);
  signal.addEventListener('abort', stop);
  let window: Headless | undefined;
  try {
    await Promise.race([documents.beginExactly(target), film.promise]);
    signal.throwIfAborted();
    documents.command('film.exportJob', JSON.stringify(job));
    const opened = openHeadless(browser, server.link(), join(folder, 'browser'), spoken);
    window = opened;
    const { child } = opened;
    child.once('error', error => film.reject(new UserError(text.browserEnded(error.message))));
    child.once('exit', (code, by) => film.reject(new UserError(text.browserEnded(by ?? `status ${code}`))));
    const patience = setTimeout(() => film.reject(new UserError(text.notOpened)), OPENS_WITHIN);
    begins = () => {
      clearTimeout(patience);
      opened.release();
      begins = () => {};
    };
    return await film.promise;
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
