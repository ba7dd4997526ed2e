import { expect, test } from 'vitest';
import type { DataChoice, DataSet } from '../../shared/data.ts';
import { UserError } from '../../shared/errors.ts';
import { createDataCache } from './data-cache.ts';
import { digitChoice, smallDigits } from './small-digits.ts';

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

test('who asks for the same data set while it is read, and after, gets the one that is read once', async () => {
  const { cache, readings } = controlled();
  const told: number[] = [];
  const first = cache.get(digitChoice, fraction => told.push(fraction), never);
  const second = cache.get(structuredClone(digitChoice), fraction => told.push(-fraction), never);
  readings[0].progress(0.5);
  const data = smallDigits(4, 1);
  readings[0].end(data);
  expect(await first).toBe(data);
  expect(await second).toBe(data);
  expect(await cache.get(digitChoice, ignore, never)).toBe(data);
  expect(readings).toHaveLength(1);
  expect(told).toEqual([0.5, -0.5]);
});

test('a reading goes on while anybody waits for it, and is ended when nobody does', async () => {
  const { cache, readings } = controlled();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = cache.get(digitChoice, ignore, one.signal);
  const second = cache.get(digitChoice, ignore, two.signal);
  one.abort();
  await expect(first).rejects.toBeInstanceOf(UserError);
  expect(readings[0].signal.aborted).toBe(false);
  two.abort();
  await expect(second).rejects.toBeInstanceOf(UserError);
  expect(readings[0].signal.aborted).toBe(true);
  void cache.get(digitChoice, ignore, never);
  expect(readings).toHaveLength(2);
});

test('one data set is kept, and what was read for an earlier choice is not put in the place of a later one', async () => {
  const { cache, readings } = controlled();
  const first = cache.get(digitChoice, ignore, never);
  const second = cache.get(other, ignore, never);
  readings[1].end(smallDigits(3, 1));
  const kept = await second;
  readings[0].end(smallDigits(2, 1));
  expect((await first).count).toBe(3);
  expect(await cache.get(other, ignore, never)).toBe(kept);
  expect(readings).toHaveLength(2);
});

test('a data set is read again where its files have changed, and only then', async () => {
  const { cache, readings } = controlled();
  let changed = false;
  const first = cache.get(digitChoice, ignore, never);
  readings[0].end({ ...smallDigits(2, 1), changed: async () => changed });
  const data = await first;
  await cache.forgetChanged(digitChoice, never);
  expect(await cache.get(digitChoice, ignore, never)).toBe(data);
  changed = true;
  await cache.forgetChanged(other, never);
  expect(await cache.get(digitChoice, ignore, never)).toBe(data);
  await cache.forgetChanged(digitChoice, never);
  void cache.get(digitChoice, ignore, never);
  expect(readings).toHaveLength(2);
});
