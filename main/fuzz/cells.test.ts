import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { createRandomFor } from '../../shared/random.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { editAtRandom, noCounts } from './cell-sequences.ts';
import { cellWorkbooks } from './cells.ts';
import { faultsInLibreOffice } from './cells-libreoffice.ts';

const installed = spawnSync('soffice', ['--version']).status === 0;
beforeAll(startBackend);

test('after random edits every cell is what plain arithmetic and LibreOffice (if installed) make of it', async () => {
  const [counts, there] = [noCounts(), noCounts()];
  const workbooks = await cellWorkbooks(11);
  const sequences = Array.from({ length: 10 }, (_, number) => {
    const { fault, saved } = editAtRandom(workbooks[number % 5], createRandomFor(11, number, 20), counts);
    expect(fault).toBeUndefined();
    return { name: `case ${number}`, saved };
  });
  expect(counts.formulas).toBeGreaterThan(20);
  expect(counts.errors).toBeGreaterThan(20);
  expect(counts.left).toBeLessThan(0.05 * counts.cells);
  if (!installed) return;
  expect(await faultsInLibreOffice(sequences.slice(1, 5), there)).toEqual([]);
  expect(there.numbers).toBeGreaterThan(1000);
});
