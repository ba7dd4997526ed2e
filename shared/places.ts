/** Where a cell is: on which sheet of the workbook, and in which plane of that sheet. */
import { type CellRange, rangeBetween } from './address.ts';

/** Names a sheet for good, whatever its tab says. */
export type SheetId = string;
/** A sheet as the workbook lists it. `name` stands in addresses such as Network!AH3. */
export type SheetInfo = { id: SheetId; name: string };

/** A cell of the workbook. Without a plane, its own value is meant. */
export type CellPlace = { sheet: SheetId; row: number; column: number; plane?: Plane };
/** A rectangle of cells of one sheet. */
export type RangePlace = CellRange & { sheet: SheetId; plane?: Plane };

/** The most cells around the network whose contents are asked for at once: more than the largest screen shows at the
 *  smallest size at which cells have contents. */
export const MOST_CELLS = 200_000;

/** A cell as a range. */
export const only = ({ sheet, row, column }: CellPlace): RangePlace => ({ sheet, row, column, height: 1, width: 1 });

/** The smallest range of a sheet that holds both of its cells. */
export const between = (a: CellPlace, b: CellPlace): RangePlace => ({ sheet: a.sheet, ...rangeBetween(a, b) });

export const samePlace = (a: CellPlace, b: CellPlace): boolean =>
  a.sheet === b.sheet && a.row === b.row && a.column === b.column;

/** Every cell has the same address in each plane. In `value` it holds its own value, in `gradient` the loss's gradient
 *  by it, in `mask` what dropout drew for it, both of the last training step. */
export const planes = ['value', 'gradient', 'mask'] as const;
export type Plane = (typeof planes)[number];
/** What tabs and addresses call a plane, in every language: Gradient!AH3 is AH3 in the plane `gradient`. */
export const planeNames = { gradient: 'Gradient', mask: 'Mask' } as const satisfies Record<
  Exclude<Plane, 'value'>,
  string
>;

/** As in a spreadsheet, a sheet is found in any case. */
export function sheetNamed(sheets: readonly SheetInfo[], name: string): SheetInfo | undefined {
  return sheets.find(sheet => sheet.name.toLowerCase() === name.trim().toLowerCase());
}

/** The sheets of a workbook whose file lists none. */
export const firstSheets: readonly SheetInfo[] = [{ id: 'network', name: 'Network' }];
