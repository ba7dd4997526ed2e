import { activationsOf, orNaN } from '../show/activations.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';

export const leakyRelu: EngineKindOf<'leakyRelu'> = {
  show({ negativeSlope }, [{ values, shape }]) {
    return {
      output: activationsOf(
        values.map(x => (x < 0 ? orNaN(x * negativeSlope) : x)),
        shape,
      ),
    };
  },
  channelReads: 'same channel',
  run: ({ negativeSlope }, [x], { ops }) =>
    withoutParameters(ops.leakyRelu(x, negativeSlope), dy => ops.leakyReluGradient(dy, x, negativeSlope)),
  bound: ({ negativeSlope }, [bound]) => [bound * Math.max(1, Math.abs(negativeSlope))],
};
