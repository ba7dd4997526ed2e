/** Continues what stands in the first cells of a line, as a dragged fill handle does. */
import { formatFloat32 } from '../../shared/numbers.ts';
import type { Pasted } from './clipboard-table.ts';

/** Gives the content so many cells after the first one. */
export type Series = (distance: number) => Pasted;

/** How a line goes on: 1, 3 → 5; 1, 2, 4 → 8; "Layer 1" → "Layer 2". undefined where it is repeated, as dates are. */
export function seriesOf(line: readonly Pasted[]): Series | undefined {
  const numbers = line.filter(each => typeof each === 'number');
  if (numbers.length === line.length) return numberSeries(numbers.map(decimalOf));
  const texts = line.filter(each => typeof each === 'string');
  return texts.length === line.length ? textSeries(texts) : undefined;
}

/** The double with the same shortest decimal as a float32. So the step from 0.1 to 0.2 is exactly 0.1. */
const decimalOf = (value: number) => (Math.fround(value) === value ? Number(formatFloat32(value)) : value);

/** How much the steps of evenly spaced numbers may differ: twice the relative distance of neighbouring float32s. */
const ROUNDING = 2 ** -22;

function numberSeries(numbers: readonly number[]): Series | undefined {
  if (numbers.length < 2) return undefined;
  const [first, second] = numbers;
  const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  const isEven = (number: number, expected: number) => Math.abs(number - expected) <= ROUNDING * largest;
  const step = second - first;
  if (numbers.every((number, i) => i === 0 || isEven(number, numbers[i - 1] + step)))
    return distance => tidy(first + distance * step);
  // Two numbers are always evenly spaced, so powers need three.
  const ratio = second / first;
  const isPower =
    first !== 0 && ratio !== 0 && numbers.every((number, i) => i === 0 || isAlike(number, numbers[i - 1] * ratio));
  return isPower ? distance => tidy(first * ratio ** distance) : undefined;
}

const isAlike = (one: number, other: number) => Math.abs(one - other) <= ROUNDING * Math.abs(other);

/** 0.1 + 0.2 is 0.3, as in spreadsheets, which show 15 digits. */
const tidy = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(15)) : value);

/** Texts that end in a whole number count on. */
function textSeries(texts: readonly string[]): Series | undefined {
  const parts = texts.map(text => /^(.*?)(\d{1,15})$/s.exec(text));
  const [first] = parts;
  if (!first || texts.some(text => DATE.test(text.trim()))) return undefined;
  const numbers = parts.map(part => (part?.[1] === first[1] ? Number(part[2]) : Number.NaN));
  const step = numbers.length === 1 ? 1 : numbers[1] - numbers[0];
  if (!numbers.every((number, i) => number === numbers[0] + i * step)) return undefined;
  const digits = first[2].startsWith('0') ? first[2].length : 1;
  return distance => first[1] + String(Math.abs(numbers[0] + distance * step)).padStart(digits, '0');
}

/** 2026-11-28, 28.11.2026, 11/28 and 12:30. */
const DATE = /(^|\s)\d{1,4}([-./]\d{1,2}[-./]\d{1,4}|\/\d{1,4}|:\d{2}(:\d{2})?)$/;
