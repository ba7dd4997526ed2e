/** Numbers as people type and read them. A cell holds a float32; its text is never a rounded value. */

/** What a cell shows in place of a value that is not finite. */
export const NOT_A_NUMBER = '#NUM!';
/** What tables show where there is no figure. */
export const ABSENT = '–';

/** The meaning of a text as a number, or why it is none:
 *  - empty: no text. blank: only spaces. text: no number.
 *  - formula: it begins with "=".
 *  - fraction: a/b, which a spreadsheet takes for a formula or a date.
 *  - range: no float32 can hold it, because it is beyond ±3.4028235E+38 (only from `parseNumber`).
 *  - separator: written as in another language, 0.5 where one half is 0,5 or the reverse. `reading` is its value there.
 *    Ask the user before taking it.
 *  - grouping: it has two readings, such as 1,234 with a decimal point: 1234 (`grouped`) or 1.234 (`decimal`). */
export type ParsedNumber =
  | { value: number; problem?: undefined }
  | { value?: undefined; problem: 'empty' | 'blank' | 'formula' | 'range' | 'text' }
  | { value?: undefined; problem: 'fraction'; quotient: number }
  | { value?: undefined; problem: 'separator'; reading: number }
  | { value?: undefined; problem: 'grouping'; decimal: number; grouped: number };

/** How numbers are written where the reader lives: one half as 0,5 (`decimalComma`) or as 0.5. */
export type Notation = { decimalComma?: boolean };

/** The shortest decimal that reads back as the same float32: 0.1, not 0.10000000149. From 1E+11 up and below 0.0001 it
 *  has an exponent, as in a spreadsheet (1E-05, 1.5E+20). −0 becomes 0, and a value that isn't finite #NUM!.
 *  `parseNumber` reads every finite result back. */
export function formatFloat32(value: number): string {
  const float = Math.fround(value);
  if (!Number.isFinite(float)) return NOT_A_NUMBER;
  if (float === 0) return '0';
  const { digits, exponent } = shortestDigits(Math.abs(float));
  return (float < 0 ? '-' : '') + placePoint(digits, exponent);
}

/** The number of a typed or pasted text for a cell: `readNumber`, rounded to float32. A value too small for a float32
 *  becomes 0. */
export function parseNumber(text: string, notation: Notation = {}): ParsedNumber {
  const read = readNumber(text, notation);
  if (read.problem === 'fraction' || read.problem === undefined) {
    const value = toFloat32(read.value ?? read.quotient);
    if (!Number.isFinite(value)) return { problem: 'range' };
    return read.problem ? { problem: 'fraction', quotient: value } : { value };
  }
  if (read.problem === 'separator') {
    const reading = toFloat32(read.reading);
    return Number.isFinite(reading) ? { problem: 'separator', reading } : { problem: 'range' };
  }
  if (read.problem === 'grouping') {
    const [decimal, grouped] = [toFloat32(read.decimal), toFloat32(read.grouped)];
    return Number.isFinite(grouped) ? { problem: 'grouping', decimal, grouped } : { problem: 'range' };
  }
  return read;
}

/** Reads a number as a double, for cells, the formula bar, settings and the clipboard. It accepts:
 *  - a sign (+ - − –), one decimal separator, an exponent, a percent sign (5% is 0.05), and spaces around;
 *  - thousands in groups of three: 1,234.5, or 1.234,5 with a decimal comma; 1’234 and 1 234 (no-break space) in both;
 *  - digits of other scripts and of full width.
 *  A text with two readings is returned as a problem, not guessed. Never gives −0. */
export function readNumber(text: string, { decimalComma = false }: Notation = {}): ParsedNumber {
  if (text === '') return { problem: 'empty' };
  const plain = toPlain(text, decimalComma ? ',' : '.');
  if (plain === '') return { problem: 'blank' };
  if (plain.startsWith('=')) return { problem: 'formula' };
  const match = NUMBER.exec(plain);
  if (!match) return readFraction(plain, decimalComma);
  const [, sign, mantissa, exponent, percent] = match;
  const scale = Math.max(-1e6, Math.min(1e6, Number(exponent ?? 0))) - (percent ? 2 : 0);
  const number = (digits: string) => {
    const size = Number(`${digits}e${scale}`);
    return sign === '-' && size !== 0 ? -size : size;
  };
  const own = mantissaOf(mantissa, decimalComma ? ',' : '.');
  const foreign = mantissaOf(mantissa, decimalComma ? '.' : ',');
  // Exactly three digits after the only separator: this may be another language's decimals or this one's thousands.
  if (own?.grouped && foreign && !foreign.grouped)
    return { problem: 'grouping', decimal: number(foreign.digits), grouped: number(own.digits) };
  if (own) return { value: number(own.digits) };
  return foreign ? { problem: 'separator', reading: number(foreign.digits) } : { problem: 'text' };
}

/** The number format that a percentage brings along when it is typed or pasted. As in Excel, it has two decimals if the
 *  text has any. undefined for other texts. */
export function percentFormat(text: string, notation: Notation = {}): { kind: 'percent'; digits: number } | undefined {
  if (!/[%％٪]\s*$/.test(text)) return undefined;
  const { value } = readNumber(text, notation);
  const plain = toPlain(text, notation.decimalComma ? ',' : '.');
  if (value === undefined) return undefined;
  const [, decimals = ''] = plain.split(notation.decimalComma ? ',' : '.');
  return { kind: 'percent', digits: /\d/.test(decimals) ? 2 : 0 };
}

const NUMBER = /^([+-]?) *([\d.,']+)(?:e([+-]?\d+))?( *%)?$/i;

const toFloat32 = (value: number): number => {
  const float = Math.fround(value);
  return float === 0 ? 0 : float;
};

/** A mantissa in one notation: its digits with a decimal point, and whether it has separators between thousands.
 *  undefined if it isn't written in that notation. */
function mantissaOf(text: string, point: '.' | ','): { digits: string; grouped: boolean } | undefined {
  const comma = point === '.' ? ',' : '.';
  const [whole, decimals = '', ...rest] = text.split(point);
  if (rest.length > 0 || /\D/.test(decimals) || whole + decimals === '') return undefined;
  const grouped = whole.includes(comma);
  const quoted = whole.includes("'");
  if (grouped || quoted) {
    const groups = grouped ? whole.split(comma) : whole.split("'");
    const right = /^[1-9]\d{0,2}$/.test(groups[0]) && groups.slice(1).every(group => /^\d{3}$/.test(group));
    return right ? { digits: `${groups.join('')}.${decimals}`, grouped } : undefined;
  }
  return { digits: `${whole || '0'}.${decimals}`, grouped: false };
}

/** 1/3 and 1 1/2; anything else is text. */
function readFraction(plain: string, decimalComma: boolean): ParsedNumber {
  const match = /^([+-]?)(?:(\d+) )?([\d.,]+) ?\/ ?([\d.,]+)$/.exec(plain);
  if (!match) return { problem: 'text' };
  const [above, below] = [match[3], match[4]].map(part => readNumber(part, { decimalComma }).value);
  if (above === undefined || below === undefined || below === 0) return { problem: 'text' };
  const size = Number(match[2] ?? 0) + above / below;
  return { problem: 'fraction', quotient: match[1] === '-' && size !== 0 ? -size : size };
}

/** Invisible characters: zero-width characters, soft hyphens, and the marks of writing direction that Windows puts
 *  around copied numbers. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
/** The zero of each script whose ten digits have consecutive codes: Arabic, Persian, Hindi, Bengali, Thai. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];

/** The text in ASCII: digits, signs and separators of other scripts and of full width are replaced. */
function toPlain(text: string, point: '.' | ','): string {
  // Nearly every text is ASCII already, and a large paste has many.
  if (!/[^ -~]/.test(text)) return text.trim();
  return text
    .replace(UNSEEN, '')
    .replace(/[\uff01-\uff5e]/g, wide => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Nd}/gu, digit => {
      const zero = ZEROS.find(first => digit.charCodeAt(0) >= first && digit.charCodeAt(0) < first + 10);
      return zero === undefined ? digit : String(digit.charCodeAt(0) - zero);
    })
    .replace(/[\u2010-\u2013\u2212\ufe63]/g, '-')
    .replace(/\u066a/g, '%')
    .replace(/(\d)[\u00a0\u2009\u202f\u2019\u066c](?=\d)/g, "$1'")
    .replace(/\u066b/g, point)
    .replace(/\s/g, ' ')
    .trim();
}

/** A positive float32 as 0.d… × 10^exponent. */
type Digits = { digits: string; exponent: number };

/** The fewest significant digits that read back as the same positive float32. If several have so few, the closest to
 *  it. */
function shortestDigits(float: number): Digits {
  // Computed values mostly need more than six digits, typed values fewer.
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
  // Just below a power of two, float32s are twice as dense. There the nearest decimal may read back as another float32,
  // although its neighbour reads back right.
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
