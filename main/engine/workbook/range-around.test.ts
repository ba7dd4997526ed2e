import { expect, test } from 'vitest';
import type { Change } from '../../../shared/change.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { digitNetwork } from '../oracle/example-network.ts';
import { rangeOfStep } from './range-around.ts';

const sheet = buildSheet(digitNetwork());
const corner = sheet.layout.cellOf('input0/output', 27);
const value: Change = {
  kind: 'values',
  edits: [{ tensor: 'input0/output', indices: Uint32Array.of(27), values: Float32Array.of(0.5) }],
};
const at = Uint32Array.of(corner.row, corner.column + 1);
const cells = (on: string): Change => ({ kind: 'cells', sheet: on, edits: [{ at, cell: { content: 1 } }] });
const stepOf = (...inverse: Change[]) =>
  ({ changes: inverse, inverse }) as unknown as Parameters<typeof rangeOfStep>[1];

test('a step over cells of the network and free cells beside them has one range', () => {
  expect(rangeOfStep(sheet, stepOf(value, cells(sheet.id)))).toEqual({
    sheet: sheet.id,
    ...corner,
    height: 1,
    width: 2,
  });
});

test('a step on several sheets has the range of its part on the network, or of the first sheet', () => {
  const one = { height: 1, width: 1 };
  expect(rangeOfStep(sheet, stepOf(value, cells('notes')))).toEqual({ sheet: sheet.id, ...corner, ...one });
  const [row, column] = at;
  expect(rangeOfStep(sheet, stepOf(cells('notes'), cells('more')))).toEqual({ sheet: 'notes', row, column, ...one });
});
