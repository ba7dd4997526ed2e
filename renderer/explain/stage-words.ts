/** The two lines under the stage. */
import { type Comparison, isSum } from '../../shared/explain/comparison.ts';
import { messages } from '../../shared/messages.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';

import type { SetName } from './stage-set.ts';

/** `told`: what a scan's cell does; '' without a scan. `there`, `of`: how many of the numbers that are compared have
 *  come about, and how many there are. */
export function stageWords(
  { network, means, set }: { network: Comparison | undefined; means: Comparison | undefined; set: SetName },
  { told, there, of, unit, names }: { told: string; there: number; of: number; unit: number; names: readonly string[] },
): [first: string, second: string] {
  const text = messages.explain.stage;
  const shown = set === 'means' ? means : network;
  if (!shown) return [told, ''];
  const { ranked, scores, probabilities } = shown;
  const [best, next] = ranked;
  const lines: string[] = [];
  if (there < of) lines.push(text.soFar(there, of));
  if (there > 0)
    lines.unshift(text.leads(names[best], shortNumber(scores[best]), names[next], shortNumber(scores[next])));
  if (probabilities) lines.push(text.answer(names[best], probabilities[best]));
  if (there === of && set === 'network' && !isSum(shown, unit)) lines.push(text.written(names[unit]));
  else if (probabilities && network && means) {
    const [own, other] = [network, means].map(each => names[each.ranked[0]]);
    lines.push(own === other ? text.both(own) : text.differ(own, other));
  }
  return told === '' ? [lines[0], lines.slice(1).join(' ')] : [told, lines.join(' ')];
}
