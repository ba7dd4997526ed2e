/** The host's requests about the storyboard. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { Context, Handlers } from './open.ts';

export function filmHandlers({ current }: Context): Handlers<'getNarration'> {
  return {
    getNarration({ id }) {
      const bytes = current().session.narration(id);
      if (!bytes) throw new UserError(sentences.scenes.noNarration(id));
      return { bytes };
    },
  };
}
