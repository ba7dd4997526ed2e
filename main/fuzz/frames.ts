/** Hostile frames and files. Each has to be refused with a sentence or accepted, within 3 s and 1 GB. */
import { createRandomFor } from '../../shared/random.ts';
import { tryHostile } from '../files/testing/hostile-input.ts';
import type { Fuzz } from './fuzz.ts';
import { peak } from './memory.ts';

export const frames: Fuzz = {
  line: 'reads frames and files that are shaped as they should be, and endless in one place',
  count: 2000,
  async run({ seed, count, log }) {
    const failures: string[] = [];
    let [refused, slowest] = [0, 0];
    for (let number = 0; number < count; number++) {
      const { fault, milliseconds, refused: sentence } = tryHostile(createRandomFor(seed, number, 0));
      slowest = Math.max(slowest, milliseconds);
      if (fault) failures.push(`case ${number}: ${fault}`);
      if (sentence !== undefined) refused++;
      if (number % 200 === 199) log(`${number + 1} cases, ${refused} refused, ${peak()}`);
    }
    const most = process.resourceUsage().maxRSS * 1024;
    if (most > 2 ** 30) failures.push(`all of them together: ${peak()}`);
    return { summary: `${refused} refused with a sentence, slowest ${Math.round(slowest)} ms, ${peak()}.`, failures };
  },
};
