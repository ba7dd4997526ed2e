import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { runMaxPool } from './maxPool2d.ts';
import { runGlobalPool, showGlobalPool } from './pools.ts';

export const globalMaxPool2d: EngineKindOf<'globalMaxPool2d'> = {
  show: (_layer, [input]) => showGlobalPool(input, maximaOf),
  channelReads: 'same channel',
  run: (_layer, [x], context) => runGlobalPool(runMaxPool, x, context),
  bound: asInput,
  fusesReluGradient: true,
};

/** pixels [H·W,C] → the largest of each channel. */
function maximaOf(pixels: Float32Array, channels: number): Float64Array {
  const largest = new Float64Array(pixels.subarray(0, channels));
  for (let pixel = channels; pixel < pixels.length; pixel += channels) {
    for (let channel = 0; channel < channels; channel++) {
      largest[channel] = Math.max(largest[channel], pixels[pixel + channel]);
    }
  }
  return largest;
}
