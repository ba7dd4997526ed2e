/** The surroundings of the app while it is killed: a state folder and files on a disk of their own, which can be full
 *  or read-only, and a clock that can be set. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type App = {
  child: ChildProcess;
  link: string;
  ended: Promise<unknown>;
  /** Everything it has printed so far. */
  said: () => string;
};

const DISK_BYTES = 48 * 2 ** 20;
/** A journal is compacted after this many bytes of changes: about a dozen edits. */
const COMPACT_AFTER = 4000;
/** Sets the clock of the process to another time at every SIGUSR2. */
const CLOCK = `let shift = 0;
const real = Date.now;
Date.now = () => real() + shift;
process.on('SIGUSR2', () => (shift = shift > 0 ? -86_400_000 : shift + 3_600_000));
`;

export function createWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-kills-'));
  const disk = join(folder, 'disk');
  const clock = join(folder, 'clock.mjs');
  const [state, files] = [join(disk, 'state'), join(disk, 'files')];
  const works = join(state, 'works');
  const filler = join(files, 'filler');
  mkdirSync(disk);
  writeFileSync(clock, CLOCK);
  const mounted = tried(() => mount('-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk));
  mkdirSync(files, { recursive: true });

  return {
    folder,
    files,
    works,
    /** Whether it has a disk of its own. Only root can make one. */
    mounted,
    /** Fills the disk. */
    fill(): boolean {
      if (!mounted) return false;
      try {
        for (let block = DISK_BYTES; block >= 4096; block /= 4)
          while (free() > block) writeFileSync(filler, Buffer.alloc(block), { flag: 'a' });
      } catch {
        // The disk is full.
      }
      return true;
    },
    /** False if a file is open for writing at this moment. */
    makeReadOnly: () => mounted && tried(() => mount('-o', 'remount,ro', disk)),
    recover(): void {
      if (!mounted) return;
      tried(() => mount('-o', 'remount,rw', disk));
      rmSync(filler, { force: true });
    },
    /** Changes the times of its files by `by` seconds. */
    stepFiles(by: number): void {
      for (const each of [works, files]) {
        for (const name of readdirSync(each)) {
          const time = Date.now() / 1000 + by;
          utimesSync(join(each, name), time, time);
        }
      }
    },
    async start(): Promise<App> {
      const server = fileURLToPath(new URL('server.mjs', import.meta.url));
      const child = spawn(process.execPath, [server, '--no-open'], {
        env: {
          ...process.env,
          CONVSHEET_STATE: state,
          CONVSHEET_COMPACT_AFTER: String(COMPACT_AFTER),
          CONVSHEET_CHECKPOINT_EVERY: '100',
          NODE_OPTIONS: `--import=${pathToFileURL(clock).href}`,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = once(child, 'exit');
      const lines: string[] = [];
      createInterface({ input: child.stderr }).on('line', line => lines.push(line));
      const output = createInterface({ input: child.stdout });
      output.on('line', line => lines.push(line));
      const offered = new Promise<string>(resolve => {
        output.on('line', line => {
          const link = /http:\/\/\S+\/start\?k=\S+/.exec(line)?.[0];
          if (link) resolve(link);
        });
      });
      const link = await Promise.race([offered, ended]);
      if (typeof link !== 'string') throw new Error(`the server ended: ${lines.join(' ')}`);
      return { child, link, ended, said: () => lines.join('\n') };
    },
    remove(): void {
      if (mounted) tried(() => execFileSync('umount', ['-l', disk], { stdio: 'ignore' }));
      rmSync(folder, { recursive: true, force: true });
    },
  };

  function free(): number {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize;
  }
}
export type World = ReturnType<typeof createWorld>;

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'ignore' });
}

function tried(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

/** The engine's process, which is the only child of the server's. */
export function engineOf({ child }: App): number | undefined {
  const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
  return pid ? Number(pid) : undefined;
}
