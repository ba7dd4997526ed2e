/** How much memory the app's processes take. Linux only: nobody else tells a process's share of what several use. */
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const LOOK_EVERY = 250;

/** In MiB. */
export type Footprint = { server: number; browser: number };

/** Looks again and again how much the server takes, and the browser's processes; the engine is left out. `takePeak`:
 *  the most it was since the last call, all of it at once. */
export function watchFootprint(server: () => number | undefined) {
  let peak: Footprint = { server: 0, browser: 0 };
  const look = () => {
    const shell = server();
    const browsers = childrenOf(process.pid).filter(pid => pid !== shell && isBrowser(pid));
    const now = {
      server: shell === undefined ? 0 : shareOf(shell),
      browser: browsers.flatMap(family).reduce((sum, pid) => sum + shareOf(pid), 0),
    };
    if (now.server + now.browser > peak.server + peak.browser) peak = now;
  };
  const timer = setInterval(look, LOOK_EVERY);
  return {
    takePeak(): Footprint {
      const taken = peak;
      peak = { server: 0, browser: 0 };
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

/** A process, its children, and theirs. */
function family(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(family)];
}

export function childrenOf(pid: number): number[] {
  const threads = read(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const lists = threads.map(thread => read(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '');
  return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number));
}

const isBrowser = (pid: number) => /chrom|edge/.test(read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '');

/** Its own memory, and its share of what it has in common with others, in MiB. */
function shareOf(pid: number): number {
  const text = read(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? '';
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
}

/** Undefined where the process has ended. */
function read<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
