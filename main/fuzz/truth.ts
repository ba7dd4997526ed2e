/** Formulas, the engine and plain loops have to agree about a sheet. */
import { startBackend } from '../engine/backend/backend.ts';
import {
  addSteps,
  addWholeSheet,
  describeComparison,
  emptyTruth,
  EXPECTED,
  truthExample,
} from '../engine/oracle/truth.ts';
import type { Fuzz } from './fuzz.ts';

export const truth: Fuzz = {
  line: 'holds formulas, engine and plain loops against each other in random networks, and whole sheets of every fifth',
  count: 1000,
  async run({ seed, count, log }) {
    await startBackend();
    const failures: string[] = [];
    const total = emptyTruth();
    for (let number = 0; number < count; number++) {
      const { example, whole } = truthExample(seed, number);
      if (whole) addWholeSheet(total, example);
      addSteps(total, example);
      for (const comparison of [total.sheets, total.formulas, total.tensors])
        failures.push(...comparison.mismatches.splice(0).map(mismatch => `network ${number}: ${mismatch}`));
      if (number % 100 === 99) log(`${number + 1} networks, ${failures.length} mismatches`);
    }
    const missing = EXPECTED.filter(what => !total.seen.has(what));
    const crossed = missing.length === 0 ? 'everything was crossed' : `not crossed: ${missing.join(', ')}`;
    return {
      summary:
        `Whole sheets: ${describeComparison(total.sheets)}. Formulas: ${describeComparison(total.formulas)}. ` +
        `Tensors: ${describeComparison(total.tensors)}. Of ${EXPECTED.length} settings ${crossed}.`,
      failures,
    };
  },
};
