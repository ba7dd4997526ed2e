import { showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { emitted, withoutParameters } from './pass.ts';

export const elu: EngineKindOf<'elu'> = {
  show: (_layer, [input]) => showEach(input, x => (x < 0 ? Math.expm1(x) : x)),
  run(_layer, [x], { ops }) {
    const y = ops.run('Elu', { x });
    return withoutParameters(y, dy => ops.run('EluGrad', { dy, y }));
  },
  emit(_layer, [x], { graph }) {
    const y = graph.each('Elu', x);
    return emitted(y, dy => graph.multiply(dy, graph.add(graph.smaller(y, 0), 1)));
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [Math.max(1, bound)],
};
