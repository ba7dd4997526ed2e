import { expect, test } from 'vitest';
import { journal } from './journal.ts';

test('30 random orders of edits, runs, saves, checkpoints, deaths lose nothing answered (faults 26, 38)', async () => {
  const { failures } = await journal.run({ seed: 26, count: 30, log: () => {} });
  expect(failures).toEqual([]);
});
