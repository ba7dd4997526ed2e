import { afterEach, expect, test } from 'vitest';
import { speak } from '../messages.ts';
import { functionNames, spokenFormulas } from './language.ts';
import { ENGLISH } from './print.ts';
import { COMMON, fitsAt, proposalsAt, taken } from './proposals.ts';
import { typedFormula } from './tokens.ts';

afterEach(() => void speak('en'));

const range = { sheet: 'network', row: 0, column: 0, height: 1, width: 1 };
const names = [
  { name: 'conv1_kernel', detail: 'AD11:AF40', range },
  { name: 'softmax_output', detail: 'GB92:GB101', range },
];
/** The proposals at "|", by their names. */
function proposed(written: string): string[] | undefined {
  const caret = written.indexOf('|');
  const formula = typedFormula(written.replace('|', ''), spokenFormulas());
  return proposalsAt(formula, caret, spokenFormulas(), names)?.items.map(({ name }) => name);
}
/** The text with its caret after the first proposal is taken. */
function completed(written: string): string {
  const caret = written.indexOf('|');
  const formula = typedFormula(written.replace('|', ''), spokenFormulas());
  const proposals = proposalsAt(formula, caret, spokenFormulas(), names)!;
  const after = taken(formula, proposals, proposals.items[0]);
  return `${after.text.slice(0, after.caret)}|${after.text.slice(after.caret)}`;
}

test('names of cells come first, then the functions that are used most', () => {
  expect(proposed('=so|')).toEqual(['softmax_output', 'SORT']);
  expect(proposed('=su|')!.slice(0, 4)).toEqual(['SUM', 'SUMPRODUCT', 'SUMIF', 'SUMSQ']);
  expect(proposed('=1+SUMP|')).toEqual(['SUMPRODUCT']);
  expect(proposed('=log1|')).toEqual(['LOG10']);
});

test('nothing is proposed for cells, numbers, texts and names that are complete', () => {
  for (const written of ['=AD11|', '=1|', '="su|', 'su|', '=|', '=qq|', '=SUMPRODUCT|(', '=conv1_kernel|'])
    expect(proposed(written), written).toBeUndefined();
  expect(proposed('=SUMPRODUCT|')).toEqual(['SUMPRODUCT']);
});

test('a function that is taken brings its bracket, unless it has one', () => {
  expect(completed('=2*sump|')).toBe('=2*SUMPRODUCT(|');
  expect(completed('=sump|xy(A1)')).toBe('=SUMPRODUCT(|A1)');
  expect(completed('=conv|+1')).toBe('=conv1_kernel|+1');
});

test('in German, functions have their German names', () => {
  speak('de');
  expect(proposed('=summenp|')).toEqual(['SUMMENPRODUKT']);
  expect(proposed('=glä|')).toEqual(['GLÄTTEN']);
  expect(completed('=glä|')).toBe('=GLÄTTEN(|');
});

test('the functions that are used most are functions', () => {
  expect(COMMON.filter(name => !functionNames.includes(name))).toEqual([]);
});

test('where an argument must be as large as the first, names and blocks of that size fit', () => {
  const blocks = ({ height, width }: { height: number; width: number }) =>
    height === 3 && width === 3 ? ['AD11:AF13', 'AD40:AF42'].map(name => ({ name, detail: 'kernel' })) : [];
  const fits = (text: string) => {
    const found = fitsAt(typedFormula(text, ENGLISH), text.length, ENGLISH, [], blocks);
    return found?.items.map(({ name }) => name);
  };
  expect(fits('=SUMPRODUCT(A1:C3,')).toEqual(['AD11:AF13', 'AD40:AF42']);
  expect(fits('=SUMPRODUCT($AD$11:$AF$13,')).toEqual(['AD40:AF42']);
  expect(fits('=SUMPRODUCT(')).toBeUndefined();
  expect(fits('=SUMPRODUCT(A1:C2,')).toBeUndefined();
  expect(fits('=SUM(A1:C3,')).toBeUndefined();
  expect(fits('=SUMPRODUCT(A1:C3,B')).toBeUndefined();
});
