/** A true minus, as wide as a digit. */
const MINUS = '−';

/** A number with so many decimals: an exact zero is "0", so that "0.00" always means "small"; never "−0.00". */
export function fixed(value: number, decimals = 2): string {
  if (value === 0) return '0';
  const digits = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(digits) !== 0 ? MINUS + digits : digits;
}

/** Smallest cell that shows numbers, and smallest that shows their leading zero, in CSS pixels. */
export const SMALLEST_NUMBER = 14;
export const SMALLEST_LEADING_ZERO = 20;

/** What a cell shows of a number. `width` and `cellSize` in CSS pixels; `exact`: parameters, where whole numbers read as they were typed.
 *  Decimals go before digits do: 5.90, 12.3, 123, 1e5. */
export function numberText(value: number, cellSize: number, width: number, exact: boolean): string {
  if (exact && Number.isInteger(value) && Math.abs(value) < 10_000) return String(value).replace('-', MINUS);
  const size = Math.abs(value);
  if (size >= 99_999.5) return scientific(value);
  // Columns of scores are three cells wide: room for four digits after the point.
  if (width >= 2.5 * cellSize) return fixed(value, size < 100 ? 4 : size < 1000 ? 3 : 1);
  const text = fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  if (width >= SMALLEST_LEADING_ZERO) return text;
  // Only a zero of its own: 20.1 keeps the one it ends with.
  return text.replace(/^(−?)0\./, '$1.');
}

/** 123456 → 1e5, −2.5e12 → −3e12: the order of magnitude is what fits. */
function scientific(value: number): string {
  return value.toExponential(0).replace('e+', 'e').replace('-', MINUS);
}
