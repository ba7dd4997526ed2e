/** The command line loads this module first: --lang chooses the language for all others. */
import { type Language, languages } from '../../shared/messages/languages.ts';
import { speak } from '../../shared/messages.ts';

const OPTION = /^--lang(?:=(.*))?$/s;

/** Takes --lang out of the arguments. `unknown` is a language that doesn't exist. */
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
// JSON is for programs and always English.
speak(asked.args.includes('--json') ? 'en' : asked.language);
