/** Compares the gradients of both engines with each other, and with finite differences in doubles. */
import { startBackend } from '../engine/backend/backend.ts';
import { loadNative, nativeAvailable } from '../engine/backend/native.ts';
import { type GradientCase, gradientCases } from '../engine/oracle/gradient-cases.ts';
import { engineMismatches, mismatchesOf } from '../engine/oracle/gradient-check.ts';
import { tiedCases } from '../engine/oracle/tied-cases.ts';
import type { Fuzz } from './fuzz.ts';

export const gradients: Fuzz = {
  line: 'holds the gradients of every kind of layer, of random networks and of tied weights against finite differences',
  // Every window, stride, padding and number of channels once, and 442 random networks.
  count: 4420,
  async run({ seed, count, log }) {
    await startBackend();
    const native = nativeAvailable();
    if (native) await loadNative();
    const derivatives = { networks: 0, derivatives: 0, illConditioned: 0 };
    const engines = { compared: 0, illConditioned: 0 };
    const failures: string[] = [];
    for (const example of casesOf(seed, count)) {
      failures.push(...mismatchesOf(example, derivatives));
      if (native) failures.push(...engineMismatches(example, engines));
      if (derivatives.networks % 400 === 0) log(`${derivatives.networks} networks, ${failures.length} mismatches`);
    }
    const compared = native
      ? `${engines.compared} numbers of both engines compared, ${engines.illConditioned} tensors of them beyond float32`
      : 'not compared with TensorFlow, which is not installed';
    return {
      summary:
        `${derivatives.derivatives} derivatives held against finite differences, ${derivatives.illConditioned} of ` +
        `them beyond float32; ${compared}.`,
      failures,
    };
  },
};

/** After every tenth case one with tied weights. */
function* casesOf(seed: number, count: number): Generator<GradientCase> {
  const tied = tiedCases(50_000_000 + 1000 * seed);
  let number = 0;
  for (const example of gradientCases(seed, count)) {
    yield example;
    if (number++ % 10 === 0) yield tied.next().value as GradientCase;
  }
}
