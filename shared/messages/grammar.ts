import { whole } from './format.ts';

/** The grammar that the sentences of a language need. */
export type Grammar = {
  /** The singular or plural form that fits a count. */
  plural: (count: number, one: string, more: string) => string;
  /** A count with its noun: "1 image", "60,000 images". */
  counted: (count: number, one: string, more: string) => string;
  /** "a, b and c". */
  list: (words: readonly string[]) => string;
  /** Names in quotation marks. If there are more than `most`, the first of them and how many more there are. */
  named: (names: readonly string[], most?: number) => string;
};

/** At most so many names are listed; of the others, only their number is told. */
const NAMED = 5;
const LONGEST_NAME = 40;

/** The grammar of a language. `more` says how many names were left out. */
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
      // If only one name is left, it takes no more room than the words "and one more".
      return list(left > 1 ? [...names.slice(0, most).map(quoted), more(left)] : names.map(quoted));
    },
  };
}
