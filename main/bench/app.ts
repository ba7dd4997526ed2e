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

/** The app as a user starts it, in processes of its own: the local server and its engine. `link` opens a window
 *  once. */
export type RunningApp = { link: string; stop(): Promise<void> };

/** Starts the built app with a workbook file or a template, with settings and recent files of its own. */
export async function startApp(target: string): Promise<RunningApp> {
  const state = await mkdtemp(join(tmpdir(), 'convsheet-bench-'));
  const server = fileURLToPath(new URL('server.mjs', import.meta.url));
  const child = spawn(process.execPath, [server, target, '--no-open'], {
    env: { ...process.env, CONVSHEET_STATE: state },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(state, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const link = /http:\/\/\S+\/start\?k=\S+/.exec(line)?.[0];
    if (!link) continue;
    child.stdout.resume();
    return { link, stop };
  }
  await stop();
  throw new Error('the server ended before it offered a link');
}

/** A window of the app without a browser: it is let in as a browser is and speaks the same protocol. */
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
