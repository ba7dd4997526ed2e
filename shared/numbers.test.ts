import { describe, expect, it } from 'vitest';
import { formatFloat32, parseNumber } from './numbers.ts';
import { createRandom } from './random.ts';

const floatOf = (bits: number) => new Float32Array(new Uint32Array([bits]).buffer)[0];

describe('the text of a float32', () => {
  it.each([
    [0.1, '0.1'],
    [-0.1, '-0.1'],
    [Math.fround(0.1), '0.1'],
    [1 / 256, '0.00390625'],
    [1 / 3, '0.33333334'],
    [-12.5, '-12.5'],
    [100, '100'],
    [16777216, '16777216'],
    [1e10, '10000000000'],
    [1e11, '1E+11'],
    [1.5e20, '1.5E+20'],
    [1e-4, '0.0001'],
    [1.25e-4, '0.000125'],
    [1e-5, '1E-05'],
    [-1.2345e-7, '-1.2345E-07'],
    [3.4028234663852886e38, '3.4028235E+38'],
    [2 ** -126, '1.1754944E-38'],
    [2 ** -149, '1E-45'],
    [-0, '0'],
    [Number.NaN, '#NUM!'],
    [Number.POSITIVE_INFINITY, '#NUM!'],
  ])('%s is shown as %s', (value, text) => {
    expect(formatFloat32(value)).toBe(text);
  });

  it('reads back to the same float32, for every exponent and for neighbours of powers of two', () => {
    const random = createRandom(1);
    for (let exponent = 0; exponent < 255; exponent++) {
      const power = exponent * 2 ** 23;
      for (const bits of [
        power,
        power + 1,
        Math.max(0, power - 1),
        power + random.integer(2 ** 23),
        power + random.integer(2 ** 23),
      ]) {
        const value = floatOf(bits);
        expect(parseNumber(formatFloat32(value))).toEqual({ value });
        expect(parseNumber(formatFloat32(-value))).toEqual({ value: value === 0 ? 0 : -value });
      }
    }
  });

  it('has no more digits than needed: the text with one digit less reads back as another number', () => {
    const random = createRandom(2);
    for (let count = 0; count < 2000; count++) {
      const value = Math.fround(random.normal());
      const digits = formatFloat32(value).replace(/E.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').length;
      if (digits > 1) expect(Math.fround(Number(value.toPrecision(digits - 1)))).not.toBe(value);
    }
  });
});

describe('typed numbers', () => {
  it.each([
    ['0.5', 0.5],
    [' -2 ', -2],
    ['−2', -2],
    ['+.25', 0.25],
    ['3.', 3],
    ['1e-3', Math.fround(1e-3)],
    ['1E−05', Math.fround(1e-5)],
    ['5%', Math.fround(0.05)],
    ['12.5 %', 0.125],
    ['0.1', Math.fround(0.1)],
    ['-0', 0],
    ['1e-60', 0],
    ['-1e-60', 0],
    ['3.4028235E+38', 3.4028234663852886e38],
    ['1,000.5', 1000.5],
    ['-1,234,567', -1_234_567],
  ])('%j is %s', (text, value) => {
    expect(parseNumber(text)).toEqual({ value });
  });

  it.each([
    ['', 'empty'],
    [' \t', 'blank'],
    ['=A1*2', 'formula'],
    ['abc', 'text'],
    ['1 2', 'text'],
    ['1 234', 'text'],
    ['1,00,000', 'text'],
    ['1.2.2024', 'text'],
    ['1:30', 'text'],
    ['5²', 'text'],
    ["'5", 'text'],
    ['1_000', 'text'],
    ['+-1', 'text'],
    ['..5', 'text'],
    ['1/0', 'text'],
    ['0x10', 'text'],
    ['NaN', 'text'],
    ['Infinity', 'text'],
    ['.', 'text'],
    ['1e', 'text'],
    ['--1', 'text'],
    ['%', 'text'],
    ['3.5e38', 'range'],
    ['-1e999', 'range'],
  ])('%j is refused as %s', (text, problem) => {
    expect(parseNumber(text)).toEqual({ problem });
  });

  it('stay what they are in the notation of another language: a question, never a silent 5 (fault 12)', () => {
    expect(parseNumber('0,5')).toEqual({ problem: 'separator', reading: 0.5 });
    expect(parseNumber('1.234,5')).toEqual({ problem: 'separator', reading: 1234.5 });
    expect(parseNumber('1,234')).toEqual({ problem: 'grouping', decimal: Math.fround(1.234), grouped: 1234 });
    expect(parseNumber('1,000.5')).toEqual({ value: 1000.5 });
    const german = { decimalComma: true };
    expect(parseNumber('0,5', german)).toEqual({ value: 0.5 });
    expect(parseNumber('-,25', german)).toEqual({ value: -0.25 });
    expect(parseNumber('1.234,5', german)).toEqual({ value: 1234.5 });
    expect(parseNumber('1.234.567', german)).toEqual({ value: 1_234_567 });
    expect(parseNumber('0.5', german)).toEqual({ problem: 'separator', reading: 0.5 });
    expect(parseNumber('0.123', german)).toEqual({ problem: 'separator', reading: Math.fround(0.123) });
    expect(parseNumber('1,000.5', german)).toEqual({ problem: 'separator', reading: 1000.5 });
    expect(parseNumber('-1.234', german)).toEqual({
      problem: 'grouping',
      decimal: Math.fround(-1.234),
      grouped: -1234,
    });
  });

  it.each([
    ['1/3', Math.fround(1 / 3)],
    ['-3/4', -0.75],
    ['1 1/2', 1.5],
    ['½', undefined],
    ['1 / 3', Math.fround(1 / 3)],
  ])('%j is no date and no number, but what it comes to can be said', (text, quotient) => {
    expect(parseNumber(text)).toEqual(quotient === undefined ? { problem: 'text' } : { problem: 'fraction', quotient });
  });

  it.each([
    ['５', 5],
    ['－１．５', -1.5],
    ['５０％', 0.5],
    ['１ｅ３', 1000],
    ['\u3000\u30003\u3000', 3],
    ['\u00a02\u00a0', 2],
    ['–3', -3],
    ['‑3', -3],
    ['- 3', -3],
    ['\u202d-3\u202c', -3],
    ['\ufeff7', 7],
    ['\u200b7', 7],
    ['٣٫٥', 3.5],
    ['۱۲', 12],
    ['१२', 12],
    ['50 %', 0.5],
    ['50\u202f%', 0.5],
    ['12.3%', Math.fround(0.123)],
    ['1e99999999999999999999999e', undefined],
    ['1e-99999999999999999999999', 0],
    ["1'234.5", 1234.5],
    ['1’234', 1234],
    ['12\u202f345.5', 12_345.5],
    ['1E+3%', 10],
  ])('%j of other keyboards, programs and scripts is %s', (text, value) => {
    expect(parseNumber(text)).toEqual(value === undefined ? { problem: 'text' } : { value });
  });

  it('of a million characters are read or refused, and don’t go on for ever', { timeout: 30_000 }, () => {
    for (const text of ['1'.repeat(1e6), `${'1'.repeat(1e6)}x`, ',1'.repeat(5e5), `${' '.repeat(1e6)}x`])
      parseNumber(text);
  });
});
