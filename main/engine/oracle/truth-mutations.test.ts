import { describe, expect, it } from 'vitest';
import { randomExample } from '../../../shared/testing/random-network.ts';
import { countMismatches, knownOf, mutations } from './formula-mutations.ts';

/** `npm run fuzz -- mutations` tries as many as one likes. */
const NETWORKS = 8;

describe('a wrong formula maker is found out, step by step and on whole sheets', () => {
  const examples = Array.from({ length: NETWORKS }, (_, seed) => knownOf(randomExample(1000 + seed, 'plain')));

  it('but not the right one', () => {
    for (const example of examples) expect(countMismatches(example)).toEqual({ step: 0, whole: 0 });
  });

  it.each(mutations)('$name', mutation => {
    const wrong = (mutation.example ? [knownOf(mutation.example())] : examples).map(example =>
      countMismatches(example, mutation),
    );
    const [step, whole] = (['step', 'whole'] as const).map(where => wrong.reduce((sum, each) => sum + each[where], 0));
    console.info(`${mutation.name}: ${step} + ${whole} mismatches`);
    expect(step).toBeGreaterThan(0);
    expect(whole).toBeGreaterThan(0);
  });
});
