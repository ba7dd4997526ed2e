import { expect, test } from 'vitest';
import { parseAddress } from '../../shared/address.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { cellsBetween } from '../../shared/formula/expression.ts';
import { ERRORS, type Value } from '../../shared/formula/value.ts';
import type { Plane } from '../../shared/places.ts';
import type { Values } from '../core/store.ts';
import { errorText, spokenText } from './cell-text.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';

const sheet = lessonSheet();

/** What is said of a cell of the network's sheet in which this stands. */
function saidOf(address: string, content: Value, plane: Plane = 'value'): string | undefined {
  const values = { element: () => content, cell: () => content } as unknown as Values;
  return errorText({ sheet, plane }, values, { sheet: sheet.id, ...parseAddress(address)! });
}

test('an error says what to do, in a free cell as over the network', () => {
  expect(saidOf('B32', ERRORS['#DIV/0!'])).toMatch(/^B32 shows #DIV\/0!: something is divided by 0/);
  expect(saidOf('AH3', ERRORS['#DIV/0!'])).toBe('AH3 shows #DIV/0!, because a cell it reads does.');
});

test('nothing is said of numbers and texts, nor of free cells in another plane', () => {
  for (const content of [0, 'a text', true, null]) expect(saidOf('B32', content)).toBeUndefined();
  expect(saidOf('B32', ERRORS['#NUM!'], 'gradient')).toBeUndefined();
});

test('a formula that reads an error names the cell that it comes from', () => {
  const formula = { kind: 'operation' as const, operator: '+' as const, operands: [reference('B33'), 1] };
  const written = nothingWritten();
  const content = { formula, from: { row: 31, column: 1 } };
  written.sheets[0].cells.set(31, new Map([[1, { content }]]));
  const saidWith = (other: Value) => {
    const cell = ({ row }: { row: number }) => (row === 31 ? ERRORS['#DIV/0!'] : other);
    const values = { element: () => undefined, cell } as unknown as Values;
    return errorText({ sheet, plane: 'value', written }, values, { sheet: sheet.id, row: 31, column: 1 });
  };
  expect(saidWith(ERRORS['#DIV/0!'])).toBe('B32 shows #DIV/0!, because B33 does. Mend it there.');
  expect(saidWith(ERRORS['#N/A'])).toMatch(/^B32 shows #DIV\/0!: something is divided by 0/);
  expect(saidWith(1)).toMatch(/something is divided by 0/);
});

test('of the active cell its formula is read too, also beside the network', () => {
  const written = nothingWritten();
  const content = { formula: reference('B33'), from: { row: 31, column: 1 } };
  written.sheets[0].cells.set(31, new Map([[1, { content, comment: 'why' }]]));
  const values = { element: () => undefined, cell: () => 3 } as unknown as Values;
  const spoken = (active: string) => {
    const at = (address: string) => ({ sheet: sheet.id, ...parseAddress(address)! });
    return spokenText({ sheet, plane: 'value', written, active: at(active) }, values, at('B32'));
  };
  expect(spoken('B32')).toBe('3, formula =B33, comment: why');
  expect(spoken('A1')).toBe('3');
});

test('a function that there is none of is named, with the one that may be meant', () => {
  const written = nothingWritten();
  const call = (name: string) => ({ kind: 'call' as const, name, arguments: [1] });
  const said = (name: string) => {
    const content = { formula: call(name), from: { row: 31, column: 1 } };
    written.sheets[0].cells.set(31, new Map([[1, { content }]]));
    const values = { element: () => undefined, cell: () => ERRORS['#NAME?'] } as unknown as Values;
    return errorText({ sheet, plane: 'value', written }, values, { sheet: sheet.id, row: 31, column: 1 });
  };
  expect(said('SUMPRODUCTS')).toBe('B32 shows #NAME?: there is no function SUMPRODUCTS. Did you mean SUMPRODUCT?');
  expect(said('QWERTZUIOP')).toBe('B32 shows #NAME?: there is no function QWERTZUIOP. Check how it is written.');
});

function reference(address: string) {
  const at = parseAddress(address)!;
  return cellsBetween(at, at);
}
