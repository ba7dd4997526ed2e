import { activate } from './activation.ts';
import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { emitted, withoutParameters } from './pass.ts';

export const relu: EngineKindOf<'relu'> = {
  show: (_layer, [input]) => ({ output: activate(input, 'relu') }),
  channelReads: 'same channel',
  run(_layer, [x], { ops, alreadyActivated, poolAfterRelu }) {
    const output = alreadyActivated ? ops.retain(x) : ops.activate(x, 'relu');
    return withoutParameters(output, poolAfterRelu ? ops.retain : dy => ops.activateGradient(dy, output, 'relu'));
  },
  emit(_layer, [x], { graph }) {
    const y = graph.each('Relu', x);
    return emitted(y, dy => graph.multiply(dy, graph.above(y, 0)));
  },
  bound: asInput,
};
