import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

/** x where x ≥ 0, else 0. */
export const relu: LayerKindOf<{ kind: 'relu' }> = {
  kind: 'relu',
  settings: {},
  ...elementwise(
    x => call('MAX', 0, x),
    ({ x, dy }) => call('IF', operation('>', x, 0), dy, 0),
  ),
  negative: 'none',
};
