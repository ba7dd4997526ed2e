/** How much memory the app's processes take. Only on Linux, which tells a process's share of memory that several
 *  use. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Milliseconds between two measurements. */
const LOOK_EVERY = 100;

/** In MiB. `resident`: the server's largest resident set, by the kernel's own count. It contains in full what the
 *  server shares with other processes. */
type Footprint = { server: number; browser: number; resident: number };
type Look = Omit<Footprint, 'resident'>;

/** Measures again and again how much memory the server and the browser's processes take. The engine is left out.
 *  `takePeak` returns the largest sum since the last call. */
export function watchFootprint(server: () => number | undefined) {
  let peak: Look = { server: 0, browser: 0 };
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
      look();
      const shell = server();
      const taken = { ...peak, resident: shell === undefined ? 0 : takeResident(shell) };
      peak = { server: 0, browser: 0 };
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

/** A process and all its descendants. */
function family(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(family)];
}

export function childrenOf(pid: number): number[] {
  const threads = read(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const lists = threads.map(thread => read(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '');
  return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number));
}

const isBrowser = (pid: number) => /chrom|edge/.test(read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '');

/** The memory of a process: its own, and its share of what it has in common with others. In MiB. */
export function shareOf(pid: number): number {
  const text = read(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? '';
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
}

/** The largest resident set of a process since the last call, in MiB. */
function takeResident(pid: number): number {
  const text = read(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '';
  // From here on the kernel counts anew.
  read(() => writeFileSync(`/proc/${pid}/clear_refs`, '5'));
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
}

/** Undefined if the process has ended. */
function read<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
