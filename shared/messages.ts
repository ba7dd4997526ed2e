/** The catalogue of the language that this process speaks. Its words are read directly. A sentence that comes as data
 *  from elsewhere (see messages/sentence.ts) becomes text with `say`. */
import type { Catalogue } from './messages/catalogue.ts';
import { de } from './messages/de.ts';
import { en } from './messages/en.ts';
import { setLocale } from './messages/format.ts';
import { type Language, type LanguageChoice, languages } from './messages/languages.ts';
import { nameIn } from './messages/names.ts';
import { pseudo } from './messages/pseudo.ts';
import { render } from './messages/render.ts';
import { isSentence, type Sentence } from './messages/sentence.ts';

export let messages: Catalogue = en;
/** The language of `messages`. */
export let spoken: Language = 'en';

/** Sets the language. Call it before any word is read, because words that were read before don't change. `asked`: the
 *  locales of the system, its first choice first. Without a choice, words are English and numbers are written as in the
 *  system's locale. */
export function speak(choice: LanguageChoice | undefined, asked: readonly string[] = []): Language {
  const of = (locale: string) => languages.find(each => locale.toLowerCase().split('-')[0] === each);
  const language =
    choice === 'system' ? (asked.map(of).find(Boolean) ?? 'en') : choice === 'pseudo' ? 'en' : (choice ?? 'en');
  messages = choice === 'pseudo' ? pseudo(en) : { en, de }[language];
  spoken = language;
  const fitting = choice === undefined ? asked[0] : asked.find(locale => of(locale) === language);
  const other = choice === 'system' ? asked[0] : undefined;
  setLocale(fitting ?? other ?? { en: 'en-US', de: 'de-DE' }[language]);
  return language;
}

/** The text of a sentence in the language of this process. */
export function say(sentence: Sentence): string;
export function say(sentence: Sentence | undefined): string | undefined;
export function say(sentence: Sentence | undefined): string | undefined {
  return sentence === undefined ? undefined : render(sentence, messages);
}

/** The name of a data set or an image in the language of this process. */
export const sayName = (name: string): string => nameIn(name, messages);

/** For `JSON.stringify`, where people read the result: writes sentences as text. */
export const said = (_key: string, value: unknown): unknown => (isSentence(value) ? say(value) : value);
