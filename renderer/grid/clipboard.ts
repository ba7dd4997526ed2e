/** Text of cells as spreadsheets put it on the clipboard: rows end with a line break, cells with a tab; a cell with either, or with quotes,
 *  stands in quotes. */

export function formatTable(rows: readonly (readonly string[])[]): string {
  return rows.map(cells => cells.map(quoted).join('\t')).join('\n');
}

function quoted(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Reads tab-separated text, as spreadsheets copy it, or comma- or semicolon-separated text, as files have it. Rows may differ in length.
 *  With `decimalComma` a comma never separates cells; without it a single comma doesn't either, because 0,5 is more likely one number
 *  somebody should be told about than two. */
export function parseTable(text: string, decimalComma: boolean): string[][] {
  const body = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  return readCells(body, separatorOf(body, decimalComma));
}

function separatorOf(text: string, decimalComma: boolean): string {
  if (text.includes('\t')) return '\t';
  if (text.includes(';')) return ';';
  const commas = text.split(',').length - 1;
  return !decimalComma && commas > 0 && (commas > 1 || text.includes('\n')) ? ',' : '\t';
}

function readCells(text: string, separator: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at <= text.length) {
    let cell = '';
    if (text[at] === '"') {
      at++;
      while (at < text.length && (text[at] !== '"' || text[at + 1] === '"')) {
        cell += text[at];
        at += text[at] === '"' ? 2 : 1;
      }
      at++;
    }
    while (at < text.length && text[at] !== separator && text[at] !== '\n') cell += text[at++];
    rows.at(-1)!.push(cell);
    if (at >= text.length) break;
    if (text[at] === '\n') rows.push([]);
    at++;
  }
  return rows;
}
