/** Numbers and dates as they are written where the reader lives. A process has one reader. */

let locale = 'en-US';
let numbers = new Intl.NumberFormat(locale);
/** What stands before the decimals of a number. */
export let decimalSign: '.' | ',' = '.';

/** From now on, numbers and dates are written as in this locale, such as de-DE. */
export function setLocale(wanted: string): void {
  locale = wanted;
  // Whatever digits a locale has of its own, the cells have these.
  numbers = new Intl.NumberFormat(locale, { numberingSystem: 'latn' });
  decimalSign = numbers.format(0.5).includes(',') ? ',' : '.';
}

/** A count, its thousands apart: 60,000. */
export const whole = (count: number): string => numbers.format(count);

/** A number with its thousands apart and so many decimals at most. */
export const rounded = (value: number, decimals: number): string =>
  value.toLocaleString(locale, { maximumFractionDigits: decimals, numberingSystem: 'latn' });

/** A plain number's text with the reader's decimal sign: 0.5 becomes 0,5 where that is a comma. */
export const decimal = (text: string): string => (decimalSign === '.' ? text : text.replace('.', decimalSign));

/** A number with so many decimals. */
export const fixed = (value: number, decimals: number): string => decimal(value.toFixed(decimals));

/** A day; with `time`, and the minute. */
export const date = (when: number | string, time = false): string =>
  new Date(when).toLocaleString(locale, { dateStyle: 'medium', ...(time && { timeStyle: 'short' }) });
