import { fork } from 'node:child_process';
import type { UtilityProcess, utilityProcess } from 'electron';

/** A running engine process, whatever started it. Frames are those of shared/rpc.ts. */
export type EngineLink = {
  readonly pid: number | undefined;
  readonly post: (frame: Uint8Array) => void;
  /** The one listener for frames; set before anything is posted. */
  onFrame(callback: (frame: Uint8Array) => void): void;
  /** Every callback is called once, when the process has ended, however that came; `reason` is for the log. */
  onExit(callback: (reason: string) => void): void;
  /** Ends the process at once, without asking it. */
  kill(): void;
};

/** Starts an engine process (or another one, at the same path). `folder` is where it keeps checkpoints of training
 *  runs. */
export type StartEngine = (folder: string) => EngineLink;

/** How the engine's process is started. Its garbage is short-lived: with V8's usual room for it (16 MiB, of each
 *  thread) the process grows by 40 MB in a long run, and trains no faster. */
export const engineOptions = ['--max-semi-space-size=4'];

/** The engine's process finds the folder in this variable. */
const inEnvironment = (folder: string) => ({ CONVSHEET_RUNS: folder });

/** Starts the engine as a child of this Node process. Structured-clone messages keep frames binary. */
export function nodeEngine(path: string, environment: NodeJS.ProcessEnv = process.env): StartEngine {
  return folder => {
    const child = fork(path, [], {
      serialization: 'advanced',
      // Not what this process was started with: a debugger's or test runner's options are no options for the engine.
      execArgv: engineOptions,
      env: { ...environment, ...inEnvironment(folder) },
      // Ctrl+C in a terminal goes to all of its processes; the shell still needs the engine to end well. (On Windows
      // this would open a console.)
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    return {
      get pid() {
        return child.pid;
      },
      post(frame) {
        // Without a callback a write to a child that just died is thrown; its exit is reported anyway.
        if (child.connected) child.send(frame, () => {});
      },
      onFrame(callback) {
        child.on('message', message => {
          if (message instanceof Uint8Array) callback(message);
        });
      },
      onExit(callback) {
        let ended = false;
        const end = (reason: string) => {
          if (ended) return;
          ended = true;
          callback(reason);
        };
        child.once('error', error => end(error.message));
        child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit status ${code}`));
      },
      kill() {
        child.kill('SIGKILL');
      },
    };
  };
}

/** Starts the engine as one of Electron's utility processes. */
export function electronEngine(utility: Pick<typeof utilityProcess, 'fork'>, path: string): StartEngine {
  return folder => {
    const child: UtilityProcess = utility.fork(path, [], {
      serviceName: 'ConvSheet engine',
      execArgv: engineOptions,
      stdio: 'inherit',
      env: { ...process.env, ...inEnvironment(folder) },
    });
    let ended = false;
    return {
      get pid() {
        return child.pid;
      },
      post(frame) {
        if (!ended) child.postMessage(frame, []);
      },
      onFrame(callback) {
        child.on('message', (message: unknown) => {
          if (message instanceof Uint8Array) callback(message);
        });
      },
      onExit(callback) {
        child.once('exit', code => {
          ended = true;
          callback(`exit status ${code}`);
        });
      },
      kill() {
        // Electron's kill is SIGTERM on POSIX, which a hung native call may survive.
        try {
          if (child.pid === undefined) child.kill();
          else process.kill(child.pid, 'SIGKILL');
        } catch (error) {
          // It has just ended by itself, and 'exit' is about to say so.
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
      },
    };
  };
}
