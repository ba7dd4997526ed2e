import { constants } from 'node:os';
import { messages } from '../../shared/messages.ts';
import type { Progress } from './progress.ts';

type Interrupts = {
  /** Aborted by the first Ctrl+C, or another signal that asks for the end. The work should then be finished and
   *  saved. */
  signal: AbortSignal;
  /** A sentence for the first signal: what happens to the work that is under way. */
  stopping: string;
  /** The exit status of a process that a signal ended. Undefined if none came. */
  readonly status: number | undefined;
  dispose(): void;
};

/** Ctrl+C, an end asked for by another program, a terminal that is closed, and Ctrl+Break (Windows). */
const SIGNALS = (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const).filter(signal => signal in constants.signals);

/** Within this many milliseconds a second signal is the same Ctrl+C: npm passes it on to a process that already had it
 *  from the terminal. */
const SAME = 500;

/** Watches for signals. The second one ends the process at once. */
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
