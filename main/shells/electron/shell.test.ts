import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Args, Events, Kind, Replies } from '../../../shared/protocol.ts';
import { createCaller, encodeFrame } from '../../../shared/rpc.ts';
import { nodeEngine } from '../engine-link.ts';
import { buildStandIn, type StandIn } from '../testing/stand-in.ts';
import { makeStateFolder, takeLock } from '../state.ts';
import { cancellable, FakeElectron, FakeWindow } from './testing/fake-electron.ts';
import { createShell, type ShellOptions } from './shell.ts';

let engine: StandIn;
let folder: string;
let fake: FakeElectron;
beforeAll(async () => {
  engine = await buildStandIn();
});
afterAll(() => engine.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-electron-'));
  makeStateFolder(folder);
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'index.html'), '<title>ConvSheet</title>');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  fake = new FakeElectron();
});
afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true });
});

function start(more: Partial<ShellOptions> = {}): Promise<void> {
  return createShell(fake.api, {
    folder,
    renderer: join(folder, 'page'),
    preload: '/built/preload.cjs',
    engine: '/built/engine-process.mjs',
    args: [],
    workingFolder: folder,
    startEngine: nodeEngine(engine.path),
    ...more,
  });
}

/** Ends the app without a question, because its engine is a real process. */
async function end() {
  if (fake.windows.length === 0 || fake.exitStatus !== undefined) return;
  fake.button = 1;
  fake.app.quit();
  await until(() => fake.exitStatus === 0);
}

async function until(condition: () => boolean) {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5));
}

/** The page, connected by the one channel. `sender`: the frame that it claims to be. */
function page() {
  const [window] = fake.windows;
  const { webContents } = window;
  const events: { event: keyof Events; data: unknown }[] = [];
  const caller = createCaller(
    frame => fake.ipcMain.emit('frame', { senderFrame: webContents.mainFrame }, frame),
    (event, data) => events.push({ event, data }),
  );
  webContents.onSend = frame => caller.receive(frame);
  return {
    window,
    events,
    commands: () => events.filter(({ event }) => event === 'command').map(({ data }) => data),
    send: <K extends Kind & keyof Replies>(kind: K, args: Args<K>) => caller.send(kind, args),
  };
}

const edit = (value: number): Args<'change'> => ({
  structure: 'stand-in',
  label: `Type ${value}`,
  changes: [
    { kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: Uint32Array.of(0), values: Float32Array.of(value) }] },
  ],
});

test('The window runs its page in a sandbox, apart from Node and from its own preload script', async () => {
  await start();
  expect(fake.sandboxed).toBe(true);
  const [{ options, loaded, shown }] = fake.windows;
  expect(options.webPreferences).toEqual({
    preload: '/built/preload.cjs',
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: true,
  });
  expect([loaded, shown]).toEqual([['app://convsheet/index.html'], true]);
  expect(fake.schemes).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
});

test('The page comes with its policy, and nothing outside its folder or under another name does', async () => {
  await start();
  const get = async (url: string, method = 'GET') => {
    const response = await fake.serve!({ url, method });
    return [response.status, response.status === 200 ? await response.text() : ''];
  };
  expect(await get('app://convsheet/index.html')).toEqual([200, '<title>ConvSheet</title>']);
  expect(await get('app://convsheet/index.html?a#b')).toEqual([200, '<title>ConvSheet</title>']);
  for (const path of ['../secret.js', '%2e%2e/secret.js', '..%2fsecret.js', 'missing.js', '', '%'])
    expect([path, await get(`app://convsheet/${path}`)]).toEqual([
      path,
      path === '' ? [200, '<title>ConvSheet</title>'] : [404, ''],
    ]);
  expect(await get('app://elsewhere/index.html')).toEqual([403, '']);
  expect(await get('app://convsheet.evil/index.html')).toEqual([403, '']);
  expect(await get('app://convsheet/index.html', 'POST')).toEqual([405, '']);
  const { headers } = await fake.serve!({ url: 'app://convsheet/index.html', method: 'GET' });
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
      "img-src 'self' data: blob:; font-src 'self'; " +
      "media-src 'self' blob:; " +
      "worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  );
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
});

test('A page stays where it is: no navigation, no redirect, no frame, no webview, no window', async () => {
  await start();
  const { webContents } = fake.windows[0];
  fake.app.emit('web-contents-created', {}, webContents);
  const prevented = (name: string, url: string, isMainFrame = true) => {
    const event = cancellable({ url, isMainFrame });
    webContents.emit(name, event);
    return event.prevented;
  };
  for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'app://convsheet/other.html',
      'javascript:alert(1)',
    ])
      expect([name, url, prevented(name, url)]).toEqual([name, url, true]);
    expect(prevented(name, 'app://convsheet/index.html', false)).toBe(true);
    // Reloading goes to the same page.
    expect(prevented(name, 'app://convsheet/index.html')).toBe(false);
  }
  expect(prevented('will-attach-webview', '')).toBe(true);
  expect(webContents.openWindow!({ url: 'https://evil.example/' })).toEqual({ action: 'deny' });
});

test('The page opens one window: the speaker’s, which has no way to the shell and ends with it', async () => {
  await start();
  const { window } = page();
  const { webContents } = window;
  const speaker = `app://convsheet/speaker.html#${crypto.randomUUID()}`;
  for (const url of [
    'https://evil.example/',
    'app://convsheet/index.html',
    'app://convsheet/speaker.html',
    'app://convsheet/speaker.html#x',
    `${speaker}&x`,
    `app://convsheet/speaker.html?x${speaker.slice(-37)}`,
    `app://convsheet.evil/speaker.html${speaker.slice(-37)}`,
  ])
    expect([url, webContents.openWindow!({ url })]).toEqual([url, { action: 'deny' }]);
  const allowed = webContents.openWindow!({ url: speaker });
  const { webPreferences, ...options } = allowed.action === 'allow' ? allowed.overrideBrowserWindowOptions! : {};
  const { preload, ...safe } = window.options.webPreferences!;
  expect([preload, webPreferences]).toEqual(['/built/preload.cjs', safe]);
  const made = new FakeWindow(options, each => fake.made(each));
  webContents.emit('did-create-window', made);
  expect(made.menuRemoved).toBe(true);
  expect(webContents.openWindow!({ url: speaker })).toEqual({ action: 'deny' });
  // A page that isn't the window's is not listened to.
  const valid = encodeFrame({ type: 'request', id: 901, kind: 'getWorkbook', args: {} });
  const heard = webContents.sent.length;
  fake.ipcMain.emit('frame', { senderFrame: { url: speaker } }, valid);
  expect(webContents.sent.length).toBe(heard);
  await end();
  expect(made.destroyed).toBe(true);
});

test('The page gets no permission but to put text on the clipboard, to fill the screen and to hear', async () => {
  await start();
  const asked = (permission: string, requestingUrl = 'app://convsheet/index.html', mediaTypes?: string[]) => {
    let granted: boolean | undefined;
    fake.permissionRequest!({}, permission, answer => (granted = answer), { requestingUrl, mediaTypes });
    return [granted, fake.permissionCheck!({}, permission, requestingUrl, { mediaType: mediaTypes?.at(-1) })];
  };
  const denied = 'media geolocation notifications clipboard-read keyboardLock openExternal fileSystem hid usb';
  for (const permission of denied.split(' '))
    expect([permission, asked(permission)]).toEqual([permission, [false, false]]);
  for (const permission of ['clipboard-sanitized-write', 'fullscreen', 'display-capture'])
    expect([permission, asked(permission)]).toEqual([permission, [true, true]]);
  expect(asked('display-capture', 'https://evil.example/')).toEqual([false, false]);
  expect(asked('clipboard-sanitized-write', 'https://evil.example/')).toEqual([false, false]);
  // The microphone, but no camera, and for no other page.
  const media = [['audio'], ['audio', 'video'], []].map(types => asked('media', undefined, types)[0]);
  expect([media, asked('media', undefined, ['audio'])[1]]).toEqual([[true, false, false], true]);
  expect(asked('media', 'https://evil.example/', ['audio'])).toEqual([false, false]);
  expect(fake.device!()).toBe(false);
});

test('Only the main frame of the page is listened to, and only frames of bytes', async () => {
  await start();
  const { window, send } = page();
  const { webContents } = window;
  await send('hello', {});
  const heard = webContents.sent.length;
  const own = webContents.mainFrame;
  // A request that would be answered if it were accepted.
  const valid = encodeFrame({ type: 'request', id: 900, kind: 'getWorkbook', args: {} });
  fake.ipcMain.emit('frame', { senderFrame: null }, valid);
  fake.ipcMain.emit('frame', { senderFrame: { url: own.url } }, valid);
  own.url = 'https://evil.example/';
  await expect(
    Promise.race([send('getWorkbook', {}), new Promise(resolve => setTimeout(resolve, 100, 'unheard'))]),
  ).resolves.toBe('unheard');
  own.url = 'app://convsheet.evil/index.html';
  await expect(
    Promise.race([send('getWorkbook', {}), new Promise(resolve => setTimeout(resolve, 100, 'unheard'))]),
  ).resolves.toBe('unheard');
  own.url = 'app://convsheet/index.html';
  for (const wrong of ['text', 7, null, undefined, [1, 2], { length: 8 }, valid.buffer])
    fake.ipcMain.emit('frame', { senderFrame: own }, wrong);
  expect(webContents.sent.length).toBe(heard);
  expect((await send('getWorkbook', {})).backend).toBe('stand-in');
});

test('Links open in the browser only where the app refers to them itself', async () => {
  await start();
  const { send } = page();
  await send('hello', {});
  await send('openLink', { url: 'https://handsontable.com/docs' });
  for (const url of [
    'https://evil.example/',
    'http://handsontable.com/',
    'https://handsontable.com.evil.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ])
    await expect(send('openLink', { url })).rejects.toThrow();
  expect(fake.opened).toEqual(['https://handsontable.com/docs']);
});

test('A second instance hands its file to the first and ends', async () => {
  const path = join(folder, 'mine.convsheet');
  writeFileSync(path, '[1]');
  await start();
  const { window, commands, send } = page();
  await send('hello', {});
  fake.app.emit('second-instance', {}, ['electron', '--flag', '.', 'mine.convsheet'], folder);
  expect(window.focused).toBe(1);
  expect(commands()).toEqual([{ id: 'file.openRecent', argument: path }]);
  const second = new FakeElectron();
  second.firstInstance = false;
  await createShell(second.api, {
    folder,
    renderer: '',
    preload: '',
    engine: '',
    args: [],
    workingFolder: folder,
  });
  expect([second.quits, second.windows]).toEqual([1, []]);
});

test('A file opened from the Finder before the window is there is the first workbook', async () => {
  const path = join(folder, 'mine.convsheet');
  writeFileSync(path, '[4,5]');
  const started = start();
  const event = cancellable();
  fake.app.emit('open-file', event, path);
  await started;
  expect(event.prevented).toBe(true);
  const { send, commands } = page();
  const { document, workbook } = await send('hello', {});
  expect([document.name, workbook.classes]).toEqual(['mine', ['4', '5']]);
  fake.app.emit('open-file', cancellable(), '/other.convsheet');
  expect(commands()).toEqual([{ id: 'file.openRecent', argument: '/other.convsheet' }]);
  expect(fake.recent).toEqual([path]);
});

test('The desktop app does not start beside a running server of the same folder', async () => {
  const script = 'setTimeout(() => {}, 60000)';
  const { spawn } = await import('node:child_process');
  const other = spawn(process.execPath, ['-e', script]);
  try {
    const owner = { pid: other.pid, started: Date.now(), shell: 'server', port: 1, key: 'k' };
    writeFileSync(join(folder, 'instance.json'), JSON.stringify(owner));
    await start();
    expect([fake.errors, fake.exitStatus, fake.windows]).toEqual([
      ['ConvSheet is already running in a browser window. Close it first.'],
      1,
      [],
    ]);
  } finally {
    other.kill();
  }
});

test.each([
  ['Cancel keeps the window open', 2, { open: true, asked: 1, kept: true, saved: false }],
  ['Don’t save drops the work', 1, { open: false, asked: 1, kept: false, saved: false }],
  ['Save asks for a name and saves', 0, { open: false, asked: 1, kept: false, saved: true }],
] as const)('Closing with unsaved changes: %s', async (_what, button, { open, asked, kept, saved }) => {
  await start();
  const { window, send } = page();
  await send('hello', {});
  await send('change', edit(6));
  fake.button = button;
  fake.saveAs = join(folder, 'six');
  window.close();
  // Closing again while the question is open doesn't ask a second time.
  window.close();
  await until(() => fake.messages.length > 0);
  await until(() => window.destroyed === !open);
  await new Promise(resolve => setTimeout(resolve, 50));
  expect([window.destroyed, fake.messages.length]).toEqual([!open, asked]);
  expect(fake.messages[0]).toBe('Do you want to save the changes to lesson3?');
  const { unsavedWorks } = await import('../journal.ts');
  expect(unsavedWorks(join(folder, 'works')).length > 0).toBe(kept);
  const path = join(folder, 'six.convsheet');
  expect(existsSync(path) && readFileSync(path, 'utf8') === '[6]').toBe(saved);
});

test('Closing during a run asks with what becomes of it, and no more once it has ended (fault 47)', async () => {
  await start();
  const { window, send } = page();
  await send('hello', {});
  fake.button = 2;
  for (const step of [5, 10]) {
    await send('change', { ...edit(step), label: 'run' });
    window.close();
    await until(() => fake.details.length === step / 5);
  }
  expect(fake.details).toEqual([
    'Your changes are lost if you don’t save them. Run 1 is under way, and ends with this. ' +
      'What is saved can be gone on from with Train > Continue the last run.',
    'Your changes are lost if you don’t save them.',
  ]);
});

test('Closing without changes asks nothing, ends the engine and gives the folder free', async () => {
  await start();
  const { window, send } = page();
  await send('hello', {});
  fake.app.quit();
  await until(() => fake.exitStatus === 0);
  expect([window.destroyed, fake.messages]).toEqual([true, []]);
  expect('lock' in takeLock(folder, 'server')).toBe(true);
});

test('A native dialog that named an existing file has asked already, so saving asks no second time', async () => {
  await start();
  const { send } = page();
  await send('hello', {});
  const path = join(folder, 'theirs.convsheet');
  writeFileSync(path, '[9]');
  fake.saveAs = path;
  expect(await send('chooseFile', { mode: 'save', suggestion: 'theirs' })).toEqual({ path });
  await send('save', { path });
  expect(readFileSync(path, 'utf8')).toBe('[]');
  fake.openFiles = [path];
  expect(await send('chooseFile', { mode: 'open', suggestion: '' })).toEqual({ path });
  // Other files get the ending of their kind.
  fake.saveAs = join(folder, 'Film');
  const film = { mode: 'export', suggestion: 'theirs.mp4' } as const;
  expect(await send('chooseFile', film)).toEqual({ path: join(folder, 'Film.mp4') });
  expect(fake.dialogOptions.pop()).toMatchObject({ filters: [{ name: 'MP4', extensions: ['mp4'] }] });
  // Both dialogs start in the folder of the last file.
  expect(fake.dialogOptions.map(({ defaultPath }) => defaultPath)).toEqual([
    expect.stringMatching(/theirs\.convsheet$/),
    folder,
  ]);
});

test('A native dialog for data chooses a file of any kind or a folder, beginning where the last file was', async () => {
  await start();
  const { send } = page();
  await send('hello', {});
  await send('save', { path: join(folder, 'mine.convsheet') });
  fake.openFiles = [join(folder, 'photos')];
  expect(await send('chooseFile', { mode: 'openFolder', suggestion: '' })).toEqual({ path: join(folder, 'photos') });
  fake.openFiles = [];
  expect(await send('chooseFile', { mode: 'openData', suggestion: '' })).toEqual({ path: undefined });
  const common = { title: 'Choose images or labels', defaultPath: folder, filters: [] };
  expect(fake.dialogOptions).toEqual([
    { ...common, properties: ['openDirectory'] },
    { ...common, properties: ['openFile'] },
  ]);
});

test('Title and edited mark follow the work, and the native menu is the one the page tells', async () => {
  await start();
  const { window, send, commands } = page();
  await send('hello', {});
  await send('watch', { windows: [] });
  expect(window.title).toBe('lesson3 – ConvSheet');
  await send('change', edit(1));
  expect(window.edited).toBe(true);
  const path = join(folder, 'mine.convsheet');
  await send('save', { path });
  expect([window.title, window.represented, window.edited]).toEqual(['mine – ConvSheet', path, false]);
  const items = (nodes: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    nodes.flatMap(node => (Array.isArray(node.submenu) ? items(node.submenu) : [node]));
  const find = (id: string) => items(fake.menu).find(item => item.id === id)!;
  const command = (id: string, more = {}) => ({ kind: 'command' as const, id, label: id, enabled: true, ...more });
  await send('setMenu', {
    menu: [
      {
        kind: 'submenu',
        label: 'View',
        items: [
          command('view.zoomIn', { enabled: false }),
          command('view.zoomOut'),
          { kind: 'separator' },
          {
            kind: 'submenu',
            label: 'Theme',
            items: [command('view.theme', { argument: 'dark', checked: true, radio: true })],
          },
          command('edit.copy', { accelerator: 'CmdOrCtrl+C', shownOnly: true, role: 'copy' }),
        ],
      },
    ],
  });
  expect(find('view.zoomIn').enabled).toBe(false);
  expect(find('view.theme:dark')).toMatchObject({ type: 'radio', checked: true });
  // The sheet answers this key itself. The operating system does the copying.
  expect(find('edit.copy')).toMatchObject({ role: 'copy', registerAccelerator: false });
  (find('view.zoomOut').click as () => void)();
  expect(commands()).toEqual([{ id: 'view.zoomOut' }]);
});

test('A run is followed by the task bar, its end told where nobody looks; another workbook takes it away', async () => {
  await start();
  const { window, send } = page();
  await send('hello', {});
  const step = (number: number) => send('change', { ...edit(number), label: 'run' });
  await step(5);
  window.inFront = false;
  await step(10);
  expect(fake.notifications.map(({ options }) => options.title)).toEqual(['Run 1 has ended']);
  await step(2);
  await send('newWorkbook', { template: 'lenet' });
  expect(window.bars.map(({ progress }) => progress)).toEqual([-1, 0.5, -1, 0.2, -1]);
  expect(fake.notifications).toHaveLength(1);
});

test('The operating system knows the app by its installed name, as notifications on Windows need', async () => {
  await start();
  const { appId } = /^appId: (?<appId>\S+)$/m.exec(readFileSync('electron-builder.yml', 'utf8'))!.groups!;
  expect(fake.userModelId).toBe(appId);
});

test('A page that crashed is loaded again and finds its work', async () => {
  await start();
  const { window, send } = page();
  await send('hello', {});
  await send('change', edit(8));
  window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  expect(window.webContents.reloads).toBe(1);
  const again = await send('hello', {});
  expect([again.role, again.workbook.classes]).toEqual(['editor', ['8']]);
});

test('The window opens where it was, unless that is on no screen any more', async () => {
  await start();
  await end();
  fake = new FakeElectron();
  await start();
  expect(fake.windows[0].options).toMatchObject({ x: 10, y: 20, width: 1000, height: 700 });
  await end();
  fake = new FakeElectron();
  fake.displays = [{ workArea: { x: 3000, y: 0, width: 1920, height: 1080 } }];
  await start();
  expect(fake.windows[0].options.x).toBeUndefined();
  expect(fake.windows[0].options).toMatchObject({ width: 1000, height: 700 });
});

test('The theme is the operating system’s to know, for frames and menus', async () => {
  await start();
  const { send } = page();
  await send('hello', {});
  await send('setSettings', { theme: 'dark' });
  expect(fake.nativeTheme.themeSource).toBe('dark');
});
