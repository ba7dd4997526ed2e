import { formatRange } from '../../shared/address.ts';
import { cellAt, sheetOf } from '../../shared/cells.ts';
import { isFree } from '../../shared/changes/check.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { readTyped } from '../../shared/formula/typed.ts';
import { wholeTensor } from '../../shared/goto.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { elementAt, type Sheet, usedPart } from '../../shared/layout/sheet.ts';
import { parseNumber } from '../../shared/numbers.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { formulaText, typedInto } from '../../shared/typed-entry.ts';
import { copier, type CopiedCell, createBringer } from './bring.ts';
import type { Pasted } from './clipboard-table.ts';
import { createEdits, type Edits } from './edits.ts';
import { decimalComma, type Entry, enterEverywhere, MAX_CELLS, NOTHING_OWN, type Own, type Refused } from './entry.ts';
import { isTaken, type RangeEntry, withoutEmptyLines } from './paste.ts';
import { type Series, seriesOf } from './series.ts';

const text = messages.grid;

/** The content of a cell. undefined where the network has no cell, and where a free cell is blank. */
export type ValueAt = (cell: CellPlace) => Pasted;

/** The entry that puts one typed text into every cell of the selected ranges, as one step. A formula moves from the
 *  active cell, where it was typed, to each of the others as in a spreadsheet, but inside a band by the band's own
 *  strides. Labels are skipped. */
export function fillText(
  sheet: Sheet,
  ranges: readonly RangePlace[],
  typed: string,
  foreign = false,
  written?: { active: CellPlace; own: Own },
): Entry {
  const edits = createEdits(sheet);
  const own = written?.own ?? NOTHING_OWN;
  const parts = ranges.map(range => withoutEmptyLines(sheet, range));
  const free = parts.flatMap(part => freeCellsIn(sheet, part));
  if (free.length > MAX_CELLS) return { refusal: text.tooManyCells(free.length) };
  const formula = written && formulaText(typed, { sheet, ...own, on: written.active.sheet }, spokenFormulas());
  const refused = formula
    ? fillFormula(sheet, parts, free, { typed: formula, ...written, edits })
    : fillContent(sheet, parts, free, { typed, foreign, own, edits });
  return refused ?? edits.finish(sentences.grid.fillLabel(ranges.map(range => formatRange(range)).join(', ')));
}

type TypedForAll = { typed: string; own: Own; edits: Edits };

function fillContent(
  sheet: Sheet,
  ranges: readonly RangePlace[],
  free: readonly CellPlace[],
  { typed, foreign, own, edits }: TypedForAll & { foreign: boolean },
): Refused | undefined {
  // The text is read only once, because there may be many cells.
  const entered = parseNumber(typed, { decimalComma }).value ?? typed;
  for (const range of ranges) {
    const isFreeAlone = range.sheet !== sheet.id || sheet.layout.blocksIn(range).length === 0;
    const refused = free.length > 0 && isFreeAlone ? undefined : enterEverywhere(sheet, range, entered, edits, foreign);
    if (refused) return refused;
  }
  for (const place of free) {
    const read = typedInto({ sheet, ...own }, place, typed, {
      notation: { decimalComma },
      language: spokenFormulas(),
      foreign,
    });
    if (read.refusal !== undefined) return { refusal: say(read.refusal), ...(read.foreign && { foreign: true }) };
    for (const change of read.changes) if (change.kind === 'cells') edits.cell(place, change.edits[0].cell);
  }
  return undefined;
}

function fillFormula(
  sheet: Sheet,
  ranges: readonly RangePlace[],
  free: readonly CellPlace[],
  { typed, active, own, edits }: TypedForAll & { active: CellPlace },
): Refused | undefined {
  const read = readTyped(typed, { sheet, ...own, on: active.sheet }, spokenFormulas());
  if (read.problem !== undefined) return { refusal: say(read.problem) };
  const { sheet: _on, ...from } = active;
  const element = elementAt(sheet, active);
  const copy: CopiedCell = { place: active, ...(element && { element }), formula: { formula: read.expression, from } };
  const bringer = createBringer(sheet, own, edits, { what: 'formulas' });
  let count = free.length;
  for (const place of free) bringer.put(place, undefined, copy);
  for (const range of ranges) {
    const used = usedPart(sheet, range);
    const only = wholeTensor(sheet, range);
    const blocks = used ? sheet.layout.blocksIn(used).filter(({ view }) => !only || view.tensor === only) : [];
    count += blocks.reduce((sum, { height, width }) => sum + height * width, 0);
    if (count > MAX_CELLS) return { refusal: text.tooManyCells(count) };
    for (const { row, column, height, width } of blocks)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          bringer.put({ sheet: sheet.id, row: row + y, column: column + x }, undefined, copy);
  }
  bringer.end();
  return undefined;
}

/** The cells of a range that are free or on an own sheet; none in a whole tensor. Stops counting where there are too
 *  many. */
function freeCellsIn(sheet: Sheet, range: RangePlace): CellPlace[] {
  const found: CellPlace[] = [];
  if (wholeTensor(sheet, range) !== undefined) return found;
  const { sheet: id, row, column, height, width } = range;
  for (let y = row; y < row + height; y++)
    for (let x = column; x < column + width; x++) {
      if (id === sheet.id && !isFree(sheet, y, x)) continue;
      found.push({ sheet: id, row: y, column: x });
      if (found.length > MAX_CELLS) return found;
    }
  return found;
}

/** The entry of dragging the fill handle from a range to a larger one. One cell is copied; a text that ends in a number
 *  counts on. Evenly spaced numbers and powers are continued (1, 3 → 5; 1, 2, 4 → 8). Others are repeated. Labels are
 *  skipped, and where a line goes on in the network, so are the free cells on its way. */
export function fillRange(
  sheet: Sheet,
  source: RangePlace,
  target: RangePlace,
  value: ValueAt,
  own: Own = NOTHING_OWN,
): RangeEntry {
  const down = target.height !== source.height;
  return fill(sheet, { source, target, value, down, own, series: seriesOf });
}

/** The entry of Ctrl+D (Ctrl+R). It copies the first row (column) of a selection over the others. A selection of only
 *  one row (column) gets the row above (column to the left). */
export function fillLines(
  sheet: Sheet,
  selection: RangePlace,
  direction: 'down' | 'right',
  value: ValueAt,
  own: Own = NOTHING_OWN,
): RangeEntry {
  const source = sourceOfFill(selection, direction);
  if (!source) return { refusal: messages.clipboard.nothingBefore(formatRange(selection)) };
  const down = direction === 'down';
  return fill(sheet, { source, target: selection, value, down, own, series: () => undefined });
}

/** The row or column that Ctrl+D or Ctrl+R copies. undefined at the sheet's edge. */
export function sourceOfFill(selection: RangePlace, direction: 'down' | 'right'): RangePlace | undefined {
  const down = direction === 'down';
  const before = (down ? selection.height : selection.width) === 1 ? 1 : 0;
  const source = down
    ? { ...selection, row: selection.row - before, height: 1 }
    : { ...selection, column: selection.column - before, width: 1 };
  return source.row < 0 || source.column < 0 ? undefined : source;
}

/** The range that a double click on the fill handle fills. It goes down as far as the cells left of the selection, else
 *  as the cells right of it. undefined if neither side has cells further down. */
export function filledByNeighbour(sheet: Sheet, source: RangePlace, own: Own = NOTHING_OWN): RangePlace | undefined {
  const below = source.row + source.height;
  const cells = sheetOf(own.sheets, source.sheet)?.cells;
  const place = (row: number, column: number) => ({ sheet: source.sheet, row, column });
  const filled = (row: number, column: number) =>
    elementAt(sheet, place(row, column)) ?? (cells && cellAt(cells, { row, column })?.content) ?? undefined;
  const inNetwork = elementAt(sheet, place(source.row, source.column)) !== undefined;
  const mayFill = (row: number) =>
    inNetwork
      ? elementAt(sheet, place(row, source.column)) !== undefined
      : !elementAt(sheet, place(row, source.column)) && !isTaken(sheet, place(row, source.column));
  for (const column of [source.column - 1, source.column + source.width]) {
    let row = below;
    while (filled(row, column) !== undefined && mayFill(row)) row++;
    if (row > below) return { ...source, height: row - source.row };
  }
  return undefined;
}

type Filling = {
  source: RangePlace;
  target: RangePlace;
  value: ValueAt;
  /** Along columns, not rows. */
  down: boolean;
  own: Own;
  /** How a line of contents goes on; undefined to repeat it. */
  series: (line: readonly Pasted[]) => Series | undefined;
};

/** Fills the cells of `target` outside `source`. */
function fill(sheet: Sheet, { source, target, value, down, own, series }: Filling): RangeEntry {
  if (target.height * target.width > MAX_CELLS) return { refusal: text.tooManyCells(target.height * target.width) };
  const only = wholeTensor(sheet, target);
  const edits = createEdits(sheet);
  const bringer = createBringer(sheet, own, edits);
  const copy = copier(sheet, own);
  const length = down ? source.height : source.width;
  const first = down ? source.row : source.column;
  const start = down ? target.row : target.column;
  const end = start + (down ? target.height : target.width);
  let brought = false;
  for (let line = 0; line < (down ? target.width : target.height); line++) {
    const at = (position: number): CellPlace => ({
      sheet: target.sheet,
      row: down ? position : target.row + line,
      column: down ? target.column + line : position,
    });
    const items = Array.from({ length }, (_, i): { value: Pasted; copy: CopiedCell } => {
      return { value: value(at(first + i)), copy: copy(at(first + i)) };
    });
    if (items.every(item => item.value === undefined && item.copy.formula === undefined)) continue;
    brought = true;
    const plain = items.every(item => !item.copy.formula && !item.copy.isDerived);
    const continued = plain ? series(items.map(item => item.value)) : undefined;
    const throughNetwork = goesOnIn(sheet, items, { at, start, end, first, length });
    for (let position = start; position < end; position++) {
      const distance = position - first;
      if (distance >= 0 && distance < length) continue;
      const cell = at(position);
      const element = elementAt(sheet, cell);
      if (only !== undefined && element?.tensor !== only) continue;
      if (!element && (throughNetwork || isTaken(sheet, cell))) continue;
      const item = items[((distance % length) + length) % length];
      // A label has nothing to fill with.
      if (item.value === undefined && !item.copy.formula && isTaken(sheet, item.copy.place)) continue;
      const entered = continued ? continued(distance) : item.value;
      const refused = bringer.put(cell, entered, item.copy);
      if (refused) return refused;
    }
  }
  if (!brought) return { refusal: messages.clipboard.nothingToFill(formatRange(source)) };
  bringer.end();
  return { ...edits.finish(sentences.grid.fillLabel(formatRange(target))), range: target };
}

type Line = { at: (position: number) => CellPlace; start: number; end: number; first: number; length: number };

/** Whether a line begins in the network and comes to other cells of it. */
function goesOnIn(
  sheet: Sheet,
  items: readonly { copy: CopiedCell }[],
  { at, start, end, first, length }: Line,
): boolean {
  if (!items.some(({ copy }) => copy.element)) return false;
  for (let position = start; position < end; position++)
    if ((position < first || position >= first + length) && elementAt(sheet, at(position))) return true;
  return false;
}
