import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

/** ln(1 + e^x), a smooth ReLU. */
export const softplus: LayerKindOf<{ kind: 'softplus' }> = {
  kind: 'softplus',
  settings: {},
  // EXP of a large number is an error in a spreadsheet. Here it is at most 1.
  ...elementwise(
    x => {
      const rest = call('LN', operation('+', 1, call('EXP', operation('-', call('ABS', x)))));
      return operation('+', call('MAX', 0, x), rest);
    },
    // The slope is the sigmoid of x, and e^−y is 1 minus that.
    ({ y, dy }) => operation('*', dy, operation('-', 1, call('EXP', operation('-', y)))),
  ),
  negative: 'none',
};
