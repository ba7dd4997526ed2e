import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, uptime } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { dataChoiceSchema } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { startLanguages } from '../../shared/messages/languages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { lessonProgressSchema, type Settings, textSizes, widthsSchema } from '../../shared/protocol.ts';
import { shownViewSchema } from '../../shared/shown-view.ts';
import { whyRefused } from '../files/file-error.ts';
import { isRunning, writeFileAtomically } from '../files/atomic.ts';

/** The folder of what ConvSheet remembers between starts. It depends on the operating system, or is CONVSHEET_STATE. */
export function stateFolderPath(environment = process.env, platform = process.platform, home = homedir()): string {
  if (environment.CONVSHEET_STATE) return resolve(environment.CONVSHEET_STATE);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'ConvSheet');
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'ConvSheet');
  return join(environment.XDG_STATE_HOME ?? join(home, '.local', 'state'), 'convsheet');
}

/** Makes the folder, which only this user can read, because it has unsaved work and the lock's key. Throws UserError
 *  that names it if it can't be made or written. */
export function makeStateFolder(folder: string): void {
  try {
    for (const path of [folder, join(folder, 'works')]) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      chmodSync(path, 0o700);
      accessSync(path, constants.W_OK);
    }
  } catch (error) {
    throw unusable(folder, error);
  }
}

/** The app can't run without the folder, because work would be lost. */
function unusable(folder: string, error: unknown): UserError {
  return new UserError(sentences.shell.stateFolder(folder, whyRefused(error as Error)), { cause: error });
}

const recentFile = v.object({ name: v.string(), path: v.string() });
const rectangle = v.object({
  x: v.optional(v.number()),
  y: v.optional(v.number()),
  width: v.number(),
  height: v.number(),
});
const rememberedSchema = v.object({
  settings: v.object({
    theme: v.picklist(['system', 'light', 'dark']),
    palette: v.picklist(['greenRed', 'orangeBlue']),
    textSize: v.fallback(v.optional(v.picklist(textSizes)), undefined),
    data: v.fallback(v.optional(dataChoiceSchema), undefined),
    widths: v.fallback(v.optional(widthsSchema), undefined),
    language: v.fallback(v.optional(v.picklist(startLanguages)), undefined),
    lessons: v.fallback(v.optional(lessonProgressSchema), undefined),
  }),
  recent: v.array(recentFile),
  /** The folder of the last opened or saved file. */
  folder: v.optional(v.string()),
  /** Views of workbooks by the paths of their files, the newest first. Earlier versions didn't have them. */
  views: v.fallback(v.optional(v.array(v.object({ path: v.string(), view: shownViewSchema }))), undefined),
  /** The place and size of Electron's window. */
  window: v.optional(v.object({ bounds: rectangle, maximized: v.boolean() })),
});
/** Everything that is remembered between starts. */
type Remembered = v.InferOutput<typeof rememberedSchema> & { settings: Settings };

const NOTHING: Remembered = { settings: { theme: 'system', palette: 'greenRed' }, recent: [] };

/** The file settings.json of the state folder. Reading it never fails: what can't be understood is ignored. */
export type Memory = {
  get(): Remembered;
  /** Changes some values. They are written soon, the last change last. */
  set(patch: Partial<Remembered>): void;
  /** Resolves when everything is on the disk, or couldn't be written. */
  written(): Promise<void>;
};

export function openMemory(folder: string): Memory {
  const path = join(folder, 'settings.json');
  let remembered = readRemembered(path);
  let writing = Promise.resolve();
  return {
    get: () => remembered,
    set(patch) {
      remembered = { ...remembered, ...patch };
      const bytes = Buffer.from(`${JSON.stringify(remembered, undefined, 2)}\n`);
      // If settings can't be written, the user needn't be disturbed.
      writing = writing.then(async () => void (await writeFileAtomically(path, bytes))).catch(() => {});
    },
    written: () => writing,
  };
}

function readRemembered(path: string): Remembered {
  try {
    const result = v.safeParse(rememberedSchema, JSON.parse(readFileSync(path, 'utf8')));
    return result.success ? result.output : NOTHING;
  } catch {
    return NOTHING;
  }
}

const ownerSchema = v.object({
  pid: v.number(),
  /** Distinguishes the process from a later one with the same number; see `lifeOf`. Earlier versions didn't have it. */
  life: v.optional(v.string()),
  /** How many seconds the computer had been up when the lock was taken. If it is up for less time now, it was
   *  restarted. */
  uptime: v.optional(v.number()),
  shell: v.picklist(['electron', 'server']),
  port: v.optional(v.number()),
  key: v.string(),
});
/** The app that works in a state folder. `key`: another start of the same user proves itself with this at the server's
 *  `port`. */
export type Owner = v.InferOutput<typeof ownerSchema>;

export type Lock = {
  owner: Owner;
  /** Records the server's port. */
  update(port: number): void;
  release(): void;
};

/** Milliseconds between checks of a lock that another start is working on, and how many there are. */
const ATTEMPT_AFTER = 50;
const MAX_ATTEMPTS = 40;
/** Milliseconds after which a guard is a leftover. This is shorter than all checks together. */
const GUARD_AGE = 1000;

/** Takes the state folder for this process, or returns its owner. `forget` removes the owner's lock if it turns out not
 *  to run any more; a newer lock stays. Throws UserError if the folder can't be written. */
export function takeLock(folder: string, shell: Owner['shell']): { lock: Lock } | { owner: Owner; forget(): void } {
  try {
    return tryLock(folder, shell);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function tryLock(folder: string, shell: Owner['shell']): ReturnType<typeof takeLock> {
  const path = join(folder, 'instance.json');
  const key = randomBytes(32).toString('base64url');
  const owner: Owner = { pid: process.pid, life: lifeOf(process.pid), uptime: uptime(), shell, key };
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === MAX_ATTEMPTS) throw error;
      const seen = versionOf(path);
      const other = readWholeOwner(path);
      const forget = () => removeLock(path, seen);
      if (other && isAlive(other)) return { owner: other, forget };
      forget();
    }
  }
  return {
    lock: {
      owner,
      update(port) {
        owner.port = port;
        const next = `${path}.new`;
        writeFileSync(next, JSON.stringify(owner), { mode: 0o600 });
        renameSync(next, path);
      },
      release() {
        if (readOwner(path)?.key === owner.key) rmSync(path, { force: true });
      },
    },
  };
}

/** Removes this version of the lock. Another start may do the same and then write its own lock. So only one at a time
 *  may check and remove; the others wait a moment. */
function removeLock(path: string, version: string | undefined) {
  const guard = `${path}.removing`;
  const guarded = statSync(guard, { throwIfNoEntry: false });
  // A guard exists for less than a millisecond, unless a crash has left it.
  if (guarded && Math.abs(Date.now() - guarded.mtimeMs) > GUARD_AGE) rmSync(guard, { force: true });
  try {
    writeFileSync(guard, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    sleep(ATTEMPT_AFTER);
    return;
  }
  try {
    if (versionOf(path) === version) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/** A fingerprint of a file, which changes if the file is written or replaced. undefined if there is no file. */
function versionOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.mtimeMs}`;
}

/** Reads the lock. An unreadable one may be about to be written by another start, so it is read again after a while. */
function readWholeOwner(path: string): Owner | undefined {
  for (let attempt = 0; ; attempt++) {
    const owner = readOwner(path);
    if (owner || attempt === 10 || !existsSync(path)) return owner;
    sleep(ATTEMPT_AFTER);
  }
}

function sleep(milliseconds: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function readOwner(path: string): Owner | undefined {
  try {
    const result = v.safeParse(ownerSchema, JSON.parse(readFileSync(path, 'utf8')));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote the lock still runs. Clocks aren't used, because they may be set, or start in the
 *  past. */
function isAlive(owner: Owner): boolean {
  // If the lock has this process's own number, an earlier process wrote it.
  if (owner.pid === process.pid || !isRunning(owner.pid)) return false;
  // The computer was restarted, and another process has that number.
  if (owner.uptime !== undefined && uptime() < owner.uptime) return false;
  return owner.life === undefined || owner.life === (lifeOf(owner.pid) ?? owner.life);
}

/** Identifies a process: this start of the computer, and the time when the process began. undefined if the system
 *  doesn't tell, which is everywhere except on Linux. Source: proc(5) */
function lifeOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in brackets, may have spaces and brackets. The 22nd field is the 20th after it.
    const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot} ${began}`;
  } catch {
    return undefined;
  }
}
