import type { CellContent } from '../../shared/cell-content.ts';

/** What a cell of the clipboard brings: a content, whose text is read as if it were typed, or nothing. Nothing leaves
 *  the cell under it as it is. */
export type Pasted = CellContent | undefined;

/** Rows of equal length. */
export type Table = readonly (readonly Pasted[])[];
