import { describe, expect, it } from 'vitest';
import { randomExample } from '../../../shared/testing/random-network.ts';
import { countMismatches, knownOf, mutations } from './formula-mutations.ts';

/** `npm run fuzz -- mutations` tries more of them. */
const NETWORKS = 15;

describe('every wrong formula maker is noticed, step by step and on whole sheets', () => {
  const examples = Array.from({ length: NETWORKS }, (_, seed) => knownOf(randomExample(1000 + seed, 'plain')));

  it('but not the right one', () => {
    for (const example of examples) expect(countMismatches(example)).toEqual({ step: 0, whole: 0 });
  });

  it.each(mutations)('$name', mutation => {
    let [step, whole, tried] = [0, 0, 0];
    for (const example of mutation.example ? [knownOf(mutation.example())] : examples) {
      const found = countMismatches(example, mutation);
      [step, whole, tried] = [step + found.step, whole + found.whole, tried + 1];
      if (step > 0 && whole > 0) break;
    }
    console.info(`${mutation.name}: ${step} + ${whole} mismatches in ${tried} networks`);
    expect(step).toBeGreaterThan(0);
    expect(whole).toBeGreaterThan(0);
  });
});
