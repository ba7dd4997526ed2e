import { showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { useAndRelease, withoutParameters } from './pass.ts';

export const softplus: EngineKindOf<'softplus'> = {
  show: (_layer, [input]) => showEach(input, x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  run: (_layer, [x], { ops }) =>
    withoutParameters(ops.run('Softplus', { x }), dy =>
      useAndRelease(ops, ops.activate(x, 'sigmoid'), slope => ops.multiply(dy, slope)),
    ),
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound + Math.LN2],
};
