import { sizeOf } from '../../../shared/network.ts';
import { createRandomFor, type Random } from '../../../shared/random.ts';
import type { EngineKindOf } from './kind.ts';
import { withoutParameters } from './pass.ts';

export const dropout: EngineKindOf<'dropout'> = {
  show: (_layer, [input], { shape }) => ({ output: { ...input, shape, handle: undefined } }),
  channelReads: 'same channel',
  handsOn: true,
  run(_layer, [x], { ops, shape, first, values, random }) {
    if (!random) return withoutParameters(ops.retain(x), ops.retain);
    const masks = { count: x.shape[0], size: sizeOf(shape), first };
    const mask = ops.upload(drawMasks(masks, values('rate')[0], random), x.shape);
    return { ...withoutParameters(ops.multiply(x, mask), dy => ops.multiply(dy, mask)), kept: [mask] };
  },
  bound: (_layer, [bound], { read, training }) => [training ? bound / (1 - read('rate')[0]) : bound],
  kept: 1,
};

/** Inverted dropout's masks [count,size]: 0 with probability `rate`, else what keeps the expected sum: 1 / (1 − rate).
 *  Each sample has random numbers of its own, which follow from its place in the batch: so a sample's mask is the same
 *  whichever others are calculated together with it. */
export function drawMasks(
  { count, size, first }: { count: number; size: number; first: number },
  rate: number,
  random: Random,
): Float32Array {
  const kept = 1 / (1 - rate);
  const masks = new Float32Array(count * size);
  const seed = random.integer(2 ** 32);
  for (let sample = 0; sample < count; sample++) {
    const { uniform } = createRandomFor(seed, first + sample, 0);
    for (let i = sample * size; i < (sample + 1) * size; i++) if (uniform() >= rate) masks[i] = kept;
  }
  return masks;
}
