/** Finds formulas that depend on themselves through the network: a formula over an element of one layer that reads a
 *  later layer. The check goes element by element, so that a formula may well read a later element that doesn't depend
 *  on its own. */
import { indexIn, type Part, sizeOfBox } from '../../../shared/formula/reads.ts';
import { partsIn } from '../../../shared/formula/sources.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { CellPlace } from '../../../shared/places.ts';
import type { Node } from './nodes.ts';
import { orderOf } from './order.ts';
import type { Graph, Rectangle } from './graph.ts';
import type { Source } from './readers.ts';
import type { Tensor } from './tensors.ts';

/** Beyond so many elements, or so many reads of them, every late formula counts as one that depends on itself. */
const MOST_ELEMENTS = 30_000_000;
const MOST_READS = 60_000_000;

type Over = ReadonlyMap<TensorId, ReadonlyMap<number, Node>>;

export function dependingOnThemselves(source: Source, nodes: readonly Node[], graph: Graph, over: Over): Node[] {
  const late = nodes.filter(node => node.late);
  const vertices = verticesOf(source, nodes, graph, over);
  if (!vertices) return late;
  const { count, vertexOf, precedentsOf } = vertices;
  const open = new Map<number, number[]>();
  const precedentAt = (vertex: number, n: number): number => {
    let list = open.get(vertex);
    if (!list) open.set(vertex, (list = precedentsOf(vertex)));
    if (n < list.length) return list[n];
    open.delete(vertex);
    return -1;
  };
  try {
    const { inCycle } = orderOf(
      count,
      precedentAt,
      late.map(node => vertexOf(node)),
    );
    return nodes.filter(node => inCycle[vertexOf(node)] === 1);
  } catch (error) {
    if (error instanceof TooMany) return late;
    throw error;
  }
}

/** The cells of the shortest loop through a formula: it, what it reads, and so on back to it, with the elements that
 *  the network computes. Empty if there is none, or the network is too large to look for it. */
export function loopOf(source: Source, nodes: readonly Node[], graph: Graph, over: Over, node: Node): CellPlace[] {
  const vertices = verticesOf(source, nodes, graph, over);
  if (!vertices) return [];
  const { vertexOf, precedentsOf, cellsOf } = vertices;
  const start = vertexOf(node);
  const from = new Map<number, number | undefined>([[start, undefined]]);
  const queue = [start];
  try {
    for (const vertex of queue)
      for (const precedent of precedentsOf(vertex)) {
        if (precedent === start) {
          const loop: CellPlace[] = [];
          for (let at: number | undefined = vertex; at !== undefined; at = from.get(at)) loop.unshift(...cellsOf(at));
          return loop;
        }
        if (from.has(precedent)) continue;
        from.set(precedent, vertex);
        queue.push(precedent);
      }
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
  }
  return [];
}

/** All elements and formulas as numbers, and what each of them reads. undefined if they are too many. */
function verticesOf(source: Source, nodes: readonly Node[], graph: Graph, over: Over) {
  const { sheet, tensors } = source;
  const { layout } = sheet;
  /** The first vertex of each tensor. The vertices of the graph come after all tensors: formulas in cells that are no
   *  elements, and sets of formulas. */
  const starts = new Map<TensorId, number>();
  let count = 0;
  for (const [id, { info }] of tensors) {
    starts.set(id, count);
    count += info.size;
  }
  if (count > MOST_ELEMENTS) return undefined;
  const ids = [...starts.keys()];
  const firsts = [...starts.values()];
  const vertexOf = ({ target, index }: Node): number =>
    target ? starts.get(target.tensor.info.id)! + target.index : count + index;
  const partsOf = partsIn(sheet);
  const earliest = Math.min(...nodes.map(node => (node.late ? turnOf(node.target!.tensor) : Infinity)));

  let reads = 0;
  return { count: count + graph.inCycle.length, vertexOf, precedentsOf, cellsOf };

  function elementOf(vertex: number): { id: TensorId; index: number } {
    let [low, high] = [0, firsts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (firsts[middle] <= vertex) low = middle;
      else high = middle - 1;
    }
    return { id: ids[low], index: vertex - firsts[low] };
  }

  /** The cell of a vertex. A set of formulas has none. */
  function cellsOf(vertex: number): CellPlace[] {
    if (vertex < count) {
      const { id, index } = elementOf(vertex);
      return [{ sheet: sheet.id, ...layout.cellOf(id, index) }];
    }
    if (vertex - count >= nodes.length) return [];
    const { cell } = nodes[vertex - count];
    return [{ sheet: cell.sheet, row: cell.row, column: cell.column }];
  }

  function precedentsOf(vertex: number): number[] {
    if (vertex >= count) return precedentsInGraph(vertex - count);
    const { id, index } = elementOf(vertex);
    const node = over.get(id)?.get(index);
    if (node) return precedentsInGraph(node.index);
    const { info, time } = tensors.get(id)!;
    // What is there before the first of the late formulas can't depend on one.
    if (time < earliest) return [];
    const into: number[] = [];
    for (const part of partsOf(info, index)) addPart(part, into);
    return into;
  }

  function addPart(part: Part, into: number[]): void {
    const { id, role } = part.tensor;
    // A stored element without a formula depends on nothing.
    if (role !== 'computed' && !over.has(id)) return;
    const size = sizeOfBox(part.box);
    countReads(size);
    const first = starts.get(id)!;
    for (let position = 0; position < size; position++) into.push(first + indexIn(part, position));
  }

  /** What a formula reads, or the formulas of a set. */
  function precedentsInGraph(from: number): number[] {
    const into: number[] = [];
    const { starts, items } = graph.precedents;
    countReads(1 + starts[from + 1] - starts[from]);
    for (let at = starts[from]; at < starts[from + 1]; at++) {
      const precedent = items[at];
      into.push(precedent < nodes.length ? vertexOf(nodes[precedent]) : count + precedent);
    }
    if (from < nodes.length) for (const range of nodes[from].reads) addElements(range, into);
    return into;
  }

  function addElements(range: Rectangle, into: number[]): void {
    if (range.sheet !== sheet.id) return;
    for (const { view, height, width } of layout.blocksIn(range)) {
      const { info, time } = tensors.get(view.tensor)!;
      if (info.role === 'computed' ? time < earliest : !over.has(view.tensor)) continue;
      countReads(height * width);
      const first = starts.get(view.tensor)! + view.offset;
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++)
          into.push(first + row * view.rowStride + column * view.columnStride);
      }
    }
  }

  function countReads(more: number): void {
    reads += more;
    if (reads > MOST_READS) throw new TooMany();
  }
}

/** When a formula over a tensor makes a difference. */
const turnOf = ({ info, time, turn }: Tensor) => (info.role === 'computed' ? time : turn);

class TooMany extends Error {}
