/** Random edits of formulas over a network and on other sheets, held against HyperFormula after each one. For tests. */
import { type DetailedCellError, HyperFormula, type RawCellContent } from 'hyperformula';
import { formatAddress, parseAddress } from '../../../shared/address.ts';
import { isFormula, type PlacedFormula } from '../../../shared/cells.ts';
import { derive } from '../../../shared/formula/derive.ts';
import type { CellsReference, Expression } from '../../../shared/formula/expression.ts';
import { formatA1 } from '../../../shared/formula/notation.ts';
import { cellsOf, formulaOfCell, formulaOfElement } from '../../../shared/formula/placed.ts';
import { ENGLISH, print } from '../../../shared/formula/print.ts';
import { isError } from '../../../shared/cell-content.ts';
import { ERRORS, type Value } from '../../../shared/formula/value.ts';
import type { TensorId, TensorInfo } from '../../../shared/network.ts';
import { createRandomFor, type Random } from '../../../shared/random.ts';
import { randomExample } from '../../../shared/testing/random-network.ts';
import { CONFIGURATION, withTruthFunctions } from '../formulas/configuration.ts';
import { openWritten, type WrittenNetwork } from '../formulas/testing/written-network.ts';

/** What was compared: cells with formulas of their own, derived cells, and cells that depend on themselves. */
export type Checked = {
  edits: number;
  formulas: number;
  derived: number;
  cycles: number;
  errors: number;
  wrong: string[];
};

const NOTES = 'Notes';
/** Own cells stand in the first rows and columns of a sheet. */
const [ROWS, COLUMNS] = [12, 4];
/** Derived cells that are checked after each edit. */
const SAMPLES = 30;

/** Makes random edits on a random network and checks every state. */
export function checkRandomEdits(seed: number, number: number, edits: number): Checked {
  const random = createRandomFor(seed, number, 19);
  const { sheet, stored } = randomExample(random.integer(1_000_000), random.integer(3) === 0 ? 'ties' : 'plain');
  const first = new Map([...stored].map(([id, values]) => [id, values.slice()]));
  const own = openWritten(sheet.network, stored);
  const checked: Checked = { edits: 0, formulas: 0, derived: 0, cycles: 0, errors: 0, wrong: [] };
  own.type({ [`${NOTES}!A1`]: 1 });
  for (let edit = 0; edit < edits && checked.wrong.length === 0; edit++) {
    const done = randomEdit(own, random);
    checked.edits++;
    check(own, random, checked);
    checked.wrong = checked.wrong.map(wrong => `after ${done}: ${wrong}`);
  }
  if (checked.wrong.length === 0) checkFromScratch(own, stored, first, checked);
  own.close();
  return checked;
}

function randomEdit(own: WrittenNetwork, random: Random): string {
  const cells: Record<string, number | string | undefined> = {};
  for (let count = 1 + random.integer(4); count > 0; count--) {
    const cell = random.integer(2) === 0 ? randomElement(own, random) : `${NOTES}!${randomOwn(random)}`;
    const kind = random.integer(8);
    if (kind === 0) cells[cell] = undefined;
    else if (kind === 1 && (cell.includes('!') || isComputed(own, cell))) cells[cell] = random.integer(9) - 4;
    else cells[cell] = randomText(own, random, cell.includes('!'));
  }
  if (random.integer(4) === 0) {
    const infos = [...own.sheet.tensors.values()].filter(({ role }) => role === 'parameter' || role === 'pixels');
    const { id, size, name } = infos[random.integer(infos.length)];
    const index = random.integer(size);
    if (!LEFT_OUT.has(name) && !own.written.formulas.get(id)?.has(index)) own.edit(id, index, random.normal());
  }
  own.type(cells);
  return JSON.stringify(cells);
}

/** Not all numbers are allowed in a rate and a variance. A cross-entropy is 0 where the class isn't expected, even if
 *  its other terms depend on themselves; HyperFormula shows the cycle. */
const LEFT_OUT: ReadonlySet<string> = new Set(['rate', 'movingVariance', 'crossEntropy']);

const infoAt = (own: WrittenNetwork, random: Random): TensorInfo => {
  const all = [...own.sheet.tensors.values()].filter(({ name }) => !LEFT_OUT.has(name));
  return all[random.integer(all.length)];
};

function randomElement(own: WrittenNetwork, random: Random): string {
  const { id, size } = infoAt(own, random);
  return formatAddress(own.sheet.layout.cellOf(id, random.integer(size)));
}

function isComputed({ sheet }: WrittenNetwork, cell: string): boolean {
  const { row, column } = parseAddress(cell)!;
  const element = sheet.layout.elementAt(row, column);
  return element !== undefined && sheet.tensors.get(element.tensor)!.role === 'computed';
}

const randomOwn = (random: Random) => formatAddress({ row: random.integer(ROWS), column: random.integer(COLUMNS) });

/** A formula as somebody might type it. */
function randomText(own: WrittenNetwork, random: Random, onNotes: boolean): string {
  const operand = (): string => {
    if (random.integer(5) === 0) return String(random.integer(7) - 3);
    if (random.integer(2) === 0) return (onNotes ? '' : `${NOTES}!`) + randomOwn(random);
    // Many formulas that read one another would soon all depend on themselves.
    if (random.integer(3) === 0) return String(random.integer(7) - 3);
    return (onNotes ? 'network!' : '') + randomElement(own, random);
  };
  const range = (): string => {
    if (random.integer(2) === 0) {
      const [top, left] = [random.integer(ROWS), random.integer(COLUMNS)];
      const last = { row: top + random.integer(ROWS - top), column: left + random.integer(COLUMNS - left) };
      return `${onNotes ? '' : `${NOTES}!`}${formatAddress({ row: top, column: left })}:${formatAddress(last)}`;
    }
    const { id, size } = infoAt(own, random);
    const at = own.sheet.layout.cellOf(id, random.integer(size));
    const last = { row: at.row + random.integer(3), column: at.column + random.integer(3) };
    return `${onNotes ? 'network!' : ''}${formatAddress(at)}:${formatAddress(last)}`;
  };
  const [a, b, c] = [operand(), operand(), operand()];
  switch (random.integer(9)) {
    case 0:
      return `=${a}+${b}*${c}`;
    case 1:
      return `=SUM(${range()},${a})`;
    case 2:
      return `=MAX(${range()})-${a}`;
    case 3:
      return `=IF(${a}>${b},${b},${c})`;
    case 4:
      return `=${a}/${b}`;
    case 5:
      return `=AVERAGEA(${range()})+${a}`;
    case 6:
      return `=IFERROR(${a},${b})`;
    case 7:
      return `=AVERAGE(${range()},${b})`;
    default:
      return `=${a}`;
  }
}

/** Every formula gives what HyperFormula makes of the present values, and what depends on itself does so there, too. */
function check(own: WrittenNetwork, random: Random, checked: Checked): void {
  const { sheet } = own;
  const values = cellsOfAll(own, place => rawValue(own.read(place)));
  const engine = HyperFormula.buildFromSheets(values, CONFIGURATION);
  const cycles = cyclesOf(own);
  const compare = (cell: string, text: string, isElement: boolean) => {
    const found = own.read(cell);
    const cycle = cycles.get(cell);
    if (cycle === 'cycle' || isCycle(found)) {
      checked.cycles++;
      // Where it meets another error, either may be shown.
      if (!isError(found) || cycle === undefined)
        checked.wrong.push(`${cell} ${text}: ${JSON.stringify(found)} or ${cycle}`);
      return;
    }
    if (isError(found)) checked.errors++;
    const expected = readValue(
      engine.calculateFormula(text, engine.getSheetId(cell.includes('!') ? NOTES : 'network')!),
    );
    const value = isElement ? asNumber(expected) : (expected ?? 0);
    if (!agree(found, value))
      checked.wrong.push(`${cell} ${text}: ${JSON.stringify(found)}, HyperFormula ${JSON.stringify(value)}`);
  };
  for (const [cell, { text, isElement }] of formulasOf(own)) {
    checked.formulas++;
    compare(cell, text, isElement);
  }
  const isSample = ({ role, name }: TensorInfo) => role === 'computed' && !LEFT_OUT.has(name);
  const computed = [...sheet.tensors.values()].filter(isSample);
  for (let n = 0; n < SAMPLES && computed.length > 0; n++) {
    const { id, size } = computed[random.integer(computed.length)];
    const index = random.integer(size);
    if (own.written.formulas.get(id)?.has(index)) continue;
    checked.derived++;
    compare(formatAddress(sheet.layout.cellOf(id, index)), derive(sheet, { tensor: id, index })!.text, true);
  }
  engine.destroy();
}

const isCycle = (value: Value) => isError(value) && value.error === '#CYCLE!';

/** The cells that show #CYCLE! or another error if HyperFormula holds everything as formulas. */
function cyclesOf(own: WrittenNetwork): Map<string, 'cycle' | 'error'> {
  const formulas = formulasOf(own);
  const { sheet } = own;
  const cells = cellsOfAll(own, (cell, element) => {
    const formula = formulas.get(cell);
    if (formula) return formula.text;
    const content = element && own.written.formulas.get(element.tensor)?.get(element.index);
    if (typeof content === 'number') return content;
    const isDerived = element && sheet.tensors.get(element.tensor)!.role === 'computed';
    return isDerived ? derive(sheet, element)!.text : rawValue(own.read(cell));
  });
  const engine = HyperFormula.buildFromSheets(cells, CONFIGURATION);
  const found = new Map<string, 'cycle' | 'error'>();
  for (const [name, rows] of Object.entries(cells)) {
    const id = engine.getSheetId(name)!;
    for (const [row, columns] of rows.entries()) {
      for (const column of columns.keys()) {
        const value = engine.getCellValue({ sheet: id, row, col: column }) as DetailedCellError | null;
        if (typeof value !== 'object' || value === null) continue;
        const cell = (name === NOTES ? `${NOTES}!` : '') + formatAddress({ row, column });
        found.set(cell, value.value === '#CYCLE!' ? 'cycle' : 'error');
      }
    }
  }
  engine.destroy();
  return found;
}

type Element = { tensor: TensorId; index: number };

/** Both sheets, with something in every cell that isn't blank. */
function cellsOfAll(
  { sheet }: WrittenNetwork,
  contentOf: (cell: string, element: Element | undefined) => RawCellContent,
): Record<string, RawCellContent[][]> {
  const { layout } = sheet;
  const network = Array.from({ length: layout.rows + 3 }, (_, row) =>
    Array.from({ length: layout.columns + 3 }, (__, column): RawCellContent => {
      const element = layout.elementAt(row, column);
      const label = layout.labelAt(row, column);
      if (!element && label) return `'${label.text}`;
      return element ? contentOf(formatAddress({ row, column }), element) : null;
    }),
  );
  const notes = Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: COLUMNS }, (__, column) => contentOf(`${NOTES}!${formatAddress({ row, column })}`, undefined)),
  );
  return { network, [NOTES]: notes };
}

/** The texts of all formulas, with addresses of the network's sheet and of the other one. */
function formulasOf({ sheet, written }: WrittenNetwork): Map<string, { text: string; isElement: boolean }> {
  const found = new Map<string, { text: string; isElement: boolean }>();
  const textOf = (expression: Expression, onNetwork: boolean) =>
    print(withTruthFunctions(expression), {
      language: ENGLISH,
      reference: reference => formatA1(cellsOf(sheet, reference, onNetwork) as CellsReference),
    }).text;
  for (const [tensor, own] of written.formulas) {
    for (const [index, content] of own) {
      if (!isFormula<number>(content)) continue;
      const text = textOf(formulaOfElement(sheet, tensor, index, content), true);
      found.set(formatAddress(sheet.layout.cellOf(tensor, index)), { text, isElement: true });
    }
  }
  const notes = written.sheets.find(({ id }) => id === NOTES);
  for (const [row, columns] of notes?.cells ?? []) {
    for (const [column, { content }] of columns) {
      if (!isFormula(content)) continue;
      const placed = content as PlacedFormula<{ row: number; column: number }>;
      const text = textOf(formulaOfCell(sheet, { row, column }, placed, false), false);
      found.set(`${NOTES}!${formatAddress({ row, column })}`, { text, isElement: false });
    }
  }
  return found;
}

/** The same workbook opened anew has the same bits. */
function checkFromScratch(
  own: WrittenNetwork,
  stored: Map<TensorId, Float32Array>,
  first: Map<TensorId, Float32Array>,
  checked: Checked,
): void {
  const values = new Map([...stored].map(([id, now]) => [id, now.slice()]));
  const other = openWritten(own.sheet.network, values, own.written);
  for (const { id } of own.sheet.tensors.values()) {
    const [a, b] = [own.forward.value(id), other.forward.value(id)];
    const at = a.findIndex((value, index) => !Object.is(value, b[index]));
    if (at >= 0) checked.wrong.push(`opened anew, ${id}[${at}] is ${b[at]} and not ${a[at]} (${first.get(id)?.[at]})`);
  }
  other.close();
}

function rawValue(content: Value): RawCellContent {
  if (isError(content)) return content.error;
  return typeof content === 'string' ? `'${content}` : content;
}

function readValue(result: unknown): Value {
  if (typeof result !== 'object' || result === null) return (result as Value) ?? null;
  return ERRORS[(result as DetailedCellError).value as keyof typeof ERRORS];
}

function asNumber(value: Value): Value {
  if (isError(value)) return value;
  if (typeof value === 'string') return ERRORS['#VALUE!'];
  const number = Math.fround(Number(value));
  return Number.isFinite(number) ? number : ERRORS['#NUM!'];
}

/** Numbers agree within float32's sums. Where two errors meet, either may be shown. */
function agree(found: Value, expected: Value): boolean {
  if (typeof found === 'number' && typeof expected === 'number')
    return Math.abs(found - expected) <= 2e-5 * Math.max(1, Math.abs(expected));
  return isError(found) ? isError(expected) : found === expected;
}
