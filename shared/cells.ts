/** What users put into cells besides the network's numbers: formulas, notes, looks, names and comments. */
import type { CellAddress } from './address.ts';
import type { Expression } from './formula/expression.ts';
import type { SheetId, SheetInfo } from './places.ts';
import type { TensorId } from './tensor.ts';

/** A formula as it was written for the place `from`. All cells that it was filled into share this object: in each of
 *  them it means the formula copied there from `from` (see `formulaOfElement`, `formulaOfCell`). In its references, a
 *  sheet is named by its id, and cells of the network that lie within one tensor are named by their elements. */
export type PlacedFormula<Place> = { readonly formula: Expression; readonly from: Place };

/** What was typed over an element. Over a computed one it is an override. A formula in a parameter ties it, a formula
 *  in the input makes a pixel. A plain number stands only over computed elements, because elsewhere it is the
 *  value. */
export type ElementContent = number | PlacedFormula<number>;
/** What was typed over elements, by tensor and flat index. A map of no elements is left out. */
export type Formulas = Map<TensorId, Map<number, ElementContent>>;

/** A free cell of the network's sheet, or a cell of an own sheet. A cell with nothing in it is left out. */
export type Cell = {
  readonly content?: number | string | boolean | PlacedFormula<CellAddress>;
  readonly format?: CellFormat;
  readonly comment?: string;
  /** Its number is a weight of the formula layers that read it. Training changes it. */
  readonly learns?: true;
};
/** How a cell looks. What is left out is as in any other cell. */
export type CellFormat = {
  readonly number?: NumberFormat;
  readonly bold?: true;
  readonly align?: 'left' | 'center' | 'right';
  readonly wrap?: true;
};
/** `digits`: how many are shown after the decimal sign. `thousands`: with signs between groups of three digits. `text`:
 *  what is typed stays a text. */
export type NumberFormat =
  | { readonly kind: 'fixed'; readonly digits: number; readonly thousands?: true }
  | { readonly kind: 'percent' | 'scientific'; readonly digits: number }
  | { readonly kind: 'text' };

/** The cells of a sheet by row and column. A row of no cells is left out. */
export type SheetCells = Map<number, Map<number, Cell>>;
/** A sheet of the workbook. The network's sheet has its free cells here. */
export type WorkbookSheet = SheetInfo & {
  /** The colour of its tab: #rrggbb. */
  colour?: string;
  cells: SheetCells;
  /** Widths of columns in pixels at a zoom of 100 %, where they aren't as wide as others. Only on own sheets. */
  widths: Map<number, number>;
};

/** A name of the user's own for a value or for cells. Its references are absolute. */
export type Name = { readonly name: string; readonly formula: Expression };
/** The names of a workbook by their lower case. */
export type Names = Map<string, Name>;
/** Comments on elements, by tensor and flat index. (A comment on another cell is a part of that cell.) */
export type Comments = Map<TensorId, Map<number, string>>;

/** What RAND, NOW and their like follow from. It stays until somebody asks for new numbers, so that a workbook opened
 *  again has the same bits. `seed`: a whole number below 2³². `now`: a spreadsheet's date, in days since the end of
 *  1899. */
export type Drawn = { readonly seed: number; readonly now: number };

/** The part of a workbook that users write around the network. */
export type Written = {
  /** Sheets in the order of their tabs; the network's is among them. */
  sheets: readonly WorkbookSheet[];
  formulas: Formulas;
  names: Names;
  comments: Comments;
  /** Left out until somebody draws. */
  drawn?: Drawn;
};

/** The same contents in plain data, for messages and files. `at` has places in pairs: row, column, row, column, … All
 *  of them get this cell. Without one they become empty. */
export type CellEdit = { at: Uint32Array; cell?: Cell };
/** All these elements get this content. Without one, what was typed over them goes. */
export type FormulaEdit = { tensor: TensorId; indices: Uint32Array; content?: ElementContent };
export type CommentEdit = { tensor: TensorId; index: number; text?: string };
/** Without a formula the name goes. */
export type NameEdit = { name: string; formula?: Expression };
export type WidthEdit = { column: number; width?: number };
/** A whole sheet. */
export type SheetData = SheetInfo & { colour?: string; cells: readonly CellEdit[]; widths: readonly WidthEdit[] };

export const CELL_LIMITS = {
  sheets: 200,
  /** The most cells with something in them, on all sheets together, and the most formulas over elements. */
  cells: 1_000_000,
  formulas: 1_000_000,
  /** The most cells that the array of one formula fills. */
  filled: 10_000,
  names: 10_000,
  comments: 100_000,
  /** Characters of a text or a comment, as in Excel. */
  text: 32_767,
  sheetName: 31,
  name: 255,
  /** Nodes of a formula's tree, and its levels, in which the left side of an operation doesn't count. No formula that
   *  can be typed has more. */
  nodes: 8192,
  levels: 400,
  width: { least: 20, most: 2000 },
  digits: 20,
} as const;

export const isFormula = <Place>(content: unknown): content is PlacedFormula<Place> =>
  typeof content === 'object' && content !== null && 'formula' in content;

/** Looks up a cell; undefined where there is none. */
export const cellAt = (cells: SheetCells, { row, column }: CellAddress): Cell | undefined =>
  cells.get(row)?.get(column);

/** The sheet of this id. */
export const sheetOf = (sheets: readonly WorkbookSheet[], id: SheetId): WorkbookSheet | undefined =>
  sheets.find(sheet => sheet.id === id);
