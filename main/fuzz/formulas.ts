/** Formulas that are printed and read again, moved, and written as R1C1. */
import { buildSheet } from '../../shared/layout/sheet.ts';
import { parseNetwork } from '../../shared/network.ts';
import { createRandomFor } from '../../shared/random.ts';
import { randomNetwork } from '../../shared/testing/random-network.ts';
import {
  faultOfCopy,
  faultOfDerived,
  faultOfR1C1,
  faultOfTree,
  faultOfTyped,
} from '../../shared/testing/round-trips.ts';
import type { Fuzz } from './fuzz.ts';

/** One case in this many is a whole network's formulas. */
const NETWORK_EVERY = 100;

export const formulas: Fuzz = {
  line: 'prints formulas and reads them again, copies them, and reads what is typed at random',
  count: 100_000,
  async run({ seed, count, log }) {
    const failures: string[] = [];
    const kinds = new Set<string>();
    let [networks, read] = [0, 0];
    for (let number = 0; number < count; number++) {
      const random = createRandomFor(seed, number, 0);
      const typed = faultOfTyped(random);
      if (typed.read) read++;
      const faults = [faultOfTree(random, number % 6), typed.fault, faultOfR1C1(random), faultOfCopy(random)];
      if (number % NETWORK_EVERY === 0) {
        networks++;
        faults.push(faultOfDerived(buildSheet(parseNetwork(randomNetwork(random))), kinds));
      }
      failures.push(...faults.flatMap(fault => (fault === undefined ? [] : `case ${number}: ${fault}`)));
      if (number % 10_000 === 9999) log(`${number + 1} cases, ${failures.length} failed`);
    }
    return {
      summary:
        `Each a tree, something typed (${read} of them read), a reference and a copy; the formulas of ${networks} ` +
        `networks with ${kinds.size} kinds of layers.`,
      failures,
    };
  },
};
