import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { read } from '@e965/xlsx';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import { derive } from '../../../shared/formula/derive.ts';
import { layerKinds } from '../../../shared/layers/kinds.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { TensorId } from '../../../shared/network.ts';
import { manyChannelsExample, randomExample } from '../../../shared/testing/random-network.ts';
import { buildSheet, type Sheet } from '../../../shared/layout/sheet.ts';
import { readTemplate } from '../../files/templates.ts';
import { startBackend } from '../backend/backend.ts';
import { createForward } from '../show/forward.ts';
import { computeReference } from './reference.ts';

type Values = Map<TensorId, Float32Array>;
/** `expected` has all tensors: for the starters by the app itself, for random networks by the reference loops. Cells of
 *  random networks grow into the hundreds, and the loops calculate in doubles as a spreadsheet does. */
type Example = { name: string; sheet: Sheet; stored: Values; expected: Map<TensorId, ArrayLike<number>> };

const installed = spawnSync('soffice', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'convsheet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(startBackend);

async function starter(name: string): Promise<Example> {
  const { network, classes, values } = await readTemplate(name);
  const sheet = buildSheet(network, classes);
  const forward = createForward(network, values);
  forward.update(values.keys());
  const expected = new Map([...sheet.tensors.keys()].map(id => [id, forward.value(id)]));
  forward.dispose();
  return { name, sheet, stored: values, expected };
}

/** Random networks that hold every kind of layer, together. */
function withEveryKind() {
  const missing = new Set<string>(Object.keys(layerKinds));
  const found = [];
  for (let seed = 2000; missing.size > 0; seed++) {
    const example = randomExample(seed, 'plain');
    const bringsMore = example.sheet.network.layers.filter(({ kind }) => missing.delete(kind)).length > 0;
    if (found.length < 8 || bringsMore) found.push(example);
  }
  return found;
}

function random(name: string, { sheet, stored }: { sheet: Sheet; stored: Values }): Example {
  const reference = computeReference(sheet.network, stored);
  const computed = [...reference].map(([id, { values }]) => [id, values] as const);
  return { name, sheet, stored, expected: new Map<TensorId, ArrayLike<number>>([...stored, ...computed]) };
}

describe.skipIf(!installed)('formulas in LibreOffice (skipped where soffice is not installed)', () => {
  it('give the app’s value in every cell, recalculated from a plain .xlsx', async () => {
    const examples = [
      await starter('lesson3'),
      await starter('lenet'),
      await starter('resnet-tiny'),
      random('many channels', manyChannelsExample()),
      ...withEveryKind().map((example, number) => random(`random ${number}`, example)),
      random('not finite', randomExample(2100, 'broken')),
    ];
    const workbook = new ExcelJS.Workbook();
    for (const example of examples) writeSheet(workbook.addWorksheet(example.name), example);
    const source = join(folder, 'formulas.xlsx');
    await workbook.xlsx.writeFile(source);
    const recalculated = recalculate(source);
    for (const example of examples) {
      const { cells, largestError, wrong } = compare(recalculated.Sheets[example.name], example);
      console.info(`${example.name}: ${cells} cells, largest error ${largestError.toExponential(1)}`);
      expect(wrong).toEqual([]);
    }
  });
});

/** Writes numbers for stored values, formulas without values for computed ones, and labels as text. */
function writeSheet(worksheet: ExcelJS.Worksheet, { sheet, stored }: Example): void {
  const { layout } = sheet;
  for (let row = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) {
      const element = layout.elementAt(row, column);
      const content = element ? contentOf(sheet, stored, element) : layout.labelAt(row, column)?.text;
      if (content !== undefined) worksheet.getCell(row + 1, column + 1).value = content;
    }
  }
}

function contentOf(sheet: Sheet, stored: Values, element: ElementIndex): ExcelJS.CellValue | undefined {
  const formula = derive(sheet, element);
  if (formula) return { formula: formula.text.slice(1) };
  const value = stored.get(element.tensor)![element.index];
  if (Number.isFinite(value)) return value;
  return element.tensor.endsWith('/actual') ? undefined : { formula: 'LN(-1)' };
}

function recalculate(file: string): ReturnType<typeof read> {
  const profile = pathToFileURL(join(folder, 'profile')).href;
  const results = join(folder, 'results');
  const convert = ['--headless', '--convert-to', 'xlsx', '--outdir', results, file];
  execFileSync('soffice', [`-env:UserInstallation=${profile}`, ...convert], { stdio: 'pipe', timeout: 280_000 });
  return read(readFileSync(join(results, 'formulas.xlsx')), { dense: true });
}

type Results = ReturnType<typeof read>['Sheets'][string];

/** Compares every cell with its value, within 1e-5. */
function compare(results: Results, { sheet, expected }: Example) {
  const rows = results['!data'] as { t: string; v?: unknown }[][];
  const wrong: string[] = [];
  let cells = 0;
  let largestError = 0;
  for (const { id, role, size } of sheet.tensors.values()) {
    for (let index = 0; index < size; index++) {
      const { row, column } = sheet.layout.cellOf(id, index);
      const cell = rows[row]?.[column];
      const value = expected.get(id)![index];
      const blank = role === 'actual' && Number.isNaN(value);
      const agrees = blank ? cell?.v === undefined : cell?.t === 'e' && Number.isNaN(value);
      const error = agrees ? 0 : cell?.t === 'n' ? Math.abs((cell.v as number) - value) : Number.NaN;
      cells++;
      if (error <= 1e-5) largestError = Math.max(largestError, error);
      else wrong.push(`${id}[${index}] ${formatAddress({ row, column })}: ${String(cell?.v)} for ${value}`);
    }
  }
  return { cells, largestError, wrong: wrong.slice(0, 20) };
}
