/** Arithmetic on lattices of blocks: from cells to elements and back, without a list of blocks. A lattice is a region,
 *  or labels (blocks of one cell). */
import { intersect } from '../address.ts';
import type { CellRange } from '../address.ts';
import type { Region, Repeat } from './layout.ts';

/** A region without its tensor. */
export type Lattice = Omit<Region, 'tensor'>;

/** One block of a lattice: its cells, and its first element. */
export type LatticeBlock = CellRange & { offset: number };

/** How many cells all repetitions of a size take along one axis, from the first cell to the last. */
export function extent(size: number, repeats: readonly Repeat[]): number {
  return repeats.reduce((total, { count, pitch }) => total + (count - 1) * pitch, size);
}

/** The smallest range that holds the whole lattice. */
export function boundsOf({ row, column, height, width, down, across }: Lattice): CellRange {
  return { row, column, height: extent(height, down), width: extent(width, across) };
}

/** The element in a cell; -1 if the lattice has none there. */
export function elementOf(lattice: Lattice, row: number, column: number): number {
  const y = position(row - lattice.row, lattice.height, lattice.rowStride, lattice.down);
  if (y < 0) return -1;
  const x = position(column - lattice.column, lattice.width, lattice.columnStride, lattice.across);
  return x < 0 ? -1 : lattice.offset + y + x;
}

/** The cells between two stacked blocks of a lattice, if this cell is one of them. */
export function gapAround(lattice: Lattice, row: number, column: number): CellRange | undefined {
  const across = blockBefore(column - lattice.column, lattice.across);
  const down = blockBefore(row - lattice.row, lattice.down);
  if (!across || !down || down.next === undefined) return undefined;
  const isInColumns = column < lattice.column + across.start + lattice.width;
  const top = lattice.row + down.start + lattice.height;
  if (!isInColumns || row < top) return undefined;
  return {
    row: top,
    column: lattice.column + across.start,
    height: lattice.row + down.next - top,
    width: lattice.width,
  };
}

/** Where the block begins that began last, along one axis, and where the next one does, if there is one. */
function blockBefore(distance: number, repeats: readonly Repeat[]): { start: number; next?: number } | undefined {
  if (distance < 0) return undefined;
  let [start, next] = [0, undefined as number | undefined];
  for (const { count, pitch } of repeats) {
    const i = Math.min(count - 1, Math.floor((distance - start) / pitch));
    if (i + 1 < count) next = start + (i + 1) * pitch;
    start += i * pitch;
  }
  return { start, ...(next !== undefined && { next }) };
}

/** The part of the element's index that comes from one axis. -1 between blocks and outside. */
function position(distance: number, size: number, stride: number, repeats: readonly Repeat[]): number {
  if (distance < 0) return -1;
  let rest = distance;
  let element = 0;
  for (const repeat of repeats) {
    // An outer pitch is at least as long as what it repeats. So only the repetition that began last can have the cell.
    const i = Math.min(repeat.count - 1, Math.floor(rest / repeat.pitch));
    rest -= i * repeat.pitch;
    element += i * repeat.stride;
  }
  return rest < size ? element + rest * stride : -1;
}

type Step = { stride: number; count: number; rows: number; columns: number };
/** A lattice in the form that `cellOf` needs. */
export type Inverse = { row: number; column: number; offset: number; steps: readonly Step[] };

/** Prepares a lattice for `cellOf`, which divides an index by the strides from the largest to the smallest. This works
 *  for row-major tensors, also if an axis is split into sections. */
export function invert(lattice: Lattice): Inverse {
  const { row, column, height, width, offset, rowStride, columnStride, down, across } = lattice;
  const steps: Step[] = [
    { stride: rowStride, count: height, rows: 1, columns: 0 },
    { stride: columnStride, count: width, rows: 0, columns: 1 },
    ...down.map(({ stride, count, pitch }) => ({ stride, count, rows: pitch, columns: 0 })),
    ...across.map(({ stride, count, pitch }) => ({ stride, count, rows: 0, columns: pitch })),
  ];
  return {
    row,
    column,
    offset,
    steps: steps.filter(step => step.count > 1).sort((a, b) => b.stride - a.stride),
  };
}

/** The cell of an element; undefined if the lattice doesn't show it. */
export function cellOf(inverse: Inverse, element: number): { row: number; column: number } | undefined {
  let rest = element - inverse.offset;
  if (rest < 0) return undefined;
  let { row, column } = inverse;
  for (const step of inverse.steps) {
    const i = Math.floor(rest / step.stride);
    if (i >= step.count) return undefined;
    rest -= i * step.stride;
    row += i * step.rows;
    column += i * step.columns;
  }
  return rest === 0 ? { row, column } : undefined;
}

/** The whole blocks of a lattice that touch a range. Cost: by their number. */
export function blocksTouching(lattice: Lattice, range: CellRange): LatticeBlock[] {
  if (!intersect(boundsOf(lattice), range)) return [];
  const rows = starts(lattice.height, lattice.down, range.row - lattice.row, range.height);
  const columns = starts(lattice.width, lattice.across, range.column - lattice.column, range.width);
  const { row, column, height, width, offset } = lattice;
  const blocks: LatticeBlock[] = [];
  for (const y of rows) {
    for (const x of columns) {
      blocks.push({ row: row + y.at, column: column + x.at, height, width, offset: offset + y.element + x.element });
    }
  }
  return blocks;
}

/** The starts of the blocks, along one axis, that touch `length` cells from `from` on. */
function starts(
  size: number,
  repeats: readonly Repeat[],
  from: number,
  length: number,
): { at: number; element: number }[] {
  const [outer, ...inner] = repeats;
  if (!outer) return from < size && from + length > 0 ? [{ at: 0, element: 0 }] : [];
  const first = Math.max(0, Math.floor((from - extent(size, inner)) / outer.pitch) + 1);
  const last = Math.min(outer.count - 1, Math.ceil((from + length) / outer.pitch) - 1);
  const found: { at: number; element: number }[] = [];
  for (let i = first; i <= last; i++) {
    for (const { at, element } of starts(size, inner, from - i * outer.pitch, length)) {
      found.push({ at: at + i * outer.pitch, element: element + i * outer.stride });
    }
  }
  return found;
}
