import { finiteOrNaN } from '../show/activations.ts';
import type { EngineKindOf } from './kind.ts';
import { useAndRelease, withoutParameters } from './pass.ts';

export const add: EngineKindOf<'add'> = {
  /** Adds in doubles. */
  show(_layer, inputs) {
    const [first] = inputs;
    const result = new Float32Array(first.values.length);
    for (let i = 0; i < result.length; i++) {
      let sum = 0;
      for (const { values } of inputs) sum += values[i];
      result[i] = sum;
    }
    return { output: finiteOrNaN(result, first.shape) };
  },
  channelReads: 'same channel',
  run: (_layer, [x, ...others], { ops }) =>
    withoutParameters(
      others.reduce((sum, input) => useAndRelease(ops, sum, first => ops.add(first, input)), ops.retain(x)),
      ops.retain,
    ),
  bound: (_layer, inputs) => [inputs.reduce((sum, input) => sum + input, 0)],
};
