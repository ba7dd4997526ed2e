/** The first of the page's modules: the words that the others read are those of the language that is chosen here. */
import { type LanguageChoice, languageChoices, speak } from '../shared/messages.ts';

const { documentElement: root } = document;
const chosen = languageChoices.find(each => each === root.dataset.language);
root.lang = speak(chosen, navigator.languages);

/** A page speaks one language: for another one it is loaded again, and comes back to what it showed. */
export function followLanguage(language: LanguageChoice | undefined): void {
  if (language !== undefined && language !== (chosen ?? 'en')) location.reload();
}
