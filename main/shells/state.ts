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
import { languageChoices } from '../../shared/messages/languages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { type Settings, widthsSchema } from '../../shared/protocol.ts';
import { shownViewSchema } from '../../shared/shown-view.ts';
import { whyRefused } from '../files/file-error.ts';
import { isRunning, writeFileAtomically } from '../files/atomic.ts';

/** Where ConvSheet keeps what it remembers between starts: per operating system, or CONVSHEET_STATE. */
export function stateFolderPath(environment = process.env, platform = process.platform, home = homedir()): string {
  if (environment.CONVSHEET_STATE) return resolve(environment.CONVSHEET_STATE);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'ConvSheet');
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'ConvSheet');
  return join(environment.XDG_STATE_HOME ?? join(home, '.local', 'state'), 'convsheet');
}

/** Makes the folder, readable by this user only: unsaved work and the lock's key are in it. Throws UserError naming it
 *  where it can't be made or written to. */
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

/** Work would be lost without it, so there is no going on. */
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
    data: v.fallback(v.optional(dataChoiceSchema), undefined),
    widths: v.fallback(v.optional(widthsSchema), undefined),
    language: v.fallback(v.optional(v.picklist(languageChoices)), undefined),
  }),
  recent: v.array(recentFile),
  /** Folder of the last opened or saved file. */
  folder: v.optional(v.string()),
  /** What was shown of workbooks, by the paths of their files, those looked at last first. Earlier versions didn't keep
   *  it. */
  views: v.fallback(v.optional(v.array(v.object({ path: v.string(), view: shownViewSchema }))), undefined),
  /** Place and size of Electron's window. */
  window: v.optional(v.object({ bounds: rectangle, maximized: v.boolean() })),
});
/** What is remembered between starts. */
type Remembered = v.InferOutput<typeof rememberedSchema> & { settings: Settings };

const NOTHING: Remembered = { settings: { theme: 'system', palette: 'greenRed' }, recent: [] };

/** settings.json of the state folder. Reading never fails: what can't be understood is as if it were never written. */
export type Memory = {
  get(): Remembered;
  /** Changes some of it; it is written soon, the last change last. */
  set(patch: Partial<Remembered>): void;
  /** Resolves when everything is on disk (or could not be written). */
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
      // Settings that can't be written are no reason to disturb anybody.
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
  /** Tells the process from a later one with the same number; see `lifeOf`. Earlier versions didn't say. */
  life: v.optional(v.string()),
  /** Seconds this computer was up when the lock was taken: a computer that is up for less time was started since. */
  uptime: v.optional(v.number()),
  shell: v.picklist(['electron', 'server']),
  port: v.optional(v.number()),
  key: v.string(),
});
/** Which app works in a state folder. `key` is what another start of the same user proves itself with at the server's
 *  `port`. */
export type Owner = v.InferOutput<typeof ownerSchema>;

export type Lock = {
  owner: Owner;
  /** Makes the server's port known. */
  update(port: number): void;
  release(): void;
};

/** Milliseconds between two looks at a lock that another start is at work on, and how many. */
const ATTEMPT_AFTER = 50;
const MAX_ATTEMPTS = 40;
/** Milliseconds after which a start that removes a lock is no longer there; shorter than all attempts. */
const GUARD_AGE = 1000;

/** Takes the state folder for this process, or names who has it. `forget` removes that lock, where its owner turns out
 *  not to be there; one that another start has put in its place meanwhile stays. Throws UserError where the folder
 *  can't be written to. */
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

/** Removes the lock where it is still this version of it. Another start may do the same at the same time and put its
 *  own lock there, so only one at a time looks and removes; for the others nothing happens but that a moment passes. */
function removeLock(path: string, version: string | undefined) {
  const guard = `${path}.removing`;
  const guarded = statSync(guard, { throwIfNoEntry: false });
  // Left by a crash: it is there for less than a millisecond otherwise.
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

/** Tells a file from another one in its place, and from itself before it was written; undefined where there is none. */
function versionOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.mtimeMs}`;
}

/** A lock that can't be read may be about to be written by another start: only one that stays so is none. */
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

/** Whether the process that wrote the lock still runs. Clocks are not asked: somebody may set them, and a computer
 *  without a battery for its clock starts in the past. */
function isAlive(owner: Owner): boolean {
  // A process that holds a lock of its own number's predecessor is this one.
  if (owner.pid === process.pid || !isRunning(owner.pid)) return false;
  // The computer was started again, and somebody else has that number.
  if (owner.uptime !== undefined && uptime() < owner.uptime) return false;
  return owner.life === undefined || owner.life === (lifeOf(owner.pid) ?? owner.life);
}

/** What no other process has: this start of the computer, and when in it the process began. Undefined where the system
 *  doesn't say, which is everywhere but on Linux. Source: proc(5) */
function lifeOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in brackets, may have spaces and brackets in it; the 22nd field is the 20th after it.
    const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot} ${began}`;
  } catch {
    return undefined;
  }
}
