/** Edits random networks. What is shown afterwards has to have the bits of a fresh calculation. */
import type { Random } from '../../shared/random.ts';
import { createRandomFor } from '../../shared/random.ts';
import { type Flavour, randomNetwork, randomValues } from '../../shared/testing/random-network.ts';
import { parseNetwork } from '../../shared/network.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { cancellingExample, faultAfterEdits, wideNetwork } from '../engine/show/testing/edited-networks.ts';
import type { Fuzz } from './fuzz.ts';

const FLAVOURS: Flavour[] = ['plain', 'ties', 'negative', 'broken', 'huge'];
const EDITS = 12;

export const edits: Fuzz = {
  line: 'edits random networks: every number has the bits of a fresh calculation, and exactly what differs is told',
  count: 1000,
  async run({ seed, count, log }) {
    await startBackend();
    const failures: string[] = [];
    for (let number = 0; number < count; number++) {
      const random = createRandomFor(seed, number, 0);
      const { network, stored } = exampleOf(number, random);
      const fault = faultAfterEdits(network, stored, random, EDITS);
      if (fault) failures.push(`network ${number}: ${fault}`);
      if (number % 100 === 99) log(`${number + 1} networks, ${failures.length} failed`);
    }
    return { summary: `${count * EDITS} edits.`, failures };
  },
};

/** In turn: a network of every kind of layer, one with many filters, and one with sums that cancel. */
function exampleOf(number: number, random: Random) {
  if (number % 3 === 0) return cancellingExample(random);
  const network = number % 3 === 1 ? wideNetwork(random) : parseNetwork(randomNetwork(random));
  return { network, stored: randomValues(network, random, FLAVOURS[random.integer(FLAVOURS.length)]) };
}
