import { whole } from '../format.ts';

/** Sentences about training, for the engine, the command line and files. */
export const trainingMessages = {
  /** The values that settings take. */
  expected: {
    epochs: 'a whole number from 1 to 10,000',
    batchSize: 'a whole number from 1 to 4,096',
    learningRate: 'a number above 0, up to 100',
    share: 'a number from 0 to below 1',
    notNegative: 'a number from 0 up',
    positive: 'a number above 0',
    layerRate: 'a number from 0 to 1,000',
    factor: 'a number above 0, up to 1',
    rise: 'a number above 0, up to 0.9',
    steps: 'a whole number from 0 to 1,000,000',
    cycle: 'a number of epochs above 0, up to 10,000',
    multiplier: 'a number from 1 to 10',
    seed: 'a whole number from 0 to 4,294,967,295',
    averaging: 'averaging of weights or the best weights, not both',
    phases: 'phases whose epochs add up to those of the run',
    weights: 'a list of numbers above 0, one for each class',
  },
  noNumbers: (images: number, of: number) =>
    `${whole(images)} of ${whole(of)} images came out as no number (#NUM! in the sheet): numbers on the way to ` +
    'their scores are too large. Undo the change that made them so, or train from fresh weights.',
  countedWrong: 'They count as wrong.',
  noNumber: (actual: string) => `${actual}, came out as no number`,
} as const;
