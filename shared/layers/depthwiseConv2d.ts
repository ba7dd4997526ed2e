import { UserError } from '../errors.ts';
import { axesOf, inputTerms, sumOf, total, weightGradient, wholeMap } from '../backprop/rules.ts';
import { sum } from '../formula/expression.ts';
import {
  all,
  input,
  inWindow,
  metByWindow,
  optional,
  own,
  products,
  reference,
  rule,
  same,
  windowsOf,
} from '../formula/reads.ts';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { oneInput } from './one-input.ts';
import { besideMaps, mapsAfter, mapsDetail, placeMaps } from '../layout/placing.ts';
import { kernelBlocks } from '../layout/weights.ts';
import { messages } from '../messages.ts';
import { flag, padding, windowSides } from './settings.ts';
import { formatShape, sizeOf } from '../tensor.ts';
import { centringOf, kernelWindow, windowedSize } from './windowed.ts';

const settings = { kernelSize: windowSides, strides: windowSides, padding, useBias: flag };

/** A convolution of each map alone, each with its own kernel: maps [h,w,c] → [h',w',c]. The kernel tensor is
 *  [kernelHeight, kernelWidth, 1, channels]. */
export const depthwiseConv2d: LayerKindOf<SettingsOf<'depthwiseConv2d', typeof settings>> = {
  kind: 'depthwiseConv2d',
  settings,
  inputs: oneInput,
  shapeOf(layer, [maps]) {
    const [down, across] = layer.strides;
    // TensorFlow allows only equal strides here.
    if (down !== across) throw new UserError(messages.layers.stridesDiffer(layer.name, formatShape(layer.strides)));
    return [...windowedSize(layer, maps, kernelWindow(layer), 'kernel'), maps.shape[2]];
  },
  tensorsOf: (layer, [, , channels], output) => [
    ['kernel', 'parameter', [...layer.kernelSize, 1, channels]],
    ...(layer.useBias ? [['bias', 'parameter', [channels]] as const] : []),
    ['output', 'computed', output],
  ],
  workOf: (layer, _input, output) => sizeOf(output) * sizeOf(layer.kernelSize),
  units: 'none',
  weights: 'kernels',
  negative: 'any',
  centring: (layer, maps) => centringOf(kernelWindow(layer), maps),
  // Output [y,x,channel] = patch of the map × its kernel, + bias.
  cells(layer, { inputs: [maps] }) {
    const [rows, columns] = windowsOf(layer, layer.kernelSize, maps);
    return {
      output: rule(
        {
          patch: input([inWindow(0, rows), inWindow(1, columns), same(2)]),
          kernel: own('kernel', metByWindow(0, rows), metByWindow(1, columns), all(1), same(2)),
          bias: layer.useBias ? own('bias', same(2)) : undefined,
        },
        ({ patch, kernel, bias }) => sum([...products([reference(patch)], [reference(kernel)]), ...optional(bias)]),
      ),
    };
  },
  gradients(layer, { inputs: [maps], output }) {
    const axes = axesOf(layer, maps);
    return {
      input: ([row, column, channel], cells) =>
        total(inputTerms(cells, axes, { cell: [row, column], channel: 0, output: channel })),
      parameters: {
        kernel: ([row, column, , channel], cells) =>
          weightGradient(cells, axes, { taps: [row, column], input: channel, output: channel }),
        bias: ([channel], cells) => sumOf(cells.dy(...wholeMap(output), channel)),
      },
    };
  },
  place(layer, placing) {
    const { shape, inputs } = placing;
    const below = centringOf(kernelWindow(layer), inputs[0].shape);
    const maps = mapsAfter(placing, layer.strides[0], below, layer.kernelSize[0] + 1);
    placing.band(besideMaps, column => kernelBlocks({ ...layer, filters: shape[2] }, maps, 1, column));
    placeMaps(placing, maps, messages.layers.depthwiseDetail(mapsDetail(shape), formatShape(layer.kernelSize)));
  },
};
