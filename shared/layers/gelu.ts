import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf } from './kind.ts';

/** Calculates x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))), as Keras' gelu does with approximate=True. */
export const gelu: LayerKindOf<{ kind: 'gelu' }> = {
  kind: 'gelu',
  settings: {},
  ...elementwise(x => {
    const cubic = operation('*', GELU.cubic, operation('^', x, 3));
    const inner = operation('*', GELU.scale, operation('+', x, cubic));
    return operation('*', operation('*', 0.5, x), operation('+', 1, call('TANH', inner)));
  }),
};

/** The numbers in the formula. */
export const GELU = { scale: Math.sqrt(2 / Math.PI), cubic: 0.044715 } as const;
