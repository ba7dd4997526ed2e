import { sizeOf } from '../../../shared/network.ts';
import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';

export const zeroPadding2d: EngineKindOf<'zeroPadding2d'> = {
  show({ padding: [[top], [left]] }, [input], { shape }) {
    const [height, width, channels] = input.shape;
    const values = new Float32Array(sizeOf(shape));
    const size = width * channels;
    for (let row = 0; row < height; row++) {
      const to = ((top + row) * shape[1] + left) * channels;
      values.set(input.values.subarray(row * size, (row + 1) * size), to);
    }
    return { output: { shape, values, finite: input.finite } };
  },
  channelReads: 'same channel',
  run({ padding: [rows, columns] }, [x], { ops }) {
    const paddings = [[0, 0], [...rows], [...columns], [0, 0]];
    return withoutParameters(ops.run('PadV2', { x }, { paddings, constantValue: 0 }), dy =>
      ops.run('Slice', { x: dy }, { begin: [0, rows[0], columns[0], 0], size: x.shape }),
    );
  },
  bound: asInput,
};
