/** Values that know how far another right calculation may be from them. For tests. */
import type { CellErrorName } from '../../../shared/cell-content.ts';

/** What a formula gives. `off`: how far a right calculation may be from a number. `size`: Σ|terms| of the sum that
 *  gave it. `errors`: the errors that may be shown, as bits; 0 if there is none. `jump`: a comparison of two numbers
 *  that are as good as equal. `unsure`: a right calculation may give anything else. */
export type Approximate = {
  readonly value: number | string | boolean | null;
  readonly off: number;
  readonly size: number;
  readonly errors: number;
  readonly jump: boolean;
  readonly unsure: boolean;
};

const NAMES: readonly CellErrorName[] = [
  '#REF!',
  '#NUM!',
  '#DIV/0!',
  '#VALUE!',
  '#N/A',
  '#NAME?',
  '#NULL!',
  '#CYCLE!',
  '#SPILL!',
];
export const bitOf = (name: CellErrorName): number => 1 << NAMES.indexOf(name);
export const namesOf = (errors: number): CellErrorName[] => NAMES.filter((_, i) => (errors & (1 << i)) !== 0);

const PLAIN = { off: 0, size: 0, errors: 0, jump: false, unsure: false };
export const exact = (value: Approximate['value']): Approximate =>
  typeof value === 'number' ? { ...PLAIN, value, size: Math.abs(value) } : { ...PLAIN, value };
export const failed = (...names: CellErrorName[]): Approximate => ({
  ...PLAIN,
  value: null,
  errors: names.reduce((bits, name) => bits | bitOf(name), 0),
});
export const UNSURE: Approximate = { ...PLAIN, value: null, unsure: true };
export const BLANK = exact(null);

/** Beyond this, float32 may overflow in one calculation and not in another. */
const HUGE = 1e30;

export function number(value: number, off: number, size = Math.abs(value), unsure = false): Approximate {
  if (!Number.isFinite(value)) return { ...failed('#NUM!'), unsure };
  const isHuge = Math.abs(value) > HUGE || size > HUGE || !(off < HUGE);
  return { value: value + 0, off, size, errors: 0, jump: false, unsure: unsure || isHuge };
}

/** A truth value that is a comparison of numbers. */
export const truth = (value: boolean, jump: boolean): Approximate => ({ ...PLAIN, value, jump });

/** The errors of all operands, if any has one; then either may be shown. Unsure if one is. */
export function failing(operands: readonly Approximate[]): Approximate | undefined {
  const errors = operands.reduce((bits, operand) => bits | operand.errors, 0);
  const unsure = operands.some(operand => operand.unsure);
  if (errors !== 0) return { ...PLAIN, value: null, errors, unsure };
  return unsure ? UNSURE : undefined;
}

/** The parts that a double can't keep exactly, such as 0.1: a difference of two like these may be rounded to 0. */
const isShort = (value: number) => Math.abs(value) < 2 ** 30 && Number.isInteger(value * 2 ** 20);

export function plus(a: Approximate, b: Approximate, sign: 1 | -1): Approximate {
  const [x, y] = [a.value as number, b.value as number];
  const isExact = a.off === 0 && b.off === 0 && isShort(x) && isShort(y);
  return number(x + sign * y, isExact ? 0 : a.off + b.off + 1e-14 * (Math.abs(x) + Math.abs(y)), a.size + b.size);
}

export function times(a: Approximate, b: Approximate): Approximate {
  const [x, y] = [a.value as number, b.value as number];
  const isExact = a.off === 0 && b.off === 0 && isShort(x * y) && isShort(x) && isShort(y);
  const off = Math.abs(x) * b.off + Math.abs(y) * a.off + a.off * b.off + 1e-15 * Math.abs(x * y);
  return number(x * y, isExact ? 0 : off, Math.max(a.size * b.size, Math.abs(x * y)));
}

export function over(a: Approximate, b: Approximate): Approximate {
  const [x, y] = [a.value as number, b.value as number];
  if (Math.abs(y) <= b.off && b.off > 0) return UNSURE;
  if (y === 0) return failed('#DIV/0!');
  const least = Math.abs(y) - b.off;
  const off = (a.off + (Math.abs(x) / least) * b.off) / least + 1e-15 * Math.abs(x / y);
  return number(x / y, off, Math.max(a.size / Math.abs(y), Math.abs(x / y)) * Math.max(1, b.size / Math.abs(y)));
}

/** A function without jumps. It gives NaN outside its domain. */
export function smooth(a: Approximate, calculate: (value: number) => number): Approximate {
  const x = a.value as number;
  const [value, low, high] = [calculate(x), calculate(x - a.off), calculate(x + a.off)];
  if (Number.isFinite(value) !== Number.isFinite(low) || Number.isFinite(value) !== Number.isFinite(high))
    return UNSURE;
  const off = Math.max(Math.abs(low - value), Math.abs(high - value));
  return number(value, off + 1e-15 * Math.abs(value));
}

/** A function with jumps: unsure near one. A number that was calculated may lie on the other side of one. */
export function stepped(a: Approximate, calculate: (value: number) => number): Approximate {
  const x = a.value as number;
  const room = a.off + (a.off > 0 || !isShort(x) ? 1e-13 * Math.abs(x) : 0);
  const [value, low, high] = [calculate(x), calculate(x - room), calculate(x + room)];
  return value === low && value === high ? number(value, 0) : UNSURE;
}

/** Whether two numbers are as good as equal, and not certainly the same. */
export function isClose(a: Approximate, b: Approximate): boolean {
  const [x, y] = [a.value as number, b.value as number];
  if (a.off === 0 && b.off === 0 && x === y) return false;
  return Math.abs(x - y) <= a.off + b.off + 1e-13 * (Math.abs(x) + Math.abs(y));
}
