/** The text on one line without control characters. Names of files come from anywhere and must not control the
 *  terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

/** Lines of cells in columns that are two spaces apart. Each column is as wide as its widest cell. */
export function formatTable(rows: readonly (readonly string[])[], align: 'left' | 'right'): string {
  const widths: number[] = [];
  const lines = rows.map(row => row.map(printable));
  for (const line of lines) line.forEach((cell, n) => (widths[n] = Math.max(widths[n] ?? 0, cell.length)));
  const pad = (cell: string, n: number) => (align === 'left' ? cell.padEnd(widths[n]) : cell.padStart(widths[n]));
  return lines.map(line => `${line.map(pad).join('  ').trimEnd()}\n`).join('');
}
