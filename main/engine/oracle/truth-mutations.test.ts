import { beforeAll, describe, expect, it } from 'vitest';
import { randomExample } from '../../../shared/testing/random-network.ts';
import { startBackend } from '../backend/backend.ts';
import { countMismatches, knownOf, mutations } from './formula-mutations.ts';
import { calculating, countWrongNumbers, examplesWith } from './wrong-layers.ts';

/** `npm run fuzz -- mutations` tries more of them. */
const NETWORKS = 15;
/** Networks that hold a kind of layer. */
const OF_KIND = 4;

beforeAll(startBackend);

describe('every wrong formula maker is noticed, step by step and on whole sheets', () => {
  const examples = Array.from({ length: NETWORKS }, (_, seed) => knownOf(randomExample(1000 + seed, 'plain')));

  it('but not the right one', () => {
    for (const example of examples) expect(countMismatches(example)).toEqual({ step: 0, whole: 0 });
  });

  it.each(mutations)('$name', mutation => {
    let [step, whole, tried] = [0, 0, 0];
    const own = mutation.kind && examplesWith(mutation.kind, OF_KIND, mutation.concerns).map(knownOf);
    for (const example of mutation.example ? [knownOf(mutation.example())] : (own ?? examples)) {
      const found = countMismatches(example, mutation);
      [step, whole, tried] = [step + found.step, whole + found.whole, tried + 1];
      if (step > 0 && whole > 0) break;
    }
    console.info(`${mutation.name}: ${step} + ${whole} mismatches in ${tried} networks`);
    expect(step).toBeGreaterThan(0);
    expect(whole).toBeGreaterThan(0);
  });
});

describe('a kind of layer that the sheet shows wrong is found out', () => {
  it.each(calculating)('%s', kind => {
    const isFoundOut = examplesWith(kind, OF_KIND).some(example => countWrongNumbers(example, kind) > 0);
    expect(isFoundOut).toBe(true);
  });
});
