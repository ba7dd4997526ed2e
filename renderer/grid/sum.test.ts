import { expect, test } from 'vitest';
import { formatAddress, formatRange, parseAddress, parseRange } from '../../shared/address.ts';
import { type Cell, isFormula } from '../../shared/cells.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { writeFormula } from '../../shared/formula/typed.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { numbersBefore, sumEntry } from './sum.ts';

const sheet = lessonSheet();
const NOTES = 'notes';

/** A workbook whose own sheet has these cells. */
function workbook(cells: Record<string, number | string>) {
  const rows = new Map<number, Map<number, Cell>>();
  for (const [address, content] of Object.entries(cells)) {
    const { row, column } = parseAddress(address)!;
    rows.set(row, (rows.get(row) ?? new Map<number, Cell>()).set(column, { content }));
  }
  const written = nothingWritten();
  const own = { id: NOTES, name: 'Notes', cells: rows, widths: new Map<number, number>() };
  return { sheet, written: { ...written, sheets: [...written.sheets, own] } };
}
const over = (range: string) => ({ sheet: NOTES, ...parseRange(range)! });

const TABLE = { A1: 'mean', B1: 1, C1: 2, B2: 3, C2: 4, B4: 5 };

test.each([
  ['B3', 'B1:B2'],
  ['C3', 'C1:C2'],
  ['D2', 'B2:C2'],
  ['B5', 'B4'],
  ['A4', undefined],
  ['E9', undefined],
])('Alt+= in %s adds up %s', (cell, range) => {
  const found = numbersBefore(workbook(TABLE), { sheet: NOTES, ...parseAddress(cell)! }, () => null);
  expect(found && formatRange(found)).toBe(range);
});

test('in the network’s sheet, cells of a band are numbers', () => {
  const found = numbersBefore(workbook({}), { sheet: sheet.id, ...parseAddress('AD14')! }, () => null);
  expect(found && formatRange(found)).toBe('AD11:AD13');
});

/** The formulas that selected cells get, or the sentence that refuses. */
function sums(range: string): Record<string, string> | string {
  const made = workbook(TABLE);
  const { command, refusal } = sumEntry(made, over(range), () => null);
  if (refusal !== undefined) return refusal;
  const around = { sheet, ...made.written, on: NOTES };
  const edits = command!.changes.flatMap(change => (change.kind === 'cells' ? change.edits : []));
  return Object.fromEntries(
    edits.flatMap(({ at, cell }) => {
      const content = cell?.content;
      const where = formatAddress({ row: at[0], column: at[1] });
      return isFormula(content) ? [[where, writeFormula(content.formula, around).text]] : [];
    }),
  );
}

test.each([
  ['B1:C2', { B3: '=SUM(B1:B2)' }],
  ['B1:C3', { B3: '=SUM(B1:B2)' }],
  ['B2:C2', { D2: '=SUM(B2:C2)' }],
  ['B2:D2', { D2: '=SUM(B2:C2)' }],
  ['B3:C3', { B3: '=SUM(B1:B2)' }],
])('with %s selected, sums stand below or after', (range, formulas) => {
  expect(sums(range)).toMatchObject(formulas);
});

test('nothing is written over, and where there are no numbers, that is said', () => {
  expect(sums('B2:B3')).toEqual({ B3: '=SUM(B2)' });
  expect(sums('B1:B2')).toEqual({ B3: '=SUM(B1:B2)' });
  expect(sums('A1:B1')).toMatch(/would stand in C1/);
  expect(sums('F8:G9')).toMatch(/no numbers above F8:G9/);
});
