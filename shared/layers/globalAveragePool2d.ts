import type { LayerKindOf } from './kind.ts';
import { globalPool } from './pools.ts';

export const globalAveragePool2d: LayerKindOf<{ kind: 'globalAveragePool2d' }> = {
  kind: 'globalAveragePool2d',
  ...globalPool('AVERAGE'),
};
