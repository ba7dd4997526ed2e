import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ShownView } from '../../shared/shown-view.ts';
import { createShownViews } from './shown-views.ts';
import { makeStateFolder, openMemory, stateFolderPath, takeLock } from './state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-memory-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('Every operating system has its place for what an app remembers', () => {
  const of = (platform: NodeJS.Platform, environment = {}) => stateFolderPath(environment, platform, '/home/ada');
  expect([
    of('linux'),
    of('linux', { XDG_STATE_HOME: '/state' }),
    of('darwin'),
    of('win32', { APPDATA: '/users/ada/roaming' }),
    of('linux', { CONVSHEET_STATE: '/elsewhere', XDG_STATE_HOME: '/state' }),
  ]).toEqual([
    '/home/ada/.local/state/convsheet',
    '/state/convsheet',
    '/home/ada/Library/Application Support/ConvSheet',
    '/users/ada/roaming/ConvSheet',
    '/elsewhere',
  ]);
});

test('Of many changes the last one is on disk, whole', async () => {
  const memory = openMemory(folder);
  for (let i = 0; i < 20; i++) memory.set({ recent: [{ name: `${i}`, path: `/${i}.convsheet` }] });
  memory.set({ settings: { theme: 'dark', palette: 'orangeBlue' } });
  await memory.written();
  expect(openMemory(folder).get()).toEqual({
    settings: { theme: 'dark', palette: 'orangeBlue' },
    recent: [{ name: '19', path: '/19.convsheet' }],
  });
});

const view = (cellSize: number): ShownView => ({
  active: { tensor: 'conv1/kernel', index: 0 },
  selection: { above: 0, before: 0, height: 1, width: 1 },
  plane: 'value' as const,
  cellSize,
  scroll: { x: 0, y: 0 },
  folded: [],
  kernels: false,
  panel: true,
  toolbars: true,
});

test('What was shown of a hundred files is kept; the one looked at longest ago is forgotten (habit 34)', async () => {
  const memory = openMemory(folder);
  const views = createShownViews(memory);
  for (let i = 0; i < 101; i++) views.keep(`/${i}.convsheet`, view(1 + (i % 64)));
  views.keep('/1.convsheet', view(64));
  views.keep('/new.convsheet', view(7));
  await memory.written();
  const again = createShownViews(openMemory(folder));
  expect([0, 1, 2, 3].map(i => again.find(`/${i}.convsheet`)?.cellSize)).toEqual([undefined, 64, undefined, 4]);
  expect(again.find('/new.convsheet')).toEqual(view(7));
  expect(openMemory(folder).get().views).toHaveLength(100);
});

test('What was shown goes with work that is saved elsewhere, and not to other work without a file (habit 34)', () => {
  const views = createShownViews(openMemory(folder));
  views.keep(undefined, view(5));
  views.moved(undefined, '/mine.convsheet');
  expect(views.find('/mine.convsheet')).toEqual(view(5));
  expect(views.find(undefined)).toEqual(view(5));
  views.beginUntitled();
  expect(views.find(undefined)).toBeUndefined();
  views.keep('/other.convsheet', view(6));
  views.clear('/mine.convsheet');
  expect([views.find('/mine.convsheet'), views.find('/other.convsheet')]).toEqual([view(5), undefined]);
});

test('Settings of an earlier version, or with a view that isn’t understood, are read as ever (habit 34)', () => {
  const path = join(folder, 'settings.json');
  const old = { settings: { theme: 'dark', palette: 'orangeBlue' }, recent: [{ name: 'a', path: '/a.convsheet' }] };
  for (const views of [undefined, 'none', [{ path: 1 }], [{ path: '/a', view: { ...view(5), cellSize: 'large' } }]]) {
    writeFileSync(path, JSON.stringify({ ...old, views }));
    expect(openMemory(folder).get()).toEqual(old);
  }
});

test('A data set that can not be understood any more is forgotten, and nothing else', async () => {
  const memory = openMemory(folder);
  memory.set({ settings: { theme: 'dark', palette: 'orangeBlue' }, folder: '/home' });
  await memory.written();
  const path = join(folder, 'settings.json');
  const written = JSON.parse(readFileSync(path, 'utf8')) as { settings: object };
  writeFileSync(path, JSON.stringify({ ...written, settings: { ...written.settings, data: { source: 'tape' } } }));
  const { settings, folder: last } = openMemory(folder).get();
  expect([settings.theme, settings.data, last]).toEqual(['dark', undefined, '/home']);
});

test('A folder of state that can not be written disturbs nobody', async () => {
  const memory = openMemory(join(folder, 'missing'));
  memory.set({ folder: '/home' });
  await memory.written();
  expect(memory.get().folder).toBe('/home');
});

test('A folder of state that can not be used is named, with the way out (fault 39)', async () => {
  const sentence = (path: string) =>
    `ConvSheet keeps unsaved work and settings in ${path}, and can't write there (%s). ` +
    'Make room or change its permissions, or name another folder in CONVSHEET_STATE.';
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => makeStateFolder(join(file, 'state'))).toThrow(
    sentence(join(file, 'state')).replace('%s', 'not a directory'),
  );
  expect(() => takeLock(join(folder, 'gone'), 'server')).toThrow(
    sentence(join(folder, 'gone')).replace('%s', 'no such file or directory'),
  );
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o555 });
  chmodSync(folder, 0o755);
  const bundle = join(folder, 'make.mjs');
  const contents = `import { makeStateFolder } from './state.ts';
    try { makeStateFolder(process.argv[2]); } catch (error) { console.log(error.message); }`;
  const stdin = { contents, resolveDir: import.meta.dirname };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: bundle });
  // Root may do everything, so root's test run uses another user.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { stdout } = spawnSync(process.execPath, [bundle, join(closed, 'state')], { encoding: 'utf8', ...user });
  expect(stdout).toBe(`${sentence(join(closed, 'state')).replace('%s', 'permission denied')}\n`);
});

const lockFile = () => join(folder, 'instance.json');

test('One process has the folder at a time, and gives it free', () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  try {
    const first = takeLock(folder, 'server');
    if (!('lock' in first)) throw new Error('The folder was taken.');
    first.lock.update(1234);
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({
      pid: process.pid,
      shell: 'server',
      port: 1234,
    });
    // The lock as another process of this user sees it.
    const { life: _, ...mine } = first.lock.owner;
    const owner = { ...mine, pid: other.pid! };
    writeFileSync(lockFile(), JSON.stringify(owner));
    expect(takeLock(folder, 'electron')).toMatchObject({ owner: { pid: other.pid, port: 1234 } });
    first.lock.release();
    expect(existsSync(lockFile())).toBe(false);
    // A lock that belongs to somebody else by now stays.
    const second = takeLock(folder, 'electron');
    first.lock.release();
    expect('lock' in second && existsSync(lockFile())).toBe(true);
  } finally {
    other.kill();
  }
});

test.each<[string, object]>([
  ['a process that has ended', { pid: 2 ** 22 + 1 }],
  ['a process from before this computer was started', { pid: process.ppid, uptime: uptime() + 60 }],
])('A lock of %s counts for nothing', (_what, owner) => {
  writeFileSync(lockFile(), JSON.stringify({ shell: 'electron', key: 'k', ...owner }));
  expect('lock' in takeLock(folder, 'server')).toBe(true);
});

test.runIf(process.platform === 'linux')('A lock of a process whose number another one has counts for nothing', () => {
  const owner = { pid: process.ppid, life: 'another start 1', shell: 'electron', key: 'k' };
  writeFileSync(lockFile(), JSON.stringify(owner));
  expect('lock' in takeLock(folder, 'server')).toBe(true);
});

/** Starts a process that takes the lock of this folder and keeps it. */
async function takeElsewhere() {
  const bundle = join(folder, 'take.mjs');
  const contents = `import { takeLock } from './state.ts';
    console.log('lock' in takeLock(process.argv[2], 'server'));
    setTimeout(() => {}, 60_000);`;
  const stdin = { contents, resolveDir: import.meta.dirname };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: bundle });
  const other = spawn(process.execPath, [bundle, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  expect(String(await once(other.stdout, 'data'))).toBe('true\n');
  rmSync(bundle);
  return other;
}

test.each([
  ['a year ahead', 365 * 24 * 3600 * 1000],
  ['thirty years back', -30 * 365 * 24 * 3600 * 1000],
])('A lock counts whatever the clock says: set %s (fault 34)', async (_what, step) => {
  const other = await takeElsewhere();
  const now = Date.now;
  try {
    Date.now = () => now() + step;
    expect(takeLock(folder, 'server')).toMatchObject({ owner: { pid: other.pid } });
  } finally {
    Date.now = now;
    other.kill();
  }
});

test('A lock that an earlier version took counts as long as its process is there (fault 34)', () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  try {
    const owner = { pid: other.pid, started: 0, shell: 'server', key: 'k' };
    writeFileSync(lockFile(), JSON.stringify(owner));
    expect(takeLock(folder, 'server')).toMatchObject({ owner: { pid: other.pid } });
  } finally {
    other.kill();
  }
});

test('A start that ended while it removed a lock holds up nobody where the clock was set back since (fault 34)', () => {
  writeFileSync(lockFile(), JSON.stringify({ pid: 2 ** 22 + 1, shell: 'server', key: 'k' }));
  writeFileSync(`${lockFile()}.removing`, '');
  const later = Date.now() / 1000 + 24 * 3600;
  utimesSync(`${lockFile()}.removing`, later, later);
  expect('lock' in takeLock(folder, 'server')).toBe(true);
});

test('A lock that another start is just writing is that one’s', async () => {
  const writes = `
    const { writeFileSync } = require('node:fs');
    const [path] = process.argv.slice(1);
    writeFileSync(path, '');
    console.log('begun');
    const owner = { pid: process.pid, started: Date.now(), shell: 'server', key: 'k' };
    setTimeout(() => writeFileSync(path, JSON.stringify(owner)), 100);
    setTimeout(() => {}, 60000);`;
  const other = spawn(process.execPath, ['-e', writes, lockFile()], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(other.stdout, 'data');
    expect(takeLock(folder, 'server')).toMatchObject({ owner: { pid: other.pid } });
  } finally {
    other.kill();
  }
});

test('A lock that makes no sense counts for nothing', () => {
  writeFileSync(lockFile(), '{"pid":');
  expect('lock' in takeLock(folder, 'server')).toBe(true);
});

test('Of two starts that find the same lock without its owner, the slower one leaves the faster one’s alone', () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  try {
    writeFileSync(lockFile(), JSON.stringify({ pid: other.pid, started: Date.now(), shell: 'server', key: 'k' }));
    const [slow, fast] = [takeLock(folder, 'server'), takeLock(folder, 'server')];
    if (!('forget' in slow && 'forget' in fast)) throw new Error('The folder was free.');
    fast.forget();
    expect(readdirSync(folder)).toEqual([]);
    const taken = takeLock(folder, 'server');
    slow.forget();
    expect('lock' in taken && taken.lock.owner).toEqual(JSON.parse(readFileSync(lockFile(), 'utf8')));
    expect(readdirSync(folder)).toEqual(['instance.json']);
  } finally {
    other.kill();
  }
});

test('A start that ended while it removed a lock holds up nobody for long', () => {
  writeFileSync(lockFile(), JSON.stringify({ pid: 2 ** 22 + 1, started: Date.now(), shell: 'server', key: 'k' }));
  writeFileSync(`${lockFile()}.removing`, '');
  expect('lock' in takeLock(folder, 'server')).toBe(true);
  expect(readdirSync(folder)).toEqual(['instance.json']);
});
