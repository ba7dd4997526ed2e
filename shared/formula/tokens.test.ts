import { expect, test } from 'vitest';
import { formatRange } from '../address.ts';
import { createRandom } from '../random.ts';
import { GERMAN } from '../testing/round-trips.ts';
import { parseFormula } from './parse.ts';
import { ENGLISH } from './print.ts';
import {
  bracketsAt,
  callAt,
  colourOfArgument,
  cycled,
  mayReferAt,
  referenceAt,
  referenceText,
  typedFormula,
  typedReferences,
  wordAt,
} from './tokens.ts';

/** A text and its caret, which is written as "|". */
function at(written: string, language = ENGLISH) {
  const caret = written.indexOf('|');
  const text = written.replace('|', '');
  return { formula: typedFormula(text, language), caret: caret < 0 ? text.length : caret };
}
const kinds = (text: string, language = ENGLISH) =>
  typedFormula(text, language)
    .tokens.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`)
    .join(' | ');

test.each([
  ['=SUM(A1,2.5)', 'equals = | function SUM | open ( | reference A1 | separator , | number 2.5 | close )'],
  ['=sum ($a$1:B2', 'equals = | function sum | space   | open ( | reference $a$1:B2'],
  ["='My ''sheet'''!A1+Notes!B:C", "equals = | reference 'My ''sheet'''!A1 | operator + | reference Notes!B:C"],
  ['=LOG10(2)+LOG1', 'equals = | function LOG10 | open ( | number 2 | close ) | operator + | reference LOG1'],
  ['=A1:+2:3', 'equals = | reference A1 | operator : | operator + | reference 2:3'],
  ['="a""b"&"c', 'equals = | text "a""b" | operator & | text "c'],
  ['=#DIV/0!+AB1C', 'equals = | error #DIV/0! | operator + | word AB1C'],
  ['=ZZZ1+A9999999', 'equals = | word ZZZ1 | operator + | word A9999999'],
  ['{1,2;3}', 'open { | number 1 | separator , | number 2 | separator ; | number 3 | close }'],
  ["=😀'x", "equals = | other 😀 | text 'x"],
])('the tokens of %s', (text, expected) => expect(kinds(text)).toBe(expected));

test('in German, arguments are separated by semicolons and decimals come after a comma', () => {
  expect(kinds('=SUMME(0,5;GLÄTTEN(A1))', GERMAN)).toBe(
    'equals = | function SUMME | open ( | number 0,5 | separator ; | function GLÄTTEN | open ( | reference A1 | ' +
      'close ) | close )',
  );
  expect(kinds('={1,5.2;3}', GERMAN)).toBe(
    'equals = | open { | number 1,5 | separator . | number 2 | separator ; | number 3 | close }',
  );
});

test('references have their sheet, their cells and a colour for each range', () => {
  const formula = typedFormula("=A1+$B$2:C1*Notes!A1-a1+'My sheet'!$A:B+2:$3", ENGLISH);
  expect(
    typedReferences(formula).map(({ sheet, range, colour }) => `${sheet} ${formatRange(range)} ${colour}`),
  ).toEqual([
    'undefined A1 0',
    'undefined B1:C2 1',
    'Notes A1 2',
    'undefined A1 0',
    'My sheet A1:B1048576 3',
    'undefined A2:XFD3 4',
  ]);
  const texts = typedReferences(formula).map(referenceText);
  expect(texts).toEqual(['A1', '$B$1:C2', 'Notes!A1', 'A1', "'My sheet'!$A:B", '2:$3']);
});

test('names of cells are references too, in the colour of the same cells', () => {
  const find = (name: string) =>
    name === 'conv1_bias' ? { sheet: undefined, range: { row: 0, column: 0, height: 1, width: 1 } } : undefined;
  const formula = typedFormula('=A1*conv1_bias+B1-conv1_bia', ENGLISH);
  expect(typedReferences(formula, find).map(({ start, colour, isName }) => [start, colour, isName])).toEqual([
    [1, 0, false],
    [4, 0, true],
    [15, 1, false],
  ]);
  expect(typedReferences(formula).length).toBe(2);
});

test.each([
  ['=A1', 'A1 $A$1 A$1 $A1 A1'],
  ['=Notes!A1:B2', 'Notes!A1:B2 Notes!$A$1:$B$2 Notes!A$1:B$2 Notes!$A1:$B2 Notes!A1:B2'],
  ['=A:C', 'A:C $A:$C A:C $A:$C A:C'],
  ['=2:3', '2:3 $2:$3 2:3 $2:$3 2:3'],
])('F4 goes round the dollars of %s', (text, round) => {
  const seen = [text.slice(1)];
  for (let i = 0; i < 4; i++) seen.push(cycled(referenceAt(typedFormula(`=${seen.at(-1)}`, ENGLISH), 2)!));
  expect(seen.join(' ')).toBe(round);
});

test.each([
  ['=SUM(|', 'SUM 0'],
  ['=SUM|(1)', undefined],
  ['=SUM(1,|2,3)', 'SUM 1'],
  ['=SUM(1,(2+|', 'SUM 1'],
  ['=SUM(1,IF(A1,"a,b",|', 'IF 2'],
  ['=SUM(1,IF(A1,2),|', 'SUM 2'],
  ['=SUM(1)|', undefined],
  ['=SUM({1,2;3,4},|', 'SUM 1'],
  ['=1+2|', undefined],
  ['=))SUM(,,|', 'SUM 2'],
])('the function and argument at the caret of %s', (text, expected) => {
  const { formula, caret } = at(text);
  const call = callAt(formula, caret);
  expect(call && `${call.name} ${call.argument}`).toBe(expected);
});

test.each([
  ['=SUM(A1,|B2)', 1],
  ['=SUM(A1|,B2)', 0],
  ['=SUM(A1,1|,B2)', undefined],
  ['=SUM(A1,ABS(C3)+B2|)', 2],
  ['=A1+2|', undefined],
])('the colour of the argument at the caret of %s', (text, expected) => {
  const { formula, caret } = at(text);
  expect(colourOfArgument(formula, caret)).toBe(expected);
});

test.each([
  ['=SUM((1)|)', [5, 7]],
  ['=SUM(|(1))', [4, 8]],
  ['=|(1)', [1, 3]],
  ['=SUM(1|)', [4, 6]],
  ['=SUM(|(1)', [5, 7]],
  ['=(1}|', undefined],
  ['=(1|', undefined],
  ['=1)|', undefined],
  ['="("&(")"|)', [5, 9]],
])('the pair of brackets at the caret of %s', (text, expected) => {
  const { formula, caret } = at(text);
  expect(bracketsAt(formula, caret)).toEqual(expected);
});

test.each([
  ['=SU|', 'SU'],
  ['=1+su|m(2)', 'su'],
  ['=LOG1|', 'LOG1'],
  ['=A$1|', undefined],
  ['=A1:B|', undefined],
  ['="SU|', undefined],
  ['=1|', undefined],
  ['=conv1_ker|', 'conv1_ker'],
])('the word that is being typed in %s', (text, expected) => {
  const { formula, caret } = at(text);
  expect(wordAt(formula, caret)?.typed).toBe(expected);
});

test.each([
  ['=|', true],
  ['=1+ |', true],
  ['=SUM(|)', true],
  ['=SUM(1, |', true],
  ['=A1:|', false],
  ['=1<>|', true],
  ['=|+1', true],
  ['=|A1', false],
  ['=1|', false],
  ['=5%|', false],
  ['="a+|"', false],
  ['={|', false],
  ['=(1)|', false],
  ['|=', false],
  ['1+|', false],
])('whether a reference can be put in at the caret of %s', (text, expected) => {
  const { formula, caret } = at(text);
  expect(mayReferAt(formula, caret)).toBe(expected);
});

test('any text is cut into tokens that cover it, and every caret in it is understood', () => {
  const random = createRandom(9);
  const parts = [
    ...Array.from('=+-*/^&<>%:;,.(){}"\'!$#_ \n\tA1z9ä😀\u0000'),
    'SUM(',
    'A1',
    '$B$2',
    "'a b'!",
    'Notes!',
    '1,5',
    '{',
  ];
  const pick = () => parts[random.integer(parts.length)];
  for (let i = 0; i < 100_000; i++) {
    let text = random.uniform() < 0.8 ? '=' : '';
    for (let length = random.integer(14); length > 0; length--) text += pick();
    const formula = typedFormula(text, i % 2 === 0 ? ENGLISH : GERMAN);
    let end = 0;
    for (const token of formula.tokens) {
      if (token.start !== end || token.end <= token.start) expect.fail(`${JSON.stringify(text)}: a gap at ${end}`);
      end = token.end;
    }
    if (end !== text.length) expect.fail(`${JSON.stringify(text)} ends at ${end}`);
    const caret = random.integer(text.length + 1);
    callAt(formula, caret);
    bracketsAt(formula, caret);
    wordAt(formula, caret);
    mayReferAt(formula, caret);
    const reference = referenceAt(formula, caret);
    if (!reference) continue;
    // Written again, it means the same cells, and F4 keeps them.
    for (const written of [referenceText(reference), cycled(reference)]) {
      const again = typedReferences(typedFormula(`=${written}`, ENGLISH));
      if (again.length !== 1 || formatRange(again[0].range) !== formatRange(reference.range))
        expect.fail(`${JSON.stringify(text)}: ${written}`);
    }
  }
});

test('long texts of one sign are no slower than others', () => {
  for (const sign of ["'", '"', '(', ' ', 'A', 'A1:', "'a'", 'a ', '$', '1,', '#']) {
    const text = `=${sign.repeat(Math.floor(32_000 / sign.length))}`;
    const { tokens } = typedFormula(text, ENGLISH);
    expect(tokens.at(-1)!.end, sign).toBe(text.length);
  }
});

test('where a formula can be read, both find the same references', () => {
  for (const text of ["=SUM('My sheet'!$A$1:B2,C3)*-D4%", '=IF(A1>=B:B,LOG10(C3),"A1")&E5']) {
    expect(parseFormula(text).problem).toBeUndefined();
    const found = typedReferences(typedFormula(text, ENGLISH)).map(({ start, end }) => text.slice(start, end));
    expect(found).toEqual(text.match(/('My sheet'!)?\$?[A-E]\$?\d(?!0)(:B2)?(?!")|B:B/g));
  }
});
