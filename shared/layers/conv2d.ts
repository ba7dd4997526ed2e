import { sum } from '../formula/expression.ts';
import { all, inGroup, input, inWindow, metByWindow, optional, own } from '../formula/reads.ts';
import { products, referencesAlong, rule, same, windowsOf } from '../formula/reads.ts';
import type { LayerIdentity } from './identity.ts';
import type { LayerKindOf, OwnTensor, SettingsOf } from './kind.ts';
import { oneInput } from './one-input.ts';
import { above, mapBlocks } from '../layout/blocks.ts';
import type { Blocks, Maps } from '../layout/blocks.ts';
import type { Region } from '../layout/layout.ts';
import { besideMaps, mapsAfter, mapsDetail, placeMaps } from '../layout/placing.ts';
import { kernelBlocks } from '../layout/weights.ts';
import { messages } from '../messages.ts';
import { flag, padding, whole, windowSides } from './settings.ts';
import { LIMITS } from '../network-limits.ts';
import { formatShape, sizeOf } from '../tensor.ts';
import { centringOf, kernelWindow, windowedSize } from './windowed.ts';

const settings = {
  filters: whole(LIMITS.channels),
  kernelSize: windowSides,
  strides: windowSides,
  padding,
  useBias: flag,
};

/** A formula can hold this many input channels. A convolution with more adds up `partial` sums of this many. */
export const CHANNELS_PER_PARTIAL = 128;

type Conv2d = SettingsOf<'conv2d', typeof settings>;

export const conv2d: LayerKindOf<Conv2d> = {
  kind: 'conv2d',
  settings,
  inputs: oneInput,
  shapeOf: (layer, [input]) => [...windowedSize(layer, input, kernelWindow(layer), 'kernel'), layer.filters],
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
  weights: 'kernels',
  negative: 'any',
  centring: (layer, input) => centringOf(kernelWindow(layer), input),
  // Output [y,x,outC] = Σ over input channels of patch × kernel slice, + bias. If a formula can't hold all channels, it
  // adds partial sums [group,y,x,outC], each over one group of channels.
  cells(layer, { inputs: [maps] }) {
    const [rows, columns] = windowsOf(layer, layer.kernelSize, maps);
    const channels = maps[2];
    const bias = layer.useBias ? own('bias', same(2)) : undefined;
    if (channels <= CHANNELS_PER_PARTIAL) {
      return {
        output: rule(
          {
            patch: input([inWindow(0, rows), inWindow(1, columns), all(channels)]),
            kernel: own('kernel', metByWindow(0, rows), metByWindow(1, columns), all(channels), same(2)),
            bias,
          },
          ({ patch, kernel, bias }) =>
            sum([...products(referencesAlong(patch, 2), referencesAlong(kernel, 2)), ...optional(bias)]),
        ),
      };
    }
    const groups = Math.ceil(channels / CHANNELS_PER_PARTIAL);
    const group = inGroup(0, CHANNELS_PER_PARTIAL, channels);
    return {
      partial: rule(
        {
          patch: input([inWindow(1, rows), inWindow(2, columns), group]),
          kernel: own('kernel', metByWindow(1, rows), metByWindow(2, columns), group, same(3)),
        },
        ({ patch, kernel }) => sum(products(referencesAlong(patch, 2), referencesAlong(kernel, 2))),
      ),
      output: rule({ partial: own('partial', all(groups), same(0), same(1), same(2)), bias }, ({ partial, bias }) =>
        sum([...referencesAlong(partial, 0), ...optional(bias)]),
      ),
    };
  },
  place(layer, placing) {
    const [, , inChannels] = placing.inputs[0].shape;
    const size = mapsDetail(placing.shape);
    const below = centringOf(kernelWindow(layer), placing.inputs[0].shape);
    const maps = mapsAfter(placing, layer.strides[0], below, layer.kernelSize[0] + 1);
    placing.band(besideMaps, column => kernelBlocks(layer, maps, inChannels, column));
    if (placing.has('partial'))
      placing.band({ role: 'maps', name: messages.cells.partialCaption(layer.name), detail: size }, column =>
        partialBlocks(layer, maps, inChannels, column),
      );
    const kernel = formatShape(inChannels > 1 ? [inChannels, ...layer.kernelSize] : layer.kernelSize);
    placeMaps(placing, maps, messages.cells.convDetail(size, layer.filters, kernel));
  },
};

/** Partial sums over groups of input channels. Each group is a stack of maps like the output. */
function partialBlocks(layer: LayerIdentity & Conv2d, maps: Maps, inChannels: number, column: number): Blocks {
  const size = sizeOf(maps.shape);
  const regions: Region[] = [];
  let width = -1;
  for (let group = 0; group * CHANNELS_PER_PARTIAL < inChannels; group++) {
    const stack = mapBlocks(`${layer.id}/partial`, maps, column + width + 1, group * size);
    regions.push(...stack.regions);
    width += 1 + stack.width;
  }
  const label = (element: number): string => {
    const first = Math.floor(element / size) * CHANNELS_PER_PARTIAL;
    const last = Math.min(inChannels, first + CHANNELS_PER_PARTIAL);
    return messages.cells.partialMap((element % layer.filters) + 1, first + 1, last);
  };
  return { regions, labels: regions.map(region => above(region, label)), width };
}
