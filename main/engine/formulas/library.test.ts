import { beforeAll, expect, test } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import { ABSOLUTE, cellsBetween, type Expression } from '../../../shared/formula/expression.ts';
import { ERRORS } from '../../../shared/formula/value.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { openWritten, type WrittenNetwork } from './testing/written-network.ts';

beforeAll(startBackend);

function open(): WrittenNetwork {
  const network = digitNetwork(1, 1);
  return openWritten(network, valuesFor(network, createRandom(5)));
}

test('functions that are not compiled are calculated by HyperFormula, and follow what they read', () => {
  const own = open();
  const pixels = [0, 1, 2].map(index => formatAddress(own.sheet.layout.cellOf('input0/output', index)));
  own.type({
    'Notes!A1': `=AVERAGEA(network!${pixels[0]}:${pixels[2]})`,
    'Notes!A2': '=A1*2',
    'Notes!A3': '=STDEVA(A1:A2)',
  });
  const [a, b, c] = own.forward.value('input0/output');
  const mean = (a + b + c) / 3;
  expect(own.read('Notes!A1')).toBeCloseTo(mean, 12);
  expect(own.read('Notes!A2')).toBeCloseTo(2 * mean, 12);
  expect(own.read('Notes!A3')).toBeCloseTo(Math.abs(mean / Math.SQRT2), 10);
  own.edit('input0/output', 0, 100);
  own.edit('input0/output', 1, 50);
  expect(own.read('Notes!A1')).toBeCloseTo((150 + c) / 3, 12);
  expect(own.read('Notes!A2')).toBeCloseTo((300 + 2 * c) / 3, 12);
  own.close();
});

test('a formula of the library reads a whole sheet, however far away its contents are, and follows them', () => {
  const own = open();
  own.type({ 'Notes!A1': '=AVERAGEA(Other!A:XFD)', 'Notes!A2': '=AVERAGEA(Other!A2:XFD1048576)', 'Other!B3': 5 });
  // A cell that is only read doesn't make the sheet larger.
  own.type({ 'Notes!A3': '=Other!XFD1048576+1', 'Other!B4': 7 });
  expect(['A1', 'A2', 'A3'].map(cell => own.read(`Notes!${cell}`))).toEqual([6, 6, 1]);
  own.type({ 'Other!B3': 'a' });
  expect(own.read('Notes!A1')).toBe(3.5);
  own.type({ 'Other!B3': undefined });
  expect(own.read('Notes!A2')).toBe(7);
  own.type({ 'Other!XFD1048576': 1 });
  expect(own.read('Notes!A2')).toBe(ERRORS['#NUM!']);
  expect(own.read('Notes!A3')).toBe(2);
  own.close();
});

test('an array of whole columns is as long as they are, and not longer each time it is calculated', () => {
  const own = open();
  own.type({
    'Notes!A1': 1,
    'Notes!A3': 3,
    'Notes!D5': '=A:B*2',
    'Notes!G9': '=A:A*B:B+1',
    'Other!A1': '=AVERAGEA(Notes!A:XX)',
  });
  for (let count = 0; count < 3; count++) own.type({ 'Notes!B2': 5 + count });
  const shown = (cells: string[]) => cells.map(cell => own.read(`Notes!${cell}`));
  expect(shown(['D5', 'E6', 'D7', 'E7', 'D8', 'G9', 'G11', 'G12'])).toEqual([2, 14, 6, 0, null, 1, 1, null]);
  own.close();
});

test('a function of the library that reads a sheet that is gone is #REF!', () => {
  const own = open();
  own.type({ 'Other!B9': 3, 'Notes!A1': '=SUMIF(Other!B8:B9,">0")' });
  expect(own.read('Notes!A1')).toBe(3);
  own.written.sheets = own.written.sheets.filter(({ id }) => id !== 'Other');
  own.type({ 'Notes!A2': 1 });
  expect(own.read('Notes!A1')).toBe(ERRORS['#REF!']);
  own.close();
});

test('a formula of the library may stand over an activation', () => {
  const own = open();
  const cell = formatAddress(own.sheet.layout.cellOf('relu2/output', 3));
  own.type({ [cell]: '=MAXIFS(Notes!A1:A3,Notes!A1:A3,"<9")', 'Notes!A1': 5, 'Notes!A2': 9, 'Notes!A3': 7 });
  expect(own.forward.value('relu2/output')[3]).toBe(7);
  own.type({ 'Notes!A3': 1 });
  expect(own.forward.value('relu2/output')[3]).toBe(5);
  own.close();
});

test('TEXT writes percentages, thousands and exponents, and dates as before', () => {
  const own = open();
  const texts = {
    '="right: "&TEXT(0.98765,"0.0%")': 'right: 98.8%',
    '=TEXT(12345.678,"#,##0.00")': '12,345.68',
    '=TEXT(0.00012,"0.0E+00")': '1.2E-04',
    '=TEXT(-5,"0.0;(0.0)")': '(5.0)',
    '=TEXT(44927,"yyyy-mm-dd")': '2023-01-01',
    '=TEXT(0.5,"hh:mm")': '12:00',
  };
  for (const [formula, text] of Object.entries(texts)) {
    own.type({ 'Notes!A1': formula });
    expect(own.read('Notes!A1'), formula).toBe(text);
  }
  own.close();
});

test('an array fills the cells beside its formula while they are free', () => {
  const own = open();
  own.type({ 'Notes!A1': 1, 'Notes!A2': 2, 'Notes!B5': '=A1:A2*10', 'Notes!C1': '=SUM(B5:B9)', 'Notes!C2': '=B6+1' });
  expect(['B5', 'B6', 'C1', 'C2'].map(cell => own.read(`Notes!${cell}`))).toEqual([10, 20, 30, 21]);
  own.type({ 'Notes!A2': 3 });
  expect(['B6', 'C1', 'C2'].map(cell => own.read(`Notes!${cell}`))).toEqual([30, 40, 31]);
  own.type({ 'Notes!B6': 'here' });
  expect(['B5', 'B6'].map(cell => own.read(`Notes!${cell}`))).toEqual([ERRORS['#SPILL!'], 'here']);
  expect(own.read('Notes!C2')).toBe(ERRORS['#VALUE!']);
  own.type({ 'Notes!B6': undefined });
  expect(['B5', 'B6', 'C1', 'C2'].map(cell => own.read(`Notes!${cell}`))).toEqual([10, 30, 40, 31]);
  own.type({ 'Notes!B5': undefined });
  expect(['B5', 'B6', 'C1', 'C2'].map(cell => own.read(`Notes!${cell}`))).toEqual([null, null, 0, 1]);
  own.close();
});

test('where a function of an array is not defined, its cell has an error', () => {
  const own = open();
  own.type({ 'Notes!A1': 0, 'Notes!A2': 1, 'Notes!C1': '=ACOSH(A1:A2)' });
  expect(['C1', 'C2'].map(cell => own.read(`Notes!${cell}`))).toEqual([ERRORS['#NUM!'], 0]);
  own.close();
});

test('a function that would take millions of steps is #NUM!, alone and for each number of an array', () => {
  const own = open();
  own.type({ 'Notes!A1': 1e9, 'Notes!A2': 2 });
  own.type({
    'Notes!B1': '=GAMMA.DIST(0.5,A1,2,TRUE)',
    'Notes!B2': '=GAMMA.DIST(0.5,A2,2,TRUE)',
    'Notes!B3': '=MAX(GAMMA.DIST(0.5,A1:A2,2,TRUE))',
    'Notes!B4': '=NEGBINOM.DIST(3000000000,5,0.5,TRUE)',
    'Notes!B5': '=POISSON.DIST(A1*10,5,TRUE)',
    'Notes!B6': '=CHISQ.DIST("a",A1,TRUE)',
  });
  expect(own.read('Notes!B1')).toBe(ERRORS['#NUM!']);
  expect(own.read('Notes!B2')).toBeCloseTo(0.0265, 4);
  expect(own.read('Notes!B3')).toBe(ERRORS['#NUM!']);
  expect(own.read('Notes!B4')).toBe(ERRORS['#NUM!']);
  expect(own.read('Notes!B5')).toBe(ERRORS['#NUM!']);
  expect(own.read('Notes!B6')).toBe(ERRORS['#VALUE!']);
  own.close();
});

test('functions that take as many steps as a number says can be inside one another', () => {
  const own = open();
  const nested = (levels: number): string => (levels === 0 ? '1' : `POISSON.DIST(${nested(levels - 1)},1,TRUE)`);
  own.type({ 'Notes!A1': `=${nested(40)}`, 'Notes!A2': '=POISSON(2,1,TRUE)' });
  expect(own.read('Notes!A1')).toBeCloseTo(Math.exp(-1), 12);
  expect(own.read('Notes!A2')).toBeCloseTo(2.5 * Math.exp(-1), 12);
  own.close();
});

test('SEQUENCE of too many numbers is #NUM!, however the formula says how many', () => {
  const own = open();
  own.type({
    'Notes!A1': 50_001,
    'Notes!A2': 3,
    'Notes!B1': '=SUM(SEQUENCE(A1))',
    'Notes!B2': '=SUM(SEQUENCE(A2,2))',
    'Notes!B3': '=SUM(SEQUENCE("1000","1000"))',
    'Notes!B4': '=SUM(SEQUENCE(50001,))',
    'Notes!B5': '=SUM(SEQUENCE(25000,2))',
    'Notes!B6': '=SEQUENCE(1000,1000)',
  });
  expect(['B1', 'B2', 'B3', 'B4', 'B5', 'B6'].map(cell => own.read(`Notes!${cell}`))).toEqual([
    ERRORS['#NUM!'],
    21,
    ERRORS['#NUM!'],
    ERRORS['#NUM!'],
    1_250_025_000,
    ERRORS['#NUM!'],
  ]);
  own.close();
});

test('whole columns, OFFSET, other sheets, the formula’s own place and unknown functions', () => {
  const own = open();
  own.type({
    'Notes!A1': 3,
    'Notes!A2': 4,
    'Other sheet!B7': 5,
    'Notes!C1': '=MEDIAN(A:A)',
    'Notes!C2': '=OFFSET(A1,1,0)+ROW()',
    'Notes!C3': "=MEDIAN('Other sheet'!B7,100,200)",
    'Notes!C4': '=NOSUCH(1)',
    'Notes!C5': '=IF(MEDIAN(A1,A1)=3,TRUE,FALSE)',
    'Notes!C6': '=T("1")&REPT("x",3)',
  });
  expect([1, 2, 3, 4, 5, 6].map(row => own.read(`Notes!C${row}`))).toEqual([
    3.5,
    6,
    100,
    ERRORS['#NAME?'],
    true,
    '1xxx',
  ]);
  own.type({ 'Notes!A2': 6, 'Notes!A900': 5 });
  expect(own.read('Notes!C1')).toBe(5);
  expect(own.read('Notes!C2')).toBe(8);
  own.close();
});

test('random numbers and the time stay until new ones are drawn, and follow from what is drawn', () => {
  const own = open();
  own.type({ 'Notes!A1': '=RAND()', 'Notes!A2': '=RANDBETWEEN(3,5)', 'Notes!A3': '=NOW()', 'Notes!A4': '=RAND()' });
  const draw = (seed: number, now: number) => {
    own.written.drawn = { seed, now };
    own.type({});
    return [1, 2, 3, 4].map(row => own.read(`Notes!A${row}`));
  };
  const first = draw(7, 45_000.5);
  expect(first[2]).toBe(45_000.5);
  expect([3, 4, 5]).toContain(first[1]);
  expect(first[0]).not.toBe(first[3]);
  own.type({ 'Notes!B1': 1 });
  own.edit('input0/output', 0, 0.5);
  expect([1, 2, 3, 4].map(row => own.read(`Notes!A${row}`))).toEqual(first);
  expect(draw(8, 45_001)[0]).not.toBe(first[0]);
  expect(draw(7, 45_000.5)).toEqual(first);
  own.close();
});

test('names stand for values and cells, and for whole tensors', () => {
  const own = open();
  const kernel: Expression = { kind: 'tensor', tensor: 'conv2d1/kernel' };
  const put = (row: number, formula: Expression) =>
    own.written.sheets[1].cells.set(row, new Map([[0, { content: { formula, from: { row, column: 0 } } }]]));
  own.type({ 'Notes!C9': 5 });
  put(0, { kind: 'call', name: 'SUM', arguments: [kernel] });
  put(1, { kind: 'call', name: 'MEDIAN', arguments: [kernel] });
  put(2, { kind: 'operation', operator: '*', operands: [{ kind: 'name', name: 'Rate' }, 2] });
  own.type({});
  const values = own.forward.value('conv2d1/kernel');
  expect(own.read('Notes!A1')).toBeCloseTo(
    values.reduce((sum, value) => sum + value, 0),
    10,
  );
  expect(own.read('Notes!A2')).toBe(values.toSorted()[4]);
  expect(own.read('Notes!A3')).toBe(ERRORS['#NAME?']);
  const cell = { row: 8, column: 2 };
  own.written.names.set('rate', { name: 'Rate', formula: cellsBetween(cell, cell, ABSOLUTE, 'Notes') });
  own.type({});
  expect(own.read('Notes!A3')).toBe(10);
  own.close();
});

test('a reference to a sheet that is removed is #REF!, until it comes back', () => {
  const own = open();
  own.type({ 'Notes!A1': 4, [formatAddress({ row: 900, column: 0 })]: '=Notes!A1+1' });
  expect(own.read('A901')).toBe(5);
  const { sheets } = own.written;
  own.written.sheets = sheets.slice(0, 1);
  own.calculation.read(own.written);
  own.forward.update([]);
  expect(own.read('A901')).toBe(ERRORS['#REF!']);
  own.written.sheets = sheets;
  own.calculation.read(own.written);
  own.forward.update([]);
  expect(own.read('A901')).toBe(5);
  own.close();
});
