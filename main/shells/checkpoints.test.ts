import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Checkpoints, createCheckpoints, type Outcome } from './checkpoints.ts';

const FIRST = 100;
const MOST = 1000;
/** Functions that end the attempts under way. */
let attempts: ((outcome: Outcome) => void)[];
let told: (string | undefined)[];
let due: boolean;
let checkpoints: Checkpoints;
beforeEach(() => {
  vi.useFakeTimers();
  attempts = [];
  told = [];
  due = false;
  checkpoints = createCheckpoints({
    take: () => new Promise(resolve => attempts.push(resolve)),
    due: () => due,
    onTrouble: error => told.push(error?.message),
    retry: { first: FIRST, most: MOST },
  });
});
afterEach(() => vi.useRealTimers());

const failed = (harmful = false): Outcome => ({ error: new Error('no room'), harmful });
/** Ends the last attempt with this outcome. */
async function ends(outcome: Outcome): Promise<void> {
  attempts.at(-1)!(outcome);
  await vi.advanceTimersByTimeAsync(0);
}
const later = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('one that is wanted again while it is made is made once, and both hear of it', async () => {
  const both = Promise.all([checkpoints.want(), checkpoints.want()]);
  expect(attempts).toHaveLength(1);
  await ends('made');
  await both;
  await later(10 * MOST);
  expect(attempts).toHaveLength(1);
  expect(told).toEqual([]);
});

test('where it is time again when one was made, another one follows', async () => {
  void checkpoints.want();
  due = true;
  await ends('made');
  expect(attempts).toHaveLength(2);
  due = false;
  await ends('made');
  expect(attempts).toHaveLength(2);
});

test('one that has to wait is tried again, and nobody is told of trouble', async () => {
  void checkpoints.want();
  await ends('not now');
  await later(FIRST - 1);
  expect(attempts).toHaveLength(1);
  await later(1);
  expect(attempts).toHaveLength(2);
  await ends('made');
  expect(told).toEqual([]);
});

test('one that fails is told once and tried again, each time later, until it is made, which is told too', async () => {
  void checkpoints.want();
  for (const [n, delay] of [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST, MOST, MOST].entries()) {
    await ends(failed());
    // Wanting another one meanwhile changes nothing.
    await checkpoints.want();
    await later(delay - 1);
    expect(attempts).toHaveLength(n + 1);
    await later(1);
    expect(attempts).toHaveLength(n + 2);
  }
  expect(told).toEqual(['no room']);
  await ends('made');
  expect(told).toEqual(['no room', undefined]);
  // The next trouble starts with the shortest wait again.
  void checkpoints.want();
  await ends(failed());
  await later(FIRST);
  expect(attempts).toHaveLength(9);
});

test('where engines die over two in a row, the next one waits long', async () => {
  void checkpoints.want();
  await ends(failed(true));
  await later(FIRST);
  await ends(failed(true));
  await later(MOST - 1);
  expect(attempts).toHaveLength(2);
  await later(1);
  expect(attempts).toHaveLength(3);
});

test('what becomes of one for the work before counts no longer, and the next work has its own', async () => {
  void checkpoints.want();
  await ends(failed());
  checkpoints.forget();
  expect(told).toEqual(['no room', undefined]);
  await later(10 * MOST);
  expect(attempts).toHaveLength(1);
  void checkpoints.want();
  const [, before] = attempts;
  checkpoints.forget();
  void checkpoints.want();
  expect(attempts).toHaveLength(3);
  before(failed());
  await later(10 * MOST);
  expect(told).toEqual(['no room', undefined]);
  expect(attempts).toHaveLength(3);
  await ends('made');
  expect(told).toEqual(['no room', undefined]);
});
