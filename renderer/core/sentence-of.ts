import { UserError } from '../../shared/errors.ts';
import { messages, say } from '../../shared/messages.ts';

/** Why something failed, in words; a defect says that it is one. */
export function sentenceOf(error: unknown): string {
  return error instanceof UserError ? say(error.sentence) : messages.shell.unexpected((error as Error).message);
}
