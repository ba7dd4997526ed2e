import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

/** 1 / (1 + e^−x). */
export const sigmoid: LayerKindOf<{ kind: 'sigmoid' }> = {
  kind: 'sigmoid',
  settings: {},
  // EXP of a large number is an error in a spreadsheet. Here each branch of the IF keeps it at most 1.
  ...elementwise(
    x => {
      const below = operation('/', call('EXP', x), operation('+', 1, call('EXP', x)));
      const above = operation('/', 1, operation('+', 1, call('EXP', operation('-', x))));
      return call('IF', operation('<', x, 0), below, above);
    },
    ({ y, dy }) => operation('*', dy, operation('*', y, operation('-', 1, y))),
  ),
  negative: 'none',
};
