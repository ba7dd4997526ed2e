import { expect, test } from 'vitest';
import { type Cell, sheetOf } from '../../shared/cells.ts';
import { applyWritten, nothingWritten } from '../../shared/changes/written.ts';
import type { WrittenChange } from '../../shared/changes/kinds.ts';
import { lessonSheet } from '../grid/testing/lesson-sheet.ts';
import { extentOf, noteChanges } from './extents.ts';

const sheet = lessonSheet();
const edit = (row: number, column: number, cell?: Cell): WrittenChange => ({
  kind: 'cells',
  sheet: 'network',
  edits: [{ at: Uint32Array.of(row, column), ...(cell && { cell }) }],
});

test('how far a sheet is used follows each edit, as if all its cells were looked at', () => {
  const written = nothingWritten();
  const cellsOf = (id: string) => sheetOf(written.sheets, id)?.cells;
  const wrapped = { content: 'a text', format: { wrap: true } } as const;
  const changes = [
    edit(4, 2, { content: 1 }),
    edit(9, 1, wrapped),
    edit(2, 7, { content: 2 }),
    edit(9, 1),
    { kind: 'restore', changes: [edit(5, 5, wrapped)] } as WrittenChange,
    edit(2, 7),
    edit(5, 5, { content: 3 }),
    edit(5, 5),
    edit(4, 2),
  ];
  const seen: [rows: number, columns: number, wrapped: number][] = [];
  for (const change of changes) {
    const known = extentOf(cellsOf('network')!);
    expect(known.rows).toBeGreaterThan(0);
    applyWritten(written, change, () => sheet);
    noteChanges([change], cellsOf);
    const now = extentOf(cellsOf('network')!);
    expect(now).toEqual(extentOf(new Map(cellsOf('network'))));
    seen.push([now.rows, now.columns, now.wrapped.size]);
  }
  expect(seen).toEqual([
    [5, 3, 0],
    [10, 3, 1],
    [10, 8, 1],
    [5, 8, 0],
    [6, 8, 1],
    [6, 6, 1],
    [6, 6, 0],
    [5, 3, 0],
    [1, 1, 0],
  ]);
});
