/** Activations that both backends have kernels for. */
import { relu, sigmoid, tanh } from '../backend/backend.ts';
import type { Handle } from '../batch/batch-ops.ts';
import { type Activations, activationsOf, finiteOrNaN, fromWasm, handleOf } from '../show/activations.ts';
import type { Context, Pass } from './kind.ts';
import { withoutParameters } from './pass.ts';

const SHOWN = { relu, sigmoid, tanh };
type ActivationKind = keyof typeof SHOWN;

/** Elementwise; NaN stays NaN. */
export function activate(input: Activations, kind: ActivationKind): Activations {
  if (kind === 'relu' && !input.finite)
    return activationsOf(
      input.values.map(x => (x <= 0 ? 0 : x)),
      input.shape,
    );
  return fromWasm(SHOWN[kind](handleOf(input)), input.shape);
}

/** What is shown of a layer that makes each number of one other, by a function in doubles. NaN stays NaN. */
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
