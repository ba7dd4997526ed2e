/** Lines of cells in columns two spaces apart, each as wide as its widest cell. */
export function formatTable(rows: readonly (readonly string[])[], align: 'left' | 'right'): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, n) => (widths[n] = Math.max(widths[n] ?? 0, cell.length)));
  const pad = (cell: string, n: number) => (align === 'left' ? cell.padEnd(widths[n]) : cell.padStart(widths[n]));
  return rows.map(row => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}
