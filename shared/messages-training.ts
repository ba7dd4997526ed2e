/** Sentences about training, for the engine, the command line and files. */
export const trainingMessages = {
  /** What belongs somewhere. */
  expected: {
    epochs: 'a whole number from 1 to 10,000',
    batchSize: 'a whole number from 1 to 4,096',
    learningRate: 'a number above 0, up to 100',
    share: 'a number from 0 to below 1',
    notNegative: 'a number from 0 up',
    positive: 'a number above 0',
    steps: 'a whole number from 0 to 1,000,000',
    cycle: 'a number of epochs above 0, up to 10,000',
    multiplier: 'a number from 1 to 10',
    seed: 'a whole number from 0 to 4,294,967,295',
    weights: 'a list of numbers above 0, one for each class',
  },
  noNumbers:
    "The network can't tell classes: numbers on the way to its scores are too large (#NUM! in the sheet). Undo the change that made them so, or train it again from fresh weights.",
} as const;
