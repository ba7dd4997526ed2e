import { GELU } from '../../../shared/layers/gelu.ts';
import { showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { scaleAndShift, useAndRelease, withoutParameters } from './pass.ts';

// (1 + tanh(u)) / 2 is the sigmoid of 2u.
const linear = 2 * GELU.scale;
const cubic = linear * GELU.cubic;

export const gelu: EngineKindOf<'gelu'> = {
  show: (_layer, [input]) => showEach(input, x => 0.5 * x * (1 + Math.tanh(GELU.scale * (x + GELU.cubic * x ** 3)))),
  run(_layer, [x], { ops }) {
    /** linear + factor·x². */
    const polynomial = (factor: number) =>
      useAndRelease(ops, ops.multiply(x, x), square => scaleAndShift(ops, square, factor, linear));
    const gate = useAndRelease(ops, polynomial(cubic), factor =>
      useAndRelease(ops, ops.multiply(x, factor), twice => ops.activate(twice, 'sigmoid')),
    );
    // By the product rule for x · gate.
    const gradient = (dy: typeof x) =>
      useAndRelease(ops, ops.multiply(dy, gate), byX =>
        useAndRelease(ops, ops.multiply(dy, x), scaled =>
          useAndRelease(ops, ops.activateGradient(scaled, gate, 'sigmoid'), byTwice =>
            useAndRelease(ops, polynomial(3 * cubic), slope =>
              useAndRelease(ops, ops.multiply(byTwice, slope), byGate => ops.add(byX, byGate)),
            ),
          ),
        ),
      );
    return { ...withoutParameters(ops.multiply(x, gate), gradient), kept: [gate] };
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound, Math.max(bound, bound ** 3)],
  kept: 1,
};
