/** The kinds of changes to what users write around the network, as plain data. */
import type { CellAddress, CellRange } from '../address.ts';
import type { CellEdit, CommentEdit, Drawn, FormulaEdit, NameEdit, SheetData, WidthEdit } from '../cells.ts';
import type { KeepOptions } from '../layer-edits/kept.ts';
import type { NetworkSpec } from '../network-schema.ts';
import type { SheetId } from '../places.ts';

/** Another network, made by edits of its layers. What its parameters begin with follows from the workbook, see
 *  `keptValues`. */
export type LayersChange = { kind: 'layers'; network: NetworkSpec } & KeepOptions;

/** What is typed over elements. Where an element is named twice, the last content counts. */
export type FormulasChange = { kind: 'formulas'; edits: readonly FormulaEdit[] };
/** Free cells of the network's sheet, or cells of an own sheet. Each edit replaces the whole cell: its content, format
 *  and comment. */
export type CellsChange = { kind: 'cells'; sheet: SheetId; edits: readonly CellEdit[] };
/** Adds a sheet, with what is in it, so that it gets the place `at` among the tabs. (A sheet is duplicated by adding
 *  it again under another id and name.) */
export type AddSheetChange = { kind: 'addSheet'; sheet: SheetData; at: number };
/** References to cells of a sheet that isn't there are #REF!, until it comes back. */
export type RemoveSheetChange = { kind: 'removeSheet'; sheet: SheetId };
/** Gives a sheet another name, another place among the tabs, another colour (`null`: none) or other widths of columns.
 *  What is left out stays. */
export type SheetChange = {
  kind: 'sheet';
  sheet: SheetId;
  name?: string;
  at?: number;
  colour?: string | null;
  widths?: readonly WidthEdit[];
};
/** Inserts `count` rows or columns before `at` on an own sheet, or deletes so many from there on. References everywhere
 *  are adjusted. */
export type LinesChange = {
  kind: 'lines';
  sheet: SheetId;
  axis: 'rows' | 'columns';
  action: 'insert' | 'delete';
  at: number;
  count: number;
};
/** Moves cells to another place, where they replace what is there. References to them follow, and references to what
 *  they replace become #REF!. Only free cells and own sheets. */
export type MoveChange = {
  kind: 'move';
  sheet: SheetId;
  range: CellRange;
  to: CellAddress & { sheet: SheetId };
};
export type NamesChange = { kind: 'names'; edits: readonly NameEdit[] };
export type CommentsChange = { kind: 'comments'; edits: readonly CommentEdit[] };
/** New numbers for RAND, NOW and their like. */
export type DrawChange = { kind: 'draw'; drawn?: Drawn };

/** Several of the simple kinds. It takes back what adjusted references everywhere. */
export type RestoreChange = { kind: 'restore'; changes: readonly SimpleChange[] };
export type SimpleChange = FormulasChange | CellsChange | SheetChange | NamesChange | CommentsChange | DrawChange;

export type WrittenChange =
  | SimpleChange
  | AddSheetChange
  | RemoveSheetChange
  | LinesChange
  | MoveChange
  | RestoreChange;
