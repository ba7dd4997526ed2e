import { existsSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { UserError } from '../../../shared/errors.ts';
import { templateNames } from '../../../shared/templates.ts';
import { startLanguages } from '../../../shared/messages/languages.ts';
import { messages, say, speak } from '../../../shared/messages.ts';
import type { Args } from '../../../shared/protocol.ts';
import { type Connection, createDocuments, type Documents } from '../documents.ts';
import { electronEngine, type StartEngine } from '../engine-link.ts';
import { type ChooseMode, isSaving } from '../host.ts';
import { LESSON_EXTENSION } from '../lesson-files.ts';
import { readRendererFile, securityHeaders } from '../renderer-files.ts';
import { type Lock, type Memory, openMemory, takeLock, makeStateFolder } from '../state.ts';
import { EXTENSION } from '../workbook-files.ts';
import { FRAME_CHANNEL } from './channel.ts';
import { nativeMenu } from './native-menu.ts';
import type { RunState } from '../../../shared/training.ts';
import { allowRecording } from './own-recording.ts';
import { createRunProgress } from './run-progress.ts';
import type { ElectronApi } from './electron-api.ts';
import type * as Electron from 'electron';

export type ShellOptions = {
  /** The state folder, which exists. */
  folder: string;
  /** Built files: the folder of the page, and the programs of preload script and engine. */
  renderer: string;
  preload: string;
  engine: string;
  /** The arguments of the app, without Electron's own. */
  args: readonly string[];
  workingFolder: string;
  startEngine?: StartEngine;
};

const APP_ID = 'org.convsheet.ConvSheet';
const SCHEME = 'app';
const ORIGIN = `${SCHEME}://convsheet`;
const PAGE = `${ORIGIN}/index.html`;
/** The page of the speaker's window. What follows the # names its channel to the window that presents. */
const SPEAKER = new RegExp(`^${ORIGIN}/speaker\\.html#[\\da-f-]{36}$`);
/** How often a crashed page is loaded again. */
const MAX_CRASHES = 5;
/** The permissions that the page can get. All others are denied. */
const PERMISSIONS = new Set(['clipboard-sanitized-write', 'fullscreen', 'display-capture']);

/** Starts the desktop app. Call it before Electron is ready. Resolves when the window is open, or at once if another
 *  instance has the work. */
export async function createShell(electron: ElectronApi, options: ShellOptions): Promise<void> {
  const { app, protocol } = electron;
  makeStateFolder(options.folder);
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.enableSandbox();
  // Windows shows notifications only under the name that the app was installed with; see electron-builder.yml.
  app.setAppUserModelId(APP_ID);
  // Electron's lock belongs to the state folder, so that tests and other users of the machine have their own.
  app.setPath('userData', join(options.folder, 'electron'));
  if (!app.requestSingleInstanceLock()) return app.quit();

  let open: (path: string) => void = path => (early = path);
  let early: string | undefined;
  let raise: () => void = () => {};
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });
  app.on('second-instance', (_event, argv, workingFolder) => {
    raise();
    const target = targetOf(argv.slice(1), workingFolder);
    if (target && 'file' in target) open(target.file);
  });
  app.on('web-contents-created', (_event, contents) => guard(contents));
  await app.whenReady();

  const lock = lockOf(options.folder);
  if (!lock) {
    electron.dialog.showErrorBox('ConvSheet', messages.shell.runningElsewhere);
    return app.exit(1);
  }
  const memory = openMemory(options.folder);
  const named = startLanguages.find(each => options.args.includes(`--lang=${each}`));
  if (named) memory.set({ settings: { ...memory.get().settings, language: named } });
  const language = () => memory.get().settings.language;
  speak(language(), [app.getLocale()]);
  secureSession(electron, options.renderer, language);
  electron.nativeTheme.themeSource = memory.get().settings.theme;
  const target = early === undefined ? targetOf(options.args, options.workingFolder) : { file: early };
  const shown = showWindow(electron, options, memory, lock);
  open = path => shown.documents.command('file.openRecent', path);
  raise = () => shown.raise();
  await Promise.all([shown.documents.begin(target), shown.window.loadURL(PAGE)]);
}

/** The file or template in an argument list, which may also have Chromium's own switches. */
function targetOf(args: readonly string[], folder: string): { file: string } | { template: string } | undefined {
  for (const arg of args) {
    if (arg.startsWith('-')) continue;
    if ((templateNames as readonly string[]).includes(arg)) return { template: arg };
    const file = resolve(folder, arg);
    if ([EXTENSION, LESSON_EXTENSION].includes(extname(file).toLowerCase()) && existsSync(file)) return { file };
  }
  return undefined;
}

/** Takes the lock of the state folder. undefined if the local-server shell has it. Electron's own lock already says
 *  that no other desktop app runs, so a lock that one left behind is ignored. */
function lockOf(folder: string): Lock | undefined {
  const taken = takeLock(folder, 'electron');
  if ('lock' in taken) return taken.lock;
  if (taken.owner.shell === 'server') return undefined;
  taken.forget();
  return lockOf(folder);
}

/** Forbids every page to navigate or to open windows. `showWindow` lets the window of the app open the speaker's. */
function guard(contents: Electron.WebContents) {
  const stay = (event: { preventDefault(): void; url: string; isMainFrame: boolean }) => {
    if (!(event.isMainFrame && event.url === PAGE)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', event => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Serves the page under its own scheme, and denies permissions. */
function secureSession({ protocol, session }: ElectronApi, renderer: string, language: () => string | undefined) {
  const { defaultSession } = session;
  /** `media`: what a page wants to record. Voices may be, but no camera. */
  const allowed = (permission: string, url: string, media: readonly (string | undefined)[]) =>
    originOf(url) === ORIGIN &&
    (PERMISSIONS.has(permission) ||
      (permission === 'media' && media.length > 0 && media.every(each => each === 'audio')));
  defaultSession.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(allowed(permission, details.requestingUrl, 'mediaTypes' in details ? (details.mediaTypes ?? []) : [])),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission, origin, { mediaType }) =>
    allowed(permission, origin, [mediaType]),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  protocol.handle(SCHEME, async request => {
    const refuse = (status: number) => new Response(undefined, { status, headers: securityHeaders() });
    if (request.method !== 'GET') return refuse(405);
    if (originOf(request.url) !== ORIGIN) return refuse(403);
    // Not with URL, which would already have resolved '..'.
    const path = request.url.slice(ORIGIN.length).replace(/[?#].*$/s, '');
    const file = await readRendererFile(renderer, path, language());
    if (!file) return refuse(404);
    return new Response(file.bytes, { headers: { ...securityHeaders(), 'Content-Type': file.type } });
  });
}

/** Scheme and host of an address. Outside Chromium, our own scheme has the origin "null". */
function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function showWindow(electron: ElectronApi, options: ShellOptions, memory: Memory, lock: Lock) {
  const { app, BrowserWindow, dialog, ipcMain, Menu } = electron;
  const mac = process.platform === 'darwin';
  const window = new BrowserWindow({
    ...placeOf(electron, memory),
    minWidth: 800,
    minHeight: 500,
    show: false,
    title: 'ConvSheet',
    webPreferences: { preload: options.preload, ...safePreferences(electron) },
  });
  if (memory.get().window?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());

  // The speaker's page has no preload script, so it can't reach the shell.
  let speaker: Electron.BrowserWindow | undefined;
  window.webContents.setWindowOpenHandler(({ url }) => {
    if (!SPEAKER.test(url) || (speaker && !speaker.isDestroyed())) return { action: 'deny' };
    const size = { width: 1180, height: 780, minWidth: 640, minHeight: 420 };
    const overrideBrowserWindowOptions = { ...size, title: 'ConvSheet', webPreferences: safePreferences(electron) };
    return { action: 'allow', overrideBrowserWindowOptions };
  });
  window.webContents.on('did-create-window', made => {
    speaker = made;
    // The keys of the menu would change the workbook from there.
    made.removeMenu();
  });

  allowRecording(electron, window, {
    isOwn: url => originOf(url) === ORIGIN,
    stays: () => (mayClose = false),
  });

  let shownMenu = '';
  let recentPath: string | undefined;
  let mayClose = false;
  let crashes = 0;
  let asking = false;
  let run: RunState | undefined;
  const showProgress = createRunProgress(electron, window);

  const documents: Documents = createDocuments({
    folder: options.folder,
    memory,
    startEngine: options.startEngine ?? electronEngine(electron.utilityProcess, options.engine),
    log: line => process.stderr.write(`${line}\n`),
    host: {
      capabilities: {
        shell: 'electron',
        nativeMenu: true,
        nativeDialogs: true,
        platform: mac ? 'mac' : process.platform === 'win32' ? 'windows' : 'linux',
      },
      async chooseFile(mode, suggestion) {
        const { title, filters, extension } = dialogOf(mode, suggestion);
        if (!isSaving(mode)) {
          const { filePaths } = await dialog.showOpenDialog(window, {
            title,
            defaultPath: suggestion,
            filters,
            properties: [mode === 'openFolder' ? 'openDirectory' : 'openFile'],
          });
          return filePaths[0];
        }
        const whole = (path: string) => (extname(path).toLowerCase() === extension ? path : `${path}${extension}`);
        const { filePath } = await dialog.showSaveDialog(window, { title, defaultPath: whole(suggestion), filters });
        return filePath ? whole(filePath) : undefined;
      },
      openLink: url => electron.shell.openExternal(url),
      setMenu: showMenu,
      changed: refresh,
      runChanged(state) {
        run = state;
        showProgress(state);
      },
      settingsChanged({ theme, language }) {
        electron.nativeTheme.themeSource = theme;
        speak(language, [app.getLocale()]);
      },
      quit: () => app.quit(),
    },
  });

  const connection: Connection = documents.connect(
    frame => {
      if (!window.isDestroyed()) window.webContents.send(FRAME_CHANNEL, frame);
    },
    reason => process.stderr.write(`refused a message of the page: ${reason}\n`),
  );
  ipcMain.on(FRAME_CHANNEL, ({ senderFrame }, frame: unknown) => {
    // senderFrame is null if the frame is gone or was navigated away.
    const trusted = senderFrame !== null && senderFrame === window.webContents.mainFrame;
    if (!trusted || originOf(senderFrame.url) !== ORIGIN || !(frame instanceof Uint8Array)) return;
    connection.receive(frame);
  });

  function refresh() {
    const { name, path } = documents.document;
    window.setTitle(`${name} – ConvSheet`);
    window.setRepresentedFilename(path ?? '');
    window.setDocumentEdited(documents.workbook?.state.modified ?? false);
    if (path !== undefined && path !== recentPath) app.addRecentDocument(path);
    recentPath = path;
  }

  function showMenu(menu: Args<'setMenu'>['menu']) {
    // Making a native menu takes milliseconds and closes an open one, and most edits don't change it.
    const text = JSON.stringify(menu);
    if (text === shownMenu) return;
    shownMenu = text;
    const choose = (id: string, argument?: string) => {
      if (id === 'file.quit') app.quit();
      else documents.command(id, argument);
    };
    Menu.setApplicationMenu(Menu.buildFromTemplate(nativeMenu(menu, choose, mac)));
  }

  /** Whether the window may close. Asks the user if there are unsaved changes. */
  async function maySafelyClose(): Promise<boolean> {
    // If the engine doesn't answer, the autosave keeps the work.
    if (!(await documents.isModified().catch(() => false))) return true;
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: messages.shell.unsavedQuestion(documents.document.name),
      detail: [
        messages.shell.unsavedDetail,
        ...(run && run.status !== 'ended' ? [messages.shell.runEnds(run.name)] : []),
      ].join(' '),
      buttons: [messages.shell.save, messages.shell.dontSave, messages.shell.cancel],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    if (response === 2) return false;
    try {
      if (response === 1) await documents.discard();
      else if (!(await saveBeforeClosing())) return false;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      dialog.showErrorBox('ConvSheet', say(error.sentence));
      return false;
    }
    return true;
  }

  async function saveBeforeClosing(): Promise<boolean> {
    const { name, path } = documents.document;
    if (path !== undefined) return Boolean(await documents.save({}));
    const chosen = await documents.chooseFile('save', name);
    return chosen !== undefined && Boolean(await documents.save({ path: chosen }));
  }

  async function askAndClose() {
    mayClose = await maySafelyClose().finally(() => (asking = false));
    if (mayClose) window.close();
  }

  window.on('page-title-updated', event => event.preventDefault());
  window.on('close', event => {
    const bounds = window.getNormalBounds();
    memory.set({ window: { bounds, maximized: window.isMaximized() } });
    if (mayClose) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void askAndClose();
  });
  window.on('closed', () => {
    connection.close();
    // Alone, it would keep the app running.
    if (speaker && !speaker.isDestroyed()) speaker.destroy();
  });
  // The work is in the engine, so a page that crashed can be loaded again.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    if (++crashes > MAX_CRASHES) dialog.showErrorBox('ConvSheet', messages.shell.pageCrashed);
    else window.webContents.reload();
  });

  let ending: 'no' | 'under way' | 'done' = 'no';
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', event => {
    if (ending === 'done') return;
    event.preventDefault();
    if (ending === 'under way') return;
    ending = 'under way';
    void documents.close().finally(() => {
      ending = 'done';
      lock.release();
      app.quit();
    });
  });
  showMenu([]);

  return {
    documents,
    window,
    raise() {
      if (window.isMinimized()) window.restore();
      window.focus();
    },
  };
}

/** What every page of the app is kept from. */
function safePreferences({ app }: ElectronApi): Electron.WebPreferences {
  return {
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: !app.isPackaged,
  };
}

/** The window's last place, if it is still on a screen. */
function placeOf({ screen }: ElectronApi, memory: Memory): Electron.BrowserWindowConstructorOptions {
  const bounds = memory.get().window?.bounds;
  if (!bounds) return { width: 1440, height: 900 };
  const { x, y, width, height } = bounds;
  const visible = screen.getAllDisplays().some(({ workArea }) => {
    // At least a corner must be visible.
    const right = workArea.x + workArea.width;
    const bottom = workArea.y + workArea.height;
    return (
      x !== undefined &&
      y !== undefined &&
      x < right - 100 &&
      x + width > workArea.x + 100 &&
      y < bottom - 50 &&
      y >= workArea.y - 10
    );
  });
  return visible ? { x, y, width, height } : { width, height };
}

/** The words of a file dialog, and the files that it shows: all of them if `filters` is empty. */
function dialogOf(
  mode: ChooseMode,
  suggestion: string,
): { title: string; filters: Electron.FileFilter[]; extension: string } {
  const { openTitle, openDataTitle, saveTitle, fileKind } = messages.shell;
  const lesson = messages.lessons.files;
  const workbooks = { name: fileKind, extensions: [EXTENSION.slice(1)] };
  const lessons = { name: lesson.kind, extensions: [LESSON_EXTENSION.slice(1)] };
  switch (mode) {
    case 'openLesson':
    case 'saveLesson':
      return {
        title: mode === 'openLesson' ? lesson.openTitle : lesson.saveTitle,
        filters: [lessons],
        extension: LESSON_EXTENSION,
      };
    case 'export': {
      const extension = extname(suggestion).toLowerCase();
      const kind = { name: extension.slice(1).toUpperCase(), extensions: [extension.slice(1)] };
      return { title: messages.filmExport.saveTitle, filters: [kind], extension };
    }
    case 'open':
      return { title: openTitle, filters: [workbooks, lessons], extension: EXTENSION };
    case 'save':
      return { title: saveTitle, filters: [workbooks], extension: EXTENSION };
    default:
      return { title: openDataTitle, filters: [], extension: '' };
  }
}
