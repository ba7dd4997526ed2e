import { whole } from './format.ts';

/** What sentences of a language need beside words. */
export type Grammar = {
  /** The form that goes with a count. */
  plural: (count: number, one: string, more: string) => string;
  /** A count with its noun: "1 image", "60,000 images". */
  counted: (count: number, one: string, more: string) => string;
  /** "a, b and c". */
  list: (words: readonly string[]) => string;
  /** Names in quotation marks; of more than `most` the first, and how many more. */
  named: (names: readonly string[], most?: number) => string;
};

/** Of more names than these, their number is told. */
const NAMED = 5;
const LONGEST_NAME = 40;

/** `locale` has the language's rules; `more` says how many names were left out. */
export function grammarOf(
  locale: string,
  { quotes: [opening, closing], more }: { quotes: readonly [string, string]; more: (count: number) => string },
): Grammar {
  const rules = new Intl.PluralRules(locale);
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const plural: Grammar['plural'] = (count, one, other) => (rules.select(count) === 'one' ? one : other);
  const quoted = (name: string) =>
    `${opening}${name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name}${closing}`;
  const list: Grammar['list'] = words => lists.format(words);
  return {
    plural,
    counted: (count, one, other) => `${whole(count)} ${plural(count, one, other)}`,
    list,
    named(names, most = NAMED) {
      const left = names.length - most;
      // One more would take no less room than its name.
      return list(left > 1 ? [...names.slice(0, most).map(quoted), more(left)] : names.map(quoted));
    },
  };
}
