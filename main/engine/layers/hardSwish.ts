import { showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { scaleAndShift, useAndRelease, withoutParameters } from './pass.ts';

export const hardSwish: EngineKindOf<'hardSwish'> = {
  show: (_layer, [input]) => showEach(input, x => (x * Math.min(6, Math.max(0, x + 3))) / 6),
  run(_layer, [x], { ops }) {
    // The gate min(1, max(0, x/6 + 1/2)) is made of two ReLUs, whose gradients are known.
    const lower = useAndRelease(ops, scaleAndShift(ops, x, 1 / 6, 1 / 2), line => ops.activate(line, 'relu'));
    const upper = useAndRelease(ops, scaleAndShift(ops, lower, -1, 1), rest => ops.activate(rest, 'relu'));
    const makeGate = () => scaleAndShift(ops, upper, -1, 1);
    const output = useAndRelease(ops, makeGate(), gate => ops.multiply(x, gate));
    // By the product rule for x · gate.
    const gradient = (dy: typeof x) =>
      useAndRelease(
        ops,
        useAndRelease(ops, makeGate(), gate => ops.multiply(dy, gate)),
        byX =>
          useAndRelease(ops, ops.multiply(dy, x), scaled =>
            useAndRelease(ops, ops.activateGradient(scaled, upper, 'relu'), byUpper =>
              useAndRelease(ops, ops.activateGradient(byUpper, lower, 'relu'), byLower =>
                useAndRelease(ops, scaleAndShift(ops, byLower, 1 / 6, 0), byGate => ops.add(byX, byGate)),
              ),
            ),
          ),
      );
    return { ...withoutParameters(output, gradient), kept: [lower, upper] };
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound, bound + 1],
  kept: 2,
};
