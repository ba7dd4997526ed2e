/** Reads a column that says which split an image belongs to. */
import type { Split } from '../../../shared/data.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { flagOf, plainTitle } from './columns.ts';
import { splitNamed } from './split-names.ts';

/** The split of each value; undefined if a value names none. A warning instead, if it isn't clear which value means
 *  which split. */
export function readSplits(
  title: string,
  values: ReadonlySet<string>,
): { splitOf: (value: string) => Split | undefined; note?: Sentence } | { warning: Sentence } {
  const { notes } = sentences.data;
  const all = [...values].map(value => value.trim());
  if (all.some(value => splitNamed(value))) return { splitOf: value => splitNamed(value) };
  const asked = splitNamed(
    plainTitle(title)
      .replace(/^is(a)?/, '')
      .replace('holdout', 'test')
      .replace(/image$/, ''),
  );
  const flags = all.every(value => flagOf(value) !== undefined);
  if (flags && asked) {
    // If "is_train" is false, the image isn't for training.
    const [yes, no] = asked === 'training' ? (['training', 'test'] as const) : ([asked, 'training'] as const);
    return { splitOf: value => (flagOf(value) ? yes : no) };
  }
  const numbers = ['0', '1', '2'].map(number => all.includes(number));
  if (all.length === 3 && numbers.every(Boolean)) {
    const order = ['training', 'validation', 'test'] as const;
    return { splitOf: value => order[Number(value)], note: notes.splitNumbers(title) };
  }
  return { warning: notes.splitUnused(title, all.toSorted()) };
}
