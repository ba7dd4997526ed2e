/** Where columns and regions are on a sheet, in cells from A1. Columns are as wide as in the window. */
import type { Band } from '../../layout/layout.ts';
import { placeOf, type Sheet } from '../../layout/sheet.ts';
import { kindOf } from '../../layers/kinds.ts';
import type { RangePlace } from '../../places.ts';
import type { Box } from '../picture.ts';
import type { Region } from '../storyboard.ts';

/** As many cells as a column of each kind is wide. */
const WIDTHS = { square: 1, kernel: 1.45, vector: 3.5, gap: 0.5, blank: 3 } as const;

type Run = { column: number; left: number; width: number };

/** The left edge of a column, and the column at a place. */
export type Columns = { left(column: number): number; at(x: number): number };

const known = new WeakMap<Sheet, Columns>();

export function columnsAt(sheet: Sheet, id: string): Columns {
  // On sheets of one's own all columns are wide.
  if (id !== sheet.id) return columnsOf([{ column: 0, left: 0, width: WIDTHS.vector }]);
  let found = known.get(sheet);
  if (!found) {
    found = columnsOf(runsOf(sheet));
    known.set(sheet, found);
  }
  return found;
}

function runsOf(sheet: Sheet): Run[] {
  const runs: Run[] = [];
  let [next, left] = [0, 0];
  const add = (column: number, count: number, width: number) => {
    if (count <= 0) return;
    runs.push({ column, left, width });
    left += count * width;
    next = column + count;
  };
  for (const band of sheet.layout.bands.toSorted((a, b) => a.column - b.column)) {
    add(next, band.column - next, WIDTHS.gap);
    add(band.column, band.width, widthIn(sheet, band));
  }
  runs.push({ column: next, left, width: WIDTHS.blank });
  return runs;
}

function widthIn({ layers }: Sheet, { role, layer }: Band): number {
  if (role === 'vector') return WIDTHS.vector;
  const { weights } = kindOf(layers.get(layer)!);
  if (role !== 'kernels' || weights === 'units') return WIDTHS.square;
  return weights === 'kernels' ? WIDTHS.kernel : WIDTHS.vector;
}

function columnsOf(runs: readonly Run[]): Columns {
  const [first] = runs;
  return {
    left(column) {
      const run = runs.findLast(each => each.column <= column) ?? first;
      return run.left + (column - run.column) * run.width;
    },
    at(x) {
      const run = runs.findLast(each => each.left <= x) ?? first;
      return run.column + Math.floor((x - run.left) / run.width + 1e-9);
    },
  };
}

/** The cells of a region: those around its elements, or a rectangle of a sheet. */
export function rangeOfRegion(sheet: Sheet, region: Region): RangePlace {
  if ('sheet' in region) return region;
  const { elements, margin = 0 } = region;
  const places = elements
    .filter(({ tensor, index }) => index < (sheet.tensors.get(tensor)?.size ?? 0))
    .map(({ tensor, index }) => placeOf(sheet, tensor, index));
  const rows = places.map(({ row }) => row);
  const columns = places.map(({ column }) => column);
  const [row, column] = [Math.min(...rows) - margin, Math.min(...columns) - margin].map(each => Math.max(0, each));
  return {
    sheet: sheet.id,
    row,
    column,
    height: Math.max(...rows) + margin - row + 1,
    width: Math.max(...columns) + margin - column + 1,
  };
}

/** A range in cells from A1, with columns as wide as they are. */
export function cornersOf(sheet: Sheet, { sheet: id, row, column, height, width }: RangePlace): Box {
  const columns = columnsAt(sheet, id);
  const x = columns.left(column);
  return { x, y: row, width: columns.left(column + width) - x, height };
}
