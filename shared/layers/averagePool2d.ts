import type { LayerKindOf } from './kind.ts';
import type { Pool } from './pools.ts';
import { windowPool } from './pools.ts';

export const averagePool2d: LayerKindOf<Pool<'averagePool2d'>> = { kind: 'averagePool2d', ...windowPool('AVERAGE') };
