import { elementwise } from './elementwise.ts';
import type { LayerKindOf } from './kind.ts';

export const sigmoid: LayerKindOf<{ kind: 'sigmoid' }> = {
  kind: 'sigmoid',
  settings: {},
  ...elementwise,
  negative: 'none',
};
