import { operand } from '../../../shared/elementwise/tree.ts';
import { call } from '../../../shared/formula/expression.ts';
import { runFormula, showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';

export const softplus: EngineKindOf<'softplus'> = {
  show: (_layer, [input]) => showEach(input, x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  run: runFormula(call('SOFTPLUS', operand(0))),
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [bound + Math.LN2],
};
