import * as v from 'valibot';
import { messages, say } from '../../shared/messages.ts';
import { sentenceOfIssue } from '../../shared/messages/sentence.ts';
import { noTta, type Tta, ttaSchema } from '../../shared/tta.ts';
import { UsageError } from './arguments.ts';
import { settings } from './values.ts';

/** The views that `--tta` names: "flip,shift=0.05". Throws UsageError naming what it takes. */
export function ttaOf(text: string | undefined): Tta {
  if (text === undefined) return noTta;
  const tta = settings('--tta', text, noTta, '--tta');
  const { issues: [issue] = [] } = v.safeParse(ttaSchema, tta);
  if (!issue) return tta;
  const name = v.getDotPath(issue) as keyof Tta;
  const expected = say(sentenceOfIssue(issue.message));
  throw new UsageError(messages.trainCommand.badValue('--tta', `${name}=${tta[name]}`, expected));
}
