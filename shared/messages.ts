/** The catalogue of the language that is spoken here. Whoever shows something reads its words from it; what is made
 *  elsewhere, to be shown here, comes as a sentence (see messages/sentence.ts) and is said by `say`. */
import { type Catalogue, completed } from './messages/catalogue.ts';
import { de } from './messages/de.ts';
import { en } from './messages/en.ts';
import { setLocale } from './messages/format.ts';
import { type Language, type LanguageChoice, languages } from './messages/languages.ts';
import { render } from './messages/render.ts';
import { isSentence, type Sentence } from './messages/sentence.ts';

export let messages: Catalogue = en;

/** Speaks a language from now on. To be called before anything reads a word: what was read stays as it was. `asked`:
 *  the locales that the system asks for, its first choice first. Where nothing is chosen the words are English, and
 *  numbers are written as the system asks. */
export function speak(choice: LanguageChoice | undefined, asked: readonly string[] = []): Language {
  const of = (locale: string) => languages.find(each => locale.toLowerCase().split('-')[0] === each);
  const language = choice === 'system' ? (asked.map(of).find(Boolean) ?? 'en') : (choice ?? 'en');
  messages = language === 'de' ? completed(de, en) : en;
  const fitting = choice === undefined ? asked[0] : asked.find(locale => of(locale) === language);
  const other = choice === 'system' ? asked[0] : undefined;
  setLocale(fitting ?? other ?? { en: 'en-US', de: 'de-DE' }[language]);
  return language;
}

/** The text of a sentence in the language that is spoken here. */
export function say(sentence: Sentence): string;
export function say(sentence: Sentence | undefined): string | undefined;
export function say(sentence: Sentence | undefined): string | undefined {
  return sentence === undefined ? undefined : render(sentence, messages);
}

/** For `JSON.stringify`: what is written for people to read has its sentences as text. */
export const said = (_key: string, value: unknown): unknown => (isSentence(value) ? say(value) : value);
