/** Versions of `derive` that are each wrong in one way. The comparison of formulas must notice every one of them. */
import { type CellRange, formatRange } from '../../../shared/address.ts';
import { derive } from '../../../shared/formula/derive.ts';
import { type Formula, isAbsolute, type Reference } from '../../../shared/formula/formula.ts';
import type { ElementIndex, Layout } from '../../../shared/layout/layout.ts';
import { dilationOf, groupsOf, isDilated } from '../../../shared/layers/conv2d.ts';
import { layerKinds } from '../../../shared/layers/kinds.ts';
import { type Layer, type LayerKind, type LayerOf, type Pair, sourceOf } from '../../../shared/network.ts';
import type { TensorId, TensorInfo } from '../../../shared/network.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import { compareSomeCells, compareWholeSheet, type FormulaMaker, type Values } from './compare-formulas.ts';
import { type Example, manyChannelsExample } from '../../../shared/testing/random-network.ts';
import { computeReference } from './reference.ts';

/** A way of being wrong, and the comparison that must notice it. `make` replaces `derive`, `rearrange` replaces the
 *  layout. */
type Mutation = {
  name: string;
  make?: FormulaMaker;
  rearrange?: (sheet: Sheet) => Sheet;
  /** A mutation of layers of this kind only. */
  kind?: LayerKind;
  /** Whether it makes a difference to a layer of this kind. To all of them, if this is left out. */
  concerns?: (layer: Layer) => boolean;
  /** A network for mutations that random networks don't show. */
  example?: () => Example;
};

/** `derive`, as if some layers had other settings. The cells keep their places. */
function withLayers(change: (layer: Layer) => Layer): FormulaMaker {
  return (sheet, element) => {
    const layers = new Map([...sheet.layers].map(([id, layer]) => [id, change(layer)]));
    return derive({ ...sheet, layers }, element);
  };
}

/** `derive`, as if another element were in the place of the one asked for. */
function withPlaces(change: (info: TensorInfo, index: number) => number): FormulaMaker {
  return (sheet, element) => {
    const { layout } = sheet;
    const cellOf: Layout['cellOf'] = (tensor, index) => {
      const info = sheet.tensors.get(tensor)!;
      return layout.cellOf(tensor, change(info, index) % info.size);
    };
    return derive({ ...sheet, layout: { ...layout, cellOf } }, element);
  };
}

/** `derive`, with some references changed in the text and in the list. */
function withReferences(change: (reference: Reference, layer: Layer, sheet: Sheet) => CellRange): FormulaMaker {
  return (sheet, element) => {
    const formula = derive(sheet, element);
    if (!formula) return undefined;
    const layer = sheet.layers.get(sheet.tensors.get(element.tensor)!.layer)!;
    const mutated: Formula = { text: '', references: [] };
    let end = 0;
    for (const reference of formula.references) {
      mutated.text += formula.text.slice(end, reference.start);
      const start = mutated.text.length;
      const range = change(reference, layer, sheet);
      mutated.text += formatRange(range, isAbsolute(reference.role));
      mutated.references.push({ ...reference, range: { ...range, sheet: sheet.id }, start, end: mutated.text.length });
      end = reference.end;
    }
    mutated.text += formula.text.slice(end);
    return mutated;
  };
}

/** `derive`, with some text replaced. The text holds no reference, and the list keeps the references' places. */
function withText(pattern: RegExp, replacement: string): FormulaMaker {
  return (sheet, element) => {
    const formula = derive(sheet, element);
    return formula && { ...formula, text: formula.text.replace(pattern, replacement) };
  };
}

/** Makes wrong formulas for cells of one kind of layer, and right formulas for all others. */
function ofKind(kind: LayerKind, name: string, make: FormulaMaker): Mutation {
  return {
    name,
    kind,
    make(sheet, element) {
      const layer = sheet.layers.get(sheet.tensors.get(element.tensor)!.layer)!;
      return (layer.kind === kind ? make : derive)(sheet, element);
    },
  };
}

/** Moves a band in the middle to the left, so that its first column covers the last column of the band before it. */
function overlapBands(sheet: Sheet): Sheet {
  const { layout } = sheet;
  const position = layout.bands.length >> 1;
  const [before, moved] = [layout.bands[position - 1], layout.bands[position]];
  const shift = moved.column - (before.column + before.width) + 1;
  const inBand = (column: number) => column >= moved.column && column < moved.column + moved.width;
  return {
    ...sheet,
    layout: {
      ...layout,
      cellOf(tensor, index) {
        const { row, column } = layout.cellOf(tensor, index);
        return { row, column: inBand(column) ? column - shift : column };
      },
      elementAt(row, column) {
        const hidden = inBand(column + shift) ? layout.elementAt(row, column + shift) : undefined;
        return hidden ?? (inBand(column) ? undefined : layout.elementAt(row, column));
      },
    },
  };
}

/** Kinds whose cells have no formulas: an input's are typed, and a layer that reshapes has none of its own. */
const WITHOUT_FORMULAS: ReadonlySet<LayerKind> = new Set(['input', 'flatten', 'reshape']);
const withFormulas = (Object.keys(layerKinds) as LayerKind[]).filter(kind => !WITHOUT_FORMULAS.has(kind));

/** Of a kernel's cells those at its other end, where only some are met. */
const atOtherEnd = withReferences(({ range, role }, _layer, sheet) => {
  if (role !== 'kernel') return range;
  const whole = sheet.layout.blocksIn({ ...range, height: 1, width: 1 })[0].whole;
  return range.height < whole.height
    ? { ...range, row: 2 * whole.row + whole.height - range.row - range.height }
    : range;
});

const withSmallerDilation = withLayers(layer =>
  isDilatedConvolution(layer)
    ? { ...layer, dilationRate: dilationOf(layer).map(rate => Math.max(1, rate - 1)) as unknown as Pair }
    : layer,
);

export const mutations: readonly Mutation[] = [
  {
    name: 'windows padded by one row too few',
    make: withReferences(({ range, role }, layer) =>
      'padding' in layer && layer.padding === 'same' && role === 'activation'
        ? { ...range, row: range.row + 1 }
        : range,
    ),
  },
  ofKind('conv2d', 'kernels cropped at the wrong end', atOtherEnd),
  {
    ...ofKind('conv2d', 'a dilation smaller by one', (sheet, element) =>
      // Without dilation a convolution may have no partial sums any more.
      sheet.tensors.has(`${sheet.tensors.get(element.tensor)!.layer}/partial`)
        ? derive(sheet, element)
        : withSmallerDilation(sheet, element),
    ),
    concerns: isDilatedConvolution,
  },
  { ...ofKind('conv2d', 'channels of the next group', readNextGroup), concerns: isGroupedConvolution },
  ofKind('depthwiseConv2d', 'kernels of single maps cropped at the wrong end', atOtherEnd),
  ofKind(
    'depthwiseConv2d',
    'kernels of the next map',
    withPlaces(({ name, size }, index) => (name === 'kernel' && size > 1 ? index + 1 : index)),
  ),
  {
    name: 'strides smaller by one',
    make: withLayers(layer =>
      'strides' in layer
        ? { ...layer, strides: [Math.max(1, layer.strides[0] - 1), Math.max(1, layer.strides[1] - 1)] }
        : layer,
    ),
  },
  {
    name: 'kernel slices of the next input channel',
    make: withPlaces(({ name, shape }, index) => (name === 'kernel' && shape.length === 4 ? index + shape[3] : index)),
  },
  {
    name: 'kernel slices of the next filter',
    make: withPlaces(({ name, shape }, index) =>
      name === 'kernel' && shape.length === 4 && index % shape[3] < shape[3] - 1 ? index + 1 : index,
    ),
  },
  {
    name: 'biases of the next filter or unit',
    make: withPlaces(({ name }, index) => (name === 'bias' ? index + 1 : index)),
  },
  { name: 'no biases', make: withLayers(layer => ('useBias' in layer ? { ...layer, useBias: false } : layer)) },
  {
    name: 'windows of the next map in pools',
    make: (sheet, element) => {
      const layer = sheet.layers.get(sheet.tensors.get(element.tensor)!.layer)!;
      const shifted = withPlaces(({ shape }, index) => (shape.length === 3 && shape[2] > 1 ? index + 1 : index));
      return layer.kind === 'maxPool2d' || layer.kind === 'averagePool2d'
        ? shifted(sheet, element)
        : derive(sheet, element);
    },
  },
  {
    name: 'dense weights of the next unit',
    make: withPlaces(({ name, shape }, index) => (name === 'kernel' && shape.length === 2 ? index + 1 : index)),
  },
  {
    name: 'a softmax over all classes but the last',
    make: withReferences(({ range }, layer) =>
      layer.kind === 'softmax' && range.height > 1 ? { ...range, height: range.height - 1 } : range,
    ),
  },
  {
    ...ofKind('averagePool2d', 'averages that count the padding', countPadding),
    concerns: layer => layer.kind === 'averagePool2d' && layer.padding === 'same',
  },
  { name: 'ReLUs that keep what is below zero', make: withText(/^=MAX\(0,/, '=SUM(0,') },
  ofKind('leakyRelu', 'leaky ReLUs that keep what is below zero', withText(/<0,[\d.]+\*/, '<0,1*')),
  {
    name: 'gammas of the next channel',
    make: withPlaces(({ name }, index) => (name === 'gamma' ? index + 1 : index)),
  },
  ofKind(
    'batchNorm',
    'moving means of the next channel',
    withPlaces(({ name }, index) => (name === 'movingMean' ? index + 1 : index)),
  ),
  { name: 'variances for deviations', make: withText(/\/SQRT\(/, '/(') },
  ofKind(
    'batchNorm',
    'a larger epsilon',
    withLayers(layer => (layer.kind === 'batchNorm' ? { ...layer, epsilon: 10 * layer.epsilon } : layer)),
  ),
  { name: 'a shortcut left out', make: leaveOutSummand },
  ofKind('concatenate', 'concatenations that begin with the second channel', (sheet, { tensor, index }) =>
    derive(sheet, { tensor, index: (index + 1) % sheet.tensors.get(tensor)!.size }),
  ),
  ofKind('elu', 'ELUs that are ReLUs', withText(/EXP\([A-Z]+\d+\)-1/, '0')),
  ofKind('silu', 'SiLUs that forget to divide', withText(/\/\(1\+EXP/, '+0*(1+EXP')),
  ofKind('softplus', 'softplus without its logarithm', withText(/LN\(/, 'ABS(')),
  ofKind('gelu', 'GELUs without the cube', withText(/\^3/, '^1')),
  ofKind('hardSwish', 'hard swish without its upper end', withText(/MIN\(6,/, 'MIN(6000,')),
  ofKind('selu', 'SELUs without their scale above 0', withText(/,1\.05\d+\*/, ',1*')),
  ofKind(
    'zeroPadding2d',
    'zeros on the other sides',
    withLayers(layer =>
      layer.kind === 'zeroPadding2d'
        ? { ...layer, padding: layer.padding.map(([before, after]) => [after, before]) as never }
        : layer,
    ),
  ),
  ofKind(
    'upSampling2d',
    'numbers repeated once more',
    withLayers(layer =>
      layer.kind === 'upSampling2d' ? { ...layer, size: [layer.size[0] + 1, layer.size[1]] } : layer,
    ),
  ),
  ofKind('layerNormalization', 'layer normalisations by the sum of squares', withText(/VARP\(/, 'DEVSQ(')),
  { name: 'a cross-entropy with the wrong sign', make: withText(/\*\(LN/, '*-(LN') },
  { name: 'a group of partial sums left out', make: leaveOutGroup, example: manyChannelsExample },
  { name: 'overlapping bands', rearrange: overlapBands },
  ...withFormulas.map(kind => ofKind(kind, `${kind} off by a hundredth`, offByAHundredth)),
];

/** Makes every value a bit more than a hundredth too large. */
function offByAHundredth(sheet: Sheet, element: ElementIndex): Formula | undefined {
  const formula = derive(sheet, element);
  return formula && { ...formula, text: `=1.01*(${formula.text.slice(1)})+0.01` };
}

/** Leaves out the last input of an add layer. */
function leaveOutSummand(sheet: Sheet, element: ElementIndex): Formula | undefined {
  const formula = derive(sheet, element);
  const layer = sheet.layers.get(sheet.tensors.get(element.tensor)!.layer)!;
  return formula && layer.kind === 'add' ? { ...formula, text: formula.text.replace(/\+[A-Z]+\d+$/, '') } : formula;
}

function isDilatedConvolution(layer: Layer): layer is LayerOf<'conv2d'> {
  return layer.kind === 'conv2d' && isDilated(layer);
}

function isGroupedConvolution(layer: Layer): layer is LayerOf<'conv2d'> {
  return layer.kind === 'conv2d' && groupsOf(layer) > 1;
}

/** Lets each group of filters read the channels of the next group. */
function readNextGroup(sheet: Sheet, element: ElementIndex): Formula | undefined {
  const layer = sheet.layers.get(sheet.tensors.get(element.tensor)!.layer)!;
  if (!isGroupedConvolution(layer)) return derive(sheet, element);
  const read = `${sourceOf(sheet.layers, layer).id}/output`;
  const next = withPlaces(({ id, shape }, index) => {
    if (id !== read) return index;
    const channels = shape.at(-1)!;
    const channel = index % channels;
    return index - channel + ((channel + channels / groupsOf(layer)) % channels);
  });
  return next(sheet, element);
}

/** Leaves out the last partial sum of a convolution. */
function leaveOutGroup(sheet: Sheet, element: ElementIndex): Formula | undefined {
  const formula = derive(sheet, element);
  const info = sheet.tensors.get(element.tensor)!;
  if (!formula || info.name !== 'output' || !sheet.tensors.has(`${info.layer}/partial`)) return formula;
  return { ...formula, text: formula.text.replace(/\+[A-Z]+\d+(\+\$|$)/, '$1') };
}

/** Divides by the size of the whole window, as if padding were zeros. */
function countPadding(sheet: Sheet, element: ElementIndex): Formula | undefined {
  const formula = derive(sheet, element);
  const layer = sheet.layers.get(sheet.tensors.get(element.tensor)!.layer)!;
  if (!formula || layer.kind !== 'averagePool2d') return formula;
  return { ...formula, text: `${formula.text.replace('AVERAGE', 'SUM')}/${layer.poolSize[0] * layer.poolSize[1]}` };
}

/** A network with its right values. */
export type Known = Example & { values: Values; reference: ReturnType<typeof computeReference> };

export function knownOf(example: Example): Known {
  const { network } = example.sheet;
  const values = new Map<TensorId, ArrayLike<number>>(example.stored);
  for (const [id, tensor] of computeReference(network, example.stored)) values.set(id, tensor.values);
  return { ...example, values, reference: computeReference(network, values) };
}

/** Counts the wrong cells in both comparisons of the truth test: cells from the values of their precedents, and the
 *  whole sheet. */
export function countMismatches(
  { sheet, stored, random, values, reference }: Known,
  { make = derive, rearrange = same => same }: Pick<Mutation, 'make' | 'rearrange'> = {},
): { step: number; whole: number } {
  const mutated = rearrange(sheet);
  return {
    step: compareSomeCells(mutated, values, reference, random, 20, make).wrong,
    whole: compareWholeSheet(mutated, stored, make).wrong,
  };
}
