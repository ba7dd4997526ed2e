/** What formulas calculate with, and how one kind of value becomes another. The rules are HyperFormula's, except where
 *  Excel and LibreOffice agree on something else; each such place says so. */
import type { CellContent, CellError, CellErrorName } from '../cell-content.ts';

/** What a formula gives, or what a cell holds. null is a blank. */
export type Value = CellContent | boolean;

const error = (name: CellErrorName): CellError => ({ error: name });
/** The errors of formulas. Two errors of one name are the same object. */
export const ERRORS = {
  '#REF!': error('#REF!'),
  '#NUM!': error('#NUM!'),
  '#DIV/0!': error('#DIV/0!'),
  '#VALUE!': error('#VALUE!'),
  '#N/A': error('#N/A'),
  '#NAME?': error('#NAME?'),
  '#NULL!': error('#NULL!'),
  '#CYCLE!': error('#CYCLE!'),
  '#SPILL!': error('#SPILL!'),
} satisfies Record<CellErrorName, CellError>;
export const NO_NUMBER = ERRORS['#NUM!'];
export const NO_VALUE = ERRORS['#VALUE!'];

/** The result of a calculation: #NUM! if it isn't finite. Never −0. */
export function finite(result: number): number | CellError {
  return Number.isFinite(result) ? result + 0 : NO_NUMBER;
}

/** A blank is 0. A text counts as the number that it spells. An empty text spells none, as in Excel and LibreOffice
 *  (in HyperFormula it is 0). A date spells none either: HyperFormula reads dates, but here a text is never a date. */
export function toNumber(value: Value): number | CellError {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return numberOfText(value) ?? NO_VALUE;
  return value ?? 0;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text spells: 0.5, -1e3, 50%, $2. undefined if it spells none. */
function numberOfText(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed.endsWith('%')) return plainNumber(trimmed.slice(0, -1).trim(), 100);
  if (trimmed.startsWith('$')) return plainNumber(trimmed.slice(1).trim());
  return plainNumber(trimmed.endsWith('$') ? trimmed.slice(0, -1).trim() : trimmed);
}

function plainNumber(digits: string, divisor = 1): number | undefined {
  if (!NUMBER.test(digits)) return undefined;
  const number = Number(digits) / divisor;
  return Number.isFinite(number) ? number : undefined;
}

/** A blank is FALSE. A text is TRUE, FALSE, or no truth value. An empty text is none, as in Excel and LibreOffice (in
 *  HyperFormula it is FALSE). */
export function toBoolean(value: Value): boolean | CellError {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return value ?? false;
  const word = value.toUpperCase();
  return word === 'TRUE' ? true : word === 'FALSE' ? false : NO_VALUE;
}

export function toText(value: Value): string | CellError {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return value ?? '';
}

/** A number as part of a text: 15 digits, as in Excel and LibreOffice (HyperFormula writes all 17). */
export function numberText(value: number): string {
  const text = String(Number(value.toPrecision(15)));
  return text.includes('e') ? text.replace(/e([+-])(\d)$/, 'e$10$2').toUpperCase() : text;
}

/** Texts are compared without regard to case, but "é" isn't "e", as in Excel and LibreOffice (in HyperFormula it is).
 *  Nor are two texts ever compared as dates. */
const collator = new Intl.Collator('en', { sensitivity: 'accent', caseFirst: 'lower', ignorePunctuation: false });

/** Below 0 if `left` comes first, 0 if both are equal. Numbers come before texts, and texts before truth values. A
 *  blank is 0, "" or FALSE, as the other value needs it. Neither may be an error. */
export function compare(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left === right ? 0 : left < right ? -1 : 1;
  if (typeof left === 'string' && typeof right === 'string') return left === right ? 0 : collator.compare(left, right);
  if (left === null) return right === null ? 0 : compare(blankBeside(right), right);
  if (right === null) return compare(left, blankBeside(left));
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return rank(left) - rank(right);
}

const blankBeside = (other: Value): Value => (typeof other === 'number' ? 0 : typeof other === 'string' ? '' : false);
const rank = (value: Value): number => (typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3);
