/** Kills engine and shell at random moments, and holds what comes back against what a client was told is done. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Args, Events, Replies } from '../../shared/protocol.ts';
import type { DataChoice } from '../../shared/data.ts';
import { createRandom, type Random } from '../../shared/random.ts';
import { defaultConfig } from '../../shared/training.ts';
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
/** The elements that are edited. */
const KERNEL = {
  id: 1,
  tensor: 'conv1/kernel' as const,
  offset: 0,
  height: 1,
  width: EDITED,
  rowStride: EDITED,
  columnStride: 1,
};
const DIGITS: DataChoice = {
  source: { kind: 'named', name: 'digits' },
  shape: [12, 12, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0,
  seed: 1,
};
/** Milliseconds until everything that is still asked has to be answered, once nothing more dies. */
const ANSWERED_WITHIN = 20_000;

/** What was asked of one workbook: its edits are labelled by the account's number and their own, so that the last one that came back tells how far it came. */
type Account = {
  opened: boolean;
  /** Edits that were sent, and the last of them that was answered; those that were refused. */
  sent: number;
  done: number;
  refused: Set<number>;
  /** The last edit before a save, which may have been carried out without being answered. */
  saved: number;
  runs: string[];
};
const newAccount = (opened: boolean): Account => ({ opened, sent: 0, done: 0, refused: new Set(), saved: 0, runs: [] });

/** The engine's process: the only child of the server's. */
function engineOf({ child }: App): number | undefined {
  const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
  return pid ? Number(pid) : undefined;
}

/** Why what came back breaks an account; undefined where it doesn't. */
function broken(accounts: readonly Account[], { state, runs, run }: Replies['hello']['workbook']): string | undefined {
  const last = accounts.findLastIndex(({ opened }) => opened);
  const found = /^Edit (\d+) (\d+)$/.exec(state.undo ?? '');
  const number = found ? Number(found[1]) : last;
  const { done, saved, sent, refused, runs: begun } = accounts[number];
  const there = new Set([...runs.map(({ id }) => id), run?.id]);
  const lost = begun.find(id => !there.has(id));
  // Within a run, and behind one, what can be undone first is the run's.
  const hidden = state.undo !== undefined || run !== undefined;
  if (!found) {
    // Nothing to undo: work that was saved, or a workbook that was opened and not changed.
    if (!hidden) return done > saved ? `${done} of ${sent} edits answered, none came back` : undefined;
    return lost && `${lost} was begun and is gone`;
  }
  const edit = Number(found[2]);
  if (number < last) return `workbook ${last} was opened, ${number} came back`;
  if (edit < done || edit > sent) return `${done} of ${sent} edits answered, ${edit} came back`;
  if (refused.has(edit)) return `edit ${edit} was refused and came back`;
  return lost && `${lost} was begun and is gone`;
}

async function oneCase(random: Random): Promise<string | undefined> {
  const scratch = mkdtempSync(join(tmpdir(), 'convsheet-kills-'));
  const state = join(scratch, 'state');
  const file = join(scratch, 'saved.convsheet');
  let app: App | undefined;
  let client: AppClient | undefined;
  /** Kills of the shell end what counts. */
  let alive = true;
  const accounts = [newAccount(true)];
  try {
    app = await start(state);
    client = await connectClient(app, () => {});
    const { caller } = client;
    await caller.send('hello', {});
    const open: Promise<unknown>[] = [];
    const told = (asked: Promise<unknown>, onDone: () => void, onRefused: () => void = () => {}) => {
      const settled = asked.then(
        () => alive && onDone(),
        () => alive && onRefused(),
      );
      open.push(settled);
      return settled;
    };
    const edit = () => {
      const number = accounts.length - 1;
      const account = accounts[number];
      const value = ++account.sent;
      const args: Args<'edit'> = {
        label: `Edit ${number} ${value}`,
        edits: [
          {
            tensor: 'conv1/kernel',
            indices: Uint32Array.of(random.integer(EDITED)),
            values: Float32Array.of(value + number / 64),
          },
        ],
      };
      return told(
        caller.send('edit', args),
        () => (account.done = Math.max(account.done, value)),
        () => account.refused.add(value),
      );
    };
    const started = Date.now();
    const endAfter = 20 + random.integer(900);
    const engineDies = random.uniform() < 0.5 ? started + random.integer(endAfter) : undefined;
    let engineDied = false;
    while (Date.now() - started < endAfter) {
      if (!engineDied && engineDies !== undefined && Date.now() >= engineDies) {
        engineDied = true;
        const pid = engineOf(app);
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      }
      const what = random.uniform();
      const account = accounts.at(-1)!;
      if (what < 0.03) {
        account.saved = account.sent;
        void told(caller.send('save', { path: file, overwrite: true }), () => {});
      } else if (what < 0.05) {
        const opened = newAccount(false);
        // What is typed until it is open, is typed into the workbook before.
        await told(caller.send('newWorkbook', { template: 'lesson3' }), () => {
          opened.opened = true;
          accounts.push(opened);
        });
      } else if (what < 0.06 && account.runs.length === 0) {
        const id = `run-${accounts.length}`;
        const config = { ...defaultConfig(DIGITS), epochs: 1 };
        void told(caller.send('train', { id, name: 'Run', config, start: 'here' }), () => account.runs.push(id));
      }
      const answered = edit();
      if (random.uniform() < 0.5) await Promise.race([answered, pause(30)]);
    }
    if (random.uniform() < 0.3) {
      // Not the shell but only the engine dies: everything asked is answered.
      const late = Symbol('late');
      const first = await Promise.race([Promise.all(open), pause(ANSWERED_WITHIN, late)]);
      if (first === late) return 'something asked was never answered';
    }
    alive = false;
    app.child.kill('SIGKILL');
    await app.ended;
    client.close();
    app = await start(state);
    let typed = 0;
    client = await connectClient(app, (event, data) => {
      if (event !== 'changes') return;
      for (const { values } of (data as Events['changes']).windows) typed = Math.max(typed, ...values);
    });
    const { workbook } = await client.caller.send('hello', {});
    if (workbook.state.undo === undefined && !workbook.run && existsSync(file)) {
      // Saved work does not come back by itself: the largest number typed last is in the file.
      await client.caller.send('openFile', { path: file });
      await client.caller.send('watch', { windows: [KERNEL] });
      const account = accounts.at(-1)!;
      if (account.saved > 0) account.saved = Math.floor(typed);
    }
    return broken(accounts, workbook);
  } finally {
    client?.close();
    app?.child.kill('SIGKILL');
    await app?.ended;
    rmSync(scratch, { recursive: true, force: true });
  }
}

export const kills: Fuzz = {
  line: 'kills of engine and shell at random moments: nothing that was acknowledged is lost',
  count: 200,
  async run({ seed, count, log }) {
    const failures: string[] = [];
    for (let i = 0; i < count; i++) {
      const failure = await oneCase(createRandom(seed * 100_000 + i));
      if (failure) {
        failures.push(`case ${i}: ${failure}`);
        log(failures.at(-1)!);
      }
      if ((i + 1) % 20 === 0) log(`${i + 1} of ${count}, ${failures.length} failed`);
    }
    return { summary: '', failures };
  },
};
