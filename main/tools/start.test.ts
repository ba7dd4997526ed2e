import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findElectron } from './electron-binary.mjs';

const start = fileURLToPath(new URL('start.mjs', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-start-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text, { mode: 0o755 });
}

test('Electron counts as there when its program fits the installed package', () => {
  const find = (environment = {}) => findElectron(environment, 'linux', join(folder, 'electron'));
  write('electron/package.json', '{"version":"45.4.1"}');
  expect(find()).toBeUndefined();
  write('electron/path.txt', 'electron');
  write('electron/dist/version', '45.4.0');
  write('electron/dist/electron', '');
  expect(find()).toBeUndefined();
  write('electron/dist/version', 'v45.4.1\n');
  expect(find()).toBe(join(folder, 'electron/dist/electron'));
  write('electron/path.txt', 'missing');
  expect(find()).toBeUndefined();
});

test('ELECTRON_OVERRIDE_DIST_PATH goes first, on every operating system', () => {
  const environment = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'other') };
  const find = (platform: NodeJS.Platform) => findElectron(environment, platform, join(folder, 'electron'));
  expect(find('linux')).toBeUndefined();
  for (const name of ['electron', 'electron.exe', 'Electron.app/Contents/MacOS/Electron']) write(`other/${name}`, '');
  expect([find('linux'), find('win32'), find('darwin')]).toEqual([
    join(folder, 'other/electron'),
    join(folder, 'other/electron.exe'),
    join(folder, 'other/Electron.app/Contents/MacOS/Electron'),
  ]);
});

function run(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<{ status: number | null; output: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [start, ...args], {
      cwd: folder,
      env: { ...process.env, CONVSHEET_STATE: join(folder, 'state'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const listen = (data: Buffer) => {
      output += data.toString();
      // After it has printed a link, it runs until it is stopped.
      if (output.includes('Ctrl+C')) child.kill('SIGINT');
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', status => resolve({ status, output }));
  });
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux(
  'Where Electron is there and a window can be opened, the app starts in it, with the file and its exit status',
  async () => {
    write('dist/electron', '#!/bin/sh\necho "electron got: $*"\nexit 7\n');
    write('mine.convsheet', '');
    const environment = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'dist'), DISPLAY: ':99', INIT_CWD: folder };
    const { status, output } = await run(['mine.convsheet'], environment);
    expect(output).toContain(`${join(folder, 'mine.convsheet')}\n`);
    expect(output).toMatch(/electron got: .*\/ /);
    expect(status).toBe(7);
  },
);

test('--shell=server starts the server shell although Electron is there', async () => {
  write('dist/electron', '#!/bin/sh\nexit 7\n');
  const environment = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'dist'), DISPLAY: ':99' };
  const { status, output } = await run(['--shell=server', '--no-open'], environment);
  expect(output).toMatch(/http:\/\/127\.0\.0\.1:\d+\/start\?k=/);
  expect(status).toBe(0);
});

test('Without a display the app is offered by a link', async () => {
  const { status, output } = await run([], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined });
  expect(output).toMatch(/There is no display to open a window on\.|No Chromium, Chrome or Edge was found/);
  expect(output).toMatch(/http:\/\/127\.0\.0\.1:\d+\/start\?k=/);
  expect(status).toBe(0);
});

test('A shell that there is not is refused with a sentence', async () => {
  expect(await run(['--shell=terminal'])).toEqual({
    status: 1,
    output: 'There is no shell "terminal"; choose --shell=electron or --shell=server.\n',
  });
});
