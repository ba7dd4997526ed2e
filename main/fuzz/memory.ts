/** Large networks. Each has to be refused naming a layer, or to show what plain loops calculate. */
import { layerKinds } from '../../shared/layers/kinds.ts';
import { createRandomFor } from '../../shared/random.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { largeNetwork, tryNetwork } from '../engine/oracle/large-networks.ts';
import type { Fuzz } from './fuzz.ts';

/** Fewer networks may lack a kind of layer. */
const ENOUGH = 100;

export const memory: Fuzz = {
  line: 'opens random networks near every limit and holds what they show against plain loops',
  count: 200,
  async run({ seed, count, log }) {
    await startBackend();
    const failures: string[] = [];
    const kinds = new Set<string>();
    let [refused, compared, slowest] = [0, 0, 0];
    for (let number = 0; number < count; number++) {
      const random = createRandomFor(seed, number, 0);
      const started = performance.now();
      const trial = tryNetwork(largeNetwork(random), random);
      slowest = Math.max(slowest, performance.now() - started);
      if (trial.fault) failures.push(`network ${number}: ${trial.fault}`);
      if (trial.refused !== undefined) refused++;
      compared += trial.compared;
      for (const kind of trial.kinds) kinds.add(kind);
      if (number % 20 === 19) log(`${number + 1} networks, ${refused} refused, ${compared} numbers compared`);
    }
    const missing = Object.keys(layerKinds).filter(
      kind => kind !== 'input' && kind !== 'flatten' && kind !== 'reshape' && !kinds.has(kind),
    );
    if (count >= ENOUGH && missing.length > 0) failures.push(`never compared: ${missing.join(', ')}`);
    const numbers = `${compared} numbers of ${kinds.size} kinds of layers compared`;
    const shown = `${count - refused} opened, ${refused} refused naming a layer, ${numbers}`;
    return { summary: `${shown}, slowest ${(slowest / 1000).toFixed(1)} s, ${peak()}.`, failures };
  },
};

/** The most memory that this process has had. */
export function peak(): string {
  return `${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB at most`;
}
