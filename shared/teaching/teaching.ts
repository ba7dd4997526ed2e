/** The sheets that teach, by what they are about. */
import type { Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { sheetPrefix } from '../formula/notation.ts';
import type { SheetInfo } from '../places.ts';
import { kernelsSheet } from './kernels.ts';
import { lineSheet } from './line-fit.ts';
import { optimizersSheet } from './optimizers.ts';
import { softmaxSheet } from './softmax.ts';
import type { Teacher } from './taught-sheet.ts';

/** In the order of the menu. */
export const TAUGHT = ['kernels', 'softmax', 'line', 'optimizers'] as const;
export type Taught = (typeof TAUGHT)[number];

const teachers: Readonly<Record<Taught, Teacher>> = {
  kernels: kernelsSheet,
  softmax: softmaxSheet,
  line: lineSheet,
  optimizers: optimizersSheet,
};

export const isTaught = (text: string): text is Taught => text in teachers;
/** What its tab is called in the reader's language. */
export const taughtName = (taught: Taught): string => messages.teaching[taught].name;

/** A sheet that teaches, for this network in this workbook, or why there can be none. */
export function taughtSheet(taught: Taught, sheet: Sheet, sheets: readonly SheetInfo[]): ReturnType<Teacher> {
  const { name } = sheets.find(({ id }) => id === sheet.id)!;
  return teachers[taught](sheet, sheetPrefix(name));
}
