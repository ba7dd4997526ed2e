import { elementwise } from './elementwise.ts';
import type { LayerKindOf } from './kind.ts';

export const tanh: LayerKindOf<{ kind: 'tanh' }> = { kind: 'tanh', settings: {}, ...elementwise, negative: 'any' };
