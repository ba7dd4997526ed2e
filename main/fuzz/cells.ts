/** Random sequences of edits of cells, held against calculations from scratch and against LibreOffice. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createRandomFor } from '../../shared/random.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { readWorkbook } from '../files/convsheet.ts';
import { readTemplate } from '../files/templates.ts';
import { type Counts, editAtRandom, noCounts, randomWorkbook, withNotes } from './cell-sequences.ts';
import { faultsInLibreOffice } from './cells-libreoffice.ts';
import type { Fuzz } from './fuzz.ts';

/** Every so many sequences, LibreOffice calculates one, so many in one run, because it takes seconds to start. */
const [EVERY, TOGETHER] = [50, 10];
/** More cells than this part may not be left out. */
const MOST_LEFT = 0.05;
const installed = spawnSync('soffice', ['--version']).status === 0;
const RESIDUAL = new URL('../../main/fixtures/2026-11-28/files/residual.convsheet', import.meta.url);

/** The lesson, a residual network, and random ones: a file for each. */
export async function cellWorkbooks(seed: number, random = 3): Promise<Uint8Array[]> {
  const residual = readWorkbook(await readFile(fileURLToPath(RESIDUAL)), 'residual');
  return [
    withNotes(await readTemplate('lesson3')),
    withNotes(residual),
    ...Array.from({ length: random }, (_, number) => randomWorkbook(seed, number)),
  ];
}

const described = ({ edits, refused, formulas, cells, numbers, errors, cycles, left, largest }: Counts): string =>
  (edits > 0 ? `${edits} edits (${refused} refused), ${formulas} formulas, ` : '') +
  `${cells} cells, ${numbers} of them numbers (largest ` +
  `error ${largest.toExponential(1)} of Σ|terms|) and ${errors} errors (${cycles} in loops); ` +
  `${left} left out (${((100 * left) / Math.max(1, cells)).toFixed(2)} %)`;

export const cells: Fuzz = {
  line: 'edits cells at random, and calculates everything from scratch: here, in another session and in LibreOffice',
  count: 5000,
  async run({ seed, count, log }) {
    await startBackend();
    const failures: string[] = [];
    const counts = noCounts();
    const there = noCounts();
    // A run takes long, so a fault is told at once.
    const fail = (found: readonly string[]) => {
      failures.push(...found);
      for (const each of found) log(each);
    };
    const workbooks = await cellWorkbooks(seed);
    let waiting: { name: string; saved: Uint8Array }[] = [];
    let recalculated = 0;
    const missing = installed ? '' : ' (not installed)';
    const told = () =>
      `Here: ${described(counts)}. LibreOffice${missing}: ${recalculated} workbooks, ${described(there)}.`;
    for (let number = 0; number < count; number++) {
      const { fault, saved } = editAtRandom(workbooks[number % 5], createRandomFor(seed, number, 20), counts);
      if (fault !== undefined) fail([`case ${number}: ${fault}`]);
      // The networks come in turn, so the cases for LibreOffice move along by one each time.
      const isSent = number % EVERY === Math.floor(number / EVERY) % 5;
      if (isSent && installed && fault === undefined) waiting.push({ name: `case ${number}`, saved });
      if (waiting.length === TOGETHER || number === count - 1) {
        if (waiting.length > 0) fail(await faultsInLibreOffice(waiting, there));
        recalculated += waiting.length;
        waiting = [];
      }
      if (number % 100 === 99) log(`${number + 1} sequences, ${failures.length} failed`);
      if (number % 500 === 499) log(told());
    }
    for (const { left, cells } of [counts, there])
      if (left > MOST_LEFT * cells) fail([`${left} of ${cells} cells were left out`]);
    return { summary: told(), failures };
  },
};
