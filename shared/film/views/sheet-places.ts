/** Where columns and regions are on a sheet, in cells from A1. Columns are as wide as in the window. */
import type { CellRange } from '../../address.ts';
import type { Band, ElementIndex } from '../../layout/layout.ts';
import { placeOf, type Sheet } from '../../layout/sheet.ts';
import type { LayerId } from '../../network.ts';
import { kindOf } from '../../layers/kinds.ts';
import type { RangePlace } from '../../places.ts';
import type { Box } from '../picture.ts';
import type { Region } from '../storyboard.ts';

/** As many cells as a column of each kind is wide. */
const WIDTHS = { square: 1, kernel: 1.45, vector: 3.5, gap: 0.5, blank: 3 } as const;

type Run = { column: number; left: number; width: number };

/** The left edge of a column, and the column at a place. */
export type Columns = { left(column: number): number; at(x: number): number };

const known = new WeakMap<Sheet, Map<string, Columns>>();

/** `folded`: layers whose maps are hidden. */
export function columnsAt(sheet: Sheet, id: string, folded: readonly LayerId[] = []): Columns {
  // On sheets of one's own all columns are wide.
  if (id !== sheet.id) return columnsOf([{ column: 0, left: 0, width: WIDTHS.vector }]);
  const all = known.get(sheet) ?? new Map<string, Columns>();
  known.set(sheet, all);
  const key = folded.join(' ');
  let found = all.get(key);
  if (!found) {
    found = columnsOf(runsOf(sheet, new Set(folded)));
    all.set(key, found);
  }
  return found;
}

function runsOf(sheet: Sheet, folded: ReadonlySet<LayerId>): Run[] {
  const runs: Run[] = [];
  let [next, left] = [0, 0];
  const add = (column: number, count: number, width: number) => {
    if (count <= 0) return;
    runs.push({ column, left, width });
    left += count * width;
    next = column + count;
  };
  let hidden = false;
  for (const band of sheet.layout.bands.toSorted((a, b) => a.column - b.column)) {
    // The blank after a hidden band is hidden too.
    add(next, band.column - next, hidden ? 0 : WIDTHS.gap);
    hidden = band.role === 'maps' && folded.has(band.layer);
    add(band.column, band.width, hidden ? 0 : widthIn(sheet, band));
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
      const run = runs.findLast(each => each.left <= x && each.width > 0) ?? first;
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

/** The elements that a range of the network's sheet spans: those in its corners, or the outermost ones in it. Empty if
 *  there are none. */
export function elementsSpanning({ layout }: Sheet, range: CellRange): ElementIndex[] {
  const firstOf = ({ row, column }: CellRange) => layout.elementAt(row, column);
  const lastOf = ({ row, column, height, width }: CellRange) => layout.elementAt(row + height - 1, column + width - 1);
  const corners = [firstOf(range), lastOf(range)];
  const blocks = corners.includes(undefined) ? layout.blocksIn(range) : [];
  const least = (of: (block: CellRange) => number) => blocks.toSorted((a, b) => of(a) - of(b)).slice(0, 1);
  const outermost = [
    ...least(({ row }) => row).map(firstOf),
    ...least(({ column }) => column).map(firstOf),
    ...least(({ row, height }) => -row - height).map(lastOf),
    ...least(({ column, width }) => -column - width).map(lastOf),
  ];
  const found = (corners.includes(undefined) ? outermost : corners).flatMap(each => each ?? []);
  const isNew = (one: ElementIndex, nth: number) =>
    found.findIndex(({ tensor, index }) => tensor === one.tensor && index === one.index) === nth;
  return found.filter(isNew);
}

/** A range in cells from A1, with columns as wide as they are. */
export function cornersOf(columns: Columns, { row, column, height, width }: CellRange): Box {
  const x = columns.left(column);
  return { x, y: row, width: columns.left(column + width) - x, height };
}
