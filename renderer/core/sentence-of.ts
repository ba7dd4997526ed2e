import { UserError } from '../../shared/errors.ts';
import { messages, say } from '../../shared/messages.ts';

/** The sentence that says why something failed. A defect is called one. */
export function sentenceOf(error: unknown): string {
  return error instanceof UserError ? say(error.sentence) : messages.shell.unexpected((error as Error).message);
}
