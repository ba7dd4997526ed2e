import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

export const tanh: LayerKindOf<{ kind: 'tanh' }> = {
  kind: 'tanh',
  settings: {},
  ...elementwise(
    x => call('TANH', x),
    ({ y, dy }) => operation('*', dy, operation('-', 1, operation('*', y, y))),
  ),
  negative: 'any',
};
