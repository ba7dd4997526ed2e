import { elementwise } from './elementwise.ts';
import { call } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

export const tanh: LayerKindOf<{ kind: 'tanh' }> = {
  kind: 'tanh',
  settings: {},
  ...elementwise(x => call('TANH', x)),
  negative: 'any',
};
