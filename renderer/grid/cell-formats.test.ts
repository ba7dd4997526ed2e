import { expect, test } from 'vitest';
import { parseRange } from '../../shared/address.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { put } from '../../shared/changes/edits.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { formatRanges, merged } from './cell-formats.ts';
import { cellShown } from './written-cell.ts';

const sheet = lessonSheet();
const workbook = () => ({ sheet, written: nothingWritten() });
const range = (text: string) => ({ sheet: sheet.id, ...parseRange(text)! });
const bold = (format: object) => merged(format, { bold: true });

test('a whole selection takes a format as one step, with few edits, and blank cells take it too', () => {
  const state = workbook();
  put(state.written.sheets[0].cells, 33, 2, { content: 'a', comment: 'b' });
  const { entry, free } = formatRanges(state, [range('C34:D40')], bold);
  expect(free).toBeUndefined();
  const [change] = entry.command!.changes;
  expect(change.kind === 'cells' && change.edits.map(({ at, cell }) => [at.length / 2, cell])).toEqual([
    [1, { content: 'a', comment: 'b', format: { bold: true } }],
    [13, { format: { bold: true } }],
  ]);
});

test('cells of the network keep their looks: alone they refuse it, in a mixed selection the free ones take it', () => {
  const state = workbook();
  expect(formatRanges(state, [range('A2:B3')], bold).entry.refusal).toContain('A2 belongs to the network');
  const { entry, free } = formatRanges(state, [range('A29:A31')], bold);
  expect(free).toBe(2);
  const [change] = entry.command!.changes;
  expect(change.kind === 'cells' && [...change.edits[0].at]).toEqual([29, 0, 30, 0]);
});

test('a format that is there already is nothing to do, and clearing one leaves no blank cell', () => {
  const state = workbook();
  put(state.written.sheets[0].cells, 33, 2, { format: { bold: true, wrap: true } });
  expect(formatRanges(state, [range('C34')], bold).entry).toEqual({});
  const [change] = formatRanges(state, [range('C34')], () => ({})).entry.command!.changes;
  expect(change.kind === 'cells' && change.edits).toEqual([{ at: Uint32Array.of(33, 2) }]);
});

test.each([
  [1234567.891, { kind: 'fixed', digits: 2, thousands: true }, '1,234,567.89'],
  [-1234.5, { kind: 'fixed', digits: 0, thousands: true }, '−1,235'],
  [-0.5, { kind: 'fixed', digits: 2 }, '−0.50'],
  [0.1234, { kind: 'percent', digits: 1 }, '12.3%'],
  [12345, { kind: 'scientific', digits: 2 }, '1.23e4'],
] as const)('%d in the format %j is %s', (value, format, text) => {
  expect(cellShown(value, format, () => true)).toBe(text);
  // A number with a format that doesn't fit never runs over its neighbour.
  expect(cellShown(value, format, () => false)).toBeUndefined();
});
