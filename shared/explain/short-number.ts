import { decimal } from '../messages/format.ts';

/** Smaller numbers have no digit that isn't 0 among their first two decimals. */
export const TINY = 0.005;

/** A number in little room, as the sheet writes it: two decimals, whole numbers without, and the order of magnitude of
 *  tiny ones. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && size < TINY)
    return size < 0.0005 ? value.toExponential(0).replaceAll('-', '−') : decimal(value.toFixed(3).replace('-', '−'));
  if (Number.isInteger(value) && size < 1e5) return String(value).replace('-', '−');
  if (size >= 1e5) return decimal(value.toExponential(0).replace('e+', 'e').replace('-', '−'));
  const digits = size.toFixed(size >= 1000 ? 0 : 2);
  return decimal(value < 0 && Number(digits) !== 0 ? `−${digits}` : digits);
}
