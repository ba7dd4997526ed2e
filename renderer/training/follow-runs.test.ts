import { beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { Events } from '../../shared/protocol.ts';
import type { RunRecord, RunState } from '../../shared/training.ts';
import type { Client } from '../core/client.ts';
import { followRuns } from './follow-runs.ts';
import { followNotices } from '../core/notices.ts';
import { createStore, type State } from '../core/store.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => void vi.useRealTimers();
});

const running: RunState = {
  id: 'a',
  name: 'Run 1',
  status: 'running',
  step: 1,
  steps: 100,
  stepsPerEpoch: 50,
  epochs: 2,
  seconds: 0,
  learningRate: 0.1,
  backend: 'wasm',
};
const failed: RunState = { ...running, step: 0, status: 'ended', end: 'failed', sentence: 'There are no images.' };
const record = { id: 'a', name: 'Run 1', points: [], epochs: [], notes: [] } as unknown as RunRecord;

/** A window that follows runs. The engine has this record of the run, or none at first. */
function followed(answer: () => RunRecord | undefined) {
  const store = createStore({
    run: undefined,
    side: 'training',
    runs: [],
    workbook: { revision: 1 },
  } as unknown as State);
  const asked: string[] = [];
  let tell: (event: Events['run']) => void = () => {};
  const client = {
    on(event: keyof Events, callback: never) {
      if (event === 'run') tell = callback;
    },
    send(kind: string) {
      asked.push(kind);
      const found = answer();
      return found ? Promise.resolve(found) : Promise.reject(new UserError(messages.runs.unknownRun));
    },
  } as unknown as Client;
  followRuns(store, client);
  return { store, asked, tell: (state: RunState) => tell({ state, points: [], epochs: [], notes: [] }) };
}

test('a run that could not begin has no record, and is not asked for again and again', async () => {
  const { store, asked, tell } = followed(() => undefined);
  tell({ ...failed, status: 'preparing' });
  expect(asked).toEqual([]);
  tell(failed);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual(['getRun']);
  expect(store.get().run?.state).toEqual(failed);
});

test('the record of a run under way is asked for until the engine has taken it up again', async () => {
  let found: RunRecord | undefined;
  const { store, asked, tell } = followed(() => found);
  tell(running);
  await vi.advanceTimersByTimeAsync(2500);
  expect(asked).toHaveLength(3);
  found = record;
  await vi.advanceTimersByTimeAsync(1000);
  expect(store.get().run?.record).toMatchObject({ id: 'a', name: 'Run 1' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(4);
});

test('a run that ends while its record is asked for again is asked for once more', async () => {
  const { asked, tell } = followed(() => undefined);
  tell(running);
  await vi.advanceTimersByTimeAsync(500);
  tell({ ...running, status: 'ended', end: 'stopped' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(2);
});

test('that a run has ended is no longer said when undo has taken it back (fault 46)', () => {
  const { store, tell } = followed(() => record);
  followNotices(store);
  store.set({ side: undefined });
  tell(running);
  tell({ ...running, status: 'ended', end: 'finished', sentence: 'The weights are those of epoch 1.' });
  store.set({ workbook: { revision: 2, undo: 'Train: Run 1' } as State['workbook'] });
  expect(store.get().notice?.sentence).toBe('The weights are those of epoch 1.');
  store.set({ workbook: { revision: 3, redo: 'Train: Run 1' } as State['workbook'] });
  expect(store.get().notice).toBeUndefined();
});
