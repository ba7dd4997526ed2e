/** What a worker that draws films can't see by itself: the window's typefaces and language. */
import { type LanguageChoice, startLanguages } from '../../shared/messages/languages.ts';
import { speak } from '../../shared/messages.ts';

export type Setting = {
  fonts: readonly { family: string; weight: string; url: string }[];
  language: LanguageChoice | undefined;
};

/** The typefaces of films, as in `colours.css`. */
const [numerals, words] = [{ family: 'ConvSheet Numerals' }, { family: 'ConvSheet Text' }];

/** The setting of this window. */
export function settingHere(): Setting {
  return {
    fonts: [
      { ...numerals, weight: '400', url: new URL('../../assets/fonts/numerals-400.woff2', import.meta.url).href },
      { ...numerals, weight: '500 700', url: new URL('../../assets/fonts/numerals-600.woff2', import.meta.url).href },
      { ...words, weight: '400', url: new URL('../../assets/fonts/text-400.woff2', import.meta.url).href },
      { ...words, weight: '500 700', url: new URL('../../assets/fonts/text-600.woff2', import.meta.url).href },
    ],
    language: startLanguages.find(each => each === document.documentElement.dataset.language),
  };
}

/** Makes a worker speak and write as the window does. */
export async function settleIn({ fonts, language }: Setting): Promise<void> {
  speak(language, navigator.languages);
  const { fonts: own } = self as unknown as { fonts: FontFaceSet };
  await Promise.all(
    fonts.map(async ({ family, weight, url }) => {
      const face = new FontFace(family, `url(${url})`, { weight });
      own.add(await face.load());
    }),
  );
}
