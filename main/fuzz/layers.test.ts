import { expect, test } from 'vitest';
import { layers } from './layers.ts';

test('after random edits of layers shapes, weights and results are right; undo brings every bit back', async () => {
  const { failures, summary } = await layers.run({ seed: 4, count: 12, log() {} });
  expect(failures).toEqual([]);
  const [edits, , promised, compared, shapes, formulas, reshapes] = summary.match(/\d+/g)!.map(Number);
  expect(edits).toBeGreaterThan(20);
  expect(promised).toBeGreaterThan(3);
  expect(compared).toBeGreaterThan(1000);
  expect(shapes).toBeGreaterThan(300);
  expect(formulas).toBeGreaterThan(10);
  expect(reshapes).toBeGreaterThan(5);
});
