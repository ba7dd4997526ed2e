import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';

export const flatten: EngineKindOf<'flatten'> = {
  show: (_layer, [input], { shape }) => ({ output: { ...input, shape, handle: undefined } }),
  channelReads: 'everything',
  identity: true,
  run: (_layer, [x], { ops, shape }) =>
    withoutParameters(ops.reshape(x, [x.shape[0], ...shape]), dy => ops.reshape(dy, x.shape)),
  bound: asInput,
};
