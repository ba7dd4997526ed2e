import { type ElementwiseTree, operand } from '../../../shared/elementwise/tree.ts';
import { call, operation } from '../../../shared/formula/expression.ts';
import { runFormula, showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { emitted } from './pass.ts';

const x = operand(0);
const lower: ElementwiseTree = call('MAX', 0, operation('+', x, 3));

export const hardSwish: EngineKindOf<'hardSwish'> = {
  show: (_layer, [input]) => showEach(input, each => (each * Math.min(6, Math.max(0, each + 3))) / 6),
  run: runFormula(operation('/', operation('*', x, call('MIN', 6, lower)), 6)),
  emit(_layer, [each], { graph }) {
    const part = graph.divide(graph.smaller(6, graph.larger(0, graph.add(each, 3))), 6);
    return emitted(graph.multiply(each, part), dy => {
      const isInside = graph.multiply(graph.above(each, -3), graph.above(3, each));
      return graph.multiply(dy, graph.add(part, graph.multiply(isInside, graph.divide(each, 6))));
    });
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound, 6 * bound],
};
