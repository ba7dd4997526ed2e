import type { Paper } from '../../../shared/film/film-job.ts';

/** The paper of the reader's country, which a locale such as en-US names. */
export function usualPaper(locale: string): Paper {
  return LETTER.test(locale) ? 'LETTER' : 'A4';
}

const LETTER = /-(US|CA|MX|PH|CL|CO|CR|GT|PA|PR|SV|VE)\b/;
