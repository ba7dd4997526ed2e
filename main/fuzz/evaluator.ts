/** Compiled formulas held against HyperFormula. */
import { compareEvaluators } from '../engine/oracle/evaluator.ts';
import type { Fuzz } from './fuzz.ts';

export const evaluator: Fuzz = {
  line: 'calculates random formulas over random cells here and in HyperFormula (25 formulas a case)',
  count: 1000,
  async run({ seed, count, log }) {
    const failures: string[] = [];
    let [formulas, explained, errors] = [0, 0, 0];
    for (let number = 0; number < count; number++) {
      const held = compareEvaluators(seed, number);
      formulas += held.formulas;
      explained += held.explained;
      errors += held.errors;
      failures.push(...held.wrong.map(wrong => `case ${number}: ${wrong}`));
      if (number % 200 === 199) log(`${number + 1} cases, ${failures.length} failed`);
    }
    return {
      summary: `${formulas} formulas, ${errors} of them errors; ${explained} differ by a rule of HyperFormula alone.`,
      failures,
    };
  },
};
