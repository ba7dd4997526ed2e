/** The numbers that a formula reads, for whoever explains it. */
import { formatRange } from '../address.ts';
import { type CellContent, isError } from '../cell-content.ts';
import type { Written } from '../cells.ts';
import type { CellsReference, Expression, Reference } from '../formula/expression.ts';
import { compile, isOneCell } from '../formula/compile.ts';
import { sheetPrefix } from '../formula/notation.ts';
import { cellsOf } from '../formula/placed.ts';
import { rangeOf } from '../formula/ranges.ts';
import type { CellReader, RangeReader } from '../formula/readers.ts';
import type { Value } from '../formula/value.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { elementAt, type Sheet } from '../layout/sheet.ts';
import type { CellPlace, Plane, RangePlace, SheetInfo } from '../places.ts';

/** Where the numbers of a workbook come from. Both give undefined for what isn't known yet. */
export type Source = {
  readonly sheet: Sheet;
  readonly sheets: readonly SheetInfo[];
  /** What users have written over elements. */
  readonly written?: Pick<Written, 'formulas'>;
  element(element: ElementIndex, plane?: Plane): CellContent | undefined;
  /** A cell that is no element of the network; null if it is blank. */
  cell(place: CellPlace): Value | undefined;
};

/** A rectangle of cells and what they hold, row by row. */
export type Numbers = {
  readonly range: RangePlace;
  /** As it stands in a formula, without $: AK11:AM13, Notes!B2. */
  readonly address: string;
  readonly contents: readonly Value[];
};

/** The sheet and the plane that a formula stands on. */
export type On = Pick<CellPlace, 'sheet' | 'plane'>;

/** Reads what a reference means in a formula that stands `on` a sheet. undefined if something isn't known yet, or if
 *  the reference names nothing (any more). */
export function numbersIn(source: Source, reference: Reference, on: On): Numbers | undefined {
  const range = rangeRead(source.sheet, reference, on);
  return range && numbersOf(source, range, on);
}

/** The rectangle that a reference means in such a formula. undefined if it names nothing (any more). */
export function rangeRead(sheet: Sheet, reference: Reference, on: On): RangePlace | undefined {
  const cells = cellsOf(sheet, reference, on.sheet === sheet.id);
  const plane = reference.kind === 'elements' ? reference.plane : undefined;
  return cells && { sheet: cells.sheet ?? on.sheet, ...rangeOf(cells), ...(plane && { plane }) };
}

/** Reads a rectangle. undefined if something isn't known yet. */
export function numbersOf(source: Source, range: RangePlace, on: On): Numbers | undefined {
  const contents: Value[] = [];
  for (let row = range.row; row < range.row + range.height; row++)
    for (let column = range.column; column < range.column + range.width; column++) {
      const content = contentOf(source, { ...range, row, column });
      if (content === undefined) return undefined;
      contents.push(content);
    }
  return { range, address: addressOf(source, range, on), contents };
}

/** The content of any cell of the workbook. */
export function contentOf(source: Source, place: CellPlace): Value | undefined {
  const found = elementAt(source.sheet, place);
  return found ? source.element(found, place.plane) : source.cell(place);
}

function addressOf({ sheets }: Source, range: RangePlace, on: On): string {
  const isHere = range.sheet === on.sheet && (range.plane ?? 'value') === (on.plane ?? 'value');
  const other = isHere ? undefined : sheets.find(({ id }) => id === range.sheet)?.name;
  return sheetPrefix(other) + formatRange(range);
}

/** The value of a part of a formula: that of the sheet's own calculation. undefined if it reads something that isn't
 *  known yet, or has a function that only the engine knows. */
export function valueOf(
  expression: Expression,
  read: (reference: Reference) => Numbers | undefined,
): Value | undefined {
  const program = compile(expression);
  if (!program) return undefined;
  const readers: (CellReader | RangeReader)[] = [];
  for (const each of program.reads) {
    const numbers = each.kind === 'tensor' ? undefined : read(each);
    if (!numbers) return undefined;
    readers.push(isOneCell(each) ? { value: () => numbers.contents[0] } : rangeReader(numbers));
  }
  return program.run(readers);
}

function rangeReader({ range: { height, width }, contents }: Numbers): RangeReader {
  return {
    height,
    width,
    at: (row, column) => contents[row * width + column],
    each(take) {
      for (const [at, content] of contents.entries())
        if (content !== null && take(content, Math.floor(at / width), at % width)) return;
    },
  };
}

/** The numbers of some cells. Anything else in them counts as nothing, as in SUM. undefined if a cell has an error. */
export function plain({ contents }: Numbers): number[] | undefined {
  if (contents.some(isError)) return undefined;
  return contents.map(content => (typeof content === 'number' ? content : 0));
}

/** A key for a reference, so that it is read once. */
export function referenceKey(reference: Reference): string {
  if (reference.kind === 'elements')
    return `${reference.plane ?? 'value'} ${reference.tensor} ${reference.first} ${reference.last}`;
  const { sheet = '', first, last }: CellsReference = reference;
  return `${sheet}!${first.row},${first.column}:${last.row},${last.column}`;
}
