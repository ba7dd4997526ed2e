/** Numbers as people type and read them. A cell holds a float32; its text is never a rounded value. */

/** What a cell shows in place of a value that is not finite. */
export const NOT_A_NUMBER = '#NUM!';

/** What typed text means: a float32, or why it is none. empty: only blanks; formula: it begins with "="; range: a number no float32 can hold
 *  (beyond ±3.4028235E+38); text: anything else. */
export type ParsedNumber =
  | { value: number; problem?: undefined }
  | { value?: undefined; problem: 'empty' | 'formula' | 'range' | 'text' };

/** The shortest decimal that reads back to the same float32: 0.1, not 0.10000000149. From 1E+11 up and below 0.0001 with an exponent, as a
 *  spreadsheet shows it (1E-05, 1.5E+20). −0 is 0; what is not finite is #NUM!. `parseNumber` reads every finite result back. */
export function formatFloat32(value: number): string {
  const float = Math.fround(value);
  if (!Number.isFinite(float)) return NOT_A_NUMBER;
  if (float === 0) return '0';
  const { digits, exponent } = shortestDigits(Math.abs(float));
  return (float < 0 ? '-' : '') + placePoint(digits, exponent);
}

/** Reads a number as it is typed or pasted: sign (also −), point or exponent, percent (5% is 0.05). With `decimalComma` both 0,5 and 0.5 are
 *  one half; without it 0,5 is text, as is 1,000: a guess would be wrong for somebody. A value too small for a float32 becomes 0. */
export function parseNumber(text: string, { decimalComma = false }: { decimalComma?: boolean } = {}): ParsedNumber {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: 'empty' };
  if (trimmed.startsWith('=')) return { problem: 'formula' };
  const match = /^([+\-−]?)((?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+\-−]?\d+)?)\s*(%?)$/.exec(trimmed);
  if (!match || (match[2].includes(',') && !decimalComma)) return { problem: 'text' };
  const magnitude = Number(match[2].replace(',', '.').replace('−', '-')) / (match[3] ? 100 : 1);
  const value = Math.fround(match[1] === '' || match[1] === '+' ? magnitude : -magnitude);
  if (!Number.isFinite(value)) return { problem: 'range' };
  return { value: value === 0 ? 0 : value };
}

/** A positive float32 as 0.d… × 10^exponent. */
type Digits = { digits: string; exponent: number };

/** The fewest significant digits that give a positive float32 back; among those the closest. */
function shortestDigits(float: number): Digits {
  // Most values that were computed need more than six digits, most that were typed fewer.
  for (let precision = digitsThatReadBack(float, 6) ? 1 : 7; precision < 9; precision++) {
    const found = digitsThatReadBack(float, precision);
    if (found) return found;
  }
  return digitsThatReadBack(float, 9)!;
}

function digitsThatReadBack(float: number, precision: number): Digits | undefined {
  const [mantissa, power] = float.toExponential(precision - 1).split('e');
  const nearest = Number(mantissa.replace('.', ''));
  const exponent = Number(power) + 1 - precision;
  // Below a power of two float32s stand twice as dense: the nearest decimal may read back as another one where its neighbour does not.
  for (const digits of [nearest, nearest + 1, nearest - 1]) {
    if (Math.fround(Number(`${digits}e${exponent}`)) !== float) continue;
    const text = String(digits);
    return { digits: text.replace(/0+$/, ''), exponent: exponent + text.length };
  }
  return undefined;
}

function placePoint(digits: string, exponent: number): string {
  if (exponent > 11 || exponent < -3) {
    const power = exponent - 1;
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${mantissa}E${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (exponent <= 0) return `0.${'0'.repeat(-exponent)}${digits}`;
  if (digits.length <= exponent) return digits + '0'.repeat(exponent - digits.length);
  return `${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}
