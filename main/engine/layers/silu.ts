import { showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { useAndRelease, withoutParameters } from './pass.ts';

export const silu: EngineKindOf<'silu'> = {
  show: (_layer, [input]) => showEach(input, x => x / (1 + Math.exp(-x))),
  run(_layer, [x], { ops }) {
    const sigmoid = ops.activate(x, 'sigmoid');
    // By the product rule for x · sigmoid(x).
    const gradient = (dy: typeof x) =>
      useAndRelease(ops, ops.multiply(dy, sigmoid), byX =>
        useAndRelease(ops, ops.multiply(dy, x), scaled =>
          useAndRelease(ops, ops.activateGradient(scaled, sigmoid, 'sigmoid'), bySigmoid => ops.add(byX, bySigmoid)),
        ),
      );
    return { ...withoutParameters(ops.multiply(x, sigmoid), gradient), kept: [sigmoid] };
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound],
  kept: 1,
};
