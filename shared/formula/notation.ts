/** Writes references: as A1, as R1C1, or as the numbers of their cells. */
import { type CellAddress, columnName, MAX_COLUMNS, MAX_ROWS } from '../address.ts';
import { formatFloat32 } from '../numbers.ts';
import { contentText } from '../cell-content.ts';
import type { Anchor, CellsReference, Reference } from './expression.ts';
import { ENGLISH, literal, type Notation, type FormulaLanguage } from './print.ts';
import type { Value } from './value.ts';

/** Finds the cells of a reference. */
export type Locate = (reference: Reference) => CellsReference;

/** Writes references as AH3, $AD$11:$AF$13, A:C, 'My sheet'!B2. */
export function a1(locate: Locate, language: FormulaLanguage = ENGLISH): Notation {
  return { language, reference: reference => formatA1(locate(reference)) };
}

export function formatA1({ sheet, first, last, anchors }: CellsReference): string {
  const on = sheetPrefix(sheet);
  if (first.row === 0 && last.row === MAX_ROWS - 1) {
    return `${on}${columnText(first, anchors.first)}:${columnText(last, anchors.last)}`;
  }
  if (first.column === 0 && last.column === MAX_COLUMNS - 1) {
    return `${on}${rowText(first, anchors.first)}:${rowText(last, anchors.last)}`;
  }
  const start = columnText(first, anchors.first) + rowText(first, anchors.first);
  if (first === last && anchors.first === anchors.last) return on + start;
  const end = columnText(last, anchors.last) + rowText(last, anchors.last);
  return on + (start === end ? start : `${start}:${end}`);
}

const columnText = ({ column }: CellAddress, anchor: Anchor) => (anchor.column ? '$' : '') + columnName(column);
const rowText = ({ row }: CellAddress, anchor: Anchor) => (anchor.row ? '$' : '') + String(row + 1);

/** Writes references as R[-1]C[2] from the formula's own cell, or as R3C4 if they are absolute. Formulas that were
 *  filled from one another then have the same text. */
export function r1c1(locate: Locate, from: CellAddress, language: FormulaLanguage = ENGLISH): Notation {
  return { language, reference: reference => formatR1C1(locate(reference), from) };
}

export function formatR1C1({ sheet, first, last, anchors }: CellsReference, from: CellAddress): string {
  const part = (letter: string, at: number, fixed: boolean, own: number) => {
    if (fixed) return `${letter}${at + 1}`;
    return at === own ? letter : `${letter}[${at - own}]`;
  };
  const row = (corner: CellAddress, anchor: Anchor) => part('R', corner.row, anchor.row, from.row);
  const column = (corner: CellAddress, anchor: Anchor) => part('C', corner.column, anchor.column, from.column);
  const wholeColumns = first.row === 0 && last.row === MAX_ROWS - 1;
  const wholeRows = !wholeColumns && first.column === 0 && last.column === MAX_COLUMNS - 1;
  const corner = (cell: CellAddress, anchor: Anchor) =>
    (wholeColumns ? '' : row(cell, anchor)) + (wholeRows ? '' : column(cell, anchor));
  const [start, end] = [corner(first, anchors.first), corner(last, anchors.last)];
  return sheetPrefix(sheet) + (start === end ? start : `${start}:${end}`);
}

/** The sheet before an address: Network!, 'My sheet'! */
export function sheetPrefix(sheet: string | undefined): string {
  if (sheet === undefined) return '';
  const plain = /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(sheet) && !/^([a-z]{1,3}\d+|r\d*c\d*|r|c|true|false)$/i.test(sheet);
  return plain ? `${sheet}!` : `'${sheet.replaceAll("'", "''")}'!`;
}

/** Ranges of more numbers than this are cut. */
const MOST_NUMBERS = 49;
/** A cut range shows so many of its first rows and columns. */
const LEFT = 4;

/** Writes numbers instead of references: =MAX(0,-0.25), or {0.1,0.2;0.3,0.4} for a range. Numbers have all their
 *  digits, so that the text gives the formula's value. A range of more than `most` numbers is cut to its first rows and
 *  columns and "…"; then the text is only for reading. */
export function withNumbers(
  locate: Locate,
  valueAt: (cell: CellAddress, sheet: string | undefined) => Value,
  { language = ENGLISH, most = MOST_NUMBERS }: { language?: FormulaLanguage; most?: number } = {},
): Notation {
  const { decimal, words } = language;
  const text = (content: Value, blank: string): string => {
    if (content === null) return blank;
    if (typeof content === 'string' || typeof content === 'boolean') return literal(content, language);
    return contentText(content, value => inFull(value).replace('.', decimal), words?.errors);
  };
  const onlyCell = ({ first, last }: CellsReference) => first.row === last.row && first.column === last.column;
  return {
    language,
    reference(reference) {
      const cells = locate(reference);
      const { sheet, first, last } = cells;
      if (onlyCell(cells)) return text(valueAt(first, sheet), '0');
      const [height, width] = [last.row - first.row + 1, last.column - first.column + 1];
      const cut = height * width > most;
      const [rows, columns] = cut ? [Math.min(height, LEFT), Math.min(width, LEFT)] : [height, width];
      const lines = Array.from({ length: rows }, (_, y) => {
        // In an array, an empty text counts as nothing, like an empty cell.
        const values = Array.from({ length: columns }, (__, x) =>
          text(valueAt({ row: first.row + y, column: first.column + x }, sheet), '""'),
        );
        return [...values, ...(columns < width ? ['…'] : [])].join(language.column);
      });
      return `{${[...lines, ...(rows < height ? ['…'] : [])].join(';')}}`;
    },
    isNegative(reference) {
      const cells = locate(reference);
      const value = onlyCell(cells) ? valueAt(cells.first, cells.sheet) : undefined;
      return typeof value === 'number' && value < 0;
    },
  };
}

/** A cell of the network holds a float32, which is written in the fewest digits that mean it. Others hold doubles. */
const inFull = (value: number): string =>
  Math.fround(value) === value ? formatFloat32(value) : String(value).toUpperCase();
