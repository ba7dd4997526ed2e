/** A table as CSV: fields with commas, quotes or line breaks stand in quotes, and lines end in CR LF. Source: RFC 4180.
 *  Numbers keep all their digits. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map(row => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
