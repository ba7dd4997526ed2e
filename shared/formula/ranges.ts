import { type CellAddress, type CellRange, rangeBetween } from '../address.ts';
import { type Layer, sourceOf, sourcesOf, type TensorInfo } from '../network.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { ElementsReference } from './expression.ts';
import { indexIn, type Part, reference } from './reads.ts';

/** The tensor whose cells a layer's formulas read: its (first) input's output, flatten layers passed through. */
export function sourceTensor(sheet: Sheet, layer: Layer): TensorInfo {
  return outputOf(sheet, sourceOf(sheet.layers, layer));
}

/** The tensors a layer's formulas read, in the order of its inputs; one that it reads twice stands twice. */
export function sourceTensors(sheet: Sheet, layer: Layer): TensorInfo[] {
  return sourcesOf(sheet.layers, layer).map(source => outputOf(sheet, source));
}

function outputOf(sheet: Sheet, layer: Layer): TensorInfo {
  return sheet.tensors.get(`${layer.id}/output`)!;
}

/** The one cell of an element. */
export function cellRange(sheet: Sheet, tensor: TensorInfo, index: number): CellRange {
  return { ...sheet.layout.cellOf(tensor.id, index), height: 1, width: 1 };
}

/** The cells of one channel of maps [height, width, channels], cut to some rows and columns; of partial sums [groups,
 *  …], in one group. */
export function mapRange(
  sheet: Sheet,
  maps: TensorInfo,
  channel: number,
  rows: { start: number; end: number },
  columns: { start: number; end: number },
  group = 0,
): CellRange {
  const [height, width, channels] = maps.shape.slice(-3);
  const at = (y: number, x: number) =>
    sheet.layout.cellOf(maps.id, ((group * height + y) * width + x) * channels + channel);
  return rangeBetween(at(rows.start, columns.start), at(rows.end - 1, columns.end - 1));
}

/** Where the element of a flat index stands. */
type Place = (index: number) => CellAddress;

/** The fewest ranges that hold a tensor's elements and no others; several where maps don't stand at an even pitch below
 *  each other. */
export function rangesOf(sheet: Sheet, tensor: TensorInfo): CellRange[] {
  const place: Place = index => sheet.layout.cellOf(tensor.id, index);
  return stackedRuns(sheet, tensor.size, tensor.shape.at(-1)!, [place]).map(({ first, last }) =>
    rangeBetween(place(first), place(last)),
  );
}

/** The fewest references that hold all of each part and no other numbers, one of each part together. */
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
