import { type ElementwiseTree, operand } from '../../../shared/elementwise/tree.ts';
import { call, operation } from '../../../shared/formula/expression.ts';
import { runFormula, showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';

const x = operand(0);
const lower: ElementwiseTree = call('MAX', 0, operation('+', x, 3));

export const hardSwish: EngineKindOf<'hardSwish'> = {
  show: (_layer, [input]) => showEach(input, each => (each * Math.min(6, Math.max(0, each + 3))) / 6),
  run: runFormula(operation('/', operation('*', x, call('MIN', 6, lower)), 6)),
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound, 6 * bound],
};
