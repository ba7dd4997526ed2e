import type { LayerKindOf } from './kind.ts';
import { globalPool } from './pools.ts';

export const globalMaxPool2d: LayerKindOf<{ kind: 'globalMaxPool2d' }> = {
  kind: 'globalMaxPool2d',
  ...globalPool('MAX'),
};
