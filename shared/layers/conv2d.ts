import type { LayerKindOf, OwnTensor, SettingsOf } from './kind.ts';
import { oneInput } from './one-input.ts';
import { flag, padding, whole, windowSides } from './settings.ts';
import { LIMITS } from '../limits.ts';
import { sizeOf } from '../tensor.ts';
import { windowedSize } from './windowed.ts';

const settings = {
  filters: whole(LIMITS.channels),
  kernelSize: windowSides,
  strides: windowSides,
  padding,
  useBias: flag,
};

/** So many input channels fit one formula; a convolution with more goes through `partial` sums of this many. */
export const CHANNELS_PER_PARTIAL = 128;

export const conv2d: LayerKindOf<SettingsOf<'conv2d', typeof settings>> = {
  kind: 'conv2d',
  settings,
  inputs: oneInput,
  shapeOf(layer, [input]) {
    const { kernelSize: size, strides, padding } = layer;
    return [...windowedSize(layer, input, { size, strides, padding }, 'kernel'), layer.filters];
  },
  tensorsOf(layer, input, output) {
    const groups = Math.ceil(input[2] / CHANNELS_PER_PARTIAL);
    const partial: OwnTensor = ['partial', 'computed', [groups, ...output]];
    return [
      ['kernel', 'parameter', [...layer.kernelSize, input[2], layer.filters]],
      ...(layer.useBias ? [['bias', 'parameter', [layer.filters]] as const] : []),
      ...(groups > 1 ? [partial] : []),
      ['output', 'computed', output],
    ];
  },
  workOf: (layer, input, output) => sizeOf(output) * sizeOf(layer.kernelSize) * input[2],
  units: 'none',
};
