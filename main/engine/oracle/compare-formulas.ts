/** Compares derived formulas with numbers in tests. HyperFormula is the spreadsheet. */
import { type DetailedCellError, HyperFormula, type RawCellContent } from 'hyperformula';
import { derive } from '../../../shared/formula/derive.ts';
import type { Formula } from '../../../shared/formula/formula.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Random } from '../../../shared/random.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import { CONFIGURATION } from '../formulas/configuration.ts';
import { computeReference, type ReferenceTensor } from './reference.ts';

/** `derive`, or a version of it that is wrong on purpose. */
export type FormulaMaker = (sheet: Sheet, element: ElementIndex) => Formula | undefined;
export type Values = ReadonlyMap<TensorId, ArrayLike<number>>;

/** What was compared. `largestError` is relative to max(1, Σ|terms|). `wrong` counts the wrong cells, and `mismatches`
 *  describes the first few of them. */
export type Comparison = {
  cells: number;
  nonzero: number;
  nonFinite: number;
  largestError: number;
  wrong: number;
  mismatches: string[];
};

export const TOLERANCE = 1e-6;

export function emptyComparison(): Comparison {
  return { cells: 0, nonzero: 0, nonFinite: 0, largestError: 0, wrong: 0, mismatches: [] };
}

/** Adds the counts of another comparison. */
export function addComparison(total: Comparison, more: Comparison): void {
  total.cells += more.cells;
  total.nonzero += more.nonzero;
  total.nonFinite += more.nonFinite;
  total.largestError = Math.max(total.largestError, more.largestError);
  total.wrong += more.wrong;
  total.mismatches.push(...more.mismatches.slice(0, 20 - total.mismatches.length));
}

/** Compares two values of one element. They agree if both are out of float32's range (NaN, #NUM!, too large), or if
 *  they differ by no more than the tolerance. `found` is a text if a spreadsheet shows anything but a number or
 *  #NUM!. */
function compareValue(
  comparison: Comparison,
  found: number | string,
  expected: number,
  magnitude: number,
  where: () => string,
): void {
  comparison.cells++;
  const number = typeof found === 'number';
  const finite = number && Number.isFinite(Math.fround(found));
  if (number && !finite) comparison.nonFinite++;
  if (finite && found !== 0) comparison.nonzero++;
  const bothNonFinite = number && !finite && !Number.isFinite(Math.fround(expected));
  const error = bothNonFinite ? 0 : number ? Math.abs(found - expected) / Math.max(1, magnitude) : Number.NaN;
  if (error <= TOLERANCE) comparison.largestError = Math.max(comparison.largestError, error);
  else {
    comparison.wrong++;
    if (comparison.mismatches.length < 20) comparison.mismatches.push(`${where()}: ${found} for ${expected}`);
  }
}

/** Writes the whole sheet into HyperFormula by address: labels, formulas, and numbers for stored values. Every computed
 *  cell must have the value that the reference loops calculate from the stored values. */
export function compareWholeSheet(sheet: Sheet, stored: Values, make: FormulaMaker = derive): Comparison {
  const { layout } = sheet;
  const cells: RawCellContent[][] = [];
  for (let row = 0; row < layout.rows; row++) {
    const line: RawCellContent[] = [];
    for (let column = 0; column < layout.columns; column++) {
      line.push(contentOf(sheet, row, column, element => make(sheet, element)?.text ?? numberCell(stored, element)));
    }
    cells.push(line);
  }
  const results = evaluateSheet(cells);
  const reference = computeReference(sheet.network, stored);
  const comparison = emptyComparison();
  for (const [tensor, { values, magnitudes }] of reference) {
    for (let index = 0; index < values.length; index++) {
      const { row, column } = layout.cellOf(tensor, index);
      const found = readResult(results[row]?.[column]);
      compareValue(comparison, found, values[index], magnitudes[index], () => `${tensor}[${index}]`);
    }
  }
  return comparison;
}

/** Evaluates the formulas of some cells of every computed tensor, among them the first and the last, from the values of
 *  their precedents. Compares each with the tensor and with the reference's step from the same values, so two
 *  comparisons a cell. */
export function compareSomeCells(
  sheet: Sheet,
  values: Values,
  reference: ReadonlyMap<TensorId, ReferenceTensor>,
  random: Random,
  perTensor: number,
  make: FormulaMaker = derive,
): Comparison {
  const samples: (ElementIndex & { formula: Formula })[] = [];
  for (const { id, role, size } of sheet.tensors.values()) {
    if (role !== 'computed') continue;
    for (const index of someIndices(size, perTensor, random)) {
      samples.push({ tensor: id, index, formula: make(sheet, { tensor: id, index })! });
    }
  }
  const cells: RawCellContent[][] = [];
  for (const { range } of samples.flatMap(sample => sample.formula.references)) {
    for (let row = range.row; row < range.row + range.height; row++) {
      cells[row] ??= [];
      for (let column = range.column; column < range.column + range.width; column++) {
        cells[row][column] ??= contentOf(sheet, row, column, element => numberCell(values, element));
      }
    }
  }
  const results = evaluateOver(
    cells,
    samples.map(sample => sample.formula.text),
  );
  const comparison = emptyComparison();
  for (const [position, { tensor, index, formula }] of samples.entries()) {
    const expected = reference.get(tensor)!;
    const where = (against: string) => () => `${tensor}[${index}] ${formula.text.slice(0, 200)} against ${against}`;
    const found = results[position];
    const magnitude = expected.magnitudes[index];
    compareValue(comparison, found, values.get(tensor)![index], magnitude, where('engine'));
    compareValue(comparison, found, expected.values[index], magnitude, where('reference'));
  }
  return comparison;
}

/** Compares the engine's tensors with the reference. Each step of the reference starts from the engine's own inputs. */
export function compareTensors(values: Values, reference: ReadonlyMap<TensorId, ReferenceTensor>): Comparison {
  const comparison = emptyComparison();
  for (const [tensor, expected] of reference) {
    const found = values.get(tensor)!;
    for (let index = 0; index < expected.values.length; index++) {
      const where = () => `${tensor}[${index}] engine against reference`;
      compareValue(comparison, found[index], expected.values[index], expected.magnitudes[index], where);
    }
  }
  return comparison;
}

/** The content of a cell: of an element, a label, or nothing. */
function contentOf(
  { layout }: Sheet,
  row: number,
  column: number,
  ofElement: (element: ElementIndex) => RawCellContent,
): RawCellContent {
  const element = layout.elementAt(row, column);
  if (element) return ofElement(element);
  // The apostrophe makes it text, whatever it looks like.
  const label = layout.labelAt(row, column);
  return label ? `'${label.text}` : null;
}

/** A stored or computed number for a cell. If it isn't finite it becomes a formula that gives #NUM!, and a blank
 *  `actual` becomes a blank. */
function numberCell(values: Values, { tensor, index }: ElementIndex): RawCellContent {
  const value = values.get(tensor)![index];
  if (Number.isFinite(value)) return value;
  return tensor.endsWith('/actual') ? null : '=10^400';
}

function evaluateSheet(cells: RawCellContent[][]): unknown[][] {
  const engine = HyperFormula.buildFromSheets({ Network: cells }, CONFIGURATION);
  const results = engine.getSheetValues(0);
  engine.destroy();
  return results;
}

/** The values of some formulas over these cells. */
export function evaluateOver(cells: RawCellContent[][], formulas: string[]): (number | string)[] {
  const rows = Array.from(cells, row => Array.from(row ?? [], cell => cell ?? null));
  const engine = HyperFormula.buildFromSheets({ Network: rows }, CONFIGURATION);
  const results = formulas.map(formula => readResult(engine.calculateFormula(formula, 0)));
  engine.destroy();
  return results;
}

/** The number of a result. #NUM! becomes NaN; every other error, text or blank becomes a text. */
function readResult(result: unknown): number | string {
  if (typeof result === 'number') return result;
  const error = result as DetailedCellError | null | undefined;
  return error?.value === '#NUM!' ? Number.NaN : String(error?.value ?? result);
}

function someIndices(size: number, count: number, random: Random): number[] {
  if (size <= count) return Array.from({ length: size }, (_, index) => index);
  const chosen = new Set([0, size - 1]);
  while (chosen.size < count) chosen.add(random.integer(size));
  return [...chosen];
}
