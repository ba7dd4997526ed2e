import { percentFormat } from '../../shared/numbers.ts';
import type { Pasted, Table } from './clipboard-table.ts';

/** A cell of an HTML table: its text, its exact number if the other program gives one (the text may be 0.33 for
 *  0.3333333333), its formula in R1C1, and how many rows and columns it spans. */
export type HtmlCell = { text: string; number?: number; formula?: string; rows: number; columns: number };

/** How a copied cell looks, and its formula: as it stands, and in R1C1 where it reads nothing but copied cells. */
export type CellLook = {
  paper?: string;
  ink?: string;
  bold?: boolean;
  align?: string;
  formula?: string;
  relative?: string;
};
export type LookOf = (row: number, column: number) => CellLook | undefined;

/** The most rows and columns that a merged cell may span. */
const MAX_SPAN = 16_384;

/** The rows of all tables in an HTML clipboard, one table below the other. undefined if it has no table. */
export function readHtml(html: string): HtmlCell[][] | undefined {
  if (!/<table/i.test(html)) return undefined;
  // Nothing of the document is loaded or run, because it is never shown.
  const page = new DOMParser().parseFromString(withoutStyles(html), 'text/html');
  const tables = [...page.querySelectorAll('table')].filter(table => !table.parentElement?.closest('table'));
  const rows = tables.flatMap(table => [...table.rows]);
  return rows.length === 0 ? undefined : rows.map(row => [...row.cells].map(readCell));
}

/** The page's security policy forbids inline styles, also in a document that is only parsed. So they are removed. */
const withoutStyles = (html: string) =>
  html.replace(/<style[^>]*>.*?<\/style\s*>/gis, '').replace(/\sstyle\s*=\s*(?:"[^"]*"|'[^']*')/gi, '');

function readCell(cell: HTMLTableCellElement): HtmlCell {
  const text = shownText(cell);
  const attribute = (name: string) => cell.getAttribute(name) ?? undefined;
  const number = numberBehind(text, {
    excel: attribute('x:num'),
    calc: attribute('sdval'),
    calcFormat: attribute('sdnum'),
    sheets: attribute('data-sheets-value'),
  });
  const formula = attribute('data-sheets-formula');
  return {
    text,
    ...(number !== undefined && { number }),
    ...(formula !== undefined && { formula }),
    rows: cell.rowSpan,
    columns: cell.colSpan,
  };
}

/** A cell's text with the line breaks that a reader sees, not those of the source. */
function shownText(cell: HTMLTableCellElement): string {
  const mark = '\u2028';
  for (const part of cell.querySelectorAll('style, script')) part.remove();
  for (const part of cell.querySelectorAll('br, p, div, li')) part.append(mark);
  for (const part of cell.querySelectorAll('br')) part.replaceWith(mark);
  const lines = (cell.textContent ?? '').replace(/[ \t\n\r]+/g, ' ').split(mark);
  return lines
    .map(line => line.trim())
    .join('\n')
    .trim();
}

/** The attributes in which programs give the exact number: Excel, LibreOffice Calc (with its number format), Google
 *  Sheets. */
export type Behind = { excel?: string; calc?: string; calcFormat?: string; sheets?: string };

/** The exact number of a cell. undefined if there is none, and for dates, which spreadsheets store as numbers. */
export function numberBehind(text: string, { excel, calc, calcFormat = '', sheets }: Behind): number | undefined {
  if (!/^[+\-−(]?\s*\p{Sc}?[\d.,'’\s]*\d[\d.,'’\s]*(E[+\-−]?\d+)?\s*[%\p{Sc}]?\)?$/iu.test(text)) return undefined;
  if (/YY|JJ|MM|DD|TT|HH/i.test(calcFormat)) return undefined;
  // Calc writes numbers in its language, without separators between thousands.
  const written = excel ?? calc?.replace(',', '.') ?? sheetsNumber(sheets);
  if (written === undefined || !/^-?\d*\.?\d+(E[+-]?\d+)?$/i.test(written)) return undefined;
  const value = Number(written);
  return Number.isFinite(value) ? value : undefined;
}

/** Google Sheets gives the number 0.5 as {"1":3,"3":0.5}. */
function sheetsNumber(json: string | undefined): string | undefined {
  return json === undefined ? undefined : /^\{"1":3,"3":(-?[\d.]+(?:E[+-]?\d+)?)\}$/i.exec(json)?.[1];
}

/** Formulas in R1C1 by row and column. */
export type FormulaTexts = Map<string, string>;
/** Number formats of percentages, by row and column. */
export type Percents = Map<string, { kind: 'percent'; digits: number }>;

/** Places the cells on a grid, their formulas in `formulas`, and the formats of percentages with an exact number behind
 *  them in `percents`. A merged cell has its value in its first place and
 *  nothing in the others, as spreadsheets paste it. */
export function placeMerged(
  cells: readonly (readonly HtmlCell[])[],
  formulas: FormulaTexts = new Map(),
  percents: Percents = new Map(),
): Table {
  const grid: Pasted[][] = cells.map(() => []);
  /** Columns that are still taken by cells of earlier rows, and for how many rows. */
  let taken = new Map<number, number>();
  for (const [y, row] of cells.entries()) {
    const next = new Map<number, number>();
    let x = 0;
    const skipTaken = () => {
      while (taken.has(x)) grid[y][x++] = undefined;
    };
    for (const { text, number, formula, rows, columns } of row) {
      skipTaken();
      if (formula !== undefined) formulas.set(`${y},${x}`, formula);
      const percent =
        number === undefined ? undefined : (percentFormat(text) ?? percentFormat(text, { decimalComma: true }));
      if (percent) percents.set(`${y},${x}`, percent);
      const span = Math.min(columns, MAX_SPAN - x);
      for (let i = 0; i < span; i++) {
        if (rows > 1) next.set(x, rows - 1);
        grid[y][x++] = i > 0 ? undefined : (number ?? (text === '' ? undefined : text));
      }
    }
    skipTaken();
    for (const [column, left] of taken) if (left > 1) next.set(column, left - 1);
    taken = next;
  }
  return grid;
}

/** Cells as an HTML table. `written` has numbers with decimal points, `texts` has them in this language. Excel and
 *  LibreOffice read the exact numbers from attributes. Calc's attribute is in the language that is named beside it. */
export function formatHtml(
  table: Table,
  written: readonly (readonly string[])[],
  texts: readonly (readonly string[])[],
  decimalComma: boolean,
  id: string,
  lookOf: LookOf = () => undefined,
): string {
  const language = decimalComma ? GERMAN : ENGLISH;
  const rows = table.map((row, y) => {
    const cells = row.map((value, x) => {
      const text = texts[y][x];
      const look = attributesOf(lookOf(y, x) ?? {});
      if (typeof value !== 'number') return `<td${look}>${escaped(text).replaceAll('\n', '<br>')}</td>`;
      return `<td${look} x:num="${written[y][x]}" sdval="${text}" sdnum="${language};">${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const head = `<table xmlns:x="urn:schemas-microsoft-com:office:excel" data-convsheet="${id}">`;
  return `<meta charset="utf-8">${head}${rows.join('')}</table>`;
}

/** Colours, as LibreOffice (attributes) and others (styles) read them, and formulas. Other programs evaluate only a
 *  formula that reads copied cells: elsewhere it would read other cells than here. */
function attributesOf({ paper, ink, bold, align, formula, relative }: CellLook): string {
  const style = [
    paper && `background-color:${paper}`,
    ink && `color:${ink}`,
    bold && 'font-weight:bold',
    align && `text-align:${align}`,
  ].filter(Boolean);
  return [
    paper && ` bgcolor="${paper}"`,
    align && ` align="${align}"`,
    style.length > 0 && ` style="${style.join(';')}"`,
    formula !== undefined && ` data-formula="${escaped(formula)}"`,
    relative !== undefined && ` data-sheets-formula="${escaped(relative)}"`,
  ]
    .filter(Boolean)
    .join('');
}

/** Ids of languages in Windows and LibreOffice. */
const ENGLISH = 1033;
const GERMAN = 1031;

/** The id of the copying, if this program wrote the HTML. */
export function idOf(html: string): string | undefined {
  return /<table[^>]* data-convsheet="([\w-]+)"/.exec(html)?.[1];
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
