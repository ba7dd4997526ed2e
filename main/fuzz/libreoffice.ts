/** Writes the sheets of networks with their formulas, lets LibreOffice calculate them, and compares every cell. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { read } from '@e965/xlsx';
import ExcelJS from 'exceljs';
import { formatAddress } from '../../shared/address.ts';
import { deriveGradient, LONGEST } from '../../shared/backprop/gradients.ts';
import { derive } from '../../shared/formula/derive.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { type LayerKind, layerKinds } from '../../shared/layers/kinds.ts';
import { buildSheet, type Sheet } from '../../shared/layout/sheet.ts';
import type { TensorId } from '../../shared/network.ts';
import { templateNames } from '../../shared/templates.ts';
import { manyChannelsExample, randomExample } from '../../shared/testing/random-network.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { everyFormulaExample } from '../engine/oracle/formula-cases.ts';
import { computeReference } from '../engine/oracle/reference.ts';
import { createForward } from '../engine/show/forward.ts';
import { drawnTemplates, readTemplate } from '../files/templates.ts';
import type { Fuzz } from './fuzz.ts';

type Values = Map<TensorId, Float32Array>;
/** `expected` has all tensors: for the starters by the app itself, for random networks by the reference loops. Cells of
 *  random networks grow into the hundreds, and the loops calculate in doubles as a spreadsheet does. */
export type Example = {
  name: string;
  sheet: Sheet;
  stored: Values;
  expected: ReadonlyMap<TensorId, ArrayLike<number>>;
  /** Given if the gradient plane stands on a second sheet. `most`: how far apart a cell may be. undefined if no cell
   *  can hold its formula; its number stands there instead. */
  gradients?: {
    expected: ReadonlyMap<TensorId, ArrayLike<number>>;
    most: (tensor: TensorId, index: number) => number | undefined;
  };
};

/** A sheet as LibreOffice calculates it: how many cells were compared, and those that differ. */
export type Compared = { name: string; cells: number; largestError: number; wrong: string[] };

/** Calculates sheets, all in one run of LibreOffice. */
export async function inLibreOffice(examples: readonly Example[]): Promise<Compared[]> {
  const workbook = new ExcelJS.Workbook();
  for (const example of examples) {
    const { name, sheet, stored, gradients } = example;
    writeSheet(workbook.addWorksheet(name), sheet, element => contentOf(sheet, stored, element));
    if (!gradients) continue;
    writeSheet(workbook.addWorksheet(gradientSheet(name)), sheet, element => {
      const formula = deriveGradient(sheet, element, { name });
      if (formula && formula.text.length <= LONGEST) return { formula: formula.text.slice(1) };
      return gradients.expected.get(element.tensor)?.[element.index];
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-'));
  try {
    const source = join(folder, 'formulas.xlsx');
    await workbook.xlsx.writeFile(source);
    const { Sheets } = recalculate(folder, source);
    return examples.flatMap(({ name, sheet, expected, gradients }): Compared[] => {
      const values = { name, ...compare(Sheets[name], sheet, expected) };
      if (!gradients) return [values];
      const own = gradientSheet(name);
      return [values, { name: own, ...compare(Sheets[own], sheet, gradients.expected, gradients.most) }];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With fewer random networks, a kind of layer may be missing. */
const ENOUGH = 40;

export const libreoffice: Fuzz = {
  line: 'lets LibreOffice calculate the starter networks and random ones, and compares every cell',
  count: 40,
  async run({ seed, count, log }) {
    await startBackend();
    // VGG-16 has more cells than LibreOffice takes.
    const small = templateNames.filter(name => !drawnTemplates.has(name));
    const examples = await Promise.all(small.map(starter));
    examples.push(withReference('many channels', manyChannelsExample()));
    examples.push(withReference('every formula', everyFormulaExample()));
    for (let number = 0; number < count; number++)
      examples.push(withReference(`random ${number}`, randomExample(seed * 100_000 + number, 'plain')));
    const kinds = new Map<LayerKind, number>();
    for (const { kind } of examples.flatMap(({ sheet }) => sheet.network.layers))
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const missing = Object.keys(layerKinds).filter(kind => !kinds.has(kind as LayerKind));
    const failures = count >= ENOUGH ? missing.map(kind => `no sheet has a ${kind} layer`) : [];
    let all = 0;
    for (const { name, cells, largestError, wrong } of await inLibreOffice(examples)) {
      log(`${name}: ${cells} cells, largest error ${largestError.toExponential(1)}`);
      failures.push(...wrong.map(cell => `${name}: ${cell}`));
      all += cells;
    }
    const often = (['formula', 'reshape'] as const).map(kind => `${kinds.get(kind) ?? 0} ${kind} layers`);
    return {
      summary:
        `${all} cells of ${examples.length} sheets were compared, with ${kinds.size} kinds of layers, among them ` +
        `${often.join(' and ')}.`,
      failures,
    };
  },
};

/** A starter network, with the values that the app itself shows. */
export async function starter(name: string): Promise<Example> {
  const { network, classes, values } = await readTemplate(name);
  const sheet = buildSheet(network, classes);
  const forward = createForward(network, values);
  forward.update(values.keys());
  const expected = new Map([...sheet.tensors.keys()].map(id => [id, forward.value(id)]));
  forward.dispose();
  return { name, sheet, stored: values, expected };
}

/** A network with the values of the reference loops. */
export function withReference(name: string, { sheet, stored }: { sheet: Sheet; stored: Values }): Example {
  const reference = computeReference(sheet.network, stored);
  const computed = [...reference].map(([id, { values }]) => [id, values] as const);
  return { name, sheet, stored, expected: new Map<TensorId, ArrayLike<number>>([...stored, ...computed]) };
}

const gradientSheet = (name: string) => `${name} gradients`;

/** Writes numbers for stored values, formulas without values for computed ones, and labels as text. */
function writeSheet(
  worksheet: ExcelJS.Worksheet,
  { layout }: Sheet,
  contentOf: (element: ElementIndex) => ExcelJS.CellValue | undefined,
): void {
  for (let row = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) {
      const element = layout.elementAt(row, column);
      const content = element ? contentOf(element) : layout.labelAt(row, column)?.text;
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

function recalculate(folder: string, file: string): ReturnType<typeof read> {
  const profile = pathToFileURL(join(folder, 'profile')).href;
  const results = join(folder, 'results');
  const convert = ['--headless', '--convert-to', 'xlsx', '--outdir', results, file];
  execFileSync('soffice', [`-env:UserInstallation=${profile}`, ...convert], { stdio: 'pipe', timeout: 280_000 });
  return read(readFileSync(join(results, 'formulas.xlsx')), { dense: true });
}

type Results = ReturnType<typeof read>['Sheets'][string];

/** Compares every cell that has an expected value with it, within 1e-5 or `most`. */
function compare(
  results: Results,
  sheet: Sheet,
  expected: Example['expected'],
  most: (tensor: TensorId, index: number) => number | undefined = () => 1e-5,
) {
  const rows = results['!data'] as { t: string; v?: unknown }[][];
  const wrong: string[] = [];
  let cells = 0;
  let largestError = 0;
  for (const { id, role, size } of sheet.tensors.values()) {
    if (!expected.has(id)) continue;
    for (let index = 0; index < size; index++) {
      const allowed = most(id, index);
      if (allowed === undefined) continue;
      const { row, column } = sheet.layout.cellOf(id, index);
      const cell = rows[row]?.[column];
      const value = expected.get(id)![index];
      const blank = role === 'actual' && Number.isNaN(value);
      const agrees = blank ? cell?.v === undefined : cell?.t === 'e' && Number.isNaN(value);
      const error = agrees ? 0 : cell?.t === 'n' ? Math.abs((cell.v as number) - value) : Number.NaN;
      cells++;
      if (error <= allowed) largestError = Math.max(largestError, error);
      else wrong.push(`${id}[${index}] ${formatAddress({ row, column })}: ${String(cell?.v)} for ${value}`);
    }
  }
  return { cells, largestError, wrong: wrong.slice(0, 20) };
}
