import { setTimeout as pause } from 'node:timers/promises';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../../shared/errors.ts';
import { templateNames } from '../../../shared/templates.ts';
import { type LanguageChoice, languageChoices, startLanguages } from '../../../shared/messages/languages.ts';
import { messages, say as inWords, speak } from '../../../shared/messages.ts';
import type { Settings } from '../../../shared/protocol.ts';
import { createDocuments, type Documents } from '../documents.ts';
import { nodeEngine } from '../engine-link.ts';
import { type Lock, makeStateFolder, openMemory, type Owner, stateFolderPath, takeLock } from '../state.ts';
import { findBrowser, hasDisplay, openAppWindow } from './browser.ts';
import { CONTROL_HEADER, CONTROL_PATH, type LocalServer, startLocalServer } from './http.ts';

/** The app in a browser of this computer: `server.mjs [FILE|TEMPLATE] [--no-open] [--port N]`. */

/** Milliseconds without any window after which the app ends, if it opened a window. Reloading takes less. */
const GRACE = 3000;
/** How many milliseconds the browser has to open the page before a link is printed too. */
const WINDOW_WITHIN = 15_000;
/** How many milliseconds another server of this user has to offer a window. */
const JOIN_WITHIN = 6000;

type Options = {
  target: { file: string } | { template: string } | undefined;
  open: boolean;
  port: number;
  language?: LanguageChoice;
};

function parseOptions(args: readonly string[]): Options {
  const options: Options = { target: undefined, open: true, port: 0 };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--no-open') options.open = false;
    else if (arg === '--port') {
      options.port = Number(args[++i]);
      const valid = Number.isInteger(options.port) && options.port >= 0 && options.port < 65536;
      if (!valid || !args[i]) throw new UserError(messages.shell.invalidPort(args[i] ?? ''));
    } else if (/^--lang(=|$)/.test(arg)) {
      const named = arg.includes('=') ? arg.slice('--lang='.length) : (args[++i] ?? '');
      options.language = startLanguages.find(each => each === named);
      if (!options.language) throw new UserError(messages.shell.unknownLanguage(named, languageChoices.join(', ')));
    } else if (arg.startsWith('-')) throw new UserError(messages.shell.unknownOption(arg));
    else if (options.target) throw new UserError(messages.shell.oneFile);
    else if ((templateNames as readonly string[]).includes(arg)) options.target = { template: arg };
    else if (existsSync(arg) && statSync(arg).isFile()) options.target = { file: resolve(arg) };
    else throw new UserError(messages.shell.fileNotFound(arg));
  }
  return options;
}

// If the terminal is gone or a pipe is closed, the app goes on silently.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
const log = (line: string) => process.stderr.write(`${line}\n`);
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Speaks the language that was chosen in the window, also in the terminal. */
const speakAs = ({ language }: Settings) => speak(language, [Intl.DateTimeFormat().resolvedOptions().locale]);

async function main() {
  const options = parseOptions(process.argv.slice(2));
  const folder = stateFolderPath();
  makeStateFolder(folder);
  const lock = await lockOrJoin(folder, options);
  if (!lock) return;
  // However the process ends, the lock is released for the next start.
  process.on('exit', () => lock.release());

  let end: () => void = () => {};
  const ended = new Promise<void>(resolve => (end = resolve));
  const memory = openMemory(folder);
  if (options.language) memory.set({ settings: { ...memory.get().settings, language: options.language } });
  speakAs(memory.get().settings);
  const documents = createDocuments({
    folder,
    log,
    memory,
    // For tests.
    compactAfter: Number(process.env.CONVSHEET_COMPACT_AFTER) || undefined,
    startEngine: nodeEngine(fileURLToPath(new URL('engine-process.mjs', import.meta.url))),
    host: {
      capabilities: {
        shell: 'server',
        nativeMenu: false,
        nativeDialogs: false,
        platform: process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'windows' : 'linux',
      },
      settingsChanged: speakAs,
      quit: () => end(),
    },
  });
  const server = await startLocalServer({
    port: options.port,
    folder: fileURLToPath(new URL('../renderer/', import.meta.url)),
    connect: (post, refuse) => documents.connect(post, refuse),
    control: { key: lock.owner.key, name: () => documents.document.name },
    language: () => memory.get().settings.language,
    log,
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new UserError(messages.shell.portTaken(options.port)) : error;
  });
  lock.update(server.port);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A second signal ends the app at once.
    process.once(signal, () => {
      process.once(signal, () => process.exit(1));
      end();
    });
  }
  // The window can open while the workbook is still being opened.
  const beginning = documents.begin(options.target);
  const window = options.open ? openWindow(folder, server, documents, () => end()) : undefined;
  if (!window) offerLinks(server);
  await beginning;
  await ended;

  window?.close();
  await server.close();
  const { unsaved, problem } = await documents.close();
  if (problem !== undefined) log(messages.shell.notKeptUnsaved(inWords(problem)));
  say(
    unsaved && problem === undefined ? `${messages.shell.ended} ${messages.shell.keptUnsaved}` : messages.shell.ended,
  );
  process.exit(problem === undefined ? 0 : 1);
}

/** Opens the browser's window, and ends the app when the last window is gone. If no window can be opened, says why and
 *  returns undefined. */
function openWindow(folder: string, server: LocalServer, documents: Documents, end: () => void) {
  const browser = findBrowser();
  if (!browser || !hasDisplay()) {
    log(browser ? messages.shell.noDisplay : messages.shell.noBrowser);
    return undefined;
  }
  const child = openAppWindow(browser, server.link(), join(folder, 'browser'));
  let running = true;
  let seen = false;
  let offered = false;
  let alone = 0;
  /** How long the app waits without windows. It doesn't wait if the browser has ended, because then no page is
   *  reloading. */
  let grace = GRACE;
  const watch = setInterval(() => {
    if (documents.clients > 0) {
      seen = true;
      alone = 0;
    } else if (seen && (alone += 250) >= grace) {
      clearInterval(watch);
      end();
    }
  }, 250);
  const offer = (reason?: string) => {
    if (reason) log(messages.shell.browserFailed(reason));
    if (!offered && !seen) offerLinks(server);
    offered = true;
  };
  // If the browser doesn't open the page, the user gets a link.
  const patience = setTimeout(() => offer(), WINDOW_WITHIN);
  child.once('error', error => {
    running = false;
    offer(error.message);
  });
  child.once('exit', (code, signal) => {
    running = false;
    if (seen) grace = 0;
    // A browser that ends at once without an error has handed the window to a running browser.
    else if (code !== 0) offer(signal ?? `status ${code}`);
  });
  return {
    close() {
      clearTimeout(patience);
      clearInterval(watch);
      if (running) child.kill();
    },
  };
}

function offerLinks(server: LocalServer) {
  const offer = () => say(messages.shell.link(server.link()));
  offer();
  say(messages.shell.linkHelp);
  createInterface({ input: process.stdin }).on('line', offer);
}

/** Takes the lock. undefined if another server of this user has it, and was asked for another window. */
async function lockOrJoin(folder: string, options: Options): Promise<Lock | undefined> {
  const until = performance.now() + JOIN_WITHIN;
  for (;;) {
    const taken = takeLock(folder, 'server');
    if ('lock' in taken) return taken.lock;
    const { owner } = taken;
    if (owner.shell === 'electron') throw new UserError(messages.shell.alreadyRunning);
    const invitation = await askForWindow(owner);
    if (invitation === 'nobody') taken.forget();
    else if (invitation) {
      openAnotherWindow(folder, options, invitation);
      return undefined;
    } else if (performance.now() > until) throw new UserError(messages.shell.runningElsewhere);
    // The other server is just starting, or busy.
    await pause(250);
  }
}

/** Asks a running server for a window. 'nobody' if none of ours is at its port. undefined if it has no port yet or
 *  doesn't answer. */
async function askForWindow({ port, key }: Owner): Promise<{ link: string; name: string } | 'nobody' | undefined> {
  if (port === undefined) return undefined;
  try {
    const response = await fetch(`http://127.0.0.1:${port}${CONTROL_PATH}`, {
      headers: { [CONTROL_HEADER]: key },
      signal: AbortSignal.timeout(2000),
    });
    return response.ok ? ((await response.json()) as { link: string; name: string }) : 'nobody';
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? undefined : 'nobody';
  }
}

function openAnotherWindow(folder: string, options: Options, { link, name }: { link: string; name: string }) {
  say(messages.shell.anotherWindow(name));
  if (options.target && 'file' in options.target) say(messages.shell.openThere(options.target.file));
  const browser = options.open && hasDisplay() ? findBrowser() : undefined;
  if (browser) openAppWindow(browser, link, join(folder, 'browser')).unref();
  else say(messages.shell.link(link));
}

main().catch((error: Error) => {
  log(error instanceof UserError ? inWords(error.sentence) : (error.stack ?? error.message));
  process.exit(1);
});
