/** The network's elements as numbers, and which of them reads which. */
import { indexIn, type Part, sizeOfBox } from '../../../shared/formula/reads.ts';
import { partsIn } from '../../../shared/formula/sources.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Lists } from './order.ts';

export type Elements = {
  count: number;
  /** The number of a tensor's first element. The others follow it. */
  startOf(tensor: TensorId): number;
  elementAt(number: number): ElementIndex;
  /** What an element reads in the network's own formulas. */
  readBy(number: number): number[];
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

  function readBy(number: number): number[] {
    const position = positionOf(number);
    const into: number[] = [];
    for (const part of partsOf(tensors[position], number - firsts[position])) add(part, into);
    return into;
  }

  function listed(): Lists | undefined {
    const about = tensors.reduce((sum, info) => {
      const parts = partsOf(info, info.size >> 1);
      return sum + info.size * parts.reduce((reads, { box }) => reads + sizeOfBox(box), 0);
    }, 0);
    if (about > MOST_KEPT) return undefined;
    const items: number[] = [];
    const begins = new Int32Array(count + 1);
    for (const [position, info] of tensors.entries()) {
      for (let index = 0; index < info.size; index++) {
        for (const part of partsOf(info, index)) add(part, items);
        begins[firsts[position] + index + 1] = items.length;
      }
    }
    return { starts: begins, items: Int32Array.from(items) };
  }

  function add(part: Part, into: number[]): void {
    const first = starts.get(part.tensor.id)!;
    const size = sizeOfBox(part.box);
    for (let position = 0; position < size; position++) into.push(first + indexIn(part, position));
  }
}
