import { constants } from 'node:os';
import { messages } from '../../shared/messages.ts';
import type { Progress } from './progress.ts';

export type Interrupts = {
  /** Aborted by the first Ctrl+C or other signal that asks for the end: what is under way should be brought to an end
   *  and saved. */
  signal: AbortSignal;
  /** What is told at the first one: what becomes of the work that is under way. */
  stopping: string;
  /** The exit status of a process that a signal ended; undefined before there was one. */
  readonly status: number | undefined;
  dispose(): void;
};

/** Ctrl+C, an end asked for by another program, a terminal that is closed, and Ctrl+Break (Windows). */
const SIGNALS = (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const).filter(signal => signal in constants.signals);

/** npm passes a Ctrl+C on to a process that has had it from the terminal already. */
const SAME = 500;

/** The second Ctrl+C ends the process at once. */
export function watchInterrupts(progress: Progress): Interrupts {
  const abort = new AbortController();
  let status: number | undefined;
  let first = 0;
  let stopping: string = messages.trainCommand.stoppingAtOnce;
  const listen = (signal: (typeof SIGNALS)[number]) => {
    const now = performance.now();
    if (status === undefined) {
      first = now;
      status = 128 + constants.signals[signal];
      progress.say(stopping);
      abort.abort();
    } else if (now - first > SAME) process.exit(status);
  };
  for (const signal of SIGNALS) process.on(signal, listen);
  return {
    signal: abort.signal,
    get stopping() {
      return stopping;
    },
    set stopping(sentence) {
      stopping = sentence;
    },
    get status() {
      return status;
    },
    dispose() {
      for (const signal of SIGNALS) process.off(signal, listen);
    },
  };
}
