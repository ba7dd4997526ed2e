/** The sheets that teach, by what they are about. */
import { isFormula, type WorkbookSheet } from '../cells.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { sheetPrefix } from '../formula/notation.ts';
import type { SheetInfo } from '../places.ts';
import { backpropSheet } from './backprop.ts';
import { kernelsSheet } from './kernels.ts';
import { lineSheet } from './line-fit.ts';
import { optimizersSheet } from './optimizers.ts';
import { softmaxSheet } from './softmax.ts';
import type { Teacher } from './taught-sheet.ts';

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

/** A sheet that teaches, for this network in this workbook, or why there can be none. `gradients`: those that the data
 *  set gives by the weight of `optimizedWeight`, for the sheet about optimizers. */
export function taughtSheet(
  taught: Taught,
  sheet: Sheet,
  sheets: readonly SheetInfo[],
  gradients?: readonly number[],
): ReturnType<Teacher> {
  const { name } = sheets.find(({ id }) => id === sheet.id)!;
  return teachers[taught](sheet, sheetPrefix(name), gradients);
}

/** The weight that a sheet is about: that of its first formula which is only a reference to one. */
export function weightTaught({ cells }: WorkbookSheet, { tensors }: Sheet): ElementIndex | undefined {
  for (const row of cells.values())
    for (const { content } of row.values()) {
      const formula = isFormula(content) ? content.formula : undefined;
      if (typeof formula !== 'object' || formula.kind !== 'elements' || formula.first !== formula.last) continue;
      if (tensors.get(formula.tensor)?.role === 'parameter') return { tensor: formula.tensor, index: formula.first };
    }
  return undefined;
}
