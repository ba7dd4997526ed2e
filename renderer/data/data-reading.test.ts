import { expect, test } from 'vitest';
import type { DataChoice, DataSummary } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { RunState } from '../../shared/training.ts';
import type { Client } from '../core/client.ts';
import { createDataReading } from './data-reading.ts';
import { runView } from '../core/run-view.ts';
import { createStore, type State } from '../core/store.ts';

const text = messages.trainingPanel;
const data: DataChoice = {
  source: { kind: 'named', name: 'digits' },
  shape: [28, 28, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0.1,
  seed: 1,
};
const summary = { name: 'Digits' } as DataSummary;
const run = (status: RunState['status']) => runView({ id: 'a', status } as RunState);

/** A window whose data set wasn't read yet, and its requests. */
function opened(more: Partial<State>) {
  const store = createStore({ side: 'training', dataChoice: data, connection: 'open', ...more } as State);
  const asked: { resolve: (found: DataSummary) => void; reject: (error: Error) => void }[] = [];
  const client = {
    send: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
  } as unknown as Client;
  const told: string[] = [];
  const reading = createDataReading(store, client);
  reading.follow(() => told.push(reading.status()));
  return { store, asked, told, reading };
}
/** Waits until the answers are handled. */
const taken = () => new Promise(resolve => setTimeout(resolve));

test('the data set is read once somebody looks at the panel', async () => {
  const { store, asked, reading } = opened({ side: undefined });
  expect(reading.status()).toBe(text.dataUnread);
  expect(asked).toEqual([]);
  store.set({ side: 'training' });
  store.set({ side: 'runs' });
  store.set({ side: 'training' });
  expect(reading.status()).toBe(text.dataReading);
  expect(asked).toHaveLength(1);
  asked[0].resolve(summary);
  await taken();
  expect(store.get().dataSummary).toBe(summary);
  expect(asked).toHaveLength(1);
});

test('in a window that was opened during a run it is read when that has ended', () => {
  const { store, asked, reading } = opened({ run: run('running') });
  store.set({ run: run('paused') });
  expect(asked).toEqual([]);
  expect(reading.status()).toBe(text.dataUnread);
  store.set({ run: run('ended') });
  expect(asked).toHaveLength(1);
});

test('reading that was cancelled with other work is told as not done yet, and done at the next look', async () => {
  const { store, asked, told, reading } = opened({});
  asked[0].reject(new UserError(messages.data.cancelled));
  await taken();
  expect(told.at(-1)).toBe(text.dataUnread);
  store.set({ side: undefined });
  store.set({ side: 'training' });
  expect(reading.status()).toBe(text.dataReading);
  expect(asked).toHaveLength(2);
});

test('why it could not be read stays until it is tried again, and is said of no other data set', async () => {
  const { store, asked, told, reading } = opened({});
  asked[0].reject(new UserError('There is no such folder.'));
  await taken();
  expect(told.at(-1)).toBe('There is no such folder.');
  store.set({ setup: {} as State['setup'] });
  expect(reading.status()).toBe('There is no such folder.');
  expect(asked).toHaveLength(1);
  store.set({ dataChoice: { ...data, seed: 2 } });
  expect(reading.status()).toBe(text.dataReading);
  expect(asked).toHaveLength(2);
});

test('what an older question brings is not taken for the data set chosen since', async () => {
  const { store, asked, reading } = opened({});
  store.set({ dataChoice: { ...data, seed: 2 } });
  asked[0].resolve(summary);
  await taken();
  expect(store.get().dataSummary).toBeUndefined();
  expect(reading.status()).toBe(text.dataReading);
});
