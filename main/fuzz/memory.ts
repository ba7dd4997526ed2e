/** Large networks. Each has to be refused naming a layer, or to show what plain loops calculate. */
import { createRandomFor } from '../../shared/random.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { largeNetwork, tryNetwork } from '../engine/oracle/large-networks.ts';
import type { Fuzz } from './fuzz.ts';

export const memory: Fuzz = {
  line: 'opens random networks near every limit and holds what they show against plain loops',
  count: 200,
  async run({ seed, count, log }) {
    await startBackend();
    const failures: string[] = [];
    let [refused, compared, slowest] = [0, 0, 0];
    for (let number = 0; number < count; number++) {
      const random = createRandomFor(seed, number, 0);
      const started = performance.now();
      const trial = tryNetwork(largeNetwork(random), random);
      slowest = Math.max(slowest, performance.now() - started);
      if (trial.fault) failures.push(`network ${number}: ${trial.fault}`);
      if (trial.refused !== undefined) refused++;
      compared += trial.compared;
      if (number % 20 === 19) log(`${number + 1} networks, ${refused} refused, ${compared} numbers compared`);
    }
    const shown = `${count - refused} opened, ${refused} refused naming a layer, ${compared} numbers compared`;
    return { summary: `${shown}, slowest ${(slowest / 1000).toFixed(1)} s, ${peak()}.`, failures };
  },
};

/** The most memory that this process has had. */
export function peak(): string {
  return `${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB at most`;
}
