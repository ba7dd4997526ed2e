/** Reads CSV tables. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';

/** The fields of a row, and the line of the file where it begins (from 1). */
export type CsvRow = { line: number; fields: string[] };

/** The most rows below the header, with empty ones; and the most columns, enough for one of every class. */
const MOST_ROWS = 1_000_000;
const MOST_COLUMNS = 65_536;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The rows of a CSV text, with its header and without empty lines. They come one at a time, because all together need
 *  many times the text's memory.
 *
 *  What separates fields is found like this. A first line "sep=;" names it, as in files for Excel. Else it is what the
 *  header has most of: commas, semicolons, tabs or bars. A list such as "a.png 3" is separated by blanks.
 *
 *  `name` is the file's name, for messages. Throws UserError where quotes are wrong, or where there are too many rows
 *  or columns. Source: RFC 4180. */
export function* parseCsv(text: string, name: string): Generator<CsvRow, undefined> {
  const said = /^sep=(.)(?:\r\n|\r|\n)/.exec(text);
  const delimiter = said?.[1] ?? delimiterOf(text);
  let at = said?.[0].length ?? 0;
  let line = said ? 2 : 1;
  for (let rows = 0; at < text.length; rows++) {
    if (rows > MOST_ROWS) throw new UserError(sentences.data.csv.tooManyRows(name, MOST_ROWS));
    const row: CsvRow = { line, fields: [] };
    for (;;) {
      at = quoteBehindBlanks(at);
      const quoted = text[at] === '"';
      const end = quoted ? closingQuote(at) : unquotedEnd(at);
      row.fields.push(quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end));
      if (row.fields.length > MOST_COLUMNS)
        throw new UserError(sentences.data.csv.tooManyColumns(name, row.line, MOST_COLUMNS));
      if (quoted) line += lineEnds(at, end);
      at = quoted ? end + 1 : end;
      if (text[at] !== delimiter) break;
      at++;
    }
    if (at < text.length && text[at] !== '\r' && text[at] !== '\n')
      throw new UserError(sentences.data.csv.quote(name, row.line));
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    if (row.fields.length > 1 || row.fields[0].trim() !== '') yield row;
  }
  return undefined;

  function lineEnds(from: number, to: number): number {
    let count = 0;
    for (let i = from; i < to; i++) if (text[i] === '\n' || (text[i] === '\r' && text[i + 1] !== '\n')) count++;
    return count;
  }

  /** Some programs write blanks around quotes. A quote within a field is none of these. */
  function quoteBehindBlanks(start: number): number {
    let quote = start;
    if (text[quote] !== ' ' || delimiter === ' ') return start;
    while (text[quote] === ' ') quote++;
    if (text[quote] !== '"') return start;
    const end = text.indexOf('"', quote + 1) + 1;
    return end === 0 || [delimiter, '\r', '\n', undefined].includes(text[end]) ? quote : start;
  }

  function unquotedEnd(start: number): number {
    let end = start;
    while (end < text.length && text[end] !== delimiter && text[end] !== '\r' && text[end] !== '\n') end++;
    return end;
  }

  function closingQuote(start: number): number {
    for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 2)) {
      if (text[end + 1] !== '"') return end;
    }
    throw new UserError(sentences.data.csv.quote(name, line));
  }
}

function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 100_000)
    .split(/\r\n|\r|\n/, 10)
    .map(line => line.replaceAll(/"[^"]*"/g, ''))
    .filter(line => line.trim() !== '');
  // Above the header there may be remarks.
  const plain = lines.filter(line => !line.startsWith('#'));
  const header = plain.find(line => DELIMITERS.some(delimiter => line.includes(delimiter))) ?? lines[0] ?? '';
  const counts = DELIMITERS.map(delimiter => header.split(delimiter).length);
  const most = Math.max(...counts);
  if (most === 1 && /^\S+\.\w{3,4} \S+$/.test(plain[0] ?? '')) return ' ';
  return DELIMITERS[counts.indexOf(most)];
}
