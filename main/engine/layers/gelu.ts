import { type ElementwiseTree, operand } from '../../../shared/elementwise/tree.ts';
import { call, operation } from '../../../shared/formula/expression.ts';
import { GELU } from '../../../shared/layers/gelu.ts';
import { runFormula, showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';

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
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound, Math.max(bound, bound ** 3)],
  kept: 1,
};
