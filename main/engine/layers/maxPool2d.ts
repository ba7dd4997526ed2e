import { maxPool } from '../backend/backend.ts';
import { fromWasm, handleOf } from '../show/activations.ts';
import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { useAndRelease, withoutParameters } from './pass.ts';
import type { Pool } from './pools.ts';

/** `afterRelu`: the input comes from a relu layer, so the gradient goes only to elements above 0. */
export const runMaxPool: Pool = (ops, x, window, afterRelu) => {
  const output = ops.maxPool(x, window);
  return withoutParameters(output, dy => {
    const above = afterRelu ? ops.activateGradient(dy, output, 'relu') : ops.retain(dy);
    return useAndRelease(ops, above, gradient => ops.maxPoolGradient(gradient, x, output, window));
  });
};

export const maxPool2d: EngineKindOf<'maxPool2d'> = {
  /** A window that contains NaN gives NaN. */
  show: (layer, [input], { shape, onPart }) => ({
    output: fromWasm(maxPool(handleOf(input), layer, onPart), shape),
  }),
  channelReads: 'same channel',
  run: (layer, [x], { ops, poolAfterRelu }) => runMaxPool(ops, x, layer, poolAfterRelu),
  bound: asInput,
  fusesReluGradient: true,
};
