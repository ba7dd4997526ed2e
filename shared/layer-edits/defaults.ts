/** The settings that a new layer begins with. */
import type { LayerKind, LayerSettings } from '../layers/kinds.ts';
import type { LayerFormula } from '../layers/layer-formula.ts';
import { type Shape, sizeOf } from '../tensor.ts';

/** The kinds that can be added. A network has only one input. */
export type AddedKind = Exclude<LayerKind, 'input'>;

/** By kind: the settings of a new layer that reads an output of this shape. Layers with weights begin with as many
 *  filters or units as they read, so that they can pass their input on. */
export const newLayers: { readonly [K in AddedKind]: (read: Shape) => Extract<LayerSettings, { kind: K }> } = {
  conv2d: read => ({ kind: 'conv2d', filters: read.at(-1)!, ...window(3, 1, 'same'), useBias: true }),
  depthwiseConv2d: () => ({ kind: 'depthwiseConv2d', ...window(3, 1, 'same'), useBias: true }),
  dense: read => ({ kind: 'dense', units: Math.min(read[0], MOST_UNITS), useBias: true }),
  maxPool2d: () => ({ kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' }),
  averagePool2d: () => ({ kind: 'averagePool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' }),
  zeroPadding2d: () => ({
    kind: 'zeroPadding2d',
    padding: [
      [1, 1],
      [1, 1],
    ],
  }),
  upSampling2d: () => ({ kind: 'upSampling2d', size: [2, 2] }),
  globalMaxPool2d: () => ({ kind: 'globalMaxPool2d' }),
  globalAveragePool2d: () => ({ kind: 'globalAveragePool2d' }),
  flatten: () => ({ kind: 'flatten' }),
  reshape: read => ({ kind: 'reshape', targetShape: read.length === 1 ? [1, 1, read[0]] : [sizeOf(read)] }),
  batchNorm: () => ({ kind: 'batchNorm', epsilon: 0.001, momentum: 0.99 }),
  layerNormalization: () => ({ kind: 'layerNormalization', epsilon: 0.001 }),
  dropout: () => ({ kind: 'dropout' }),
  relu: () => ({ kind: 'relu' }),
  leakyRelu: () => ({ kind: 'leakyRelu', negativeSlope: 0.3 }),
  elu: () => ({ kind: 'elu' }),
  silu: () => ({ kind: 'silu' }),
  gelu: () => ({ kind: 'gelu' }),
  selu: () => ({ kind: 'selu' }),
  hardSwish: () => ({ kind: 'hardSwish' }),
  softplus: () => ({ kind: 'softplus' }),
  sigmoid: () => ({ kind: 'sigmoid' }),
  tanh: () => ({ kind: 'tanh' }),
  softmax: () => ({ kind: 'softmax' }),
  add: () => ({ kind: 'add' }),
  concatenate: () => ({ kind: 'concatenate' }),
  // It passes its input on, until other formulas are written over it.
  formula: read => ({ kind: 'formula', instead: { kind: 'relu' }, formulas: [sameElementOf(read)] }),
};

/** The kinds in the order of the menu. */
export const addedKinds = Object.keys(newLayers) as AddedKind[];

/** The kinds that stand for each other: one can be put in another one's place, with its usual settings. */
export const activations = [
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'silu',
  'gelu',
  'hardSwish',
  'softplus',
  'sigmoid',
  'tanh',
] as const satisfies readonly AddedKind[];
export type Activation = (typeof activations)[number];
export const isActivation = (kind: LayerKind): kind is Activation =>
  (activations as readonly LayerKind[]).includes(kind);
const ALIKE: readonly (readonly AddedKind[])[] = [
  activations,
  ['maxPool2d', 'averagePool2d'],
  ['globalMaxPool2d', 'globalAveragePool2d'],
];

/** The kinds that can take the place of a kind, itself included. */
export function kindsLike(kind: LayerKind): readonly AddedKind[] {
  return ALIKE.find(kinds => (kinds as readonly LayerKind[]).includes(kind)) ?? [];
}

/** What share of numbers a new dropout layer drops. */
export const NEW_RATE = 0.5;

/** The kinds that read several layers. */
export const gatheringKinds: ReadonlySet<LayerKind> = new Set(['add', 'concatenate']);

function sameElementOf(shape: Shape): LayerFormula {
  return { kind: 'read', of: 0, axes: shape.map((_, axis) => ({ first: 0, size: 1, along: { axis, step: 1 } })) };
}

const MOST_UNITS = 128;

function window(side: number, stride: number, padding: 'same' | 'valid') {
  return { kernelSize: [side, side], strides: [stride, stride], padding } as const;
}
