/** The sheets that teach, by what they are about. */
import { type CellAddress, contains } from '../address.ts';
import { isFormula, type WorkbookSheet } from '../cells.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { sheetPrefix } from '../formula/notation.ts';
import { locateIn, rangeOf } from '../formula/ranges.ts';
import type { SheetInfo } from '../places.ts';
import { backpropSheet } from './backprop.ts';
import { kernelsSheet } from './kernels.ts';
import { lineSheet } from './line-fit.ts';
import { optimizersSheet } from './optimizers.ts';
import { softmaxSheet } from './softmax.ts';
import type { About, Teacher } from './taught-sheet.ts';

/** In the order of the menu. */
export const TAUGHT = ['kernels', 'softmax', 'backprop', 'line', 'optimizers'] as const;
export type Taught = (typeof TAUGHT)[number];

const teachers: Readonly<Record<Taught, Teacher>> = {
  kernels: kernelsSheet,
  softmax: softmaxSheet,
  backprop: backpropSheet,
  line: lineSheet,
  optimizers: optimizersSheet,
};

export const isTaught = (text: string): text is Taught => text in teachers;
/** What its tab is called in the reader's language. */
export const taughtName = (taught: Taught): string => messages.teaching[taught].name;

/** A sheet that teaches, for this network in this workbook, or why there can be none. */
export function taughtSheet(
  taught: Taught,
  sheet: Sheet,
  sheets: readonly SheetInfo[],
  about: About = {},
): ReturnType<Teacher> {
  const { name } = sheets.find(({ id }) => id === sheet.id)!;
  return teachers[taught](sheet, sheetPrefix(name), about);
}

/** The weight that a sheet is about: that of its first formula which is only a reference to one, or which picks one by
 *  the row and the column in two cells (INDEX). `numberAt` gives what stands in a cell of the sheet. */
export function weightTaught(
  { cells }: WorkbookSheet,
  sheet: Sheet,
  numberAt: (cell: CellAddress) => unknown,
): ElementIndex | undefined {
  for (const row of cells.values())
    for (const { content } of row.values()) {
      const formula = isFormula(content) ? content.formula : undefined;
      if (typeof formula !== 'object') continue;
      const [read, ...at] = formula.kind === 'call' && formula.name === 'INDEX' ? formula.arguments : [formula];
      if (typeof read !== 'object' || read.kind !== 'elements') continue;
      if (sheet.tensors.get(read.tensor)?.role !== 'parameter') continue;
      if (at.length === 0 && read.first === read.last) return { tensor: read.tensor, index: read.first };
      const [down, across] = at.map(each =>
        typeof each === 'object' && each.kind === 'cells' ? typedOr(each.first) : undefined,
      );
      if (typeof down !== 'number' || typeof across !== 'number') continue;
      const range = rangeOf(locateIn(sheet)(read));
      const cell = { row: range.row + Math.trunc(down) - 1, column: range.column + Math.trunc(across) - 1 };
      if (contains(range, cell)) return sheet.layout.elementAt(cell.row, cell.column);
    }
  return undefined;

  function typedOr(cell: CellAddress): unknown {
    const typed = cells.get(cell.row)?.get(cell.column)?.content;
    return typeof typed === 'number' ? typed : numberAt(cell);
  }
}
