import { runMeanPool } from './averagePool2d.ts';
import { sizeOfMap } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { runGlobalPool, showGlobalPool } from './pools.ts';

export const globalAveragePool2d: EngineKindOf<'globalAveragePool2d'> = {
  show: (_layer, [input]) => showGlobalPool(input, meansOf),
  channelReads: 'same channel',
  run: (_layer, [x], context) => runGlobalPool(runMeanPool, x, context),
  bound: (_layer, [bound], { input }) => [bound, bound * sizeOfMap(input)],
};

/** pixels [H·W,C] → the mean of each channel. */
function meansOf(pixels: Float32Array, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let pixel = 0; pixel < pixels.length; pixel += channels) {
    for (let channel = 0; channel < channels; channel++) sums[channel] += pixels[pixel + channel];
  }
  return sums.map(sum => (sum * channels) / pixels.length);
}
