import { describe, expect, it, test } from 'vitest';
import { layerKinds } from '../layers/kinds.ts';
import { buildSheet } from '../layout/sheet.ts';
import { english } from '../messages/render.ts';
import { parseNetwork } from '../network.ts';
import { createRandom } from '../random.ts';
import { manyChannelsExample, randomNetwork } from '../testing/random-network.ts';
import {
  asCells,
  faultOfCopy,
  faultOfDerived,
  faultOfR1C1,
  faultOfTree,
  faultOfTyped,
  GERMAN,
  printed,
} from '../testing/round-trips.ts';
import { call, type CellsReference, type Expression, operation, shift } from './expression.ts';
import { r1c1 } from './notation.ts';
import { parseFormula } from './parse.ts';
import type { FormulaLanguage } from './print.ts';
import { ENGLISH, print } from './print.ts';

/** Reads a formula. `npm run fuzz -- formulas` tries more random ones. */
function parsed(text: string, language = ENGLISH): Expression {
  const result = parseFormula(text, language);
  if (result.problem !== undefined) expect.fail(`${text}: ${english(result.problem)}`);
  return result.expression;
}

describe('a formula that is printed and read again is the same tree', () => {
  it('for random trees, in English and where the comma is decimal', () => {
    const random = createRandom(3);
    for (let count = 0; count < 1500; count++) expect(faultOfTree(random, count % 6)).toBeUndefined();
  });

  it('for derived formulas of every kind of layer', () => {
    // These kinds have no formulas.
    const kinds = new Set(['input', 'flatten', 'reshape']);
    const networks = Array.from({ length: 40 }, (_, seed) => randomNetwork(createRandom(seed)));
    for (const sheet of [manyChannelsExample().sheet, ...networks.map(each => buildSheet(parseNetwork(each)))])
      expect(faultOfDerived(sheet, kinds)).toBeUndefined();
    expect(Object.keys(layerKinds).filter(kind => !kinds.has(kind))).toEqual([]);
  });

  it('for the longest sum that fits a cell', () => {
    const text = `=${'1+'.repeat(4094)}A1`;
    expect(printed(parsed(text))).toBe(text);
  });
});

describe('operators keep their precedence and group from the left, as in Excel', () => {
  const [x, y] = [parsed('=A1'), parsed('=B1')];
  it.each([
    ['=-2^2', operation('^', -2, 2), '=(-2)^2'],
    ['=-A1^2', operation('^', operation('-', x), 2), '=(-A1)^2'],
    ['=-(A1^2)', operation('-', operation('^', x, 2)), '=-(A1^2)'],
    ['=2^3^2', operation('^', operation('^', 2, 3), 2), '=2^3^2'],
    ['=2^(3^2)', operation('^', 2, operation('^', 3, 2)), '=2^(3^2)'],
    ['=-A1%', operation('%', operation('-', x)), '=-A1%'],
    ['=2^-1', operation('^', 2, -1), '=2^-1'],
    ['=A1-(B1-1)', operation('-', x, operation('-', y, 1)), '=A1-(B1-1)'],
    ['=(A1-B1)-1', operation('-', operation('-', x, y), 1), '=A1-B1-1'],
    ['=A1/(B1*2)', operation('/', x, operation('*', y, 2)), '=A1/(B1*2)'],
    ['=(A1+B1)*2%', operation('*', operation('+', x, y), operation('%', 2)), '=(A1+B1)*2%'],
    ['=A1&B1=A1+1', operation('=', operation('&', x, y), operation('+', x, 1)), '=A1&B1=A1+1'],
    ['=1--1', operation('-', 1, -1), '=1-(-1)'],
    ['=--A1', operation('-', operation('-', x)), '=--A1'],
  ])('%s', (text, tree, again) => {
    expect(parsed(text)).toEqual(tree);
    expect(printed(tree)).toBe(again);
    expect(parsed(again)).toEqual(tree);
  });
});

describe('what is typed is read as it is meant', () => {
  it('with names in any case, spaces, line breaks, left out arguments and the prefixes of files', () => {
    expect(printed(parsed('= sum (a1 , $b$2:C3 )\n+ true'))).toBe('=SUM(A1,$B$2:C3)+TRUE');
    expect(parsed('=IF(A1,,2)')).toEqual(call('IF', parsed('=A1'), { kind: 'omitted' }, 2));
    expect(printed(parsed('=_xlfn.norm.s.dist(0,TRUE)'))).toBe('=NORM.S.DIST(0,TRUE)');
    expect(printed(parsed('=A1−2'))).toBe('=A1-2');
  });

  it('with corners in any order, each $ staying with its coordinate', () => {
    expect(printed(parsed('=SUM($B3:A$1)'))).toBe('=SUM(A$1:$B3)');
    expect(printed(parsed('=SUM(A$5:A3)'))).toBe('=SUM(A3:A$5)');
  });

  it("with sheets, whose names stand in quotation marks where they'd be read otherwise", () => {
    for (const text of ['=Network!AH3', "='My sheet'!A1:B2", "='Ann''s'!A:C", "='A1'!$2:3", "='R1C1'!A1", '=Größe!A1'])
      expect(printed(parsed(text))).toBe(text);
  });

  it('with sheets called as an address, a truth or a number, whose names stand in quotation marks, too', () => {
    const names = 'A12 xfd1048576 R C rc r1c R12C34 RC7 TRUE False 1 2026 1st 1e3 a-b x+y SUM(1) Notes! .5'.split(' ');
    for (const name of [...names, "it's", 'a "b"', "''", 'Σ & Co', 'WAHR', 'falsch', 'Z1S1', 'ABCD1', 'A.1', '_x1']) {
      const reference = { ...(parsed('=B$2') as CellsReference), sheet: name };
      for (const language of [ENGLISH, GERMAN]) {
        const text = printed(reference, language);
        expect(parsed(text, language), text).toEqual(reference);
      }
      const isPlain = /^(WAHR|falsch|Z1S1|ABCD1|A\.1|_x1)$/.test(name);
      expect(printed(reference).startsWith(isPlain ? `=${name}!` : "='"), name).toBe(true);
    }
  });

  it('with commas or points as the reader writes them', () => {
    expect(printed(parsed('=SUM(1,5;{1,5.2;3.4};"a;b,c")', GERMAN))).toBe('=SUM(1.5,{1.5,2;3,4},"a;b,c")');
    expect(printed(parsed('=SUM(1.5,{1.5,2;3,4})'), GERMAN)).toBe('=SUM(1,5;{1,5.2;3.4})');
  });
});

test.each([
  ['', 'There is nothing after the “=”.'],
  ['=', 'There is nothing after the “=”.'],
  ['=1+', 'The formula ends at position 4, where a number, a cell or a function is missing.'],
  ['=A1+*2', 'A number, a cell or a function is missing at position 5, before “*”.'],
  ['=(1+)', 'A number, a cell or a function is missing at position 5, before “)”.'],
  ['=IF(A1>)', 'A number, a cell or a function is missing at position 8, before “)”.'],
  ['=IF(A1>,1)', 'A number, a cell or a function is missing at position 8, before “,”.'],
  ['=1 2', 'An operator is missing at position 4, before “2”.'],
  ['=2(3)', 'An operator is missing at position 3, before “(”.'],
  ['=SUM(A1:B2 B1:C3)', 'Two references stand side by side at position 12, before “B1:C3”.'],
  ['=(A1,B2)', 'The “,” at position 5 stands outside a function.'],
  ['=A1:B2:C3', 'The “:” at position 7 needs a cell on both sides, as in A1:B2.'],
  ['=A1:INDEX(B1:B3,2)', 'The “:” at position 4 needs a cell on both sides, as in A1:B2.'],
  ['=SUM(1,(2)', 'The “(” at position 5 is never closed.'],
  ['=1)', 'The “)” at position 3 closes nothing.'],
  ['=SUM({1,2)', 'The “)” at position 10 closes nothing.'],
  ['="ab', 'The text that begins at position 2 has no closing quotation mark.'],
  ['=foo*2', '“foo” at position 2 is no cell, number or function.'],
  ['=1+XFE1', '“XFE1” at position 4 lies outside the sheet, which ends at XFD1048576.'],
  ['=A1048577', '“A1048577” at position 2 lies outside the sheet'],
  ['=[1]Sheet!A1', '“[1]Sheet!A1” at position 2 lies in another workbook.'],
  ['=One:Three!A1', '“One:Three!A1” at position 2 spans several sheets. Name one of them.'],
  ['=A1#', "“#” at position 4 can't be used here."],
  ['=@A1', "“@” at position 2 can't be used here."],
  ['=LET(x,1,x)', "“LET” at position 2 can't be used here."],
  ['=Table1[x]', "“Table1[x]” at position 2 can't be used here."],
  ['=1+~', "“~” at position 4 can't be read."],
  ['=1+\\A', "“\\A” at position 4 can't be read."],
  ['=SUM(1;2)', 'The “;” at position 7 separates nothing here. Arguments are separated by “,”.'],
  ['=1,5+2', 'The number at position 2 is written as in another language. Decimals come after “.” here.'],
  ['=1e999', 'The number at position 2 is too large.'],
  ['={1,A1}', '“A1” at position 5 stands between braces, where only numbers and texts may stand.'],
  ['={1,2;3}', 'The rows between the braces at position 2 differ in length.'],
])('A formula that is none is refused with its place and what is wrong: %s', (text, sentence) => {
  const result = parseFormula(text);
  expect(result.problem && english(result.problem)).toContain(sentence);
});

test('A formula that is too long, too deep or has too many arguments is refused', () => {
  const refused = [
    [`=${'('.repeat(65)}1${')'.repeat(65)}`, 'More than 64 brackets or signs are inside one another at position 66.'],
    [`=${'-'.repeat(9000)}1`, 'The formula is longer than the 8,192 characters a cell can hold.'],
    [`=SUM(${'1,'.repeat(255)}1)`, 'SUM at position 2 has more than the 255 arguments a function can take.'],
  ];
  for (const [text, sentence] of refused) {
    const result = parseFormula(text);
    expect(result.problem && english(result.problem)).toBe(sentence);
  }
});

test.each([
  ['=SUM(A1,B1)', 'The “,” at position 8 separates nothing here. Arguments are separated by “;”.'],
  ['=A1+1.5', 'The number at position 6 is written as in another language. Decimals come after “,” here.'],
])('A formula with language of another language is refused where the comma is decimal: %s', (text, sentence) => {
  const result = parseFormula(text, GERMAN);
  expect(result.problem && english(result.problem)).toBe(sentence);
});

test('Whatever is typed is read or refused, and what is read prints as itself', () => {
  const random = createRandom(11);
  const trials = Array.from({ length: 10_000 }, () => faultOfTyped(random));
  expect(trials.flatMap(({ fault }) => fault ?? [])).toEqual([]);
  expect(trials.filter(({ read }) => read).length).toBeGreaterThan(250);
});

describe('R1C1 and copies', () => {
  it('agree with another program for random references', () => {
    const random = createRandom(5);
    for (let count = 0; count < 2000; count++) expect(faultOfR1C1(random)).toBeUndefined();
  });

  it('write what moves as distances and what stays as numbers', () => {
    const from = { row: 9, column: 5 };
    const texts = ['=A2:C4', '=$AD$11', '=F10', '=G$10+E:E+$3:3'];
    expect(texts.map(text => print(parsed(text), r1c1(asCells, from)).text)).toEqual([
      '=R[-8]C[-5]:R[-6]C[-3]',
      '=R11C30',
      '=RC',
      '=R10C[1]+C[-1]+R3:R[-7]',
    ]);
  });

  it('move what is relative, and make #REF! of what leaves the sheet', () => {
    const moved = (text: string, rows: number, columns: number) =>
      printed(shift(parsed(text), { rows, columns }, asCells));
    expect(moved('=SUM(A2:C4,$AD$11)*Other!B$1', 2, 1)).toBe('=SUM(B4:D6,$AD$11)*Other!C$1');
    expect(moved('=A1+$A1+A$1', -1, 0)).toBe('=#REF!+#REF!+A$1');
    expect(moved('=XFD1048576', 0, 1)).toBe('=#REF!');
    // The corner that moves passes the one that stays.
    expect(moved('=SUM(A$5:A7)', -4, 0)).toBe('=SUM(A3:A$5)');
    expect(moved('=SUM(A:B,2:2)', 3, 1)).toBe('=SUM(B:C,5:5)');
  });

  it('take a range of all rows for whole columns, and one of all columns for whole rows, as its text is', () => {
    for (const [typed, written] of [
      ['=SUM(A1:B1048576)', '=SUM(A:B)'],
      ['=SUM(A3:XFD4)', '=SUM(3:4)'],
      ['=SUM(1:1048576)', '=SUM($A:$XFD)'],
    ]) {
      expect(printed(parsed(typed))).toBe(written);
      expect(parsed(written)).toEqual(parsed(typed));
      expect(shift(parsed(typed), { rows: 1, columns: 1 }, asCells)).toEqual(
        shift(parsed(written), { rows: 1, columns: 1 }, asCells),
      );
    }
  });

  it('are one text for all cells a formula was filled into', () => {
    const random = createRandom(8);
    for (let count = 0; count < 500; count++) expect(faultOfCopy(random)).toBeUndefined();
  });
});

test('with a decimal comma, a comma after a cell or within a name is no decimal', () => {
  const german: FormulaLanguage = { decimal: ',', list: ';', column: '.' };
  expect(parseFormula('=A1,5', german).problem).toBeDefined();
  expect(parseFormula('=ABC2,5X(1)', german).problem).toBeDefined();
  expect(parseFormula('=AB🙂2,5()', german).problem).toBeDefined();
  expect(parseFormula('=A1−2,5', german).problem).toBeUndefined();
  expect(parseFormula('=A1+2,5', german).problem).toBeUndefined();
});
