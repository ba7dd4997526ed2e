import { readNumber } from '../../shared/numbers.ts';
import { asTyped, decimalComma } from './entry.ts';

/** The number of a typed setting; NaN if it is none. Separators between thousands are allowed, because sentences about
 *  settings have them: 10,000. With a decimal comma, 0.002 is still two thousandths. */
export function typedNumber(text: string, comma = decimalComma): number {
  const read = readNumber(text, { decimalComma: comma });
  if (read.problem === 'grouping') return read.grouped;
  if (read.problem === 'separator' && comma) return read.reading;
  return read.value ?? Number.NaN;
}

/** The number of a setting as the user would type it. */
export const numberAsTyped = (value: number): string => asTyped(String(value));
