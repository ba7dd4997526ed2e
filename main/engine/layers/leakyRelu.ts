import { type ElementwiseTree, operand } from '../../../shared/elementwise/tree.ts';
import { call, operation } from '../../../shared/formula/expression.ts';
import { activationsOf, orNaN } from '../show/activations.ts';
import { runFormula } from './activation.ts';
import type { EngineKindOf } from './kind.ts';

const x = operand(0);
const runs = new WeakMap<object, ReturnType<typeof runFormula>>();

export const leakyRelu: EngineKindOf<'leakyRelu'> = {
  show({ negativeSlope }, [{ values, shape }]) {
    return {
      output: activationsOf(
        values.map(x => (x < 0 ? orNaN(x * negativeSlope) : x)),
        shape,
      ),
    };
  },
  channelReads: 'same channel',
  run(layer, inputs, context) {
    let run = runs.get(layer);
    if (!run) {
      const below: ElementwiseTree = operation('*', layer.negativeSlope, x);
      run = runFormula(call('IF', operation<ElementwiseTree>('>', x, 0), x, below));
      runs.set(layer, run);
    }
    return run(layer, inputs, context);
  },
  bound: ({ negativeSlope }, [bound]) => [bound * Math.max(1, Math.abs(negativeSlope))],
};
