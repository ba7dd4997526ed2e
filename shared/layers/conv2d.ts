import * as v from 'valibot';
import { UserError } from '../errors.ts';
import { axesOf, inputTerms, sumOf, total, weightGradient, wholeMap } from '../backprop/rules.ts';
import { operation, sum } from '../formula/expression.ts';
import type { Expression } from '../formula/expression.ts';
import { all, inGroup, inGroupOf, input, inWindow, isEmpty, metByWindow, optional, own } from '../formula/reads.ts';
import { products, referencesAlong, rule, same, tapAt, windowsOf } from '../formula/reads.ts';
import type { AxisRead, CellRule, Part, Read } from '../formula/reads.ts';
import { padBefore } from '../geometry.ts';
import type { LayerIdentity, LayerInput } from './identity.ts';
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
import type { Pair, Shape } from '../tensor.ts';
import { centringOf, kernelWindow, windowedSize } from './windowed.ts';

const settings = {
  filters: whole(LIMITS.channels),
  kernelSize: windowSides,
  strides: windowSides,
  padding,
  useBias: flag,
  dilationRate: v.optional(windowSides),
  groups: v.optional(whole(LIMITS.channels)),
};

/** A formula can hold this many input channels. A convolution with more adds up `partial` sums of this many. */
export const CHANNELS_PER_PARTIAL = 128;
/** With dilation, each weight has a term of its own. A formula can hold this many of them. */
const MOST_TERMS = 256;

type Conv2d = SettingsOf<'conv2d', typeof settings>;

/** How far apart the cells are that a kernel reads. */
export function dilationOf({ dilationRate }: Pick<Conv2d, 'dilationRate'>): Pair {
  return dilationRate ?? [1, 1];
}

export function isDilated(layer: Pick<Conv2d, 'dilationRate'>): boolean {
  return dilationOf(layer).some(rate => rate > 1);
}

/** Into how many groups the channels are split. Each group of filters reads its own group of input channels. */
export function groupsOf({ groups }: Pick<Conv2d, 'groups'>): number {
  return groups ?? 1;
}

/** The most input channels in one formula. */
export function channelsPerPartial(layer: Pick<Conv2d, 'dilationRate' | 'kernelSize'>): number {
  return isDilated(layer) ? Math.max(1, Math.floor(MOST_TERMS / sizeOf(layer.kernelSize))) : CHANNELS_PER_PARTIAL;
}

/** Throws UserError if dilation or groups don't fit the other settings and the input. */
function checkSettings(layer: LayerIdentity & Conv2d, { name, shape }: LayerInput): void {
  const groups = groupsOf(layer);
  const most = channelsPerPartial(layer);
  if (isDilated(layer)) {
    if (layer.strides.some(stride => stride > 1)) throw new UserError(messages.layers.dilatedStrides(layer.name));
    if (sizeOf(layer.kernelSize) > MOST_TERMS)
      throw new UserError(messages.layers.dilatedKernel(layer.name, formatShape(layer.kernelSize), MOST_TERMS));
  }
  if (groups === 1) return;
  const channels = shape[2];
  if (channels % groups > 0 || layer.filters % groups > 0)
    throw new UserError(messages.layers.unequalGroups(layer.name, groups, name, channels, layer.filters));
  if (channels / groups > most) throw new UserError(messages.layers.largeGroups(layer.name, channels / groups, most));
}

export const conv2d: LayerKindOf<Conv2d> = {
  kind: 'conv2d',
  settings,
  inputs: oneInput,
  shapeOf(layer, [input]) {
    const sides = windowedSize(layer, input, kernelWindow(layer), 'kernel');
    checkSettings(layer, input);
    return [...sides, layer.filters];
  },
  tensorsOf(layer, input, output) {
    const channels = input[2] / groupsOf(layer);
    const parts = Math.ceil(channels / channelsPerPartial(layer));
    const partial: OwnTensor = ['partial', 'computed', [parts, ...output]];
    return [
      ['kernel', 'parameter', [...layer.kernelSize, channels, layer.filters]],
      ...(layer.useBias ? [['bias', 'parameter', [layer.filters]] as const] : []),
      ...(parts > 1 ? [partial] : []),
      ['output', 'computed', output],
    ];
  },
  workOf: (layer, input, output) => (sizeOf(output) * sizeOf(layer.kernelSize) * input[2]) / groupsOf(layer),
  units: 'none',
  weights: 'kernels',
  negative: 'any',
  centring: (layer, input) => centringOf(kernelWindow(layer), input),
  // Output [y,x,outC] = Σ over input channels of patch × kernel slice, + bias. If a formula can't hold all channels, it
  // adds partial sums [group,y,x,outC], each over one group of channels.
  cells(layer, { inputs: [maps] }) {
    const channels = maps[2] / groupsOf(layer);
    const bias = layer.useBias ? own('bias', same(2)) : undefined;
    const most = channelsPerPartial(layer);
    if (channels <= most) {
      const inputs = groupsOf(layer) === 1 ? all(channels) : inGroupOf(2, layer.filters / groupsOf(layer), channels);
      return { output: sumOfProducts(layer, maps, { first: 0, inputs, slices: all(channels) }, bias) };
    }
    const group = inGroup(0, most, channels);
    return {
      partial: sumOfProducts(layer, maps, { first: 1, inputs: group, slices: group }),
      output: rule(
        { partial: own('partial', all(Math.ceil(channels / most)), same(0), same(1), same(2)), bias },
        ({ partial, bias }) => sum([...referencesAlong(partial, 0), ...optional(bias)]),
      ),
    };
  },
  gradients(layer, { inputs: [maps], output }) {
    const axes = axesOf({ ...layer, dilationRate: dilationOf(layer) }, maps);
    const perGroup = { inputs: maps[2] / groupsOf(layer), filters: layer.filters / groupsOf(layer) };
    return {
      input([row, column, channel], cells) {
        const group = Math.floor(channel / perGroup.inputs);
        return total(
          Array.from({ length: perGroup.filters }, (_, i) => {
            const at = { cell: [row, column], channel: channel % perGroup.inputs } as const;
            return inputTerms(cells, axes, { ...at, output: group * perGroup.filters + i });
          }).flat(),
        );
      },
      parameters: {
        kernel([row, column, channel, filter], cells) {
          const input = Math.floor(filter / perGroup.filters) * perGroup.inputs + channel;
          return weightGradient(cells, axes, { taps: [row, column], input, output: filter });
        },
        bias: ([filter], cells) => sumOf(cells.dy(...wholeMap(output), filter)),
      },
    };
  },
  place(layer, placing) {
    const inChannels = placing.inputs[0].shape[2] / groupsOf(layer);
    const most = channelsPerPartial(layer);
    const size = mapsDetail(placing.shape);
    const below = centringOf(kernelWindow(layer), placing.inputs[0].shape);
    const maps = mapsAfter(placing, layer.strides[0], below, layer.kernelSize[0] + 1);
    placing.band(besideMaps, column => kernelBlocks(layer, maps, inChannels, column));
    if (placing.has('partial'))
      placing.band({ role: 'maps', name: messages.cells.partialCaption(layer.name), detail: size }, column =>
        partialBlocks(layer, maps, inChannels, most, column),
      );
    const kernel = formatShape(inChannels > 1 ? [inChannels, ...layer.kernelSize] : layer.kernelSize);
    const detail = messages.cells.convDetail(size, layer.filters, kernel);
    placeMaps(placing, maps, messages.layers.convDetail(detail, formatShape(dilationOf(layer)), groupsOf(layer)));
  },
};

/** The rule for sums of products. `first`: the reading cell's axis of rows; those of columns and filters follow.
 *  `inputs` are the input channels that it reads, `slices` those of the kernel. */
function sumOfProducts(
  layer: Conv2d,
  maps: Shape,
  { first, inputs, slices }: { first: 0 | 1; inputs: AxisRead; slices: AxisRead },
  bias?: Read,
): CellRule {
  const filter = same(first + 2);
  if (!isDilated(layer)) {
    const [rows, columns] = windowsOf(layer, layer.kernelSize, maps);
    return rule(
      {
        patch: input([inWindow(first, rows), inWindow(first + 1, columns), inputs]),
        kernel: own('kernel', metByWindow(first, rows), metByWindow(first + 1, columns), slices, filter),
        bias,
      },
      ({ patch, kernel, bias }) =>
        sum([...products(referencesAlong(patch, 2), referencesAlong(kernel, 2)), ...optional(bias)]),
    );
  }
  // The cells that a kernel reads don't touch each other, so each has a term of its own.
  const window = kernelWindow(layer);
  const before = [0, 1].map(axis => padBefore(maps[axis], window.size[axis], 1, layer.padding));
  const dilation = dilationOf(layer);
  const taps: [Read, Read][] = [];
  for (let row = 0; row < layer.kernelSize[0]; row++)
    for (let column = 0; column < layer.kernelSize[1]; column++) {
      const offsets = [row, column].map((tap, axis) => before[axis] - tap * dilation[axis]);
      const cells = offsets.map((offset, axis) => same(first + axis, offset, maps[axis]));
      const weights = [row, column].map((tap, axis) => tapAt(first + axis, tap, offsets[axis], maps[axis]));
      taps.push([input([...cells, inputs]), own('kernel', ...weights, slices, filter)]);
    }
  const reads = taps.flatMap(([cell, weight], tap) => [
    [`cell${tap}`, cell] as const,
    [`weight${tap}`, weight] as const,
  ]);
  return rule({ ...Object.fromEntries(reads), bias }, (parts: Readonly<Record<string, Part | undefined>>) => {
    const terms = taps.flatMap((_, tap): Expression[] => {
      const [cell, weight] = [parts[`cell${tap}`]!, parts[`weight${tap}`]!];
      if (isEmpty(cell)) return [];
      const weights = referencesAlong(weight, 2);
      return referencesAlong(cell, 2).map((each, channel) => operation('*', each, weights[channel]));
    });
    const all = [...terms, ...optional(parts.bias)];
    return all.length > 0 ? sum(all) : 0;
  });
}

/** Partial sums over groups of input channels. Each group is a stack of maps like the output. */
function partialBlocks(
  layer: LayerIdentity & Conv2d,
  maps: Maps,
  inChannels: number,
  most: number,
  column: number,
): Blocks {
  const size = sizeOf(maps.shape);
  const regions: Region[] = [];
  let width = -1;
  for (let group = 0; group * most < inChannels; group++) {
    const stack = mapBlocks(`${layer.id}/partial`, maps, column + width + 1, group * size);
    regions.push(...stack.regions);
    width += 1 + stack.width;
  }
  const label = (element: number): string => {
    const first = Math.floor(element / size) * most;
    const last = Math.min(inChannels, first + most);
    return messages.cells.partialMap((element % layer.filters) + 1, first + 1, last);
  };
  return { regions, labels: regions.map(region => above(region, label)), width };
}
