/** Functions of single values that formulas are compiled with. Their arguments are no ranges. */
import { type CellError, isError } from '../cell-content.ts';
import type { Part } from './readers.ts';
import { ERRORS, finite, NO_NUMBER, NO_VALUE, toBoolean, toNumber, toText, type Value } from './value.ts';

/** Makes the part of a call. undefined if a function doesn't take so many arguments. */
type Maker = (parts: readonly Part[]) => Part | undefined;

/** A function of numbers. Arguments that are left out at the end have the values of `defaults`. */
function numeric(calculate: (...numbers: number[]) => number | CellError, count = 1, defaults: number[] = []): Maker {
  return parts => {
    if (parts.length < count - defaults.length || parts.length > count) return undefined;
    const given = [...parts, ...defaults.slice(parts.length - count + defaults.length).map(value => () => value)];
    const [first, second] = given;
    if (count === 1) {
      return readers => {
        const x = toNumber(first(readers));
        return isError(x) ? x : result(calculate(x));
      };
    }
    return readers => {
      const [x, y] = [toNumber(first(readers)), toNumber(second(readers))];
      return isError(x) ? x : isError(y) ? y : result(calculate(x, y));
    };
  };
}

const result = (value: number | CellError): Value => (typeof value === 'number' ? finite(value) : value);

/** A function of any single values. */
function ofValues(least: number, most: number, calculate: (parts: readonly Part[]) => Part): Maker {
  return parts => (parts.length < least || parts.length > most ? undefined : calculate(parts));
}

const constant = (value: Value): Maker => ofValues(0, 0, () => () => value);
/** A function that asks something about a value and takes errors, too. */
const question = (holds: (value: Value) => boolean): Maker =>
  ofValues(
    1,
    1,
    ([part]) =>
      readers =>
        holds(part(readers)),
  );
const ofText = (calculate: (text: string) => Value): Maker =>
  ofValues(1, 1, ([part]) => readers => {
    const text = toText(part(readers));
    return isError(text) ? text : calculate(text);
  });

/** LEFT and RIGHT: so many characters of a text, one if the number is left out. */
const cut = (calculate: (text: string, count: number) => string): Maker =>
  ofValues(1, 2, ([part, length]) => readers => {
    const text = toText(part(readers));
    const count = length ? toNumber(length(readers)) : 1;
    if (isError(text)) return text;
    if (isError(count)) return count;
    return count < 0 ? NO_VALUE : calculate(text, Math.trunc(count));
  });

const cutMiddle = ofValues(3, 3, ([part, from, length]) => readers => {
  const [text, start, count] = [toText(part(readers)), toNumber(from(readers)), toNumber(length(readers))];
  if (isError(text)) return text;
  if (isError(start)) return start;
  if (isError(count)) return count;
  if (start < 1 || count < 0) return NO_VALUE;
  return text.substring(Math.trunc(start) - 1, Math.trunc(start) - 1 + Math.trunc(count));
});

const choice = ofValues(2, 3, ([condition, then, otherwise]) => readers => {
  const holds = toBoolean(condition(readers));
  if (isError(holds)) return holds;
  if (holds) return then(readers);
  return otherwise ? otherwise(readers) : false;
});

const insteadOf = (caught: (error: CellError) => boolean): Maker =>
  ofValues(2, 2, ([part, instead]) => readers => {
    const value = part(readers);
    return isError(value) && caught(value) ? instead(readers) : value;
  });

/** Rounds half away from zero, as if the number had 15 digits: 1.005 to two places is 1.01, as in Excel and
 *  LibreOffice (in HyperFormula it is 1). Places count as whole numbers. */
function rounding(round: (value: number) => number) {
  return (value: number, places: number): number => {
    const digits = Math.trunc(places);
    const scale = 10 ** Math.abs(digits);
    const scaled = Math.abs(value) * (digits < 0 ? 1 / scale : scale);
    const tie = Math.round(2 * scaled) / 2;
    const whole = round(Math.abs(scaled - tie) <= 2e-15 * scaled ? tie : scaled);
    return Math.sign(value) * (digits < 0 ? whole * scale : whole / scale);
  };
}

export const roundHalfAway = rounding(Math.round);

/** LOG, to the base 10 if none is given. A number that isn't above 0 is refused before the base is looked at. */
const logarithm = ofValues(1, 2, ([part, given]) => readers => {
  const value = toNumber(part(readers));
  if (isError(value)) return value;
  if (value <= 0) return NO_NUMBER;
  const base = given ? toNumber(given(readers)) : 10;
  if (isError(base)) return base;
  if (base <= 0) return NO_NUMBER;
  return finite(base === 10 ? Math.log10(value) : Math.log(value) / Math.log(base));
});

/** The remainder, with the sign of the divisor. */
function remainder(value: number, divisor: number): number | CellError {
  if (divisor === 0) return ERRORS['#DIV/0!'];
  const rest = value % divisor;
  return rest === 0 || rest < 0 === divisor < 0 ? rest : rest + divisor;
}

const isNotAvailable = ({ error }: CellError) => error === '#N/A';

export const functions: ReadonlyMap<string, Maker> = new Map([
  ['ABS', numeric(Math.abs)],
  ['SIGN', numeric(Math.sign)],
  ['EXP', numeric(Math.exp)],
  ['LN', numeric(Math.log)],
  ['LOG10', numeric(Math.log10)],
  ['SQRT', numeric(Math.sqrt)],
  ['SIN', numeric(Math.sin)],
  ['COS', numeric(Math.cos)],
  ['TAN', numeric(Math.tan)],
  ['ASIN', numeric(Math.asin)],
  ['ACOS', numeric(Math.acos)],
  ['ATAN', numeric(Math.atan)],
  ['SINH', numeric(Math.sinh)],
  ['COSH', numeric(Math.cosh)],
  ['TANH', numeric(Math.tanh)],
  ['DEGREES', numeric(x => (x * 180) / Math.PI)],
  ['RADIANS', numeric(x => (x * Math.PI) / 180)],
  // As in Excel and LibreOffice. In HyperFormula, INT(-2.5) is -2.
  ['INT', numeric(Math.floor)],
  ['POWER', numeric((x, y) => x ** y, 2)],
  ['ATAN2', numeric((x, y) => (x === 0 && y === 0 ? ERRORS['#DIV/0!'] : Math.atan2(y, x)), 2)],
  ['MOD', numeric(remainder, 2)],
  ['QUOTIENT', numeric((x, y) => (y === 0 ? ERRORS['#DIV/0!'] : Math.trunc(x / y)), 2)],
  ['LOG', logarithm],
  ['ROUND', numeric(roundHalfAway, 2, [0])],
  ['ROUNDUP', numeric(rounding(Math.ceil), 2, [0])],
  ['ROUNDDOWN', numeric(rounding(Math.floor), 2, [0])],
  ['TRUNC', numeric(rounding(Math.floor), 2, [0])],
  ['PI', constant(Math.PI)],
  ['TRUE', constant(true)],
  ['FALSE', constant(false)],
  ['NA', constant(ERRORS['#N/A'])],
  ['IF', choice],
  ['IFERROR', insteadOf(() => true)],
  ['IFNA', insteadOf(isNotAvailable)],
  [
    'NOT',
    ofValues(1, 1, ([part]) => readers => {
      const holds = toBoolean(part(readers));
      return isError(holds) ? holds : !holds;
    }),
  ],
  ['ISERROR', question(isError)],
  ['ISERR', question(value => isError(value) && !isNotAvailable(value))],
  ['ISNA', question(value => isError(value) && isNotAvailable(value))],
  ['ISBLANK', question(value => value === null)],
  ['ISNUMBER', question(value => typeof value === 'number')],
  ['ISTEXT', question(value => typeof value === 'string')],
  ['ISNONTEXT', question(value => typeof value !== 'string')],
  ['ISLOGICAL', question(value => typeof value === 'boolean')],
  ['LEN', ofText(text => text.length)],
  ['UPPER', ofText(text => text.toUpperCase())],
  ['LOWER', ofText(text => text.toLowerCase())],
  ['TRIM', ofText(text => text.replace(/^ +| +$/g, '').replace(/ +/g, ' '))],
  ['LEFT', cut((text, count) => text.slice(0, count))],
  ['RIGHT', cut((text, count) => (count === 0 ? '' : text.slice(-count)))],
  ['MID', cutMiddle],
  [
    'CONCATENATE',
    ofValues(1, Infinity, parts => readers => {
      let whole = '';
      for (const part of parts) {
        const text = toText(part(readers));
        if (isError(text)) return text;
        whole += text;
      }
      return whole;
    }),
  ],
  [
    'EXACT',
    ofValues(2, 2, ([left, right]) => readers => {
      const [a, b] = [toText(left(readers)), toText(right(readers))];
      return isError(a) ? a : isError(b) ? b : a === b;
    }),
  ],
]);
