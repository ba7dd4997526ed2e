/** Where on the sheet a part of a tensor stands. */
import { type CellAddress, type CellRange, rangeBetween } from '../address.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { RangePlace } from '../places.ts';
import { cellsBetween, type CellsReference, type ElementsReference, type Reference } from './expression.ts';
import { indexIn, type Part, reference, referencesAlong } from './reads.ts';

/** The rectangle of a reference. */
export function rangeOf({ first, last }: CellsReference): CellRange {
  const { row, column } = first;
  return { row, column, height: last.row - row + 1, width: last.column - column + 1 };
}

/** Where a reference lies on the network's sheet; cells are where they are. */
export function locateIn(sheet: Sheet): (reference: Reference) => CellsReference {
  return reference => {
    if (reference.kind === 'cells') return reference;
    const { tensor, first, last, anchors } = reference;
    const corner = sheet.layout.cellOf(tensor, first);
    return cellsBetween(corner, first === last ? corner : sheet.layout.cellOf(tensor, last), anchors);
  };
}

/** The other way: cells of the network's sheet by what stands in them, where one tensor holds both corners. A formula
 *  that is kept names what it reads, wherever that stands later. */
export function elementsIn(sheet: Sheet): (cells: CellsReference) => Reference {
  return cells => {
    const [first, last] = [cells.first, cells.last].map(({ row, column }) => sheet.layout.elementAt(row, column));
    if (cells.sheet !== undefined || !first || !last || first.tensor !== last.tensor) return cells;
    const { anchors } = cells;
    return { kind: 'elements', tensor: first.tensor, first: first.index, last: last.index, anchors };
  };
}

/** The cells of a part: the fewest ranges for a vector, a range for each map of maps, or of a group of partial sums. */
export function rangesOfPart(sheet: Sheet, part: Part): RangePlace[] {
  const channels = part.shape.length - 1;
  const references = channels === 0 ? runsOf(sheet, [part]).flat() : referencesAlong(part, channels);
  const locate = locateIn(sheet);
  return references.map(each => ({ sheet: sheet.id, ...rangeOf(locate(each)) }));
}

/** Where the element of a flat index stands. */
type Place = (index: number) => CellAddress;

/** The fewest references that hold all of each part and no other numbers, one of each part together. The first part is
 *  some of a vector or all of maps. */
export function runsOf(sheet: Sheet, parts: readonly Part[]): ElementsReference[][] {
  const [{ tensor, box }] = parts;
  const size = box.reduce((product, { start, end }) => product * (end - start), 1);
  const places = parts.map(
    (part): Place =>
      at =>
        sheet.layout.cellOf(part.tensor.id, indexIn(part, at)),
  );
  const blocks = size === tensor.size ? tensor.shape.at(-1)! : size;
  return stackedRuns(sheet, size, blocks, places).map(({ first, last }) =>
    parts.map(part => ({ ...reference(part), first: indexIn(part, first), last: indexIn(part, last) })),
  );
}

/** Runs that hold blocks of elements (maps, or a vector's elements) from top to bottom, in each of several places at
 *  once: where the blocks stand at the same pitch in all places, with nothing but blanks and labels between them, one
 *  run spans them. (Sums of products, MAX and SUM skip text and blanks.) Cost: two cells a run, not one for each
 *  block. */
function stackedRuns(
  sheet: Sheet,
  size: number,
  blocks: number,
  places: readonly Place[],
): { first: number; last: number }[] {
  const blockAt = (place: Place, block: number) => rangeBetween(place(block), place(size - blocks + block));
  const spans = (first: number, last: number) => {
    const pitch = places[0](first + 1).row - places[0](first).row;
    return places.every(place => {
      const top = blockAt(place, first);
      const next = place(first + 1);
      const end = place(last);
      const gap = { row: top.row + top.height, column: top.column, height: pitch - top.height, width: top.width };
      return (
        gap.height >= 0 &&
        next.column === top.column &&
        next.row === top.row + pitch &&
        end.column === top.column &&
        end.row === top.row + pitch * (last - first) &&
        (gap.height === 0 || sheet.layout.blocksIn(gap).length === 0)
      );
    });
  };
  const runs = (first: number, last: number): [first: number, last: number][] => {
    if (first === last || spans(first, last)) return [[first, last]];
    const middle = (first + last) >> 1;
    const left = runs(first, middle);
    const right = runs(middle + 1, last);
    // A run may go on across the middle.
    const [start] = left.at(-1)!;
    const [, end] = right[0];
    return spans(start, end) ? [...left.slice(0, -1), [start, end], ...right.slice(1)] : [...left, ...right];
  };
  return runs(0, blocks - 1).map(([first, last]) => ({ first, last: size - blocks + last }));
}
