import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { createRandomFor } from '../../shared/random.ts';
import type { CellPlace } from '../../shared/places.ts';
import { typedInto } from '../../shared/typed-entry.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { createSession } from '../engine/workbook/session.ts';
import { readWorkbook, writeWorkbook } from '../files/convsheet.ts';
import { editAtRandom, noCounts } from './cell-sequences.ts';
import { cellWorkbooks } from './cells.ts';
import { faultsInLibreOffice } from './cells-libreoffice.ts';

const installed = spawnSync('soffice', ['--version']).status === 0;
beforeAll(startBackend);

test('after random edits every cell is what plain arithmetic and LibreOffice (if installed) make of it', async () => {
  const [counts, there] = [noCounts(), noCounts()];
  const workbooks = await cellWorkbooks(12);
  const sequences = Array.from({ length: 10 }, (_, number) => {
    const { fault, saved } = editAtRandom(workbooks[number % 5], createRandomFor(12, number, 20), counts);
    expect(fault).toBeUndefined();
    return { name: `case ${number}`, saved };
  });
  expect(counts.formulas).toBeGreaterThan(50);
  expect(counts.errors).toBeGreaterThan(50);
  expect(counts.left).toBeLessThan(0.05 * counts.cells);
  if (!installed) return;
  const files = [...sequences.slice(1, 5), { name: 'blank cells', saved: countsOfBlankCells(workbooks[0]) }];
  expect(await faultsInLibreOffice(files, there)).toEqual([]);
  expect(there.numbers).toBeGreaterThan(1000);
});

/** A workbook whose first sheet counts cells of another sheet right of all that stands there. */
function countsOfBlankCells(bytes: Uint8Array): Uint8Array {
  const session = createSession(readWorkbook(bytes, 'lesson3'));
  const { sheet, sheets, written } = session;
  const workbook = { sheet, sheets, names: written.names };
  const type = (place: CellPlace, text: string) => {
    const read = typedInto(workbook, place, text);
    session.change({ label: { id: 'grid.paste' }, changes: read.refusal === undefined ? read.changes : [] });
  };
  const row = sheet.layout.rows + 1;
  type({ sheet: 'notes', row: 11, column: 3 }, '5');
  type({ sheet: sheet.id, row, column: 0 }, '=COUNTA(Notes!F11:H12)');
  expect(session.contentAt({ sheet: sheet.id, row, column: 0 })).toBe(0);
  const saved = writeWorkbook(session.workbook());
  session.dispose();
  return saved;
}
