import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

/** x where x ≥ 0, e^x − 1 below. */
export const elu: LayerKindOf<{ kind: 'elu' }> = {
  kind: 'elu',
  settings: {},
  ...elementwise(
    x => call('IF', operation('<', x, 0), operation('-', call('EXP', x), 1), x),
    ({ x, y, dy }) => call('IF', operation('<', x, 0), operation('*', dy, operation('+', y, 1)), dy),
  ),
};
