import type { LayerKindOf } from './kind.ts';
import type { Pool } from './pools.ts';
import { windowPool } from './pools.ts';

export const maxPool2d: LayerKindOf<Pool<'maxPool2d'>> = { kind: 'maxPool2d', ...windowPool('MAX') };
