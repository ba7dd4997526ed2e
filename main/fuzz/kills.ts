/** Kills engine and shell at random moments, and holds what comes back against what a client was told is done. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Args, Replies } from '../../shared/protocol.ts';
import { createRandom, type Random } from '../../shared/random.ts';
import { type AppClient, connectClient } from '../bench/app.ts';
import type { Fuzz } from './fuzz.ts';

type App = { child: ChildProcess; link: string; ended: Promise<unknown> };

/** Starts the built server on this state folder. */
async function start(state: string): Promise<App> {
  const server = fileURLToPath(new URL('server.mjs', import.meta.url));
  const child = spawn(process.execPath, [server, '--no-open'], {
    env: { ...process.env, CONVSHEET_STATE: state },
    stdio: ['ignore', 'pipe', 'ignore'],
    // Its engine is in the same group, so that both can be killed at once.
    detached: true,
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const link = /http:\/\/\S+\/start\?k=\S+/.exec(line)?.[0];
    if (!link) continue;
    child.stdout.resume();
    return { child, link, ended };
  }
  throw new Error('the server ended before it offered a link');
}

const EDITED = 9;

/** What is sent, in its order, and how much of it was answered. The workbook has to be what the first so many requests made of it: at least those answered. */
async function oneCase(random: Random): Promise<string | undefined> {
  const state = mkdtempSync(join(tmpdir(), 'convsheet-kills-'));
  let app: App | undefined;
  let client: AppClient | undefined;
  try {
    app = await start(state);
    client = await connectClient(app, () => {});
    await client.caller.send('hello', {});
    const sent: { index: number; value: number }[] = [];
    let answered = 0;
    const started = Date.now();
    const killAfter = 20 + random.integer(400);
    while (Date.now() - started < killAfter) {
      const change = { index: random.integer(EDITED), value: sent.length + 1 };
      sent.push(change);
      const edit: Args<'edit'> = {
        label: `Type ${change.value}`,
        edits: [
          {
            tensor: 'conv1/kernel',
            indices: Uint32Array.of(change.index),
            values: Float32Array.of(change.value),
          },
        ],
      };
      const reply = client.caller.send('edit', edit).then(
        () => answered++,
        () => {},
      );
      if (random.uniform() < 0.5) await Promise.race([reply, pause(30)]);
    }
    app.child.kill('SIGKILL');
    await app.ended;
    client.close();
    app = await start(state);
    client = await connectClient(app, () => {});
    const { workbook }: Replies['hello'] = await client.caller.send('hello', {});
    const label = workbook.state.undo ?? 'Type 0';
    const done = Number(label.split(' ')[1]);
    if (done < answered || done > sent.length) return `${answered} of ${sent.length} answered, ${done} came back`;
    return undefined;
  } finally {
    client?.close();
    app?.child.kill('SIGKILL');
    await app?.ended;
    rmSync(state, { recursive: true, force: true });
  }
}

export const kills: Fuzz = {
  line: 'kills of engine and shell at random moments: nothing that was acknowledged is lost',
  count: 200,
  async run({ seed, count, log }) {
    const failures: string[] = [];
    for (let i = 0; i < count; i++) {
      const failure = await oneCase(createRandom(seed * 100_000 + i));
      if (failure) failures.push(`case ${i}: ${failure}`);
      if ((i + 1) % 20 === 0) log(`${i + 1} of ${count}, ${failures.length} failed`);
    }
    return { summary: '', failures };
  },
};
