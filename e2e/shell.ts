import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));
const program = (name: string) => fileURLToPath(new URL(`../.build/main/${name}.mjs`, import.meta.url));

/** The built server shell in its own process, as `npm start -- --no-open` runs it. */
export type Shell = {
  readonly pid: number;
  /** Everything that it has printed so far. */
  output(): string;
  /** A link that wasn't used yet: the one from the start, later one that it prints after Enter. */
  link(): Promise<string>;
  /** The number of the engine process, which changes with a restart. undefined if there is none. */
  enginePid(): number | undefined;
  /** Presses Ctrl+C. Resolves with the exit status. */
  stop(): Promise<number | null>;
  /** Kills the shell and its engine at once, as a power failure does. */
  crash(): Promise<void>;
};

/** Starts the app. `state`: the folder where it remembers. `home`: the user's home folder. */
export async function startShell(args: readonly string[], state: string, home: string): Promise<Shell> {
  const child = spawn(process.execPath, [program('server'), ...args, '--no-open'], {
    cwd: home,
    env: { ...process.env, CONVSHEET_STATE: state, HOME: home, USERPROFILE: home },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let offered: string[] = [];
  let told = () => {};
  const listen = (line: string) => {
    output += `${line}\n`;
    const link = /http:\/\/\S+\/start\?k=\S+/.exec(line)?.[0];
    if (link) offered.push(link);
    told();
  };
  createInterface({ input: child.stdout }).on('line', listen);
  createInterface({ input: child.stderr }).on('line', listen);
  child.once('exit', () => told());
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const nextLink = async () => {
    while (offered.length === 0) {
      if (hasEnded()) throw new Error(`The app ended before it offered a link:\n${output}`);
      await new Promise<void>(resolve => (told = resolve));
    }
    return offered.shift()!;
  };
  const end = async (signal: NodeJS.Signals) => {
    if (hasEnded()) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  const enginePid = () => childrenOf(child).find(({ command }) => command.includes('engine-process'))?.pid;

  const first = await nextLink();
  let fresh: string | undefined = first;
  return {
    pid: child.pid!,
    output: () => output,
    async link() {
      const link = fresh;
      fresh = undefined;
      if (link) return link;
      offered = [];
      child.stdin.write('\n');
      return nextLink();
    },
    enginePid,
    async stop() {
      await end('SIGINT');
      return child.exitCode;
    },
    async crash() {
      const engine = enginePid();
      await end('SIGKILL');
      if (engine !== undefined) killProcess(engine);
    },
  };
}

/** Electron's program, if it is installed. */
export async function findElectron(): Promise<string | undefined> {
  const path: string = '../main/tools/electron-binary.mjs';
  const found = (await import(path)) as { findElectron(): string | undefined };
  return found.findElectron();
}

/** Kills a process. It may have ended already. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function childrenOf({ pid }: ChildProcess): { pid: number; command: string }[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap(line => {
    const [, own, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid ? [{ pid: Number(own), command }] : [];
  });
}

type Tensors = Record<string, { shape: number[]; values: (number | null)[] }>;
/** The output of `calc --json`. */
export type Calculated = {
  sheets: { Network: Record<string, number | string | { error: string }> };
  /** Only with --formulas. */
  formulas: { Network: Record<string, string> };
  tensors: Tensors;
};

/** Runs the command line with these words. Returns what it prints. */
export async function commandLine(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program('cli'), ...words], { maxBuffer: 2 ** 28 });
  return stdout;
}

/** The command line's calculation from the same file or template, to compare it with the window. */
export async function calc(source: string, ...args: string[]): Promise<Calculated> {
  return JSON.parse(await commandLine('calc', source, ...args, '--json')) as Calculated;
}

/** The command line's value of one cell. */
export async function calcCell(source: string, cell: string, ...args: string[]): Promise<number> {
  const { sheets } = await calc(source, '--cells', cell, ...args);
  return sheets.Network[cell] as number;
}
