/** Sentences about what a network learns with: optimizers and class weights. */
export const learningMessages = {
  otherMemory:
    "The optimizer's memory of the last run doesn't fit this one: the optimizer or the layers were changed. Start from the weights as they are instead of continuing.",
  classWeightCount: (given: number, classes: number) =>
    `There are ${given.toLocaleString('en-US')} class weights for ${classes.toLocaleString('en-US')} classes. Give one for each class.`,
} as const;
