import { afterEach, beforeEach, expect, test } from 'vitest';
import { functionTables } from '../../main/tools/function-tables.mjs';
import { speak } from '../messages.ts';
import { english } from '../messages/render.ts';
import type { CellsReference } from './expression.ts';
import { formatA1 } from './notation.ts';
import { functionNamed, functionNames, functionsNear, spokenFormulas } from './language.ts';
import { parseFormula } from './parse.ts';
import { ENGLISH, type FormulaLanguage, print } from './print.ts';
import germanNames from './tables/german-names.json' with { type: 'json' };
import functionHelp from './tables/function-help.json' with { type: 'json' };

beforeEach(() => void speak('de'));
afterEach(() => void speak('en'));

/** A formula that is typed in one language, written in another. */
function translated(text: string, from: FormulaLanguage, to: FormulaLanguage): string {
  const read = parseFormula(text, from);
  if (read.problem !== undefined) return JSON.stringify(read);
  return print(read.expression, { language: to, reference: each => formatA1(each as CellsReference) }).text;
}

test.each([
  ['=SUMME(0,5;2)', '=SUM(0.5,2)'],
  ['=WENN(A1>0;WAHR;FALSCH)', '=IF(A1>0,TRUE,FALSE)'],
  ['=GLÄTTEN(B2)&LÄNGE(B2)', '=TRIM(B2)&LEN(B2)'],
  ['=RÖMISCH(4)', '=ROMAN(4)'],
  ['=WENNFEHLER(A1;#NV)', '=IFERROR(A1,#N/A)'],
  ['=ISTFEHLER(#ZAHL!)+ISTFEHLER(#BEZUG!)', '=ISERROR(#NUM!)+ISERROR(#REF!)'],
  ['=SUMMENPRODUKT(A2:C4;$AD$11:$AF$13)+$AD$15', '=SUMPRODUCT(A2:C4,$AD$11:$AF$13)+$AD$15'],
  ['={1,5.2;3.4}', '={1.5,2;3,4}'],
  ['=UND(WAHR();1<>2)', '=AND(TRUE(),1<>2)'],
  ['="SUMME(1;2)"', '="SUMME(1;2)"'],
])('German %s is %s in English, and back', (german, english) => {
  expect(translated(german, spokenFormulas(), ENGLISH)).toBe(english);
  expect(translated(english, ENGLISH, spokenFormulas())).toBe(german);
});

test('small letters, spaces before a bracket and English words are read in German too', () => {
  const german = spokenFormulas();
  expect(translated('=summe (1;2)', german, ENGLISH)).toBe('=SUM(1,2)');
  expect(translated('=länge ("ab")', german, ENGLISH)).toBe('=LEN("ab")');
  expect(translated('=#zahl!', german, ENGLISH)).toBe('=#NUM!');
  expect(translated('=SUM(1;TRUE)&#NUM!', german, german)).toBe('=SUMME(1;WAHR)&#ZAHL!');
});

test('a fault is named where it stands in the German text', () => {
  expect(parseFormula('=SUMME(1;#ZAHL!;)*GLÄTTEN(', spokenFormulas())).toMatchObject({ start: 25, end: 26 });
  expect(parseFormula('=SUMME(1,2;3', spokenFormulas())).toMatchObject({ start: 6, end: 7 });
});

test('a comma after an English name is refused in German where it could separate arguments', () => {
  const german = spokenFormulas();
  const refused = parseFormula('=1+SUM(1,2)', german);
  expect(refused).toMatchObject({ start: 8, end: 9 });
  expect(refused.problem && english(refused.problem)).toBe(
    'The “,” at position 9 can be a decimal sign or separate arguments, because SUM is an English name. Write SUMME, ' +
      'or separate arguments by “;”.',
  );
  for (const text of ['=sum(1,2', '=SUMME(SUM(1,2);3)', '=SQRT((2,25))', '=MEDIAN(1)*LARGE({1,2})'])
    expect(parseFormula(text, german).problem, text).toBeDefined();
  for (const [text, meant] of [
    ['=SUMME(1,2)', '=SUM(1.2)'],
    ['=SUM(1,5;2)', '=SUM(1.5,2)'],
    ['=ABS(-1,5)', '=ABS(-1.5)'],
    ['=SUM(WURZEL(2,25))', '=SUM(SQRT(2.25))'],
    ['=SUM(A1)*1,5', '=SUM(A1)*1.5'],
  ])
    expect(translated(text, german, ENGLISH)).toBe(meant);
});

test('every function is read by its German name and is written with it again', () => {
  const german = spokenFormulas();
  const names = Object.entries(germanNames);
  expect(names.length).toBeGreaterThan(400);
  for (const [english, name] of names) {
    expect(functionNamed(name, german), name).toBe(english);
    if (!/^(LET|LAMBDA)$/.test(english)) expect(translated(`=${english}(1)`, ENGLISH, german)).toBe(`=${name}(1)`);
  }
  // So English names can be read in German without doubt.
  expect(names.filter(([english, name]) => english !== name && name in germanNames)).toEqual([]);
  expect(new Set(names.map(([, name]) => name)).size).toBe(names.length);
});

test('a wrong name leads to those near to it', () => {
  expect(functionsNear('SUMPRODUKT', ENGLISH)).toEqual(['SUMPRODUCT']);
  expect(functionsNear('avrage', ENGLISH)[0]).toBe('AVERAGE');
  expect(functionsNear('SUMEM', spokenFormulas())[0]).toBe('SUMME');
  expect(functionsNear('SUMMENPRODUKT', ENGLISH)).toEqual(['SUMPRODUCT']);
  expect(functionsNear('QQQQQQ', ENGLISH)).toEqual([]);
  expect(functionNamed('SUMEM', spokenFormulas())).toBeUndefined();
  expect(functionNamed('sum', ENGLISH)).toBe('SUM');
});

test('the tables say what the installed HyperFormula says', () => {
  const { german, help } = functionTables();
  expect(germanNames).toEqual(german);
  expect(functionHelp).toEqual(help);
  expect(functionNames).toEqual(Object.keys(help));
});
