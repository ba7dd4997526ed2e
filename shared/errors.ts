import { english } from './messages/render.ts';
import type { Sentence } from './messages/sentence.ts';

/** An error a user can cause: a whole sentence that names the cell, file, layer or option and what to do. Every other
 *  error is a defect of ours. `message` has the sentence in English, for logs. */
export class UserError extends Error {
  override name = 'UserError';

  constructor(
    readonly sentence: Sentence,
    options?: ErrorOptions,
  ) {
    super(english(sentence), options);
  }
}

/** What is to be told of an error: of a defect, what it says itself. */
export const sentenceOfError = (error: Error): Sentence =>
  error instanceof UserError ? error.sentence : error.message;
