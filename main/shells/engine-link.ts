import { fork } from 'node:child_process';
import type { UtilityProcess, utilityProcess } from 'electron';

/** A running engine process, however it was started. Its frames are those of shared/rpc.ts. */
export type EngineLink = {
  readonly pid: number | undefined;
  readonly post: (frame: Uint8Array) => void;
  /** Sets the one listener for frames. Call it before anything is posted. */
  onFrame(callback: (frame: Uint8Array) => void): void;
  /** Adds a listener for the end of the process. It is called once; `reason` is for the log. */
  onExit(callback: (reason: string) => void): void;
  /** Kills the process at once. */
  kill(): void;
};

/** Starts an engine process, or another one. `folder`: where it keeps checkpoints of runs. */
export type StartEngine = (folder: string) => EngineLink;

/** Options of the engine's process. With V8's usual 16 MiB per thread for short-lived objects, the process grows by 40
 *  MB in a long run without training faster. */
export const engineOptions = ['--max-semi-space-size=4'];

/** The environment variable that tells the engine its folder. */
const inEnvironment = (folder: string) => ({ CONVSHEET_RUNS: folder });

/** Starts the engine as a child of this Node process. Messages are structured clones, so frames stay binary. */
export function nodeEngine(path: string, environment: NodeJS.ProcessEnv = process.env): StartEngine {
  return folder => {
    const child = fork(path, [], {
      serialization: 'advanced',
      // Not the options of this process: those of a debugger or test runner don't fit the engine.
      execArgv: engineOptions,
      env: { ...environment, ...inEnvironment(folder) },
      // Ctrl+C in a terminal goes to all processes of its group, and the shell still needs the engine then. (On Windows
      // this would open a console.)
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    return {
      get pid() {
        return child.pid;
      },
      post(frame) {
        // With a callback, a write to a child that has just died isn't thrown. Its exit is reported anyway.
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

/** Starts the engine as an Electron utility process. */
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
        // Electron's kill sends SIGTERM on POSIX systems, and a hung native call may survive that.
        try {
          if (child.pid === undefined) child.kill();
          else process.kill(child.pid, 'SIGKILL');
        } catch (error) {
          // It has just ended by itself, and 'exit' will follow.
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
      },
    };
  };
}
