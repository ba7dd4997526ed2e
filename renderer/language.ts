/** This module is loaded first, because it chooses the language whose words the others read. */
import { type LanguageChoice, startLanguages } from '../shared/messages/languages.ts';
import { speak } from '../shared/messages.ts';
import type { Store } from './core/store.ts';

const { documentElement: root } = document;
const chosen = startLanguages.find(each => each === root.dataset.language);
root.lang = speak(chosen, navigator.languages);

/** A page speaks one language. For another one it is loaded again. `keepView` first keeps what it shows. A text that is
 *  being typed has been entered or dropped by then. */
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
    // If somebody is typing by now, it waits again.
    if (mayReload()) void keepView().then(() => mayReload() && location.reload());
  };
  store.on(['editing'], reload);
  reload();
}
