/** Numbers and dates in the form of the reader's locale. A process has one reader. */

let locale = 'en-US';
let numbers = new Intl.NumberFormat(locale);
/** The sign before a number's decimals. */
export let decimalSign: '.' | ',' = '.';

/** From now on, numbers and dates are written as in this locale, such as de-DE. */
export function setLocale(wanted: string): void {
  locale = wanted;
  // Some locales have digits of their own. The cells always have 0 to 9, so all numbers do.
  numbers = new Intl.NumberFormat(locale, { numberingSystem: 'latn' });
  decimalSign = numbers.format(0.5).includes(',') ? ',' : '.';
}

/** A count with a sign between its thousands: 60,000. */
export const whole = (count: number): string => numbers.format(count);

/** An amount of memory: 14 KB, 1,442 MB. */
export const memorySize = (bytes: number): string =>
  bytes < 1e6 ? `${whole(Math.ceil(bytes / 1000))} KB` : `${whole(Math.round(bytes / 1e6))} MB`;

/** A number with a sign between its thousands and at most so many decimals. */
export const rounded = (value: number, decimals: number): string =>
  value.toLocaleString(locale, { maximumFractionDigits: decimals, numberingSystem: 'latn' });

/** A plain number's text with the reader's decimal sign: 0.5 becomes 0,5 where that is a comma. */
export const decimal = (text: string): string => (decimalSign === '.' ? text : text.replace('.', decimalSign));

/** A number as JavaScript writes it, with the reader's decimal sign: 0.002, 1e-7. */
export const number = (value: number): string => decimal(String(value));

/** A number for a sentence: so many of its digits, and no exponent. What is smaller than a billionth or not below a
 *  billion is written with a power of ten: 0.000000043, 4.3 · 10⁻¹². */
export function readable(value: number, digits = 3): string {
  const short = Number(value.toPrecision(digits));
  const size = Math.abs(short);
  const sign = short < 0 ? '−' : '';
  if (size === 0) return '0';
  const power = Math.floor(Math.log10(size) + 1e-12);
  if (size >= 1e-9 && size < 1e9) {
    const text = size.toFixed(Math.max(0, digits - 1 - power));
    return sign + decimal(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  }
  const raised = String(power).replaceAll(/[-\d]/g, each => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(each)]);
  return `${sign}${decimal(String(Number((size / 10 ** power).toPrecision(digits))))} · 10${raised}`;
}

/** Whether a difference means nothing to a reader. Scores and losses are float32 numbers around 1: what is smaller than
 *  this may be rounding alone. */
export const isTiny = (value: number): boolean => Math.abs(value) < 1e-6;

/** A number with so many decimals. */
export const fixed = (value: number, decimals: number): string => decimal(value.toFixed(decimals));

/** The same with a sign between its thousands: 1,234.50. */
export const grouped = (value: number, decimals: number): string =>
  value.toLocaleString(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    numberingSystem: 'latn',
  });

/** A day. With `time`, also the hour and minute. */
export const date = (when: number | string, time = false): string =>
  new Date(when).toLocaleString(locale, { dateStyle: 'medium', ...(time && { timeStyle: 'short' }) });

/** Seconds as minutes and seconds: 75 is 1:15. */
export const clock = (seconds: number): string =>
  `${Math.floor(Math.ceil(seconds) / 60)}:${String(Math.ceil(seconds) % 60).padStart(2, '0')}`;
