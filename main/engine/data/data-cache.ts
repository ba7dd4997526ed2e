/** The data set last read stays in memory, so that looking at it, training on it and evaluating with it reads it once;
 *  and one is read at a time. */
import type { DataChoice, DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';

export type ReadData = (
  choice: DataChoice,
  options: { progress(fraction: number): void; signal: AbortSignal },
) => Promise<DataSet>;

export type DataCache = {
  /** The data set of a choice. Throws UserError where it can't be read, or `signal` ends the waiting for it. */
  get: (choice: DataChoice, progress: (fraction: number) => void, signal: AbortSignal) => Promise<DataSet>;
  /** Forgets the data set of a choice where its files have changed since it was read; undefined where there is nothing
   *  to find out. Throws UserError where `signal` ends it. */
  forgetChanged: (choice: DataChoice, signal: AbortSignal) => Promise<void> | undefined;
};

/** A reading, under way or waiting for its turn, is shared by all who wait for it, and ended when none is left. */
type Reading = {
  waiting: number;
  abort: AbortController;
  told: ((fraction: number) => void)[];
  data: Promise<DataSet>;
};

export function createDataCache(read: ReadData): DataCache {
  let kept: { key: string; data: DataSet } | undefined;
  const readings = new Map<string, Reading>();
  /** Resolves when all readings so far have ended. */
  let ended: Promise<void> = Promise.resolve();

  function begin(choice: DataChoice, key: string): Reading {
    const abort = new AbortController();
    const told: Reading['told'] = [];
    const start = () => {
      if (abort.signal.aborted) throw new UserError(sentences.runs.cancelled);
      // The one before goes first: two at a time could be more than fits into memory.
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
    // Who waits for it is told why there is none.
    const data = await mine.data.catch(() => undefined);
    if (readings.get(key) !== mine) return;
    readings.delete(key);
    if (data) kept = { key, data };
  }

  async function forgetWhere(changed: Promise<boolean>, asked: typeof kept): Promise<void> {
    if ((await changed) && kept === asked) kept = undefined;
  }

  return {
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
