import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DataChoice, DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { createDataCache } from './data-cache.ts';
import { digitChoice, smallDigits } from './testing/small-digits.ts';

const never = new AbortController().signal;
const ignore = () => {};
const other: DataChoice = { ...digitChoice, seed: 2 };

/** A cache whose readings end when the test says so. */
function controlled() {
  const readings: {
    choice: DataChoice;
    signal: AbortSignal;
    progress: (fraction: number) => void;
    end: (data: DataSet) => void;
  }[] = [];
  const cache = createDataCache(
    (choice, options) =>
      new Promise((end, fail) => {
        const { signal } = options;
        signal.addEventListener('abort', () => fail(new UserError('ended')));
        readings.push({ choice, signal, progress: fraction => options.progress(fraction), end });
      }),
  );
  return { cache, readings };
}

test('a data set that several ask for, during the reading and after it, is read once', async () => {
  const { cache, readings } = controlled();
  const told: number[] = [];
  const first = cache.get(digitChoice, fraction => told.push(fraction), never);
  const second = cache.get(structuredClone(digitChoice), fraction => told.push(-fraction), never);
  await nextTurn();
  readings[0].progress(0.5);
  const data = smallDigits(4, 1);
  readings[0].end(data);
  expect(await first).toBe(data);
  expect(await second).toBe(data);
  expect(await cache.get(digitChoice, ignore, never)).toBe(data);
  expect(readings).toHaveLength(1);
  expect(told).toEqual([0.5, -0.5]);
});

test('a reading goes on while somebody waits for it, and is ended when nobody does', async () => {
  const { cache, readings } = controlled();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = cache.get(digitChoice, ignore, one.signal);
  const second = cache.get(digitChoice, ignore, two.signal);
  await nextTurn();
  one.abort();
  await expect(first).rejects.toBeInstanceOf(UserError);
  expect(readings[0].signal.aborted).toBe(false);
  two.abort();
  await expect(second).rejects.toBeInstanceOf(UserError);
  expect(readings[0].signal.aborted).toBe(true);
  const third = cache.get(digitChoice, ignore, never);
  await nextTurn();
  readings[1].end(smallDigits(4, 1));
  expect((await third).count).toBe(5);
});

test('one data set is read at a time and one is kept: another choice waits until the first has ended', async () => {
  const { cache, readings } = controlled();
  const first = cache.get(digitChoice, ignore, never);
  const second = cache.get(other, ignore, never);
  const again = cache.get(digitChoice, ignore, never);
  await nextTurn();
  expect(readings.map(({ choice }) => choice)).toEqual([digitChoice]);
  readings[0].end(smallDigits(2, 1));
  expect((await first).count).toBe(3);
  expect(await again).toBe(await first);
  await nextTurn();
  expect(readings.map(({ choice }) => choice)).toEqual([digitChoice, other]);
  readings[1].end(smallDigits(3, 1));
  const kept = await second;
  expect(await cache.get(other, ignore, never)).toBe(kept);
  expect(readings).toHaveLength(2);
});

test('a choice that nobody waits for is not read, and after one that fails the next is read', async () => {
  const { cache, readings } = controlled();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = cache.get(digitChoice, ignore, one.signal);
  const second = cache.get(other, ignore, two.signal);
  const third = cache.get({ ...digitChoice, seed: 3 }, ignore, never);
  await nextTurn();
  two.abort();
  await expect(second).rejects.toThrow('It was cancelled.');
  one.abort();
  await expect(first).rejects.toThrow('It was cancelled.');
  await nextTurn();
  expect(readings.map(({ choice }) => choice.seed)).toEqual([digitChoice.seed, 3]);
  readings[1].end(smallDigits(3, 1));
  expect((await third).count).toBe(4);
});

test('a data set is read again if its files have changed, and only then', async () => {
  const { cache, readings } = controlled();
  let changed = false;
  const first = cache.get(digitChoice, ignore, never);
  await nextTurn();
  readings[0].end({ ...smallDigits(2, 1), changed: async () => changed });
  const data = await first;
  await cache.forgetChanged(digitChoice, never);
  expect(await cache.get(digitChoice, ignore, never)).toBe(data);
  changed = true;
  await cache.forgetChanged(other, never);
  expect(await cache.get(digitChoice, ignore, never)).toBe(data);
  await cache.forgetChanged(digitChoice, never);
  void cache.get(digitChoice, ignore, never);
  await nextTurn();
  expect(readings).toHaveLength(2);
});
