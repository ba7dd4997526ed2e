/** What pools have in common. Each kind's own file has its forward and backward pass. */
import type { BatchOps, Handle, PoolWindow } from '../batch/batch-ops.ts';
import { type Activations, activationsOf } from '../show/activations.ts';
import type { Context, Pass } from './kind.ts';
import { useAndRelease } from './pass.ts';

export type Pool = (ops: BatchOps, x: Handle, window: PoolWindow, afterRelu: boolean) => Pass;

/** A pool of whole maps, calculated as a pool with one window as large as the map. */
export function runGlobalPool(pool: Pool, x: Handle, { ops, shape, poolAfterRelu }: Context): Pass {
  const [count, height, width] = x.shape;
  const whole = pool(ops, x, { poolSize: [height, width], strides: [1, 1], padding: 'valid' }, poolAfterRelu);
  return {
    output: ops.reshape(whole.output, [count, ...shape]),
    kept: [whole.output],
    backward: (dy, wanted) =>
      useAndRelease(ops, ops.reshape(dy, whole.output.shape), gradient => whole.backward(gradient, wanted)),
  };
}

/** input [H,W,C] → [C]. `summarise` makes one number of each channel. A map that contains NaN gives NaN. */
export function showGlobalPool(
  { values, shape }: Activations,
  summarise: (pixels: Float32Array, channels: number) => Float64Array,
): { output: Activations } {
  return { output: activationsOf(new Float32Array(summarise(values, shape[2])), [shape[2]]) };
}
