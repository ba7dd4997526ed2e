import { messages, say } from '../../shared/messages.ts';
import { noTta, type Tta, ttaProblems } from '../../shared/tta.ts';
import { UsageError } from './arguments.ts';
import { settings } from './values.ts';

/** The views that `--tta` names: "flip,shift=0.05". Throws UsageError naming what it takes. */
export function ttaOf(text: string | undefined): Tta {
  if (text === undefined) return noTta;
  const tta = settings('--tta', text, noTta, '--tta');
  for (const [name, expected] of ttaProblems(tta))
    throw new UsageError(messages.trainCommand.badValue('--tta', `${name}=${tta[name]}`, say(expected)));
  return tta;
}
