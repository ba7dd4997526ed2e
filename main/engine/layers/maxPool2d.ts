import { maxPool } from '../backend/backend.ts';
import { fromWasm, handleOf } from '../show/activations.ts';
import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { runMaxPool } from './pools.ts';

export const maxPool2d: EngineKindOf<'maxPool2d'> = {
  /** A window that contains NaN gives NaN. */
  show: (layer, [input], { shape }) => ({ output: fromWasm(maxPool(handleOf(input), layer), shape) }),
  channelReads: 'same channel',
  run: (layer, [x], { ops, poolAfterRelu }) => runMaxPool(ops, x, layer, poolAfterRelu),
  bound: asInput,
  fusesReluGradient: true,
};
