/** Activations: those for which both backends have kernels, and formulas of one number. */
import { trainedOf } from '../../../shared/elementwise/compiled.ts';
import type { ElementwiseTree } from '../../../shared/elementwise/tree.ts';
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

/** How a layer calculates a formula of operand 0, its input, for every element of a batch. */
export function runFormula(formula: ElementwiseTree): (_layer: unknown, inputs: readonly Handle[], c: Context) => Pass {
  const { values, gradientsBy } = trainedOf(formula, ['element'])!;
  const gradients = gradientsBy([0]);
  return (_layer, [x], { ops }) => {
    const [output, ...kept] = ops.elementwise(values, [x], x.shape);
    const gradient = (dy: Handle) => ops.elementwise(gradients, [x, dy, ...kept], x.shape)[0];
    return { ...withoutParameters(output, gradient), kept };
  };
}
