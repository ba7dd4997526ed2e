/** Compares the gradients of all engines with each other, and with finite differences in doubles. */
import { startBackend } from '../engine/backend/backend.ts';
import { availableEngines, startChosen } from '../engine/backend/native.ts';
import { type GradientCase, gradientCases } from '../engine/oracle/gradient-cases.ts';
import { engineMismatches, mismatchesOf } from '../engine/oracle/gradient-check.ts';
import { tiedCases } from '../engine/oracle/tied-cases.ts';
import { graphRefusal } from '../engine/onnx/network-graph.ts';
import type { Fuzz } from './fuzz.ts';

export const gradients: Fuzz = {
  line: 'holds the gradients of every kind of layer, of random networks and of tied weights against finite differences',
  // Every window, stride, padding and number of channels once, and 442 random networks.
  count: 4420,
  async run({ seed, count, log }) {
    await startBackend();
    const others = availableEngines().filter(engine => engine !== 'wasm');
    for (const engine of others) await startChosen(engine);
    const derivatives = { networks: 0, derivatives: 0, illConditioned: 0 };
    const engines = { compared: 0, illConditioned: 0 };
    const failures: string[] = [];
    for (const example of casesOf(seed, count)) {
      failures.push(...mismatchesOf(example, derivatives));
      for (const engine of others)
        if (engine !== 'onnx' || !(example.ties || graphRefusal(example.network)))
          failures.push(...engineMismatches(example, engine, engines));
      if (derivatives.networks % 400 === 0) log(`${derivatives.networks} networks, ${failures.length} mismatches`);
    }
    const compared =
      others.length > 0
        ? `${engines.compared} numbers compared with ${others.join(' and ')}, ` +
          `${engines.illConditioned} tensors of them beyond float32`
        : 'compared with no other engine, because none is installed';
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
