import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Events } from '../../shared/protocol.ts';
import { type Caller, createCaller } from '../../shared/rpc.ts';
import { admit } from '../shells/server/admission.ts';

/** The app as a user starts it, in its own processes: the local server and its engine. */
export type RunningApp = {
  pid: number;
  /** A link that opens a window. It works once. */
  link: string;
  /** A link for another window. */
  anotherLink(): Promise<string>;
  stop(): Promise<void>;
  /** Kills the server. */
  kill(): Promise<void>;
};

/** Starts the built app with a workbook file or a template, and with settings and recent files of its own. With
 *  `state`, the app starts as it was left in that folder, and the folder stays. */
export async function startApp(target?: string, state?: string): Promise<RunningApp> {
  const own = state ?? (await mkdtemp(join(tmpdir(), 'convsheet-bench-')));
  const server = fileURLToPath(new URL('server.mjs', import.meta.url));
  const child = spawn(process.execPath, [server, ...(target === undefined ? [] : [target]), '--no-open'], {
    env: { ...process.env, CONVSHEET_STATE: own },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // The process may end before it reads.
  child.stdin.on('error', () => {});
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
    if (state === undefined) await rm(own, { recursive: true, force: true });
  };
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLink = async (): Promise<string> => {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one line after the other
      const { value, done } = await lines.next();
      if (done) throw new Error('the server ended before it offered a link');
      const link = /http:\/\/\S+\/start\?k=\S+/.exec(value)?.[0];
      if (link) return link;
    }
  };
  try {
    return {
      pid: child.pid!,
      link: await nextLink(),
      anotherLink() {
        child.stdin.write('\n');
        return nextLink();
      },
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
    };
  } catch (error) {
    await end('SIGTERM');
    throw error;
  }
}

/** A client of the app without a browser. It signs in as a browser does and speaks the same protocol. */
export type AppClient = { caller: Caller; close(): void };

export async function connectClient(
  { link }: Pick<RunningApp, 'link'>,
  onEvent: <E extends keyof Events>(event: E, data: Events[E]) => void,
): Promise<AppClient> {
  const { origin, cookie, socket: to } = await admit(link);
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(to.url, to.protocols, { origin, headers: { cookie }, perMessageDeflate: false });
  await once(socket, 'open');
  const caller = createCaller(frame => socket.send(frame), onEvent);
  socket.on('message', data => caller.receive(data as Buffer));
  socket.on('close', () => caller.close('the server closed the connection'));
  return { caller, close: () => socket.close() };
}
