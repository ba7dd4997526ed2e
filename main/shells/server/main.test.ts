import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { TensorId } from '../../../shared/network.ts';
import type { Args, Events, Kind, Replies } from '../../../shared/protocol.ts';
import { createCaller } from '../../../shared/rpc.ts';
import { admit } from './admission.ts';
import { findBrowser } from './browser.ts';
import { CONTROL_HEADER, CONTROL_PATH } from './http.ts';

/** The built server and the built engine, as `npm start` runs them. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
beforeAll(() => {
  const build = 'import("./main/tools/build.mjs").then(build => build.ensureBuilt(["engine", "server", "renderer"]))';
  execFileSync(process.execPath, ['-e', build], { cwd: root, stdio: 'ignore' });
});

let state: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'convsheet-state-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  // An engine that has just lost its parent may not have ended yet.
  rmSync(state, { recursive: true, force: true, maxRetries: 5 });
});

type App = {
  child: ChildProcess;
  output(): string;
  link(after?: string): Promise<string>;
  ended: Promise<number | null>;
};

function start(args: string[] = ['--no-open'], environment: NodeJS.ProcessEnv = {}): App {
  const child = spawn(process.execPath, ['.build/main/server.mjs', ...args], {
    cwd: root,
    env: { ...process.env, CONVSHEET_STATE: state, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  return {
    child,
    output: () => output,
    ended: new Promise(resolve => child.once('exit', code => resolve(code))),
    async link(after) {
      for (;;) {
        const links = [...output.matchAll(/http:\/\/127\.0\.0\.1:\d+\/start\?k=[\w-]+/g)].map(([link]) => link);
        const [last] = links.slice(-1);
        if (last !== undefined && last !== after) return last;
        if (child.exitCode !== null) throw new Error(`It ended: ${output}`);
        await pause(10);
      }
    },
  };
}

type Window = {
  send<K extends Kind & keyof Replies>(kind: K, args: Args<K>): Promise<Replies[K]>;
  /** The watched kernel and what depends on it, as last received. */
  values: Map<number, Float32Array>;
  notices: Events['notice'][];
  closed: Promise<void>;
  close(): void;
};

async function openWindow(link: string): Promise<Window> {
  const { origin, cookie, socket: to } = await admit(link);
  const socket = new WebSocket(to.url, to.protocols, { headers: { cookie, origin } });
  const values = new Map<number, Float32Array>();
  const notices: Events['notice'][] = [];
  const caller = createCaller(
    frame => socket.send(frame),
    (event, data) => {
      if (event === 'notice') notices.push(data as Events['notice']);
      if (event === 'changes') for (const each of (data as Events['changes']).windows) values.set(each.id, each.values);
    },
  );
  socket.on('message', (data: Buffer) => caller.receive(new Uint8Array(data)));
  const closed = new Promise<void>(resolve => socket.on('close', () => resolve()));
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    send: (kind, args) => caller.send(kind, kind === 'change' ? { structure: caller.structure, ...args } : args),
    values,
    notices,
    closed,
    close: () => socket.close(),
  };
}

/** Watches the first kernel, the maps after it and the scores, all of each. */
async function watchAll(window: Window, { network }: Replies['getWorkbook']) {
  const conv = network.layers.find(layer => layer.kind === 'conv2d')!;
  const last = network.layers.at(-1)!;
  const whole = (id: number, tensor: TensorId, width: number) => ({
    id,
    tensor,
    offset: 0,
    height: 1,
    width,
    rowStride: width,
    columnStride: 1,
    plane: 'value' as const,
  });
  const kernel: TensorId = `${conv.id}/kernel`;
  await window.send('watch', {
    windows: [whole(1, kernel, 18), whole(2, `${conv.id}/output`, 100), whole(3, `${last.id}/output`, 10)],
  });
  return kernel;
}

const edit = (tensor: TensorId, index: number, value: number): Args<'change'> => ({
  label: `Type ${value}`,
  changes: [{ kind: 'values', edits: [{ tensor, indices: Uint32Array.of(index), values: Float32Array.of(value) }] }],
});

/** The child processes of a process, from Linux's own list. */
function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  const parentOf = (pid: string) => Number(ofProcess(pid, 'stat').split(') ')[1]?.split(' ')[1]);
  return pids.filter(pid => parentOf(pid) === parent).map(Number);
}

/** What Linux says of a process; nothing of one that has ended meanwhile. */
function ofProcess(pid: number | string, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function engineOf({ child }: App): number {
  return childrenOf(child.pid!).find(pid => ofProcess(pid, 'cmdline').includes('engine-process'))!;
}
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('The real engine is killed while edits stream in: every value is as if nothing had happened', async () => {
  const app = start();
  const window = await openWindow(await app.link());
  const { workbook } = await window.send('hello', {});
  const kernel = await watchAll(window, workbook);
  const edits = Array.from({ length: 120 }, (_, i) => edit(kernel, i % 18, Math.sin(i)));
  const first = engineOf(app);
  const sent: Promise<unknown>[] = [];
  for (const [i, each] of edits.entries()) {
    sent.push(window.send('change', each));
    if (i === 40) process.kill(first, 'SIGKILL');
    if (i % 10 === 0) await pause(3);
  }
  await Promise.all(sent);
  expect(engineOf(app)).not.toBe(first);
  // The values of the same calculation without kills.
  const calm = new Map(window.values);
  for (let i = 0; i < 120; i++) await window.send('undo', {});
  for (let i = 0; i < 120; i++) await window.send('redo', {});
  expect([...window.values]).toEqual([...calm]);
  const expected = new Float32Array(18);
  for (let i = 0; i < 120; i++) expected[i % 18] = Math.sin(i);
  expect(calm.get(1)).toEqual(expected);
  // The kill may also have hit a copy that was being made. That is told, and the copy is made again.
  const aboutCopies = ['shell.noCopy', 'shell.autosaveWorks'];
  const told = window.notices.map(({ sentence }) => sentence);
  expect(told.filter(each => typeof each === 'string' || !aboutCopies.includes(each.id))).toEqual([
    'The calculation stopped and was restarted. Nothing was lost.',
  ]);
  // It was the same workbook all the time, so the window needn't start anew.
  expect((await window.send('getWorkbook', {})).id).toBe(workbook.id);
});

onLinux(
  'Nobody reads what the app prints any more: it works on, through a restart of its engine too (fault 24)',
  async () => {
    const app = start();
    const window = await openWindow(await app.link());
    const { workbook } = await window.send('hello', {});
    const kernel = await watchAll(window, workbook);
    app.child.stdout!.destroy();
    app.child.stderr!.destroy();
    // It prints a link after Enter, and a line if the engine has ended.
    app.child.stdin!.write('\n\n');
    process.kill(engineOf(app), 'SIGKILL');
    for (let i = 0; i < 5; i++) {
      await window.send('change', edit(kernel, 0, i));
      app.child.stdin!.write('\n');
    }
    expect(window.values.get(1)![0]).toBe(4);
    app.child.kill('SIGHUP');
    expect(await app.ended).toBe(0);
    expect(journalsIn(state)).toHaveLength(1);
  },
);

const journalsIn = (folder: string) => readdirSync(join(folder, 'works')).filter(name => name.endsWith('.journal'));

test('The whole app is killed while edits stream in: the next start has every answered edit, and undo', async () => {
  const app = start();
  const window = await openWindow(await app.link());
  const { workbook } = await window.send('hello', {});
  const kernel = await watchAll(window, workbook);
  const before = new Map(window.values);
  let answered = 0;
  const send = (value: number) =>
    window.send('change', edit(kernel, 0, value)).then(
      () => (answered = value),
      () => {},
    );
  // Some of these are answered, and some are on their way.
  for (let value = 1; value <= 25; value++) {
    const sent = send(value);
    if (value % 5 === 0) await sent;
  }
  for (let value = 26; value <= 50; value++) void send(value);
  await pause(5);
  app.child.kill('SIGKILL');
  await window.closed;
  await app.ended;
  expect(answered).toBeGreaterThanOrEqual(25);

  const next = start();
  const again = await openWindow(await next.link());
  const hello = await again.send('hello', {});
  expect(hello.document).toMatchObject({ name: 'lesson3', recovered: true });
  await watchAll(again, hello.workbook);
  const restored = again.values.get(1)![0];
  // Edits without an answer may be there or not.
  expect(restored).toBeGreaterThanOrEqual(answered);
  expect(hello.workbook.state.undo).toEqual(`Type ${restored}`);
  for (let i = 0; i < restored; i++) await again.send('undo', {});
  expect([...again.values]).toEqual([...before]);
  expect(again.notices.map(({ sentence }) => sentence)).toEqual([
    'Unsaved work on lesson3 was restored. Save it, or close it without saving.',
  ]);
});

test('A second start opens another window on the same work, which only looks', async () => {
  const app = start();
  const editor = await openWindow(await app.link());
  await editor.send('hello', {});
  const second = start(['--no-open', 'lenet']);
  const link = await second.link();
  expect(await second.ended).toBe(0);
  expect(second.output()).toContain('ConvSheet is already running with lesson3: another window on it opens.');
  const viewer = await openWindow(link);
  expect((await viewer.send('hello', {})).role).toBe('viewer');
});

test('A lock that a killed app left behind does not keep the next one from starting', async () => {
  const app = start();
  await app.link();
  app.child.kill('SIGKILL');
  await app.ended;
  expect(existsSync(join(state, 'instance.json'))).toBe(true);
  await start().link();
});

test('A lock of another program with the same number does not either', async () => {
  mkdirSync(state, { recursive: true });
  // This test's own process, which listens on no port.
  const owner = { pid: process.pid, started: Date.now(), shell: 'server', port: 9, key: 'none' };
  writeFileSync(join(state, 'instance.json'), JSON.stringify(owner));
  await start().link();
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends everything: status 0, no engine, no lock, unsaved work kept',
  async signal => {
    const app = start();
    const window = await openWindow(await app.link());
    const { workbook } = await window.send('hello', {});
    await window.send('change', edit(await watchAll(window, workbook), 0, 5));
    const engine = engineOf(app);
    app.child.kill(signal);
    expect(await app.ended).toBe(0);
    expect(app.output()).toContain('ConvSheet has ended. Unsaved work is kept and comes back at the next start.');
    expect(() => process.kill(engine, 0)).toThrow('ESRCH');
    expect(existsSync(join(state, 'instance.json'))).toBe(false);
    expect(journalsIn(state)).toHaveLength(1);
  },
);

test('Enter prints a fresh link, and every link works', async () => {
  const app = start();
  const first = await app.link();
  app.child.stdin!.write('\n');
  const second = await app.link(first);
  await openWindow(second);
  await openWindow(first);
});

test('Without a display or a browser it says so and prints a link', async () => {
  const app = start([], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined, CHROME_PATH: '/nowhere/chromium' });
  await app.link();
  expect(app.output()).toContain('No Chromium, Chrome or Edge was found (CHROME_PATH can name one).');
});

/** A link, as another start of the app gets it. */
async function invitation(): Promise<string> {
  const { port, key } = JSON.parse(readFileSync(join(state, 'instance.json'), 'utf8')) as { port: number; key: string };
  const response = await fetch(`http://127.0.0.1:${port}${CONTROL_PATH}`, { headers: { [CONTROL_HEADER]: key } });
  return ((await response.json()) as { link: string }).link;
}

const browser = findBrowser();
/** Opens the machine's browser as the app does, but without showing its window. */
const withBrowser = browser && process.platform === 'linux' ? test : test.skip;

withBrowser('The app opens a window of the browser, and ends when that is closed', async () => {
  const wrapper = join(state, 'browser.sh');
  writeFileSync(wrapper, `#!/bin/sh\nexec ${browser} --headless=new --disable-gpu "$@"\n`, { mode: 0o755 });
  const app = start([], { CHROME_PATH: wrapper, DISPLAY: ':99' });
  const profile = `--user-data-dir=${join(state, 'browser')}`;
  const windowPid = () => childrenOf(app.child.pid!).find(pid => ofProcess(pid, 'cmdline').includes(profile));
  while (!windowPid()) await pause(50);
  // The app would end if a visitor were its first window and left before the browser's page is there.
  const stays = await openWindow(await invitation());
  // Its page becomes the editor when the other window has gone.
  for (let role = 'editor'; role === 'editor'; ) {
    await pause(2000);
    const visitor = await openWindow(await invitation());
    ({ role } = await visitor.send('hello', {}));
    visitor.close();
    await visitor.closed;
  }
  stays.close();
  process.kill(windowPid()!, 'SIGTERM');
  expect(await app.ended).toBe(0);
  expect(app.output()).toBe('ConvSheet has ended.\n');
});

withBrowser('A browser that fails is said so, and the link printed', async () => {
  const app = start([], { CHROME_PATH: '/bin/false', DISPLAY: ':99' });
  await app.link();
  expect(app.output()).toContain('The browser could not be opened: status 1.');
});

test('The app ends when the window asks it to', async () => {
  const app = start();
  const window = await openWindow(await app.link());
  await window.send('hello', {});
  await window.send('quit', {});
  expect(await app.ended).toBe(0);
  expect(app.output()).toMatch(/ConvSheet has ended\.$/m);
});

test.each([
  [
    ['--wrong'],
    'The option --wrong is unknown. Start it with: npm start -- [FILE|TEMPLATE] [--shell=electron|server] ' +
      '[--no-open] [--port N] [--lang=system|en|de].',
  ],
  [['--port', 'many'], 'The port many is no number from 0 to 65535.'],
  [['--lang=fr'], 'There is no language fr. Choose among system, en, de.'],
  [['lesson3', 'lenet'], 'Only one file can be opened.'],
  [['missing.convsheet'], 'missing.convsheet is neither a file nor the name of a template.'],
])('%j is refused with one line', async (args, sentence) => {
  const app = start(args);
  expect(await app.ended).toBe(1);
  expect(app.output()).toBe(`${sentence}\n`);
});

test('A folder of state is readable by its user only', async () => {
  const app = start();
  await app.link();
  const mode = (path: string) => execFileSync('stat', ['-c', '%a', path]).toString().trim();
  if (process.platform !== 'linux') return;
  expect([mode(state), mode(join(state, 'works')), mode(join(state, 'instance.json'))]).toEqual(['700', '700', '600']);
});
