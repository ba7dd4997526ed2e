/** The languages of the app. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** What a reader can choose. 'system': the first of the system's languages that the app has. */
export const languageChoices = ['system', ...languages] as const;
/** What --lang takes beside that: the pseudo-language of tests is in no menu. */
export const startLanguages = [...languageChoices, 'pseudo'] as const;
export type LanguageChoice = (typeof startLanguages)[number];
