import { activate } from './activation.ts';
import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';

export const relu: EngineKindOf<'relu'> = {
  show: (_layer, [input]) => ({ output: activate(input, 'relu') }),
  channelReads: 'same channel',
  run(_layer, [x], { ops, alreadyActivated, poolAfterRelu }) {
    const output = alreadyActivated ? ops.retain(x) : ops.activate(x, 'relu');
    return withoutParameters(output, poolAfterRelu ? ops.retain : dy => ops.activateGradient(dy, output, 'relu'));
  },
  bound: asInput,
};
