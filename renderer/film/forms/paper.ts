/** The paper of handouts. */
export const papers = ['A4', 'LETTER'] as const;
export type Paper = (typeof papers)[number];

/** The paper of the reader's country, which a locale such as en-US names. */
export function usualPaper(locale: string): Paper {
  return LETTER.test(locale) ? 'LETTER' : 'A4';
}

const LETTER = /-(US|CA|MX|PH|CL|CO|CR|GT|PA|PR|SV|VE)\b/;
