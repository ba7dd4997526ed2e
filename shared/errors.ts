import { english } from './messages/render.ts';
import type { Sentence } from './messages/sentence.ts';

/** An error that a user can cause. Its sentence names the cell, file, layer or option, and says what to do. Every other
 *  error is a defect of the program. `message` is the sentence in English, for logs. */
export class UserError extends Error {
  override name = 'UserError';

  constructor(
    readonly sentence: Sentence,
    options?: ErrorOptions,
  ) {
    super(english(sentence), options);
  }
}

/** What to tell the user: the sentence of a UserError, else the error's own message. */
export const sentenceOfError = (error: Error): Sentence =>
  error instanceof UserError ? error.sentence : error.message;
