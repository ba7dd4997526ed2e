import type { CellContent } from '../../shared/cell-content.ts';

/** What the clipboard has for a cell: a content, or undefined. A text is read as if it were typed. undefined leaves the
 *  cell as it is. */
export type Pasted = CellContent | boolean | undefined;

/** A table with rows of equal length. */
export type Table = readonly (readonly Pasted[])[];
