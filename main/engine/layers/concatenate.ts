import { sizeOf } from '../../../shared/network.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';

export const concatenate: EngineKindOf<'concatenate'> = {
  show(_layer, inputs, { shape }) {
    const channels = shape.at(-1)!;
    const values = new Float32Array(sizeOf(shape));
    let first = 0;
    for (const input of inputs) {
      const own = input.shape.at(-1)!;
      for (let from = 0, to = first; from < input.values.length; from += own, to += channels)
        values.set(input.values.subarray(from, from + own), to);
      first += own;
    }
    return { output: { shape, values, finite: inputs.every(({ finite }) => finite) } };
  },
  channelReads: 'everything',
  run(_layer, inputs, { ops, shape }) {
    // The first axis counts the samples, so the last one is one further.
    const axis = shape.length;
    return withoutParameters(ops.run('Concat', [...inputs], { axis }), dy => {
      let first = 0;
      return inputs.map(input => {
        const begin = input.shape.map((_, at) => (at === axis ? first : 0));
        first += input.shape[axis];
        return ops.run('Slice', { x: dy }, { begin, size: input.shape });
      });
    });
  },
  bound: (_layer, inputs) => [Math.max(...inputs)],
};
