/** Writes workbooks with plain formulas, lets LibreOffice calculate them, and compares. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { read } from '@e965/xlsx';
import ExcelJS from 'exceljs';
import { formatAddress } from '../../shared/address.ts';
import { isFormula } from '../../shared/cells.ts';
import type { CellErrorName } from '../../shared/cell-content.ts';
import { call, type Expression, isReference } from '../../shared/formula/expression.ts';
import { formatA1 } from '../../shared/formula/notation.ts';
import { cellsOf } from '../../shared/formula/placed.ts';
import { ENGLISH, print } from '../../shared/formula/print.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { bitOf } from '../engine/oracle/approximate.ts';
import { createOracle, type Oracle } from '../engine/oracle/cell-oracle.ts';
import { createSession, type Session } from '../engine/workbook/session.ts';
import { readWorkbook } from '../files/convsheet.ts';
import { type Counts, difference, shownIn } from './cell-sequences.ts';

/** Calculates workbooks, all in one run of LibreOffice. Returns a sentence for each that differs. */
export async function faultsInLibreOffice(
  files: readonly { name: string; saved: Uint8Array }[],
  counts: Counts,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-'));
  const opened = files.map(({ name, saved }, number) => {
    const session = createSession(readWorkbook(saved, name));
    const stored = session.workbook().values;
    const oracle = createOracle({ sheet: session.sheet, written: session.written, stored }, { truthsAreNumbers: true });
    return { name, file: `case-${number}`, session, oracle };
  });
  try {
    for (const { file, session, oracle } of opened)
      await workbookOf(session, oracle).xlsx.writeFile(join(folder, `${file}.xlsx`));
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`;
    const sources = opened.map(({ file }) => join(folder, `${file}.xlsx`));
    // An .ods tells a loop (Err:522) from other errors, which an .xlsx does not.
    const convert = ['--headless', '--convert-to', 'ods', '--outdir', join(folder, 'results'), ...sources];
    await promisify(execFile)('soffice', [profile, ...convert], { timeout: 280_000 });
    const faults: string[] = [];
    for (const { name, file, session, oracle } of opened) {
      const results = quietly(await readFile(join(folder, 'results', `${file}.ods`)));
      const fault = faultOf(session, oracle, results, counts);
      if (fault !== undefined) faults.push(`${name}: ${fault}`);
    }
    return faults;
  } finally {
    for (const { session } of opened) session.dispose();
    await rm(folder, { recursive: true });
  }
}

/** Reads an .ods. The reader prints a line for every format of truth values that it doesn't know. */
function quietly(bytes: Buffer): ReturnType<typeof read> {
  const { error } = console;
  console.error = () => {};
  try {
    return read(bytes, { dense: true });
  } finally {
    console.error = error;
  }
}

/** Right of and below all that formulas read. */
const FAR = { row: 3000, column: 2000 };

/** Formulas without values, numbers, texts and labels. */
function workbookOf(session: Session, oracle: Oracle): ExcelJS.Workbook {
  const { sheet, sheets, written } = session;
  const workbook = new ExcelJS.Workbook();
  for (const { id, name, cells } of sheets) {
    const worksheet = workbook.addWorksheet(name);
    // LibreOffice 7.4 takes cells right of the last column that holds something for cells of that column when it counts
    // cells (COUNTA, COUNTBLANK) of a sheet that it has read after the formula. So there is something far to the right.
    worksheet.getCell(FAR.row, FAR.column).value = 0;
    const put = (row: number, column: number, content: ExcelJS.CellValue | undefined) => {
      if (content !== undefined) worksheet.getCell(row + 1, column + 1).value = content;
    };
    const nameOf = (each: string | undefined) => sheets.find(own => own.id === each)?.name;
    const textOf = (row: number, column: number) => {
      const formula = oracle.formula({ sheet: id, row, column });
      return formula === undefined ? undefined : { formula: plain(sheet, formula, id, nameOf) };
    };
    if (id === sheet.id) {
      const { layout } = sheet;
      for (let row = 0; row < layout.rows; row++)
        for (let column = 0; column < layout.columns; column++) put(row, column, layout.labelAt(row, column)?.text);
      for (const { id: tensor, role, size } of sheet.tensors.values()) {
        const [own, over] = [session.value(tensor), written.formulas.get(tensor)];
        for (let index = 0; index < size; index++) {
          const { row, column } = layout.cellOf(tensor, index);
          const content = over?.get(index);
          const isNumber = Number.isFinite(own[index]);
          if (typeof content === 'number') put(row, column, Math.fround(content));
          else if (content || role === 'computed') put(row, column, textOf(row, column));
          else if (isNumber || role !== 'actual') put(row, column, isNumber ? own[index] : { formula: 'LN(-1)' });
        }
      }
    }
    for (const [row, line] of cells) {
      for (const [column, { content }] of line) put(row, column, isFormula(content) ? textOf(row, column) : content);
    }
  }
  return workbook;
}

/** The formula as other programs read it. A tensor is the union of its blocks. */
function plain(
  sheet: Sheet,
  formula: Expression,
  on: string,
  nameOf: (id: string | undefined) => string | undefined,
): string {
  const everywhere = { row: 0, column: 0, height: sheet.layout.rows, width: sheet.layout.columns };
  const here = on === sheet.id ? undefined : nameOf(sheet.id);
  return print(truthsAsCalls(formula), {
    language: ENGLISH,
    reference(reference) {
      const cells = cellsOf(sheet, reference, on === sheet.id);
      if (!cells) return '#REF!';
      if (cells.sheet === undefined) return formatA1(cells);
      const name = nameOf(cells.sheet);
      return name === undefined ? '#REF!' : formatA1({ ...cells, sheet: name });
    },
    tensorName(tensor) {
      const blocks = sheet.layout.blocksIn(everywhere).filter(({ region }) => region.tensor === tensor);
      const ranges = blocks.map(({ row, column, height, width }) =>
        formatA1({
          kind: 'cells',
          ...(here !== undefined && { sheet: here }),
          first: { row, column },
          last: { row: row + height - 1, column: column + width - 1 },
          anchors: { first: { row: false, column: false }, last: { row: false, column: false } },
        }),
      );
      return ranges.length === 1 ? ranges[0] : `(${ranges.join(',')})`;
    },
  }).text.slice(1);
}

function truthsAsCalls(expression: Expression): Expression {
  if (typeof expression === 'boolean') return call(expression ? 'TRUE' : 'FALSE');
  if (typeof expression !== 'object' || isReference(expression)) return expression;
  if (expression.kind === 'call') return { ...expression, arguments: expression.arguments.map(truthsAsCalls) };
  return expression.kind === 'operation'
    ? { ...expression, operands: expression.operands.map(truthsAsCalls) }
    : expression;
}

/** The errors of ours that LibreOffice's may be. Its Err:502 is an argument that a function doesn't take. */
const ERRORS: Record<string, readonly CellErrorName[]> = {
  'Err:522': ['#CYCLE!'],
  'Err:502': ['#NUM!', '#VALUE!'],
  'Err:503': ['#NUM!'],
  'Err:504': ['#REF!', '#VALUE!'],
};

function faultOf(
  session: Session,
  oracle: Oracle,
  results: ReturnType<typeof read>,
  counts: Counts,
): string | undefined {
  for (const { place, read: look } of shownIn(session)) {
    const expected = look(oracle);
    const { name } = session.sheets.find(({ id }) => id === place.sheet)!;
    const rows = results.Sheets[name]['!data'] as { t: string; v?: unknown; w?: string }[][];
    const cell = rows[place.row]?.[place.column];
    const shown = cell?.t === 'e' ? (cell.w ?? '') : cell?.v;
    const formula = oracle.formula(place);
    const where = () => {
      const nameOf = (id: string | undefined) => session.sheets.find(own => own.id === id)?.name;
      const text = formula === undefined ? '' : plain(session.sheet, formula, place.sheet, nameOf);
      return `${name}!${formatAddress(place)} =${text}: LibreOffice's`;
    };
    if (typeof shown === 'string' && /^(Err:\d+|#.*)$/.test(shown) && expected.value !== shown) {
      const errors = ERRORS[shown] ?? [shown as CellErrorName];
      const own = expected.errors !== 0 && errors.find(error => (expected.errors & bitOf(error)) !== 0);
      const wrong = difference(own ? { error: own } : { error: errors[0] }, expected, counts);
      if (wrong !== undefined) return `${where()} ${shown}: ${wrong}`;
      continue;
    }
    const wrong = difference((shown ?? null) as number | string | null, expected, counts);
    if (wrong !== undefined) return `${where()} ${wrong}`;
  }
  return undefined;
}
