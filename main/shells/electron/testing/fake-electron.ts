import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { ElectronApi } from '../electron-api.ts';

/** As much of Electron as the shell uses, for tests. It records what it was told, and tests can make its windows and
 *  pages act as real ones do. */

type Frame = { url: string };
class FakeContents extends EventEmitter {
  mainFrame: Frame = { url: 'app://convsheet/index.html' };
  sent: { channel: string; frame: Uint8Array }[] = [];
  reloads = 0;
  openWindow: ((details: { url: string }) => Electron.WindowOpenHandlerResponse) | undefined;
  /** Gets every frame that the page gets. */
  onSend: (frame: Uint8Array) => void = () => {};
  send(channel: string, frame: Uint8Array) {
    this.sent.push({ channel, frame });
    this.onSend(frame);
  }
  setWindowOpenHandler(handler: NonNullable<FakeContents['openWindow']>) {
    this.openWindow = handler;
  }
  reload() {
    this.reloads++;
  }
}

export class FakeWindow extends EventEmitter {
  webContents = new FakeContents();
  loaded: string[] = [];
  title = '';
  represented = '';
  edited = false;
  shown = false;
  focused = 0;
  destroyed = false;
  menuRemoved = false;
  maximized = false;
  /** Whether the user looks at it. */
  inFront = true;
  bars: { progress: number; mode: string | undefined }[] = [];
  constructor(
    readonly options: Electron.BrowserWindowConstructorOptions,
    made: (window: FakeWindow) => void,
  ) {
    super();
    made(this);
  }
  async loadURL(url: string) {
    this.loaded.push(url);
    this.emit('ready-to-show');
  }
  show() {
    this.shown = true;
  }
  maximize() {
    this.maximized = true;
  }
  setTitle(title: string) {
    this.title = title;
  }
  setRepresentedFilename(path: string) {
    this.represented = path;
  }
  setDocumentEdited(edited: boolean) {
    this.edited = edited;
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1000, height: 700 };
  }
  isMaximized() {
    return this.maximized;
  }
  isMinimized() {
    return false;
  }
  isDestroyed() {
    return this.destroyed;
  }
  removeMenu() {
    this.menuRemoved = true;
  }
  destroy() {
    this.destroyed = true;
    this.emit('closed');
  }
  focus() {
    this.focused++;
  }
  isFocused() {
    return this.inFront;
  }
  setProgressBar(progress: number, options?: Electron.ProgressBarOptions) {
    this.bars.push({ progress, mode: options?.mode });
  }
  /** Like in Electron, a listener can keep the window open. */
  close() {
    const event = cancellable();
    this.emit('close', event);
    if (event.prevented) return;
    this.destroyed = true;
    this.emit('closed');
  }
}

export class FakeNotification extends EventEmitter {
  shown = false;
  constructor(readonly options: Electron.NotificationConstructorOptions) {
    super();
  }
  show() {
    this.shown = true;
  }
}

/** An event whose default can be prevented. */
export function cancellable<T extends object>(details?: T) {
  const event = {
    ...(details as T),
    prevented: false,
    preventDefault() {
      event.prevented = true;
    },
  };
  return event;
}

type PermissionRequest = (
  contents: unknown,
  permission: string,
  answer: (granted: boolean) => void,
  details: { requestingUrl: string; mediaTypes?: string[] },
) => void;
type PermissionCheck = (
  contents: unknown,
  permission: string,
  origin: string,
  details: { mediaType?: string },
) => boolean;

export class FakeElectron {
  windows: FakeWindow[] = [];
  schemes: Electron.CustomScheme[] = [];
  serve: ((request: { url: string; method: string }) => Promise<Response>) | undefined;
  permissionRequest: PermissionRequest | undefined;
  permissionCheck: PermissionCheck | undefined;
  device: (() => boolean) | undefined;
  displayMedia: Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0] | undefined;
  menu: Electron.MenuItemConstructorOptions[] = [];
  opened: string[] = [];
  errors: string[] = [];
  messages: string[] = [];
  details: string[] = [];
  recent: string[] = [];
  paths: Record<string, string> = {};
  exitStatus: number | undefined;
  sandboxed = false;
  userModelId = '';
  quits = 0;
  /** Whether this is the first instance of the app. */
  firstInstance = true;
  locale = 'en-US';
  saveAs: string | undefined;
  openFiles: string[] = [];
  button = 2;
  dialogOptions: { defaultPath?: string; properties?: string[]; title?: string }[] = [];
  notifications: FakeNotification[] = [];
  displays = [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }];
  ipcMain = new EventEmitter();
  nativeTheme = { themeSource: 'system' };
  app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    getLocale: () => this.locale,
    whenReady: () => Promise.resolve(),
    enableSandbox: () => (this.sandboxed = true),
    setAppUserModelId: (id: string) => (this.userModelId = id),
    setPath: (name: string, path: string) => (this.paths[name] = path),
    requestSingleInstanceLock: () => this.firstInstance,
    addRecentDocument: (path: string) => this.recent.push(path),
    exit: (status: number) => (this.exitStatus = status),
    /** Like in Electron: closes the windows, and if none refuses, ends. */
    quit: () => {
      this.quits++;
      for (const window of this.windows) if (!window.destroyed) window.close();
      if (this.windows.some(window => !window.destroyed)) return;
      const event = cancellable();
      this.app.emit('will-quit', event);
      if (!event.prevented) this.exitStatus = 0;
    },
  });

  made(window: FakeWindow) {
    this.windows.push(window);
    window.on('closed', () => this.windows.every(each => each.destroyed) && this.app.emit('window-all-closed'));
  }

  readonly api = {
    app: this.app,
    ipcMain: this.ipcMain,
    nativeTheme: this.nativeTheme,
    // oxlint-disable-next-line func-style -- called with `new`, so it can't be an arrow function
    BrowserWindow: fakeConstructor(
      (options: Electron.BrowserWindowConstructorOptions) => new FakeWindow(options, window => this.made(window)),
    ),
    Notification: Object.assign(
      fakeConstructor((options: Electron.NotificationConstructorOptions) => {
        const notification = new FakeNotification(options);
        this.notifications.push(notification);
        return notification;
      }),
      { isSupported: () => true },
    ),
    dialog: {
      showErrorBox: (_title: string, text: string) => this.errors.push(text),
      showMessageBox: async (_window: unknown, { message, detail = '' }: { message: string; detail?: string }) => {
        this.messages.push(message);
        this.details.push(detail);
        return { response: this.button, checkboxChecked: false };
      },
      showMessageBoxSync: (_window: unknown, { message }: { message: string }) => {
        this.messages.push(message);
        return this.button;
      },
      showSaveDialog: async (_window: unknown, options: Electron.SaveDialogOptions) => {
        this.dialogOptions.push(options);
        return { canceled: this.saveAs === undefined, filePath: this.saveAs ?? '' };
      },
      showOpenDialog: async (_window: unknown, options: Electron.OpenDialogOptions) => {
        this.dialogOptions.push(options);
        return { canceled: this.openFiles.length === 0, filePaths: this.openFiles };
      },
    },
    Menu: {
      buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (menu: Electron.MenuItemConstructorOptions[]) => (this.menu = menu),
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => (this.schemes = schemes),
      handle: (_scheme: string, serve: NonNullable<FakeElectron['serve']>) => (this.serve = serve),
    },
    screen: { getAllDisplays: () => this.displays },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: PermissionRequest) => (this.permissionRequest = handler),
        setPermissionCheckHandler: (handler: NonNullable<FakeElectron['permissionCheck']>) =>
          (this.permissionCheck = handler),
        setDisplayMediaRequestHandler: (handler: FakeElectron['displayMedia']) => (this.displayMedia = handler),
        setDevicePermissionHandler: (handler: () => boolean) => (this.device = handler),
      },
    },
    shell: { openExternal: async (url: string) => void this.opened.push(url) },
    utilityProcess: { fork: () => undefined },
  } as unknown as ElectronApi;
}

function fakeConstructor<O, T>(make: (options: O) => T) {
  return function Made(options: O) {
    return make(options);
  };
}
