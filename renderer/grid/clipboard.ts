import { isError } from '../../shared/cell-content.ts';
import { ERROR_NAMES } from '../../shared/formula/expression.ts';
import { formatFloat32, parseNumber } from '../../shared/numbers.ts';
import { formatHtml, idOf, placeMerged, readHtml } from './clipboard-html.ts';
import type { Pasted, Table } from './clipboard-table.ts';

/** One way to read a clipboard that can be read in several: what separates its cells, and whether its decimals follow a
 *  comma. */
export type Reading = {
  separator: Separator;
  decimalComma: boolean;
  /** Its first rows, and all of them. */
  sample: Table;
  rows: number;
  table(): Table;
};
type Separator = '\t' | ';' | ',' | ' ';

/** What a clipboard means: one table, or several readings that the user has to choose from. `id` names the copying
 *  where this program wrote the clipboard. An empty clipboard is a table without rows. */
export type Clip = { id?: string } & (
  | { table: Table; readings?: undefined }
  | { table?: undefined; readings: readonly Reading[] }
);

/** The same cells in every format that we write to a clipboard and read from one. `own` keeps every bit in any
 *  language. */
export type ClipboardFormats = { text: string; html?: string; own?: string };

/** The private format's type. */
export const OWN_TYPE = 'application/x-convsheet-cells';

/** More cells than these go to other programs without HTML, which takes ten times the space. */
const MAX_HTML_CELLS = 20_000;
/** Longer HTML takes a browser too long to read; its plain text does as well. */
const MAX_HTML_LENGTH = 2_000_000;
/** Longer text than this has more cells than may be pasted at once. */
export const MAX_TEXT_LENGTH = 16_000_000;

/** Writes cells for other programs, with decimals as this language types them, and for ourselves under a name. Labels
 *  go as texts. */
export function formatsOf(table: Table, decimalComma: boolean, id: string): ClipboardFormats & { own: string } {
  const rows = table.map(row => row.map(writtenCell));
  const written = (text: string, cell: Pasted) => {
    if (isError(cell)) return cell.error;
    if (typeof cell !== 'number') return cell ?? '';
    const plain = Object.is(cell, -0) ? '0' : text;
    return decimalComma ? plain.replace('.', ',') : plain;
  };
  const texts = rows.map((row, y) => row.map((text, x) => written(text, table[y][x])));
  const small = table.length * (table[0]?.length ?? 0) <= MAX_HTML_CELLS;
  return {
    text: formatTable(texts),
    ...(small && { html: formatHtml(table, rows, texts, decimalComma, id) }),
    own: [id, ...rows.map(row => row.join('\t'))].join('\n'),
  };
}

/** A cell in our own format, which leaves labels out: pasting them somewhere would mean nothing. */
function writtenCell(cell: Pasted): string {
  if (isError(cell)) return cell.error;
  if (cell === null) return 'blank';
  if (typeof cell !== 'number') return '';
  return Object.is(cell, -0) ? '-0' : formatFloat32(cell);
}

/** Reads what is on a clipboard: our own format, else a table of HTML, else text. `decimalComma`: as this language
 *  writes numbers. */
export function readClipboard({ text, html, own }: ClipboardFormats, decimalComma: boolean): Clip {
  const ours = own === undefined ? undefined : readOwn(own);
  if (ours) return ours;
  const cells = html !== undefined && html.length <= MAX_HTML_LENGTH ? readHtml(html) : undefined;
  const rows = cells ? trimmed(placeMerged(cells)) : [];
  // A page may use a table for its looks, with nothing in it that was copied.
  if (rows.length === 0) return readText(text, decimalComma);
  return { ...readCandidates([{ separator: '\t', rows }], decimalComma), id: idOf(html!) };
}

/** undefined where the text isn't in our format. */
function readOwn(own: string): (Clip & { table: Table }) | undefined {
  const [id, ...lines] = own.split('\n');
  const rows = lines.map(line => line.split('\t'));
  if (rows.length === 0) return undefined;
  const width = rows[0].length;
  let right = true;
  const table = rows.map(row => {
    right &&= row.length === width;
    return row.map((cell): Pasted => {
      if (cell === '') return undefined;
      if (cell === 'blank') return null;
      const error = ERROR_NAMES.find(name => name === cell);
      if (error) return { error };
      if (cell === '-0') return -0;
      const { value } = parseNumber(cell);
      right &&= value !== undefined;
      return value;
    });
  });
  return right ? { id, table } : undefined;
}

/** Text of cells as spreadsheets put it on the clipboard: rows end with a line break, cells with a tab; a cell with
 *  either, or with quotes, stands in quotes. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  return rows.map(cells => cells.map(quoted).join('\t')).join('\n');
}

function quoted(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text: tabs separate cells, and where there are none, semicolons, which no number has. Commas and spaces may stand in
 *  numbers, too. */
function readText(text: string, decimalComma: boolean): Clip {
  const body = text.replace(/\r\n?/g, '\n');
  const split = (separator: Separator): Candidate => ({ separator, rows: cut(body, separator) });
  if (body.includes('\t')) return readCandidates([split('\t')], decimalComma);
  if (body.includes(';')) return readCandidates([split(';')], decimalComma);
  const others = ([',', ' '] as const).filter(separator => body.includes(separator));
  return readCandidates([split('\t'), ...others.map(split)], decimalComma);
}

/** Rows as some separator cuts them. */
type Candidate = { separator: Separator; rows: Table };

/** Reads the first candidate as this language writes numbers, unless another reading makes numbers of it too. Then all
 *  such readings are given, and none is guessed. */
function readCandidates([natural, ...others]: readonly Candidate[], decimalComma: boolean): Clip {
  // Where the first rows are doubtful already, the others needn't be read before the user has chosen.
  const head = resolve(natural.rows.slice(0, SAMPLE), decimalComma);
  const own = head.foreign || head.doubtful ? head : resolve(natural.rows, decimalComma);
  const rival = others
    .filter(({ separator }) => own.texts > 0 || (separator === ',' && !decimalComma))
    .some(candidate => readingOf(candidate, false) ?? readingOf(candidate, true));
  if (!own.foreign && !own.doubtful && !rival) return { table: own.table };
  const readings: Reading[] = [];
  for (const candidate of [natural, ...others])
    for (const comma of [decimalComma, !decimalComma]) {
      const reading = readingOf(candidate, comma);
      if (reading && !readings.some(known => sameCells(known.sample, reading.sample))) readings.push(reading);
    }
  return readings.length > 0 ? { readings } : { table: natural.rows };
}

/** How many rows decide whether a reading is possible; only the chosen one is then read to its end. */
const SAMPLE = 1000;

/** A candidate in one notation; undefined where that makes no numbers of it. */
function readingOf({ separator, rows }: Candidate, decimalComma: boolean): Reading | undefined {
  if (separator === ',' && decimalComma) return undefined;
  const sample = resolve(rows.slice(0, SAMPLE), decimalComma);
  const labelled = separator === '\t' && rows.some(row => row.length > 1);
  if (sample.foreign || sample.numbers === 0 || (sample.texts > 0 && !labelled)) return undefined;
  return {
    separator,
    decimalComma,
    sample: sample.table,
    rows: rows.length,
    table: () => resolve(rows, decimalComma).table,
  };
}

type Resolved = {
  table: Table;
  numbers: number;
  texts: number;
  /** Whether a number is written as another language does, and whether one could be either's. */
  foreign: boolean;
  doubtful: boolean;
};

/** Makes numbers of the texts that are some in this notation, where 1.234 or 1,234 is a thousand and more. */
function resolve(rows: Table, decimalComma: boolean): Resolved {
  const found = { numbers: 0, texts: 0, foreign: false, doubtful: false };
  const table = rows.map(row =>
    row.map((cell): Pasted => {
      if (typeof cell !== 'string') {
        if (typeof cell === 'number') found.numbers++;
        return cell;
      }
      const parsed = parseNumber(cell, { decimalComma });
      if (parsed.problem === 'separator') found.foreign = true;
      else if (parsed.problem === 'grouping') found.doubtful = true;
      else if (parsed.problem) found.texts++;
      const value = parsed.problem === 'grouping' ? parsed.grouped : parsed.value;
      if (value === undefined) return cell;
      found.numbers++;
      return value;
    }),
  );
  return { table, ...found };
}

const sameCells = (a: Table, b: Table) =>
  a.length === b.length &&
  a.every((row, y) => row.length === b[y].length && row.every((cell, x) => Object.is(cell, b[y][x])));

/** Cuts texts into cells; what is empty brings nothing. Empty rows and columns at the end are left out: they are what
 *  follows the last line break, or blanks that were selected along. */
function cut(text: string, separator: Separator): Table {
  const rows = separator === ' ' ? text.split('\n').map(line => line.trim().split(/ +/)) : readCells(text, separator);
  return trimmed(rows.map(row => row.map(cell => (cell.trim() === '' ? undefined : cell))));
}

/** Rows of equal length, up to the last row and column that bring something. */
function trimmed(rows: Table): Table {
  let height = 0;
  let width = 0;
  for (const [y, row] of rows.entries()) {
    const last = row.findLastIndex(cell => cell !== undefined);
    if (last < 0) continue;
    height = y + 1;
    width = Math.max(width, last + 1);
  }
  return rows
    .slice(0, height)
    .map(row => (row.length === width ? row : Array.from({ length: width }, (_, x) => row[x])));
}

function readCells(text: string, separator: string): string[][] {
  if (!text.includes('"')) return text.split('\n').map(line => line.split(separator));
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

/** The formats of a clipboard that cells are read from. */
export function formatsOn(clipboard: DataTransfer): ClipboardFormats {
  const [html, own] = ['text/html', OWN_TYPE].map(type => clipboard.getData(type) || undefined);
  return { text: clipboard.getData('text/plain'), html, own };
}
