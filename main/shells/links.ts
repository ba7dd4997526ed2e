/** The web pages that the app refers to. No other page is ever opened. */
const LINKS = [
  'https://handsontable.com/',
  'https://hyperformula.handsontable.com/',
  'https://www.tensorflow.org/',
  'https://creativecommons.org/',
];

export const isOwnLink = (url: string): boolean => LINKS.some(link => url.startsWith(link));
