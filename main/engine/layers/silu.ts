import { operand } from '../../../shared/elementwise/tree.ts';
import { call, operation } from '../../../shared/formula/expression.ts';
import { runFormula, showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';

const x = operand(0);

export const silu: EngineKindOf<'silu'> = {
  show: (_layer, [input]) => showEach(input, each => each / (1 + Math.exp(-each))),
  run: runFormula(operation('*', x, call('SIGMOID', x))),
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound],
  kept: 1,
};
