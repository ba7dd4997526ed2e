import { operand } from '../../../shared/elementwise/tree.ts';
import { call, operation } from '../../../shared/formula/expression.ts';
import { runFormula, showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { emitted } from './pass.ts';

const x = operand(0);

export const silu: EngineKindOf<'silu'> = {
  show: (_layer, [input]) => showEach(input, each => each / (1 + Math.exp(-each))),
  run: runFormula(operation('*', x, call('SIGMOID', x))),
  emit(_layer, [each], { graph }) {
    const part = graph.each('Sigmoid', each);
    const y = graph.multiply(each, part);
    return emitted(y, dy => graph.multiply(dy, graph.add(part, graph.multiply(y, graph.subtract(1, part)))));
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound],
  kept: 1,
};
