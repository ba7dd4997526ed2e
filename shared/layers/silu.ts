import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

/** x / (1 + e^−x): x times its sigmoid. */
export const silu: LayerKindOf<{ kind: 'silu' }> = {
  kind: 'silu',
  settings: {},
  // EXP of a large number is an error in a spreadsheet. Here each branch of the IF keeps it at most 1.
  ...elementwise(x => {
    const below = operation('/', operation('*', x, call('EXP', x)), operation('+', 1, call('EXP', x)));
    const above = operation('/', x, operation('+', 1, call('EXP', operation('-', x))));
    return call('IF', operation('<', x, 0), below, above);
  }),
};
