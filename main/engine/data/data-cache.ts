/** Keeps the data set that was read last in memory. So it is read once for looking at it, training on it and evaluating
 *  with it. Only one data set is read at a time. */
import type { DataChoice, DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';

export type ReadData = (
  choice: DataChoice,
  options: { progress(fraction: number): void; signal: AbortSignal },
) => Promise<DataSet>;

export type DataCache = {
  /** The data set of a choice. Throws UserError if it can't be read, or if `signal` ends the waiting. */
  get: (choice: DataChoice, progress: (fraction: number) => void, signal: AbortSignal) => Promise<DataSet>;
  /** The data set in memory, if there is one. */
  known: () => DataSet | undefined;
  /** Forgets the data set of a choice if its files have changed since it was read. Undefined if there is nothing to
   *  check. Throws UserError if `signal` ends it. */
  forgetChanged: (choice: DataChoice, signal: AbortSignal) => Promise<void> | undefined;
};

/** A reading that is under way or waits for its turn. All who want the same data set share it. It is ended when nobody
 *  waits any more. */
type Reading = {
  waiting: number;
  abort: AbortController;
  told: ((fraction: number) => void)[];
  data: Promise<DataSet>;
};

export function createDataCache(read: ReadData): DataCache {
  let kept: { key: string; data: DataSet } | undefined;
  const readings = new Map<string, Reading>();
  /** Resolves when all readings that were begun have ended. */
  let ended: Promise<void> = Promise.resolve();

  function begin(choice: DataChoice, key: string): Reading {
    const abort = new AbortController();
    const told: Reading['told'] = [];
    const start = () => {
      if (abort.signal.aborted) throw new UserError(sentences.runs.cancelled);
      // The old data set goes first, because two at a time may not fit into memory.
      kept = undefined;
      return read(choice, {
        progress: fraction => told.forEach(tell => tell(fraction)),
        signal: abort.signal,
      });
    };
    const mine: Reading = { waiting: 0, abort, told, data: ended.then(start) };
    readings.set(key, mine);
    ended = keepWhenRead(key, mine);
    return mine;
  }

  async function keepWhenRead(key: string, mine: Reading): Promise<void> {
    // A failure is reported to those who wait for the data set.
    const data = await mine.data.catch(() => undefined);
    if (readings.get(key) !== mine) return;
    readings.delete(key);
    if (data) kept = { key, data };
  }

  async function forgetWhere(changed: Promise<boolean>, asked: typeof kept): Promise<void> {
    if ((await changed) && kept === asked) kept = undefined;
  }

  return {
    known: () => kept?.data,
    forgetChanged(choice, signal) {
      const asked = kept;
      if (asked?.key !== JSON.stringify(choice) || !asked.data.changed) return undefined;
      return forgetWhere(asked.data.changed(signal), asked);
    },
    get(choice, progress, signal) {
      const key = JSON.stringify(choice);
      if (signal.aborted) return Promise.reject(new UserError(sentences.runs.cancelled));
      if (kept?.key === key) return Promise.resolve(kept.data);
      const mine = readings.get(key) ?? begin(choice, key);
      mine.waiting++;
      mine.told.push(progress);
      return new Promise((resolve, reject) => {
        const leave = () => {
          reject(new UserError(sentences.runs.cancelled));
          mine.told.splice(mine.told.indexOf(progress), 1);
          mine.waiting--;
          if (mine.waiting > 0) return;
          mine.abort.abort();
          if (readings.get(key) === mine) readings.delete(key);
        };
        signal.addEventListener('abort', leave, { once: true });
        mine.data.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
      });
    },
  };
}
