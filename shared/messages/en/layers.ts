import { number, whole } from '../format.ts';
import { plural } from './words.ts';

/** Sentences about layers with several inputs, or with parameters that have limits. */
export const layerMessages = {
  /** The values that settings take. */
  expected: {
    negativeSlope: 'a number from 0 to 1,000',
    epsilon: 'a number from 1e-12 to 1',
    momentum: 'a number from 0 to 1',
    zeroSides: (most: number) => `a list [[top, bottom], [left, right]] of whole numbers from 0 to ${whole(most)}`,
    formulas: (most: number) => `a list of formulas for a layer, with up to ${whole(most)} parts together,`,
    ownWeights: (most: number) => `a list of 1 to ${whole(most)} numbers`,
    instead: 'the settings of the layer whose place the formulas take',
    targetShape: 'a list of one number (a vector) or of three (height, width and channels)',
    besides: (most: number) => `a whole number from 0 to ${whole(most)}`,
  },
  reshapeSize: (layer: string, source: string, shape: string, target: string, size: number) =>
    `${layer} can't read ${source} (${shape}) as ${target}: that isn't as many numbers. As a vector it is [${size}].`,
  reshapeOrder: (layer: string, source: string, shape: string, target: string, size: number) =>
    `${layer} can't read ${source} (${shape}) as ${target}, which would mix rows, columns and maps. It makes a ` +
    `vector [${size}] of maps, or maps of one cell [1, 1, ${size}] of a vector.`,
  addInputCount: (layer: string, count: number, most: number) =>
    `${layer} adds ${count === 0 ? 'no layers' : plural(count, 'one layer', `${count} layers`)}. Connect it to 2 to ` +
    `${most}.`,
  shapesDiffer: (layer: string, first: string, firstShape: string, other: string, otherShape: string) =>
    `${layer} adds ${first} (${firstShape}) and ${other} (${otherShape}), whose shapes differ. Give both as many ` +
    'rows, columns and maps, with a 1×1 convolution in one of them for instance.',
  concatenateInputCount: (layer: string, count: number, most: number) =>
    `${layer} puts ${count === 0 ? 'no layers' : plural(count, 'one layer', `${count} layers`)} one after the other. ` +
    `Connect it to 2 to ${most}.`,
  sidesDiffer: (layer: string, first: string, firstShape: string, other: string, otherShape: string) =>
    `${layer} puts ${other} (${otherShape}) after ${first} (${firstShape}), which doesn't fit. Connect it to vectors ` +
    'only, or to maps that all have as many rows and columns.',
  stridesDiffer: (layer: string, strides: string) =>
    `The strides of ${layer} are ${strides}. A depthwise convolution goes as far down as across: give both the same ` +
    'number.',
  dilatedStrides: (layer: string) =>
    `${layer} has a dilation and strides above 1, which don't go together. Set its strides or its dilationRate to 1.`,
  dilatedKernel: (layer: string, kernel: string, most: number) =>
    `The kernel of ${layer} is ${kernel}. A dilated kernel may have up to ${most} weights for each channel: choose a ` +
    'smaller one.',
  unequalGroups: (layer: string, groups: number, input: string, channels: number, filters: number) =>
    `${layer} can't split ${plural(channels, 'one map', `${channels} maps`)} of ${input} and ` +
    `${plural(filters, 'one filter', `${filters} filters`)} into ${groups} equal groups. Choose a number that ` +
    'divides both.',
  largeGroups: (layer: string, channels: number, most: number) =>
    `A group of ${layer} has ${channels} input maps, and a formula holds up to ${most}. Choose more groups.`,
  tooManyNormalised: (layer: string, input: string, channels: number, most: number) =>
    `${layer} normalises over the ${channels} maps of ${input}, and a formula holds up to ${most}. Give ${input} ` +
    'fewer maps.',
  formulaInputCount: (layer: string, count: number, most: number) =>
    `${layer} reads ${count === 0 ? 'no layer' : `${whole(count)} layers`}. Connect it to 1 to ${most}.`,
  formulaCount: (layer: string, count: number, maps: number) =>
    `${layer} has ${whole(count)} formulas, but ${whole(maps)} maps or units. Give it one formula for all of them, ` +
    'or one for each.',
  formulaWithPartials: (layer: string) =>
    `${layer} reads so many maps that it adds up partial sums, and formulas can't take its place. Write them over ` +
    'the layer after it, or give the layer before it fewer maps.',
  formulaRead: (layer: string) =>
    `A formula of ${layer} reads what isn't there for all of its cells. Undo the change, or remove the formula.`,
  formulaTooLong: (layer: string) => `A formula of ${layer} is too long to learn with it. Write a shorter one.`,
  /** The names of parameters: over their cells, and in words. */
  headings: { gamma: 'gamma', beta: 'beta', movingMean: 'mean', movingVariance: 'var', weights: 'w', rate: 'p' },
  names: {
    gamma: 'gamma',
    beta: 'beta',
    movingMean: 'moving mean',
    movingVariance: 'moving variance',
    rate: 'probability p of dropping a number',
  },
  /** The place of a weight of a formula layer. */
  ownWeight: (number: number) => `own weight ${number}`,
  /** Details of captions. */
  addDetail: (size: string, summands: readonly string[]) => `${size} · ${summands.join(' + ')}`,
  concatenateDetail: (size: string, parts: readonly string[]) => `${size} · ${parts.join(', ')}`,
  convDetail: (detail: string, dilation: string, groups: number) =>
    detail + (dilation === '1×1' ? '' : ` · every ${dilation} cells`) + (groups === 1 ? '' : ` · ${groups} groups`),
  depthwiseDetail: (size: string, kernel: string) => `${size} · a kernel ${kernel} for each map`,
  zeroPaddingDetail: (size: string, top: number, bottom: number, left: number, right: number) =>
    `${size} · zeros: ${top} above, ${bottom} below, ${left} left, ${right} right`,
  upSamplingDetail: (size: string, times: string) => `${size} · each number ${times} times`,
  leakyDetail: (size: string, slope: number) => `${size} · ${number(slope)}·x below 0`,
  formulaDetail: (size: string) => `${size} · fx`,
  dropoutDetail: (size: string) => `${size} · only in training`,
  /** Why a cell refuses a number that its parameter can't have. */
  outsideLimits: (cell: string, parameter: string) =>
    parameter === 'rate'
      ? `${cell} holds the probability of dropping a number, from 0 to below 1. The old value stays; type one such ` +
        'as 0.5.'
      : `${cell} holds a variance, which can't be below 0. The old value stays; type 0 or more.`,
} as const;
