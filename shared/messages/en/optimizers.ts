/** Sentences about optimizers. */
export const optimizerMessages = {
  otherMemory:
    "The optimizer's memory of the last run doesn't fit this one: the optimizer or the layers were changed. Start " +
    'from the weights as they are instead of continuing.',
} as const;
