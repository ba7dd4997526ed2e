import { expect, test } from 'vitest';
import { layers } from './layers.ts';

test('after random edits of layers weights are where they were, and undo brings every bit back', async () => {
  const { failures, summary } = await layers.run({ seed: 5, count: 12, log() {} });
  expect(failures).toEqual([]);
  const [edits, , promised, compared] = summary.match(/\d+/g)!.map(Number);
  expect(edits).toBeGreaterThan(20);
  expect(promised).toBeGreaterThan(3);
  expect(compared).toBeGreaterThan(1000);
});
