/** Finds the cells of a part of a tensor. */
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

/** Finds the cells of references to elements. A reference to cells stays as it is. */
export function locateIn(sheet: Sheet): (reference: Reference) => CellsReference {
  return reference => {
    if (reference.kind === 'cells') return reference;
    const { tensor, first, last, anchors } = reference;
    const corner = sheet.layout.cellOf(tensor, first);
    return cellsBetween(corner, first === last ? corner : sheet.layout.cellOf(tensor, last), anchors);
  };
}

/** The opposite of `locateIn`: turns cells into the elements in them, if one tensor has both corners. A stored formula
 *  names elements, so that it still reads them when the layout changes. */
export function elementsIn(sheet: Sheet): (cells: CellsReference) => Reference {
  return cells => {
    const [first, last] = [cells.first, cells.last].map(({ row, column }) => sheet.layout.elementAt(row, column));
    if (cells.sheet !== undefined || !first || !last || first.tensor !== last.tensor) return cells;
    const { anchors } = cells;
    return { kind: 'elements', tensor: first.tensor, first: first.index, last: last.index, anchors };
  };
}

/** The cells of a part of a tensor. A vector gives as few ranges as possible, maps one range for each map. Partial sums
 *  give one for each map of each group. */
export function rangesOfPart(sheet: Sheet, part: Part): RangePlace[] {
  const channels = part.shape.length - 1;
  const references = channels === 0 ? runsOf(sheet, [part]).flat() : referencesAlong(part, channels);
  const locate = locateIn(sheet);
  return references.map(each => ({ sheet: sheet.id, ...rangeOf(locate(each)) }));
}

/** Finds the cell of an element by its flat index. */
type Place = (index: number) => CellAddress;

/** References that together hold all of each part and no other numbers, as few as possible. Each item has one reference
 *  for every part. The first part must be a piece of a vector, or all the maps of a tensor. */
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

/** Finds the runs: stacked blocks that one range can span in every place at once. A block is a map or an element of a
 *  vector. The blocks of a run have the same pitch in all places, with only blanks and labels between them, which
 *  SUMPRODUCT, MAX and SUM skip. Cost: a few cells for each run, not for each block. */
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
    // A run may continue across the middle.
    const [start] = left.at(-1)!;
    const [, end] = right[0];
    return spans(start, end) ? [...left.slice(0, -1), [start, end], ...right.slice(1)] : [...left, ...right];
  };
  return runs(0, blocks - 1).map(([first, last]) => ({ first, last: size - blocks + last }));
}
