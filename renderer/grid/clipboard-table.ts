/** What a cell of the clipboard brings: a number in full (NaN: an expected class without one), a text that is read as
 *  if it were typed, or nothing, which leaves the cell under it as it is. */
export type Pasted = number | string | undefined;

/** Rows of equal length. */
export type Table = readonly (readonly Pasted[])[];
