/** An app window without Playwright, which has the browser report every message of the connection to it. With VGG-16
 *  that takes 100 MB that no user's window takes. This one only evaluates functions in the page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import { findBrowser, windowOptions } from '../shells/server/browser.ts';

export type PlainWindow = {
  pid: number;
  /** Runs a function inside the page; see page/measure.ts. Resolves with what it returns or resolves with. */
  evaluate<Arguments extends unknown[], Result>(
    work: (...args: Arguments) => Result | Promise<Result>,
    ...args: Arguments
  ): Promise<Result>;
  close(): Promise<void>;
};

type Reply = {
  id: number;
  error?: { message: string };
  result?: { result?: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
};

const LOOK_EVERY = 50;
const OPEN_WITHIN = 120_000;

/** Opens an address as the app opens its window, in a browser and a profile of its own. Throws UserError if no browser
 *  is installed. */
export async function openPlainWindow(url: string, size: { width: number; height: number }): Promise<PlainWindow> {
  const browser = findBrowser();
  if (!browser) throw new UserError(messages.shell.noBrowser);
  const profile = await mkdtemp(join(tmpdir(), 'convsheet-window-'));
  const options = ['--headless', '--remote-debugging-port=0', `--window-size=${size.width},${size.height}`];
  const child = spawn(browser, [...windowOptions(url, profile), ...options], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const page = await attach(profile, child);
    return {
      pid: child.pid!,
      evaluate: (work, ...args) => page.evaluate(`(${work.toString()})(...${JSON.stringify(args)})`) as never,
      async close() {
        page.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Connects to the browser's only page. */
async function attach(profile: string, child: ChildProcess) {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(await addressOf(profile, child), { perMessageDeflate: false });
  await once(socket, 'open');
  const waiting = new Map<number, (reply: Reply | undefined) => void>();
  socket.on('message', data => {
    const reply = JSON.parse((data as Buffer).toString()) as Reply;
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  socket.on('close', () => {
    for (const answer of waiting.values()) answer(undefined);
  });
  let last = 0;
  return {
    async evaluate(expression: string): Promise<unknown> {
      const id = ++last;
      const params = { expression, awaitPromise: true, returnByValue: true };
      const reply = await new Promise<Reply | undefined>(resolve => {
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
      });
      const failed = reply
        ? (reply.error?.message ?? reply.result?.exceptionDetails?.exception?.description)
        : 'closed';
      if (failed !== undefined) throw new Error(`The page: ${failed}`);
      return reply!.result!.result!.value;
    },
    close: () => socket.close(),
  };
}

/** Where the browser's page can be reached, as soon as it is there. */
async function addressOf(profile: string, child: ChildProcess): Promise<string> {
  for (const until = performance.now() + OPEN_WITHIN; performance.now() < until && child.exitCode === null; ) {
    try {
      const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
      const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
        type: string;
        title: string;
        webSocketDebuggerUrl: string;
      }[];
      // A page that is still being opened has no title.
      const page = pages.find(({ type, title }) => type === 'page' && title !== '');
      if (page) return page.webSocketDebuggerUrl;
    } catch {
      // The browser has just started.
    }
    await pause(LOOK_EVERY);
  }
  throw new Error('the browser opened no page');
}
