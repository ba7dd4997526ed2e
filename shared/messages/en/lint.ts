import { plural } from './words.ts';

/** Advice about networks: what was found, why it matters, and what one press does about it. */
export const lintMessages = {
  title: 'Advice',
  none: 'There is nothing to advise.',
  unlooked: 'ReLUs that are always 0 were not looked for: images take too long through a network as large as this.',
  /** The mark in the list of layers. */
  mark: (count: number) => plural(count, 'a piece of advice', `${count} pieces of advice`),
  waiting: 'Apply or cancel your edits first.',
  hush: 'Don’t tell again',
  hushed: (what: string) => `No longer tell: ${what}`,
  tellAgain: (count: number) => `Tell ${plural(count, 'one', `${count}`)} again`,
  toldAgain: 'Tell all advice again',
  goTo: (layer: string) => `Show ${layer}`,
  unread: {
    what: (layer: string, rows: number, columns: number) =>
      `${layer} never reads ${edges(rows, columns)} of its input.`,
    why: 'What stands there makes no difference to the result.',
    remedy: (layer: string) => `Pad ${layer}`,
  },
  skipped: {
    what: (layer: string, strides: string, window: string) =>
      `${layer} steps by ${strides}, further than its ${window} window reaches.`,
    why: 'The cells between two windows are never read.',
    remedy: (_layer: string, strides: string) => `Step by ${strides}`,
  },
  noActivation: {
    what: (layer: string, source: string) => `Between ${source} and ${layer} there is no activation.`,
    why: 'Two convolutions in a row can do no more than one larger one.',
    remedy: (after: string) => `Put a ReLU after ${after}`,
  },
  biasBeforeNorm: {
    what: (layer: string, _norm: string) => `The bias of ${layer} does nothing.`,
    why: 'The batch normalisation after it subtracts the mean, and the bias with it.',
    remedy: (layer: string) => `Take the bias of ${layer} out`,
  },
  softmaxTwice: {
    what: (layer: string, next: string) => `${layer} is a softmax before the softmax ${next}.`,
    why: 'Probabilities between 0 and 1 come out of the second one almost equal, and it hardly learns.',
    remedy: (layer: string) => `Take ${layer} out`,
  },
  sigmoidForClasses: {
    what: (layer: string) => `${layer} is a sigmoid, but each image has exactly one class.`,
    why: 'A sigmoid rates each class by itself; a softmax shares one certainty among them.',
    remedy: (layer: string) => `Make ${layer} a softmax`,
  },
  heavyDense: {
    what: (layer: string, percent: number) => `${layer} has ${percent} % of the parameters.`,
    why: 'So many weights learn single images by heart. A smaller map before it needs fewer.',
    remedy: (window: string, flat: string) => `Put a ${window} max pool before ${flat}`,
    remedyMean: (flat: string) => `Let ${flat} take the mean of each map`,
  },
  zeroKernel: {
    what: (layer: string, filters: number, of: number) =>
      filters === of
        ? `The weights of ${layer} are all 0.`
        : `${plural(filters, 'One kernel', `${filters} kernels`)} of ${layer} ${filters === 1 ? 'is' : 'are'} all 0.`,
    why: 'It finds nothing, whatever the image shows.',
    remedy: (_layer: string, filters: number) => `Give ${plural(filters, 'it', 'them')} fresh weights`,
  },
  dead: {
    what: (layer: string, count: number, of: number) =>
      `${count} of ${of} outputs of ${layer} are 0 for every image of a sample.`,
    why: 'A ReLU that is always 0 passes nothing on and never learns again.',
    remedy: (layer: string) => `Let ${layer} leak below 0`,
  },
} as const;

function edges(rows: number, columns: number): string {
  const parts = [
    ...(rows > 0 ? [plural(rows, 'the last row', `the last ${rows} rows`)] : []),
    ...(columns > 0 ? [plural(columns, 'the last column', `the last ${columns} columns`)] : []),
  ];
  return parts.join(' and ');
}
