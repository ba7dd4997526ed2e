import { elementwise } from './elementwise.ts';
import type { LayerKindOf } from './kind.ts';

export const relu: LayerKindOf<{ kind: 'relu' }> = { kind: 'relu', settings: {}, ...elementwise, negative: 'none' };
