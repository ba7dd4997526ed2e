import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

/** Calculates scale·x where x ≥ 0, and scale·alpha·(e^x − 1) below. */
export const selu: LayerKindOf<{ kind: 'selu' }> = {
  kind: 'selu',
  settings: {},
  ...elementwise(
    x => {
      const below = operation('*', SELU.scale * SELU.alpha, operation('-', call('EXP', x), 1));
      return call('IF', operation('<', x, 0), below, operation('*', SELU.scale, x));
    },
    ({ x, y, dy }) => {
      const below = operation('*', dy, operation('+', y, SELU.scale * SELU.alpha));
      return call('IF', operation('>', x, 0), operation('*', SELU.scale, dy), below);
    },
  ),
};

/** With these numbers, layers of weights that suit it keep a mean of 0 and a variance of 1: arxiv.org/abs/1706.02515 */
export const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 } as const;
