import { isTiny, number, readable } from '../format.ts';

/** Words of the gradient plane, and of the panel that explains its cells. */
export const gradientMessages = {
  title: 'Gradient of Each Cell',
  noLoss:
    'The sheet shows no loss to go back from: the network needs a softmax, or a sigmoid over a vector, at its end, ' +
    'and no softmax before.',
  tooLarge: 'This network is too large for gradients that follow every edit. A training step shows its own.',
  /** What a little more of the number does to the loss. */
  claim: (more: number, change: number) =>
    change === 0
      ? 'A little more or less of this number wouldn’t change the loss.'
      : `If this number were ${number(more)} larger, the loss would ` +
        `${isTiny(change) ? 'practically stay the same: ' : 'be '}about ${readable(Math.abs(change))} ` +
        `${change > 0 ? 'larger' : 'smaller'}.`,
  downhill: (up: boolean) => `A step of gradient descent makes it ${up ? 'larger' : 'smaller'}.`,
  of: 'of the loss shown, the sum of the cross-entropy',
  none: 'This cell has no gradient.',
  own: 'Something of your own stands in this cell. It follows from no other, so nothing goes back through it.',
  long: 'The chain rule has more terms here than a formula can hold.',
  trying: 'Trying the slope',
  tried: 'By trying',
  byRule: 'by the chain rule',
  byTrying: 'by trying',
  off: 'apart',
  how: (step: number) =>
    `The loss with this number ${number(step)} larger, minus the loss with it ${number(step)} smaller, divided by ` +
    `${number(2 * step)}.`,
  kink:
    'In between the loss has a corner, as where a ReLU begins to let a number through. The slope is a mean of both ' +
    'sides there.',
  noSlope: 'There is no slope to try: it takes a pixel or a parameter, and a loss.',
  notFinite: 'The loss isn’t a finite number there.',
} as const;
