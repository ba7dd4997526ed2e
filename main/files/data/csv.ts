/** Tables as CSV files. */
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';

/** A row's fields, and the line of the file (from 1) it begins in. */
export type CsvRow = { line: number; fields: string[] };

const DELIMITERS = [',', ';', '\t'] as const;

/** The rows of a CSV text, the header among them, without empty lines. Fields are separated by what a first line "sep=;" says, as Excel has it; else by commas, or by semicolons or tabs where the first line has more of those. `name` is the file's, for messages.
 *  Throws UserError where quotes are wrong. Source: RFC 4180. */
export function parseCsv(text: string, name: string): CsvRow[] {
  const said = /^sep=(.)(?:\r\n|\r|\n)/.exec(text);
  const delimiter = said?.[1] ?? delimiterOf(text);
  const rows: CsvRow[] = [];
  let at = said?.[0].length ?? 0;
  let line = said ? 2 : 1;
  while (at < text.length) {
    const row: CsvRow = { line, fields: [] };
    for (;;) {
      const quoted = text[at] === '"';
      const end = quoted ? closingQuote(at) : unquotedEnd(at);
      row.fields.push(quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end));
      if (quoted) line += (text.slice(at, end).match(/\r\n|\r|\n/g) ?? []).length;
      at = quoted ? end + 1 : end;
      if (text[at] !== delimiter) break;
      at++;
    }
    if (at < text.length && text[at] !== '\r' && text[at] !== '\n')
      throw new UserError(messages.data.csv.quote(name, row.line));
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    if (row.fields.length > 1 || row.fields[0].trim() !== '') rows.push(row);
  }
  return rows;

  function unquotedEnd(start: number): number {
    let end = start;
    while (end < text.length && text[end] !== delimiter && text[end] !== '\r' && text[end] !== '\n') end++;
    return end;
  }

  function closingQuote(start: number): number {
    for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 2)) {
      if (text[end + 1] !== '"') return end;
    }
    throw new UserError(messages.data.csv.quote(name, line));
  }
}

function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text)![0].replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map(delimiter => header.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}
