/** Sheets that teach, as plain data: texts, numbers and formulas in cells. */
import { columnIndex, columnName, formatAddress, parseAddress, parseRange } from '../address.ts';
import type { Cell, CellEdit, CellFormat, SheetData, WidthEdit } from '../cells.ts';
import { readFormula, type Surroundings } from '../formula/typed.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { Sentence } from '../messages/sentence.ts';
import type { SheetInfo } from '../places.ts';

/** Cells of such a sheet, as `at` names them: B5, or B5:B14. A text that begins with = is a formula in English. It is
 *  written for the first cell and filled over the others, as in a spreadsheet. */
export type TaughtCells = { at: string; content: number | string; looks?: CellFormat };
/** `widths`: in pixels, by the columns' names. `draws`: its formulas draw random numbers. */
export type TaughtSheet = { cells: readonly TaughtCells[]; widths: Readonly<Record<string, number>>; draws?: true };

/** Makes a sheet for a network. `network` stands before the addresses of the network's cells: Network! It is refused
 *  where the network lacks what the sheet is about. */
export type Teacher = (sheet: Sheet, network: string, about: About) => TaughtSheet | { refusal: Sentence };

/** What is known of the open workbook. All of it may be left out. */
export type About = {
  /** The weight that is selected. */
  selected?: ElementIndex;
  /** Weights by which the loss changes. */
  steepest?: readonly ElementIndex[];
  /** The number of a weight, and the gradients by it that the data set gives in the steps of each optimizer. */
  steps?: { weight: number; gradients: readonly (readonly number[])[] };
};

export const bold: CellFormat = { bold: true };
/** A number with so many digits after the decimal sign. */
export const digits = (count: number): CellFormat => ({ number: { kind: 'fixed', digits: count } });
/** A number that the reader may change. */
export const changeable = (count: number): CellFormat => ({ ...digits(count), bold: true });

/** Contents side by side, from this cell on. */
export function across(first: string, contents: readonly (number | string)[], looks?: CellFormat): TaughtCells[] {
  return contents.map((content, i) => ({ at: moved(first, 0, i), content, ...(looks && { looks }) }));
}

/** Contents below each other, from this cell on. */
export function down(first: string, contents: readonly (number | string)[], looks?: CellFormat): TaughtCells[] {
  return contents.map((content, i) => ({ at: moved(first, i, 0), content, ...(looks && { looks }) }));
}

/** The address so many rows and columns further. */
export function moved(from: string, rows: number, columns: number): string {
  const { row, column } = parseAddress(from)!;
  return formatAddress({ row: row + rows, column: column + columns });
}

/** Widths of several columns: `wide('A:C', 90)`. */
export function wide(columns: string, width: number): Record<string, number> {
  const [first, last] = columns.split(':').map(columnIndex);
  return Object.fromEntries(Array.from({ length: last - first + 1 }, (_, i) => [columnName(first + i), width]));
}

/** The sheet as a workbook takes it. `workbook` is the one that it is added to. */
export function sheetDataOf(
  { cells, widths }: TaughtSheet,
  { id, name }: SheetInfo,
  workbook: Omit<Surroundings, 'on'>,
): SheetData {
  const editOf = ({ at, content, looks }: TaughtCells): CellEdit => {
    const range = parseRange(at)!;
    const places = Array.from({ length: range.height * range.width }, (_, i) => [
      range.row + Math.floor(i / range.width),
      range.column + (i % range.width),
    ]);
    const cell: Cell = { content: contentOf(content, range), ...(looks && { format: looks }) };
    return { at: Uint32Array.from(places.flat()), cell };
  };
  const contentOf = (content: number | string, { row, column }: { row: number; column: number }): Cell['content'] => {
    if (typeof content === 'number' || !content.startsWith('=')) return content;
    const read = readFormula(content, { ...workbook, on: id });
    if (read.problem !== undefined) throw new Error(`The formula ${content} of ${name} cannot be read`);
    return { formula: read.expression, from: { row, column } };
  };
  const widthOf = ([column, width]: [string, number]): WidthEdit => ({ column: columnIndex(column), width });
  return { id, name, cells: cells.map(editOf), widths: Object.entries(widths).map(widthOf) };
}
