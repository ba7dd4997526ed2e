/** The first of the command line's modules: --lang chooses the words that the others read. */
import { type Language, languages } from '../../shared/messages/languages.ts';
import { speak } from '../../shared/messages.ts';

const OPTION = /^--lang(?:=(.*))?$/s;

/** Takes --lang out of the arguments. `unknown`: it names a language that there isn't. */
export function takeLanguage(given: readonly string[]): { args: string[]; language: Language; unknown?: string } {
  const args: string[] = [];
  let named = 'en';
  for (let i = 0; i < given.length; i++) {
    const match = OPTION.exec(given[i]);
    if (match) named = match[1] ?? given[++i] ?? '';
    else args.push(given[i]);
  }
  const language = languages.find(each => each === named);
  return language ? { args, language } : { args, language: 'en', unknown: named };
}

export const asked = takeLanguage(process.argv.slice(2));
// JSON is for programs, whatever the language.
speak(asked.args.includes('--json') ? 'en' : asked.language);
