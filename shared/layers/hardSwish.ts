import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

/** Calculates x · min(6, max(0, x + 3)) / 6: x above 3, 0 below −3. */
export const hardSwish: LayerKindOf<{ kind: 'hardSwish' }> = {
  kind: 'hardSwish',
  settings: {},
  ...elementwise(x => operation('/', operation('*', x, call('MIN', 6, call('MAX', 0, operation('+', x, 3)))), 6)),
};
