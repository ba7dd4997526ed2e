/** Passes that several kinds of layers share. */
import type { ParameterName } from '../../../shared/network.ts';
import type { BatchOps, Handle } from '../batch/batch-ops.ts';
import type { Gradients, Pass } from './kind.ts';

/** The pass of a layer that has nothing to learn. */
export function withoutParameters(output: Handle, gradient: (dy: Handle) => Handle | readonly Handle[]): Pass {
  return { output, backward: (dy, { input }) => (input ? { input: gradient(dy) } : {}) };
}

/** The pass of a layer with a kernel and perhaps a bias. */
export function withKernel(
  ops: BatchOps,
  useBias: boolean,
  output: Handle,
  kernelGradient: (dy: Handle) => Handle,
  inputGradient: (dy: Handle) => Handle,
): Pass {
  return {
    output,
    backward(dy, wanted): Gradients {
      const parameters: [ParameterName, Handle][] = [];
      if (wanted.parameters) parameters.push(['kernel', kernelGradient(dy)]);
      if (wanted.parameters && useBias) parameters.push(['bias', ops.biasGradient(dy)]);
      return { parameters, input: wanted.input ? inputGradient(dy) : undefined };
    },
  };
}

/** Gives a handle to `use` and releases it. */
export function useAndRelease<Result>(ops: BatchOps, handle: Handle, use: (handle: Handle) => Result): Result {
  const result = use(handle);
  ops.release(handle);
  return result;
}

/** x […,C] → scale·x + offset. */
export function scaleAndShift(ops: BatchOps, x: Handle, scale: number, offset: number): Handle {
  const channels = x.shape.at(-1)!;
  const [mean, scales, offsets] = [0, scale, offset].map(number =>
    ops.upload(new Float32Array(channels).fill(number), [channels]),
  );
  const result = ops.normalise(x, mean, scales, offsets);
  for (const each of [mean, scales, offsets]) ops.release(each);
  return result;
}
