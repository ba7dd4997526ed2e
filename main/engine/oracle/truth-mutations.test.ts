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

  function* networksFor({ example, kind, concerns }: (typeof mutations)[number]) {
    if (example) yield knownOf(example());
    else if (kind) for (const each of examplesWith(kind, OF_KIND, concerns)) yield knownOf(each);
    else yield* examples;
  }

  it('but not the right one', () => {
    for (const example of examples) expect(countMismatches(example)).toEqual({ step: 0, whole: 0 });
  });

  it.each(mutations)('$name', mutation => {
    let [step, whole, tried] = [0, 0, 0];
    for (const example of networksFor(mutation)) {
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
    let wrong = 0;
    for (const example of examplesWith(kind, OF_KIND)) {
      wrong += countWrongNumbers(example, kind);
      if (wrong > 0) break;
    }
    expect(wrong).toBeGreaterThan(0);
  });
});
