import { showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';

export const elu: EngineKindOf<'elu'> = {
  show: (_layer, [input]) => showEach(input, x => (x < 0 ? Math.expm1(x) : x)),
  run(_layer, [x], { ops }) {
    const y = ops.run('Elu', { x });
    return withoutParameters(y, dy => ops.run('EluGrad', { dy, y }));
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [Math.max(1, bound)],
};
