/** What Ctrl+F finds in a cell, and what Ctrl+H makes of it. */
import type { NumberFormat } from './cells.ts';
import type { Notation } from './numbers.ts';
import { readNumber } from './numbers.ts';

/** What is looked for. `look`: in the values that cells show, or in what is typed in them or derived for them. `whole`:
 *  only where it is all of a cell. */
export type FindQuery = { text: string; look: 'values' | 'formulas'; matchCase: boolean; whole: boolean };

export type Matcher = {
  text: (text: string) => boolean;
  /** `full` is the number with all digits, `shown` what its cell shows of it. `value` is rounded as its cell does. */
  number: (value: number, full: string, shown: string) => boolean;
};

/** How cells of the network show a number, before they shorten it for lack of room. */
export function shownOfElement(value: number): string {
  if (Number.isInteger(value)) return value === 0 ? '0' : String(value);
  return value.toFixed(2);
}

/** How a cell with this format shows a number. */
export function shownInFormat(value: number, format: NumberFormat | undefined): string {
  if (!format || format.kind === 'text') return String(value);
  const digits = Math.min(20, format.digits);
  if (format.kind === 'percent') return `${(value * 100).toFixed(digits)}%`;
  return format.kind === 'fixed' ? value.toFixed(digits) : value.toExponential(digits).replace('e+', 'e');
}

/** Looks for a query. A number is found by its full digits, by their beginning, by what is shown of it, and by a
 *  rounded number of at least two decimals: 0.984 and 0.98 find 0.9843137. */
export function matcherOf({ text, matchCase, whole }: FindQuery, notation: Notation): Matcher {
  const fold = (each: string) => plain(matchCase ? each : each.toLowerCase());
  const wanted = fold(text);
  const trimmed = wanted.trim();
  const isIn = (each: string) => (whole ? fold(each) === wanted : fold(each).includes(wanted));
  const { value: number } = readNumber(trimmed, notation);
  const decimals = new RegExp(`^[-+]?\\d*[${notation.decimalComma ? ',' : '.'}](\\d{2,15})$`).exec(trimmed)?.[1].length;
  const rounded = number !== undefined && decimals !== undefined ? number.toFixed(decimals) : undefined;
  const local = (each: string) => (notation.decimalComma ? each.replace('.', ',') : each);
  /** Without the zero before the decimal sign, which narrow cells leave out. */
  const bare = (each: string) => each.replace(/^(-?)0(?=[.,])/, '$1');
  const start = bare(trimmed);
  return {
    text: isIn,
    number(value, full, shown) {
      if (number === undefined) return isIn(local(full)) || isIn(local(shown));
      // An exact 0 is shown as 0, so 0.00 means a small number.
      if (value === 0 && rounded !== undefined) return false;
      if (value === number || value === Math.fround(number)) return true;
      if (rounded !== undefined && value.toFixed(decimals) === rounded) return true;
      const written = bare(local(shown));
      if (whole) return written === start;
      return written.includes(start) || bare(local(full.toLowerCase())).startsWith(start);
    },
  };
}

/** A text in which the query was replaced wherever it stands, or all of it. undefined where it stands nowhere. */
export function replacedIn(
  text: string,
  { text: wanted, matchCase, whole }: FindQuery,
  replacement: string,
): string | undefined {
  const fold = (each: string) => (matchCase ? each : each.toLowerCase());
  if (whole) return fold(text) === fold(wanted) ? replacement : undefined;
  if (wanted === '' || !fold(text).includes(fold(wanted))) return undefined;
  // A letter may get longer in lower case, so the places are found in the text itself.
  const pattern = new RegExp(wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`), matchCase ? 'gu' : 'giu');
  const replaced = text.replace(pattern, () => replacement);
  return replaced === text ? undefined : replaced;
}

/** With ASCII minus signs and plain spaces. */
const plain = (text: string) => text.replaceAll('−', '-').replaceAll('\u00a0', ' ');
