/** Cell addresses. Rows and columns count from 0 in code; A1 text counts rows from 1. */

export type CellAddress = { row: number; column: number };
/** A rectangle of cells: its top left cell and its size. */
export type CellRange = { row: number; column: number; height: number; width: number };

export const MAX_ROWS = 1_048_576;
export const MAX_COLUMNS = 16_384;

/** 0 → A, 27 → AB. */
export function columnName(column: number): string {
  let name = '';
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(65 + ((n - 1) % 26)) + name;
  return name;
}

/** AB → 27; -1 where the text is no column of a sheet. */
export function columnIndex(name: string): number {
  if (!/^[A-Za-z]{1,3}$/.test(name)) return -1;
  let n = 0;
  for (const letter of name.toUpperCase()) n = n * 26 + letter.charCodeAt(0) - 64;
  return n <= MAX_COLUMNS ? n - 1 : -1;
}

/** {row: 2, column: 33} → AH3; with `absolute`, $AH$3. */
export function formatAddress({ row, column }: CellAddress, absolute = false): string {
  return absolute ? `$${columnName(column)}$${row + 1}` : columnName(column) + (row + 1);
}

/** A2:C4, or A2 for one cell. */
export function formatRange(range: CellRange, absolute = false): string {
  const first = formatAddress(range, absolute);
  if (range.height === 1 && range.width === 1) return first;
  const last = { row: range.row + range.height - 1, column: range.column + range.width - 1 };
  return `${first}:${formatAddress(last, absolute)}`;
}

/** AH3 or $AH$3 → {row: 2, column: 33}; undefined where the text is no address. */
export function parseAddress(text: string): CellAddress | undefined {
  const match = /^\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})$/.exec(text.trim());
  if (!match) return undefined;
  const column = columnIndex(match[1]);
  const row = Number(match[2]) - 1;
  return column >= 0 && row < MAX_ROWS ? { row, column } : undefined;
}

/** A1:C3 (corners in any order) or A1 → the range; undefined where the text is no range. */
export function parseRange(text: string): CellRange | undefined {
  const corners = text.split(':').map(parseAddress);
  const first = corners[0];
  const last = corners.at(-1);
  if (!first || !last || corners.length > 2) return undefined;
  return rangeBetween(first, last);
}

/** The smallest range that holds both cells. */
export function rangeBetween(a: CellAddress, b: CellAddress): CellRange {
  const row = Math.min(a.row, b.row);
  const column = Math.min(a.column, b.column);
  return { row, column, height: Math.abs(a.row - b.row) + 1, width: Math.abs(a.column - b.column) + 1 };
}

export function contains(range: CellRange, cell: CellAddress): boolean {
  const y = cell.row - range.row;
  const x = cell.column - range.column;
  return y >= 0 && y < range.height && x >= 0 && x < range.width;
}

/** What two ranges share; undefined where they don't touch. */
export function intersect(a: CellRange, b: CellRange): CellRange | undefined {
  const row = Math.max(a.row, b.row);
  const column = Math.max(a.column, b.column);
  const height = Math.min(a.row + a.height, b.row + b.height) - row;
  const width = Math.min(a.column + a.width, b.column + b.width) - column;
  return height > 0 && width > 0 ? { row, column, height, width } : undefined;
}
