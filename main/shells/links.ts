/** Pages the app itself refers to; nothing else is ever opened in a browser. */
const LINKS = [
  'https://handsontable.com/',
  'https://hyperformula.handsontable.com/',
  'https://www.tensorflow.org/',
  'https://creativecommons.org/',
];

export const isOwnLink = (url: string): boolean => LINKS.some(link => url.startsWith(link));
