/** The languages there are. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** What a reader may choose; the system's is the first it asks for that there is. */
export const languageChoices = ['system', ...languages] as const;
export type LanguageChoice = (typeof languageChoices)[number];
