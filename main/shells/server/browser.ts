import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, posix, win32 } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Everything that the search for a browser depends on. */
export type Machine = {
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  home: string;
  exists: (path: string) => boolean;
};

const thisMachine: Machine = {
  platform: process.platform,
  environment: process.env,
  home: homedir(),
  exists: existsSync,
};

const LINUX_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const HEADLESS_NAMES = ['chromium-headless-shell', 'chrome-headless-shell'];
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PROGRAMS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** The program of an installed Chromium, Chrome or Edge. undefined if there is none. CHROME_PATH comes first. */
export function findBrowser({ platform, environment, home, exists }: Machine = thisMachine): string | undefined {
  const named = environment.CHROME_PATH;
  if (named) return exists(named) ? named : undefined;
  return candidates(platform, environment, home).find(exists);
}

/** The program of a browser that shows no windows, for stories. undefined if there is none, or if CHROME_PATH names
 *  another browser. */
export function findHeadlessShell({ environment, exists }: Machine = thisMachine): string | undefined {
  return environment.CHROME_PATH ? undefined : onPath(HEADLESS_NAMES, environment).find(exists);
}

function candidates(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, home: string): string[] {
  if (platform === 'darwin') {
    return ['/Applications', posix.join(home, 'Applications')].flatMap(folder =>
      MAC_APPS.map(name => posix.join(folder, `${name}.app`, 'Contents', 'MacOS', name)),
    );
  }
  if (platform === 'win32') {
    const folders = [environment.LOCALAPPDATA, environment.PROGRAMFILES, environment['PROGRAMFILES(X86)']];
    return folders.flatMap(folder => (folder ? WINDOWS_PROGRAMS.map(program => win32.join(folder, program)) : []));
  }
  return onPath(LINUX_NAMES, environment);
}

function onPath(names: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const folders = (environment.PATH ?? '').split(delimiter).filter(folder => posix.isAbsolute(folder));
  const places = [...new Set([...folders, '/usr/bin', '/usr/local/bin', '/snap/bin'])];
  return names.flatMap(name => places.map(folder => posix.join(folder, name)));
}

/** Whether windows can be shown at all. */
export function hasDisplay({ platform, environment }: Machine = thisMachine): boolean {
  return platform === 'win32' || platform === 'darwin' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** What an app window does without. It shows one page, so it needs no process in reserve for the next one; it has no
 *  address bar, so it needs none for that bar's list either. */
const NEEDLESS = ['SpareRendererForSitePerProcess', 'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** How an app window's browser is started, whatever it shows. */
export const WINDOW_OPTIONS: readonly string[] = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${NEEDLESS.join()}`,
];

/** Opens an address as an app window, without tabs or address bar. The browser's profile is only ours: cookies don't
 *  distinguish ports, and this way the process lives as long as its window. */
export function openAppWindow(browser: string, url: string, profile: string): ChildProcess {
  return spawn(browser, windowOptions(url, profile), { stdio: 'ignore' });
}

export function windowOptions(url: string, profile: string): string[] {
  return [`--app=${url}`, ...commonOptions(profile), '--hide-crash-restore-bubble'];
}

function commonOptions(profile: string): string[] {
  // Chromium's sandbox refuses to run as root.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return [`--user-data-dir=${profile}`, ...WINDOW_OPTIONS, ...(asRoot ? ['--no-sandbox'] : [])];
}

/** A browser without windows. `release`: lets it use every processor. `end`: resolves when nothing of it runs. */
export type Headless = { child: ChildProcess; release(): void; end(): Promise<void> };

/** Opens an address in a browser without windows. What it draws depends on neither the screen nor the system's
 *  language.
 *
 *  Chromium's encoder of H.264 divides a picture among several threads by how long each of them took before, so no two
 *  films would be the same. It takes as many threads as the browser sees processors at its start. On Linux that can be
 *  one, until `release` is called. */
export function openHeadless(browser: string, url: string, profile: string, language: string): Headless {
  const options = [
    '--headless',
    `--lang=${language}`,
    `--accept-lang=${language}`,
    '--force-device-scale-factor=1',
    '--force-color-profile=srgb',
    '--mute-audio',
    // Nobody looks at the page, but it must not rest.
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    ...commonOptions(profile),
    url,
  ];
  const taskset = process.platform === 'linux' ? onPath(['taskset'], process.env).find(existsSync) : undefined;
  const processors = taskset && processorsOfThis();
  const [first] = /^\d+/.exec(processors ?? '') ?? [];
  const [program, ...before] = taskset && first !== undefined ? [taskset, '--cpu-list', first, browser] : [browser];
  // The browser may be a script that starts the real one. In a group of their own, both get every signal.
  const child = spawn(program, [...before, ...options], { stdio: 'ignore', detached: process.platform !== 'win32' });
  // However this process ends.
  const kill = () => signalGroup(child, 'SIGKILL');
  process.once('exit', kill);
  return {
    child,
    release() {
      if (before.length === 0) return;
      for (const pid of family(child.pid))
        spawnSync(program, ['--all-tasks', '--pid', '--cpu-list', processors!, String(pid)], { stdio: 'ignore' });
    },
    async end() {
      await endGroup(child);
      process.off('exit', kill);
    },
  };
}

/** How many milliseconds a browser has to end by itself. */
const ENDS_WITHIN = 3000;

async function endGroup(child: ChildProcess): Promise<void> {
  const all = family(child.pid);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    signalGroup(child, signal);
    const until = performance.now() + ENDS_WITHIN;
    // oxlint-disable-next-line no-await-in-loop -- there is no other way to wait for processes of another one
    while (performance.now() < until && all.some(each => isAlive(child, each))) await pause(20);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Nobody is left.
  }
}

/** Whether a process of a browser still does something. Only Linux tells this of those that others have started. */
function isAlive(child: ChildProcess, pid: number): boolean {
  if (pid === child.pid) return child.exitCode === null && child.signalCode === null;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !'ZX'.includes(text.charAt(text.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** The processors that this process may use, such as 0-3. undefined if they aren't known. */
function processorsOfThis(): string | undefined {
  try {
    return /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** A process and all that it has started, on Linux. */
export function family(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map(thread => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'));
    return [pid, ...lists.flatMap(list => list.split(' ').filter(Boolean).map(Number)).flatMap(family)];
  } catch {
    // It has ended.
    return [pid];
  }
}
