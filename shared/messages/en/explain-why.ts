import { isTiny, readable, whole } from '../format.ts';
import { counted } from './words.ts';

/** Words on why the network gives a class: the last layer's sum, and what the image's pixels do. */
export const whyMessages = {
  title: 'Why this class',
  against: 'against',
  bias: 'the bias',
  waiting: 'The numbers are on their way, or one of them is an error.',
  written: 'A formula stands over one of the two scores, so it isn’t the sum of the layer’s inputs.',
  /** What a layer adds wherever its inputs stand. */
  own: (layer: string) => `${layer} itself`,
  biasOf: (layer: string) => `the bias of ${layer}`,
  seenIn: 'seen in',
  back: 'One layer further back',
  forth: 'One layer nearer to the scores',
  noLayer: 'The network has no such layer or class any more. Select a class and try again.',
  tooLarge: 'The layers up to there are too large to go back through.',
  picture: (label: string, sum: string, product: string) =>
    `${label}: ${sum}. Framed: the cell that weighs most, ${product}.`,
  product: (number: number, slope: number, product: number) =>
    `${readable(number)} × ${readable(slope)} = ${readable(product)}`,
  slopes: (name: string, other: string) =>
    'Each cell times its slope: how much the difference grows with this cell. Positive speaks for ' +
    `${name}, negative for ${other}. Added up, with what the layers between add themselves, they give the difference.`,
  colours: (name: string, other: string) =>
    `Each cell times the difference of its two weights: positive speaks for ${name}, negative for ${other}.`,
  others: (count: number) => counted(count, 'other part', 'other parts'),
  total: (name: string, other: string) => `${name} − ${other}`,
  claims: {
    ahead: (name: string, other: string, difference: number) =>
      difference === 0
        ? `The scores of ${name} and ${other} are the same.`
        : isTiny(difference)
          ? `The scores of ${name} and ${other} are practically the same: ${readable(Math.abs(difference))} apart.`
          : `The score of ${name} is ${readable(Math.abs(difference))} ` +
            `${difference > 0 ? 'higher' : 'lower'} than that of ${other}.`,
    most: (name: string, label: string, sum: number, of: number) =>
      `What speaks most for ${name} is ${label}: ${readable(sum)} of ${readable(of)}.`,
    only: (name: string, label: string, sum: number) => `Only ${label} speaks for ${name}, with ${readable(sum)}.`,
    none: (name: string) => `Nothing speaks for ${name}.`,
    silent: (silent: number, of: number) =>
      `${whole(silent)} of ${counted(of, 'input', 'inputs')} ${silent === 1 ? 'is' : 'are'} 0 and ` +
      `${silent === 1 ? 'speaks' : 'speak'} for neither.`,
  },
} as const;

export const onImageMessages = {
  title: 'In the image',
  saliency: 'Saliency',
  occlusion: 'Occlusion',
  saliencyHelp: (name: string) => `How much each pixel speaks for ${name}: its number times the slope of the score`,
  occlusionHelp: (name: string) => `Covers the image patch by patch and sees how far the score of ${name} drops`,
  patch: 'Patch',
  stride: 'Step',
  over: 'on the sheet',
  finding: 'Looking at the image',
  badNumber: (most: number) => `Patch and step must be whole numbers from 1 to ${whole(most)}.`,
  saliencyMeans: (name: string) =>
    `Each pixel’s number times the slope of the score of ${name} there. Positive: a little more of this pixel raises ` +
    'the score. A pixel that is 0 counts as nothing, and the slope holds only for small changes.',
  occlusionMeans: (name: string, patch: number) =>
    `The image with a square of ${patch}×${patch} pixels set to 0, at one place after the other. Positive: the score ` +
    `of ${name} drops without this place, so it speaks for ${name}. Where squares overlap, a pixel has their mean.`,
  sum: (name: string, sum: number, score: number) =>
    `Together they come to ${readable(sum)}; the score of ${name} is ${readable(score)}.`,
  pixel: (name: string, value: number, address: string) =>
    value > 0
      ? `What speaks most for ${name} is the pixel in ${address}, with ${readable(value)}.`
      : `No pixel speaks for ${name}.`,
  drop: (name: string, drop: number, score: number, place: string) =>
    drop > 0
      ? `Without the square ${place}, the score of ${name} drops most: by ${readable(drop)} from ${readable(score)}.`
      : `The score of ${name} drops nowhere.`,
  rise: (rise: number, place: string) => `Without the square ${place}, it rises most: by ${readable(rise)}.`,
  framed: 'Framed: the place that speaks most for it.',
  derived: 'What is typed over computed cells doesn’t count here.',
  noScores: (layer: string) =>
    `The network ends in ${layer}. Saliency and occlusion need class scores: a softmax or a sigmoid over one number ` +
    'for each class.',
  notFinite: 'A number is too large to calculate with, so there is no picture.',
} as const;
