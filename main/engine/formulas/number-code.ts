/** Numbers as the codes of TEXT write them: TEXT(0.1234,"0.0%") is 12.3%, TEXT(1234.5,"#,##0.00") is 1,234.50.
 *  HyperFormula knows only plain digits, and writes other codes into its result. */

/** A part of a code: what is written as it stands, or what says how the digits are written. */
type Part = { kind: 'text'; text: string } | { kind: 'sign'; sign: string };

/** Signs that stand for digits, or change what they say. */
const SIGNS = /^([eE][+-]|[0#?.,%@])/;
/** Unquoted letters of dates and times. */
const OF_TIME = /[dmyhs]/i;

/** The text of a number. undefined for codes of dates, times and fractions. */
export function textByCode(value: number, code: string): string | undefined {
  if (/^general$/i.test(code.trim())) return String(value);
  const sections = sectionsOf(code);
  if (!sections || sections.length > 4) return undefined;
  // The second section is for negative numbers, without their sign, and the third for 0.
  const negative = value < 0 && sections.length > 1;
  const zero = value === 0 && sections.length > 2;
  const section = sections[zero ? 2 : negative ? 1 : 0];
  const written = writtenBy(section, Math.abs(value));
  if (written === undefined) return undefined;
  const isZero = !/[1-9]/.test(written.digits);
  return value < 0 && !negative && !isZero ? `-${written.text}` : written.text;
}

/** The sections between semicolons, in parts. undefined for a date, a time or a fraction. */
function sectionsOf(code: string): Part[][] | undefined {
  const sections: Part[][] = [[]];
  const text = (text: string) => void sections.at(-1)!.push({ kind: 'text', text });
  for (let at = 0; at < code.length; ) {
    const rest = code.slice(at);
    const quoted = /^"([^"]*)"?/.exec(rest);
    const escaped = /^\\([\s\S])/.exec(rest);
    // A space as wide as a sign; a sign that fills the cell; a colour or a condition; a currency.
    const left = /^(_[\s\S]|\*[\s\S]|\[(?!\$)[^\]]*\])/.exec(rest);
    const currency = /^\[\$([^\]-]*)[^\]]*\]/.exec(rest);
    const sign = SIGNS.exec(rest);
    const [matched] = quoted ?? escaped ?? left ?? currency ?? sign ?? [rest[0]];
    if (quoted ?? escaped ?? currency) text((quoted ?? escaped ?? currency)![1]);
    else if (left) {
      // [h] counts hours.
      if (left[0].startsWith('[') && OF_TIME.test(left[0]) && left[0].length < 5) return undefined;
      if (left[0].startsWith('_')) text(' ');
    } else if (sign) sections.at(-1)!.push({ kind: 'sign', sign: sign[0] });
    else if (matched === ';') sections.push([]);
    else if (OF_TIME.test(matched) || (matched === '/' && /[0#?]/.test(code))) return undefined;
    else text(matched);
    at += matched.length;
  }
  return sections;
}

/** Writes a number that isn't negative. `digits`: its digits alone. */
function writtenBy(parts: readonly Part[], value: number): { text: string; digits: string } | undefined {
  const isPlace = (part: Part | undefined) => part?.kind === 'sign' && /[0#?]/.test(part.sign);
  const isSign = (part: Part | undefined, sign: string) => part?.kind === 'sign' && part.sign === sign;
  const first = parts.findIndex(part => isPlace(part) || isSign(part, '.'));
  const textOf = (part: Part) => (part.kind === 'text' ? part.text : part.sign === '@' ? String(value) : part.sign);
  if (first < 0) return { text: parts.map(textOf).join(''), digits: '1' };
  const point = parts.findIndex(part => isSign(part, '.'));
  const power = parts.findIndex(part => part.kind === 'sign' && /^e/i.test(part.sign));
  const end = power < 0 ? parts.length : power;
  const whole = parts.slice(0, point < 0 ? end : Math.min(point, end)).filter(isPlace);
  const decimals = point < 0 ? [] : parts.slice(point, end).filter(isPlace);
  const lastWhole = parts.slice(0, point < 0 ? end : point).findLastIndex(isPlace);
  // A comma between places groups by thousands; one after them divides by a thousand.
  const grouped = parts.some((part, at) => isSign(part, ',') && at > first && at < lastWhole);
  const last = parts.slice(0, end).findLastIndex(isPlace);
  const isThousand = (part: Part, at: number) => isSign(part, ',') && (at > last || (at > lastWhole && at < point));
  const thousands = parts.slice(0, end).filter(isThousand).length;
  const percent = parts.filter(part => isSign(part, '%')).length;
  const scale = 2 * percent - 3 * thousands;

  let exponent = 0;
  if (power >= 0 && value !== 0) {
    exponent = Number(value.toExponential(14).split('e')[1]) + scale;
    // With several places before the point, the exponent is a multiple of their number.
    const step = Math.max(1, whole.length);
    exponent = Math.floor(exponent / step) * step;
    const mantissa = rounded(value, scale - exponent, decimals.length);
    if (mantissa.length - decimals.length > step) exponent += step;
  }
  const all = rounded(value, scale - exponent, decimals.length);
  const before = all.slice(0, all.length - decimals.length);
  const after = all.slice(all.length - decimals.length);
  const digits = before === '0' ? '' : before;
  const shown = [...wholeShown(digits, whole, grouped), ...decimalsShown(after, decimals)];

  let text = '';
  let place = 0;
  for (const [at, part] of parts.entries()) {
    if (at === power) {
      const least = parts.slice(power).filter(isPlace).length;
      const sign = exponent < 0 ? '-' : textOf(part)[1] === '+' ? '+' : '';
      text += textOf(part)[0].toUpperCase() + sign + String(Math.abs(exponent)).padStart(least, '0');
    } else if (isPlace(part)) {
      if (power < 0 || at < power) text += shown[place++];
    } else if (at === point) {
      // A code such as .00 has no place before the point.
      text += `${whole.length === 0 ? digits : ''}.`;
    } else if (!isSign(part, ',')) text += textOf(part);
  }
  return { text, digits: all };
}

/** The digits of value·10^scale with so many decimals, without a point. Halves are rounded up, in decimal: 1.005 with
 *  two decimals is 101. */
function rounded(value: number, scale: number, decimals: number): string {
  const [digits, exponent] = value.toExponential(14).split('e');
  const number = Math.round(Number(`${digits}e${Number(exponent) + scale + decimals}`));
  const written = Number.isFinite(number) ? String(BigInt(number)) : '0';
  return written.padStart(decimals + 1, '0');
}

/** What each place before the point shows. The first one has the digits that have no place. */
function wholeShown(digits: string, places: readonly Part[], grouped: boolean): string[] {
  const shown: string[] = [];
  if (places.length === 0) return shown;
  for (let fromRight = 0; fromRight < Math.max(digits.length, places.length); fromRight++) {
    const place = places[Math.max(0, places.length - 1 - fromRight)];
    const sign = place.kind === 'sign' ? place.sign : '';
    const blank = sign === '0' ? '0' : sign === '?' ? ' ' : '';
    const digit = digits[digits.length - 1 - fromRight] ?? blank;
    const comma = grouped && fromRight > 0 && fromRight % 3 === 0 && /\d/.test(digit) ? ',' : '';
    const own = digit === '' ? '' : digit + comma;
    if (fromRight < places.length) shown.unshift(own);
    else shown[0] = own + shown[0];
  }
  return shown;
}

/** What each place after the point shows. Zeros at the end are left out where # stands. */
function decimalsShown(digits: string, places: readonly Part[]): string[] {
  const shown = digits.split('');
  for (let at = shown.length - 1; at >= 0 && shown[at] === '0'; at--) {
    const part = places[at];
    const sign = part.kind === 'sign' ? part.sign : '';
    if (sign === '0') break;
    shown[at] = sign === '?' ? ' ' : '';
  }
  return shown;
}
