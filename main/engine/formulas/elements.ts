/** The network's elements as numbers, and which of them reads which. */
import { type Box, type Part, sizeOfBox } from '../../../shared/formula/reads.ts';
import { partsIn } from '../../../shared/formula/sources.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Shape, TensorId } from '../../../shared/network.ts';
import type { Lists } from './order.ts';

export type Elements = {
  count: number;
  /** The number of a tensor's first element. The others follow it. */
  startOf(tensor: TensorId): number;
  elementAt(number: number): ElementIndex;
  /** What an element reads in the network's own formulas. */
  readBy(number: number): Int32Array;
  /** The same for all elements. undefined if these lists would take too much memory. */
  lists(): Lists | undefined;
};

/** Lists of more numbers than this aren't kept: 16 MB. */
const MOST_KEPT = 4_000_000;
const known = new WeakMap<Sheet, Elements>();

/** The elements of a sheet. The result is kept as long as the sheet is. */
export function elementsOf(sheet: Sheet): Elements {
  let elements = known.get(sheet);
  if (!elements) known.set(sheet, (elements = numbered(sheet)));
  return elements;
}

function numbered(sheet: Sheet): Elements {
  const tensors = [...sheet.tensors.values()];
  const firsts: number[] = [];
  let count = 0;
  for (const { size } of tensors) {
    firsts.push(count);
    count += size;
  }
  const starts = new Map(tensors.map(({ id }, i) => [id, firsts[i]]));
  const partsOf = partsIn(sheet);
  let kept: Lists | undefined;
  return { count, startOf: tensor => starts.get(tensor)!, elementAt, readBy, lists: () => (kept ??= listed()) };

  function positionOf(number: number): number {
    let [low, high] = [0, firsts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (firsts[middle] <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function elementAt(number: number): ElementIndex {
    const position = positionOf(number);
    return { tensor: tensors[position].id, index: number - firsts[position] };
  }

  function readBy(number: number): Int32Array {
    const position = positionOf(number);
    const into: Numbers = { items: new Int32Array(16), used: 0 };
    for (const part of partsOf(tensors[position], number - firsts[position])) add(part, into);
    return into.items.subarray(0, into.used);
  }

  function listed(): Lists | undefined {
    const about = tensors.reduce((sum, info) => {
      const parts = partsOf(info, info.size >> 1);
      return sum + info.size * parts.reduce((reads, { box }) => reads + sizeOfBox(box), 0);
    }, 0);
    if (about > MOST_KEPT) return undefined;
    const into: Numbers = { items: new Int32Array(about), used: 0 };
    const begins = new Int32Array(count + 1);
    for (const [position, info] of tensors.entries()) {
      for (let index = 0; index < info.size; index++) {
        for (const part of partsOf(info, index)) add(part, into);
        begins[firsts[position] + index + 1] = into.used;
      }
    }
    return { starts: begins, items: into.items.slice(0, into.used) };
  }

  /** Adds the elements of a part in their order. */
  function add({ tensor, shape, box }: Part, into: Numbers): void {
    const needed = into.used + sizeOfBox(box);
    if (needed > into.items.length) {
      const { items } = into;
      into.items = new Int32Array(Math.max(needed, 2 * items.length));
      into.items.set(items);
    }
    addAlong(shape, box, 0, starts.get(tensor.id)!, 0, into);
  }
}

/** Numbers in an array that has room for more. A plain array would be copied again and again while it grows. */
type Numbers = { items: Int32Array; used: number };

/** Goes from each element to the next, which is faster than asking for the index of each. */
function addAlong(shape: Shape, box: Box, axis: number, first: number, index: number, into: Numbers): void {
  if (axis === box.length) {
    into.items[into.used++] = first + index;
    return;
  }
  const { start, end } = box[axis];
  for (let at = start; at < end; at++) addAlong(shape, box, axis + 1, first, index * shape[axis] + at, into);
}
