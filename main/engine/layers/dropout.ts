import { sizeOf } from '../../../shared/network.ts';
import { createRandomFor, type Random } from '../../../shared/random.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';

export const dropout: EngineKindOf<'dropout'> = {
  show: (_layer, [input], { shape }) => ({ output: { ...input, shape, handle: undefined } }),
  channelReads: 'same channel',
  identity: true,
  run(_layer, [x], { ops, shape, values, random }) {
    if (!random) return withoutParameters(ops.retain(x), ops.retain);
    const masks = { count: x.shape[0], size: sizeOf(shape) };
    const mask = ops.upload(drawMasks(masks, values('rate')[0], random), x.shape);
    return { ...withoutParameters(ops.multiply(x, mask), dy => ops.multiply(dy, mask)), kept: [mask] };
  },
  bound: (_layer, [bound], { read, training }) => [training ? bound / (1 - read('rate')[0]) : bound],
  kept: 1,
};

/** The masks [count,size] of inverted dropout: 0 with probability `rate`, else 1 / (1 − rate), which keeps the expected
 *  sum. Each sample draws its own random numbers, which depend on its place in the batch. So its mask doesn't depend on
 *  the samples it is calculated together with. */
export function drawMasks(
  { count, size }: { count: number; size: number },
  rate: number,
  random: Random,
): Float32Array {
  const kept = 1 / (1 - rate);
  const masks = new Float32Array(count * size);
  const seed = random.integer(2 ** 32);
  for (let sample = 0; sample < count; sample++) {
    const { uniform } = createRandomFor(seed, sample, 0);
    for (let i = sample * size; i < (sample + 1) * size; i++) if (uniform() >= rate) masks[i] = kept;
  }
  return masks;
}
