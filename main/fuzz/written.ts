/** Random formulas over networks and on other sheets, calculated edit by edit. */
import { startBackend } from '../engine/backend/backend.ts';
import { checkRandomEdits } from '../engine/oracle/written-edits.ts';
import type { Fuzz } from './fuzz.ts';

const EDITS = 12;

export const written: Fuzz = {
  line: `types formulas over networks and on sheets, and compares with HyperFormula (${EDITS} edits a case)`,
  count: 100,
  async run({ seed, count, log }) {
    await startBackend();
    const failures: string[] = [];
    const total = { edits: 0, formulas: 0, derived: 0, cycles: 0, errors: 0 };
    for (let number = 0; number < count; number++) {
      const { wrong, ...checked } = checkRandomEdits(seed, number, EDITS);
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += checked[key];
      failures.push(...wrong.map(each => `case ${number}, ${each}`));
      if (number % 10 === 9) log(`${number + 1} cases, ${failures.length} failed`);
    }
    const { edits, formulas, derived, cycles, errors } = total;
    return {
      summary: `${edits} edits; ${formulas} formulas and ${derived} derived cells, ${errors} errors, ${cycles} cycles.`,
      failures,
    };
  },
};
