/** Activations for which both backends have kernels. */
import { relu, sigmoid, tanh } from '../backend/backend.ts';
import type { Handle } from '../batch/batch-ops.ts';
import { type Activations, activationsOf, finiteOrNaN, fromWasm, handleOf } from '../show/activations.ts';
import type { Context, Pass } from './kind.ts';
import { withoutParameters } from './pass.ts';

const SHOWN = { relu, sigmoid, tanh };
type ActivationKind = keyof typeof SHOWN;

/** Applies an activation to every element. NaN stays NaN. */
export function activate(input: Activations, kind: ActivationKind): Activations {
  if (kind === 'relu' && !input.finite)
    return activationsOf(
      input.values.map(x => (x <= 0 ? 0 : x)),
      input.shape,
    );
  return fromWasm(SHOWN[kind](handleOf(input)), input.shape);
}

/** Applies a function to every element, in doubles. NaN stays NaN. */
export function showEach({ values, shape }: Activations, of: (x: number) => number): { output: Activations } {
  return { output: finiteOrNaN(values.map(of), shape) };
}

export const activation = (kind: ActivationKind) => ({
  show: (_layer: unknown, [input]: readonly Activations[]) => ({ output: activate(input, kind) }),
  channelReads: 'same channel' as const,
  run(_layer: unknown, [x]: readonly Handle[], { ops }: Context): Pass {
    const output = ops.activate(x, kind);
    return withoutParameters(output, dy => ops.activateGradient(dy, output, kind));
  },
});
