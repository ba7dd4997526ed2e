import { type ElementwiseTree, operand } from '../../../shared/elementwise/tree.ts';
import { call, operation } from '../../../shared/formula/expression.ts';
import { GELU } from '../../../shared/layers/gelu.ts';
import { runFormula, showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { emitted } from './pass.ts';

const x = operand(0);
// (1 + tanh(u)) / 2 is the sigmoid of 2u, which keeps its digits where tanh(u) is near −1.
const twice: ElementwiseTree = operation(
  '*',
  x,
  operation('+', 2 * GELU.scale, operation('*', 2 * GELU.scale * GELU.cubic, operation('*', x, x))),
);

export const gelu: EngineKindOf<'gelu'> = {
  show: (_layer, [input]) =>
    showEach(input, each => 0.5 * each * (1 + Math.tanh(GELU.scale * (each + GELU.cubic * each ** 3)))),
  run: runFormula(operation('*', x, call('SIGMOID', twice))),
  emit(_layer, [each], { graph }) {
    const square = graph.multiply(each, each);
    const slope = (cubic: number) => graph.add(graph.multiply(square, 2 * GELU.scale * cubic), 2 * GELU.scale);
    const part = graph.each('Sigmoid', graph.multiply(each, slope(GELU.cubic)));
    const y = graph.multiply(each, part);
    return emitted(y, dy => {
      const inner = graph.multiply(y, graph.multiply(graph.subtract(1, part), slope(3 * GELU.cubic)));
      return graph.multiply(dy, graph.add(part, inner));
    });
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound, Math.max(bound, bound ** 3)],
  kept: 1,
};
