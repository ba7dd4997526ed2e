import { expect, test } from 'vitest';
import { compareEvaluators, type Held } from './evaluator.ts';

test('compiled formulas give what HyperFormula gives, but for the rules that HyperFormula has alone', () => {
  const total: Held = { formulas: 0, explained: 0, errors: 0, wrong: [] };
  for (let number = 0; number < 60; number++) {
    const held = compareEvaluators(2, number);
    total.formulas += held.formulas;
    total.explained += held.explained;
    total.errors += held.errors;
    total.wrong.push(...held.wrong);
  }
  expect(total.wrong).toEqual([]);
  expect(total.formulas).toBe(1500);
  expect(total.errors).toBeGreaterThan(150);
  expect(total.explained).toBeLessThan(0.07 * total.formulas);
});
