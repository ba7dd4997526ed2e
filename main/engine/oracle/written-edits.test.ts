import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../backend/backend.ts';
import { type Checked, checkRandomEdits } from './written-edits.ts';

beforeAll(startBackend);

test('after random edits every formula, override and activation is what HyperFormula makes of what it reads', () => {
  const total: Checked = { edits: 0, formulas: 0, derived: 0, cycles: 0, errors: 0, wrong: [] };
  for (let number = 0; number < 5; number++) {
    const checked = checkRandomEdits(3, number, 6);
    for (const key of ['edits', 'formulas', 'derived', 'cycles', 'errors'] as const) total[key] += checked[key];
    total.wrong.push(...checked.wrong.map(wrong => `case ${number}, ${wrong}`));
  }
  expect(total.wrong).toEqual([]);
  expect(total.edits).toBe(30);
  expect(total.formulas).toBeGreaterThan(100);
  expect(total.derived).toBeGreaterThan(500);
  expect(total.cycles).toBeGreaterThan(0);
  expect(total.errors).toBeGreaterThan(0);
});
