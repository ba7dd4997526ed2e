import type { CellContent } from '../../shared/cell-content.ts';

/** What a cell of the clipboard brings: a content, whose texts are read as if they were typed, or nothing, which leaves
 *  the cell under it as it is. */
export type Pasted = CellContent | undefined;

/** Rows of equal length. */
export type Table = readonly (readonly Pasted[])[];
