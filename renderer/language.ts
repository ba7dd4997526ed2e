/** The first of the page's modules: the words that the others read are those of the language that is chosen here. */
import { type LanguageChoice, languageChoices } from '../shared/messages/languages.ts';
import { speak } from '../shared/messages.ts';
import type { Store } from './core/store.ts';

const { documentElement: root } = document;
const chosen = languageChoices.find(each => each === root.dataset.language);
root.lang = speak(chosen, navigator.languages);

/** A page speaks one language: for another one it is loaded again, and comes back to what it showed, which `keepView`
 *  keeps. What is being typed is entered or given up before. */
export function followLanguage(
  language: LanguageChoice | undefined,
  store: Store,
  keepView: () => Promise<void>,
): void {
  if (language === chosen) return;
  const mayReload = () => {
    const { editing, settings } = store.get();
    return editing === undefined && settings.language === language;
  };
  const reload = () => {
    // Who types meanwhile is waited for again.
    if (mayReload()) void keepView().then(() => mayReload() && location.reload());
  };
  store.on(['editing'], reload);
  reload();
}
