import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { read } from '@e965/xlsx';
import { afterAll, expect, test } from 'vitest';
import { formatsOf } from './clipboard.ts';
import type { Table } from './clipboard-table.ts';

const installed = spawnSync('soffice', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'convsheet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numbers = [0.5, 1 / 3, 1234.25, -2, 0.1, 1e-5, 1.5e20, 16777217].map(Math.fround);
const table: Table = [numbers, ['kernel 1', ...numbers.slice(1)]];

/** Reads files with LibreOffice in a language (1033 English, 1031 German). Returns the cells of each. */
function openInCalc(files: readonly string[], filter: string): unknown[][][] {
  const profile = pathToFileURL(join(folder, 'profile')).href;
  execFileSync(
    'soffice',
    [
      `-env:UserInstallation=${profile}`,
      '--headless',
      `--infilter=${filter}`,
      '--convert-to',
      'xlsx',
      '--outdir',
      folder,
      ...files.map(file => join(folder, file)),
    ],
    { stdio: 'pipe', timeout: 280_000 },
  );
  return files.map(file => {
    const { Sheets, SheetNames } = read(readFileSync(join(folder, file.replace(/\.\w+$/, '.xlsx'))), { dense: true });
    const rows = Sheets[SheetNames[0]]['!data'] as { t: string; v?: unknown }[][];
    return rows.map(row => row.map(({ t, v }) => (t === 'n' ? Math.fround(v as number) : v)));
  });
}

/** The formulas and the colours of cells in a file that was opened before. */
function openedCells(file: string): { formulas: unknown[]; colours: unknown[] } {
  const { Sheets, SheetNames } = read(readFileSync(join(folder, file)), { dense: true, cellStyles: true });
  type Opened = { f?: string; s?: { fgColor?: { rgb?: string } } };
  const [row] = Sheets[SheetNames[0]]['!data'] as Opened[][];
  return { formulas: row.map(({ f }) => f), colours: row.map(({ s }) => s?.fgColor?.rgb) };
}

test.skipIf(!installed)(
  'what is copied is numbers, with the same bits, in an English and a German LibreOffice (skipped where soffice is ' +
    'not installed) (fault 11)',
  () => {
    const [english, german] = [false, true].map(comma => formatsOf(table, comma, 'some-id'));
    for (const [name, content] of Object.entries({
      'english.html': english.html!,
      'german.html': german.html!,
      'english.csv': english.text,
      'german.csv': german.text,
    }))
      writeFileSync(join(folder, name), content);
    const htmls = ['english.html', 'german.html'];
    expect(openInCalc(htmls, 'HTML (StarCalc):1033 true')).toEqual([table, table]);
    expect(openInCalc(htmls, 'HTML (StarCalc):1031 true')).toEqual([table, table]);
    const tabbed = (language: number) => `CSV:9,34,76,1,,${language},false,true`;
    expect(openInCalc(['english.csv'], tabbed(1033))).toEqual([table]);
    expect(openInCalc(['german.csv'], tabbed(1031))).toEqual([table]);
  },
);

test.skipIf(!installed)(
  'what is copied with colours and formulas is the same numbers in LibreOffice, in their colours; formulas as they ' +
    'are shown are formulas there (skipped where soffice is not installed)',
  () => {
    const looks = [
      { paper: '#ffcc00', ink: '#000000', formula: '=MAX(0,AH3)' },
      { formula: '=A1*2', relative: '=RC[-1]*2' },
    ];
    const { html } = formatsOf([[0.5, 1]], false, 'some-id', { lookOf: (_, column) => looks[column] });
    writeFileSync(join(folder, 'looks.html'), html!);
    expect(openInCalc(['looks.html'], 'HTML (StarCalc):1033 true')).toEqual([[[0.5, 1]]]);
    expect(openedCells('looks.xlsx').colours[0]).toBe('FFCC00');

    const shown: Table = [[2, '=SUM(A1,3)*$A$1', '=IF(B1>2,ROUND(A1/3,4),"x""y")', '=MAX(A1:B1)^2%']];
    writeFileSync(join(folder, 'shown.csv'), formatsOf(shown, false, 'some-id').text);
    const [[values]] = openInCalc(['shown.csv'], 'CSV:9,34,76,1,,1033,false,true,,,,true');
    expect(values).toEqual([2, 10, 0.6667, 10 ** 0.02].map(Math.fround));
    expect(openedCells('shown.xlsx').formulas.slice(1)).toEqual([
      'SUM(A1,3)*$A$1',
      'IF(B1>2,ROUND(A1/3,4),"x""y")',
      'MAX(A1:B1)^2%',
    ]);
  },
);
