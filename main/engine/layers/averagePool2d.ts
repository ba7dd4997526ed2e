import { sizeOf } from '../../../shared/network.ts';
import { averagePool } from '../backend/backend.ts';
import { fromWasm, handleOf } from '../show/activations.ts';
import { sizeOfMap } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';
import type { Pool } from './pools.ts';

export const runMeanPool: Pool = (ops, x, window) =>
  withoutParameters(ops.averagePool(x, window), dy => ops.averagePoolGradient(dy, x, window));

export const averagePool2d: EngineKindOf<'averagePool2d'> = {
  /** A window that contains NaN gives NaN. Padding doesn't count as cells. */
  show: (layer, [input], { shape, onPart }) => ({
    output: fromWasm(averagePool(handleOf(input), layer, onPart), shape),
  }),
  channelReads: 'same channel',
  run: (layer, [x], { ops }) => runMeanPool(ops, x, layer, false),
  bound: ({ poolSize }, [bound]) => [bound, bound * sizeOfMap(poolSize)],
  /** The size of XNNPACK's list of every window's cells. */
  scratch: ({ poolSize }, _input, [height, width]) =>
    height * width * sizeOf(poolSize) * Float32Array.BYTES_PER_ELEMENT,
};
