import { isError } from '../../shared/cell-content.ts';
import { ERROR_NAMES } from '../../shared/formula/expression.ts';
import { messages } from '../../shared/messages.ts';
import { formatFloat32, percentFormat, readNumber } from '../../shared/numbers.ts';
import {
  type FormulaTexts,
  formatHtml,
  idOf,
  type LookOf,
  type Percents,
  placeMerged,
  readHtml,
} from './clipboard-html.ts';
import type { Pasted, Table } from './clipboard-table.ts';

/** One of several ways to read a clipboard: which sign separates its cells, and whether it has decimal commas. */
export type Reading = {
  separator: Separator;
  decimalComma: boolean;
  /** `sample`: the first rows. `rows`: how many rows there are. `whole`: reads all of them. */
  sample: Table;
  rows: number;
  whole(): Read;
};
type Separator = '\t' | ';' | ',' | ' ';
/** A table, and the formats of the percentages in it. */
type Read = { table: Table; percents?: Percents };

/** What was read from a clipboard: a table, or several readings for the user to choose from. An empty clipboard is a
 *  table without rows. `id`: the id of the copying, if this program wrote the clipboard. `formulas`: those that the
 *  clipboard brings. */
export type Clip = { id?: string; formulas?: FormulaTexts } & (
  | (Read & { readings?: undefined })
  | { table?: undefined; percents?: undefined; readings: readonly Reading[] }
);

/** The same cells in each of our clipboard formats. `own` keeps every bit, in any language. */
export type ClipboardFormats = { text: string; html?: string; own?: string };

/** The MIME type of our own format. */
export const OWN_TYPE = 'application/x-convsheet-cells';

/** With more cells, other programs get no HTML, which takes ten times the space. */
const MAX_HTML_CELLS = 20_000;
/** Longer HTML would take the browser too long to read, so its plain text is read instead. */
const MAX_HTML_LENGTH = 2_000_000;
/** Longer text has more cells than one paste may change. */
export const MAX_TEXT_LENGTH = 16_000_000;

/** Writes cells for other programs (with this language's decimal sign) and in our own format (with an id, and with the
 *  formulas that users wrote). */
export function formatsOf(
  table: Table,
  decimalComma: boolean,
  id: string,
  { lookOf, formulas = new Map() }: { lookOf?: LookOf; formulas?: FormulaTexts } = {},
): ClipboardFormats & { own: string } {
  const rows = table.map(row => row.map(writtenCell));
  const written = (text: string, cell: Pasted): string => {
    if (typeof cell !== 'number')
      return typeof cell === 'boolean' ? messages.cells.truth[cell ? 'true' : 'false'] : text;
    return decimalComma ? text.replace('.', ',') : text;
  };
  const texts = rows.map((row, y) => row.map((text, x) => written(text, table[y][x])));
  const small = table.length * (table[0]?.length ?? 0) <= MAX_HTML_CELLS;
  return {
    text: formatTable(texts),
    ...(small && { html: formatHtml(table, rows, texts, decimalComma, id, lookOf) }),
    own: JSON.stringify({ id, rows: table.map(row => row.map(ownCell)), formulas: [...formulas] }),
  };
}

/** A cell's text with all digits of a number, in English. */
function writtenCell(cell: Pasted): string {
  if (cell === undefined || cell === null) return '';
  if (isError(cell)) return cell.error;
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (typeof cell !== 'number') return cell;
  // Cells of the network have float32s, others doubles.
  return Math.fround(cell) === cell ? formatFloat32(cell) : String(cell).replace('e', 'E');
}

/** A cell in our own format: plain data that keeps every bit. */
type OwnCell = number | boolean | null | '' | '-0' | { text: string } | { error: string };

function ownCell(cell: Pasted): OwnCell {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return { text: cell };
  if (isError(cell)) return { error: cell.error };
  return Object.is(cell, -0) ? '-0' : cell;
}

/** Reads a clipboard: our own format, else an HTML table, else text. `decimalComma`: the notation of this language. */
export function readClipboard({ text, html, own }: ClipboardFormats, decimalComma: boolean): Clip {
  const ours = own === undefined ? undefined : readOwn(own);
  if (ours) return ours;
  const cells = html !== undefined && html.length <= MAX_HTML_LENGTH ? readHtml(html) : undefined;
  const formulas: FormulaTexts = new Map();
  const percents: Percents = new Map();
  const rows = cells ? trimmed(placeMerged(cells, formulas, percents)) : [];
  // A page may use a table for its layout, without any copied cells.
  if (rows.length === 0) return readText(text, decimalComma);
  const clip = readCandidates([{ separator: '\t', rows, percents }], decimalComma);
  return { ...clip, id: idOf(html!), ...given(formulas) };
}

const given = (formulas: FormulaTexts) => (formulas.size > 0 ? { formulas } : {});

/** Reads our own format. undefined if the text isn't in it. */
function readOwn(own: string): (Clip & { table: Table }) | undefined {
  let read: { id?: unknown; rows?: unknown; formulas?: unknown };
  try {
    read = JSON.parse(own) as typeof read;
  } catch {
    return undefined;
  }
  if (typeof read?.id !== 'string' || !Array.isArray(read.rows) || read.rows.length === 0) return undefined;
  const rows = read.rows as unknown[];
  if (!rows.every(row => Array.isArray(row) && row.length === (rows[0] as unknown[]).length)) return undefined;
  let right = true;
  const table = (rows as unknown[][]).map(row =>
    row.map((cell): Pasted => {
      if (cell === '') return undefined;
      if (cell === '-0') return -0;
      if (cell === null || typeof cell === 'boolean' || (typeof cell === 'number' && Number.isFinite(cell)))
        return cell;
      const { text, error } = Object(cell) as { text?: unknown; error?: unknown };
      if (typeof text === 'string') return text;
      const name = CELL_ERRORS.find(each => each === error);
      right &&= name !== undefined;
      return name && { error: name };
    }),
  );
  const formulas = Array.isArray(read.formulas) ? (read.formulas as unknown[]) : [];
  const isText = (each: unknown): each is [string, string] =>
    Array.isArray(each) && each.length === 2 && each.every(part => typeof part === 'string');
  return right ? { id: read.id, table, ...given(new Map(formulas.filter(isText))) } : undefined;
}
const CELL_ERRORS = [...ERROR_NAMES, '#CYCLE!', '#SPILL!'] as const;

/** Cells as text, as spreadsheets write it: a line break after each row, tabs between cells. A cell with either of
 *  them, or with quotes, is in quotes. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  return rows.map(cells => cells.map(quoted).join('\t')).join('\n');
}

function quoted(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Reads text. Tabs separate cells; without tabs, semicolons do. Commas and spaces may, but they can also be part of
 *  numbers. */
function readText(text: string, decimalComma: boolean): Clip {
  const body = text.replace(/\r\n?/g, '\n');
  const split = (separator: Separator): Candidate => ({ separator, rows: cut(body, separator) });
  if (body.includes('\t')) return readCandidates([split('\t')], decimalComma);
  if (body.includes(';')) return readCandidates([split(';')], decimalComma);
  const others = ([',', ' '] as const).filter(separator => body.includes(separator));
  return readCandidates([split('\t'), ...others.map(split)], decimalComma);
}

/** The rows that one separator gives. `percents`: formats that are known already. */
type Candidate = { separator: Separator; rows: Table; percents?: Percents };

/** Reads the first candidate in this language's notation. If other readings give numbers too, all of them are returned,
 *  and the user chooses. */
function readCandidates([natural, ...others]: readonly Candidate[], decimalComma: boolean): Clip {
  // If the first rows have several readings, the rest is read only after the user has chosen.
  const head = resolve(natural, decimalComma, SAMPLE);
  const own = head.foreign || head.doubtful ? head : resolve(natural, decimalComma);
  const rival = others
    .filter(({ separator }) => own.texts > 0 || (separator === ',' && !decimalComma))
    .some(candidate => readingOf(candidate, false) ?? readingOf(candidate, true));
  if (!own.foreign && !own.doubtful && !rival) return readOf(own);
  const readings: Reading[] = [];
  for (const candidate of [natural, ...others])
    for (const comma of [decimalComma, !decimalComma]) {
      const reading = readingOf(candidate, comma);
      if (reading && !readings.some(known => sameCells(known.sample, reading.sample))) readings.push(reading);
    }
  return readings.length > 0 ? { readings } : { table: natural.rows };
}

/** How many rows decide which readings are possible. Only the chosen one is then read to the end. */
const SAMPLE = 1000;

/** A candidate in one notation. undefined if it gives no numbers. */
function readingOf(candidate: Candidate, decimalComma: boolean): Reading | undefined {
  const { separator, rows } = candidate;
  if (separator === ',' && decimalComma) return undefined;
  const sample = resolve(candidate, decimalComma, SAMPLE);
  const labelled = separator === '\t' && rows.some(row => row.length > 1);
  if (sample.foreign || sample.numbers === 0 || (sample.texts > 0 && !labelled)) return undefined;
  return {
    separator,
    decimalComma,
    sample: sample.table,
    rows: rows.length,
    whole: () => readOf(resolve(candidate, decimalComma)),
  };
}

type Resolved = {
  table: Table;
  percents: Percents;
  numbers: number;
  texts: number;
  /** `foreign`: some number is written as in another language. `doubtful`: some number can be read in both. */
  foreign: boolean;
  doubtful: boolean;
};

/** Reads the texts that are numbers in this notation. 1.234 or 1,234 is then one thousand and more, if the sign
 *  separates thousands. */
function resolve({ rows, percents: known }: Candidate, decimalComma: boolean, most = rows.length): Resolved {
  const found = { numbers: 0, texts: 0, foreign: false, doubtful: false };
  const percents: Percents = new Map(known);
  const table = rows.slice(0, most).map((row, y) =>
    row.map((cell, x): Pasted => {
      if (typeof cell !== 'string') {
        if (typeof cell === 'number') found.numbers++;
        return cell;
      }
      const parsed = readNumber(cell, { decimalComma });
      if (parsed.problem === 'separator') found.foreign = true;
      else if (parsed.problem === 'grouping') found.doubtful = true;
      else if (parsed.problem) found.texts++;
      const value = parsed.problem === 'grouping' ? parsed.grouped : parsed.value;
      if (value === undefined || !Number.isFinite(value)) return cell;
      found.numbers++;
      const percent = percentFormat(cell, { decimalComma });
      if (percent) percents.set(`${y},${x}`, percent);
      return value;
    }),
  );
  return { table, percents, ...found };
}

const readOf = ({ table, percents }: Resolved): Read => ({ table, ...(percents.size > 0 && { percents }) });

const sameCells = (a: Table, b: Table) =>
  a.length === b.length &&
  a.every((row, y) => row.length === b[y].length && row.every((cell, x) => Object.is(cell, b[y][x])));

/** Cuts text into cells. Empty texts give nothing. Empty rows and columns at the end are left out: they come from the
 *  last line break, or from selected blanks. */
function cut(text: string, separator: Separator): Table {
  const rows = separator === ' ' ? text.split('\n').map(line => line.trim().split(/ +/)) : readCells(text, separator);
  return trimmed(rows.map(row => row.map(cell => (cell.trim() === '' ? undefined : cell))));
}

/** Rows of equal length, without empty rows and columns at the end. */
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

/** The formats of a clipboard that we can read. */
export function formatsOn(clipboard: DataTransfer): ClipboardFormats {
  const [html, own] = ['text/html', OWN_TYPE].map(type => clipboard.getData(type) || undefined);
  return { text: clipboard.getData('text/plain'), html, own };
}

/** Writes to the clipboard. The browser sends the event of a copy to the last selected text, so it is caught before it
 *  gets there. Returns false if the page may not write now. */
export function openClipboard(write: (clipboard: DataTransfer) => void): boolean {
  let caught = false;
  const listener = (event: ClipboardEvent) => {
    caught = true;
    event.preventDefault();
    event.stopPropagation();
    write(event.clipboardData!);
  };
  document.addEventListener('copy', listener, { capture: true });
  document.execCommand('copy');
  document.removeEventListener('copy', listener, { capture: true });
  return caught;
}
