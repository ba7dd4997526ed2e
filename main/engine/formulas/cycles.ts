/** Finds formulas that depend on themselves through the network: a formula over an element of one layer that reads a
 *  later layer. The check goes element by element, so that a formula may well read a later element that doesn't depend
 *  on its own. */
import type { TensorId } from '../../../shared/network.ts';
import type { CellPlace } from '../../../shared/places.ts';
import { elementsOf } from './elements.ts';
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
  const { count, vertexOf, precedentAt } = vertices;
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
  const { vertexOf, precedentAt, cellsOf } = vertices;
  const start = vertexOf(node);
  const from = new Map<number, number | undefined>([[start, undefined]]);
  const queue = [start];
  try {
    for (const vertex of queue)
      for (let n = 0, precedent; (precedent = precedentAt(vertex, n)) >= 0; n++) {
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
  const elements = elementsOf(sheet);
  // The vertices of the graph come after all elements: formulas in cells that are no elements, and sets of formulas.
  const { count } = elements;
  if (count > MOST_ELEMENTS) return undefined;
  const vertexOf = ({ target, index }: Node): number =>
    target ? elements.startOf(target.tensor.info.id) + target.index : count + index;
  const earliest = Math.min(...nodes.map(node => (node.late ? turnOf(node.target!.tensor) : Infinity)));
  const lists = elements.lists();
  /** What the elements are that aren't as the network has them. */
  const kinds = new Uint8Array(count);
  for (const { info, time } of tensors.values()) {
    const start = elements.startOf(info.id);
    // What is there before the first of the late formulas can't depend on one.
    if (info.role === 'computed' && time < earliest) kinds.fill(FREE, start, start + info.size);
    for (const index of over.get(info.id)?.keys() ?? []) kinds[start + index] = FORMULA;
  }
  /** The precedents of vertices that are gone through now. */
  const open = new Map<number, ArrayLike<number>>();
  let reads = lists?.items.length ?? 0;
  return { count: count + graph.inCycle.length, vertexOf, precedentAt, cellsOf };

  /** The cell of a vertex. A set of formulas has none. */
  function cellsOf(vertex: number): CellPlace[] {
    if (vertex < count) {
      const { tensor, index } = elements.elementAt(vertex);
      return [{ sheet: sheet.id, ...layout.cellOf(tensor, index) }];
    }
    if (vertex - count >= nodes.length) return [];
    const { cell } = nodes[vertex - count];
    return [{ sheet: cell.sheet, row: cell.row, column: cell.column }];
  }

  function precedentAt(vertex: number, n: number): number {
    const kind = vertex < count ? kinds[vertex] : FORMULA;
    if (kind === FREE) return -1;
    if (kind === PLAIN && lists) {
      const at = lists.starts[vertex] + n;
      return at < lists.starts[vertex + 1] ? lists.items[at] : -1;
    }
    let list = open.get(vertex);
    if (!list) open.set(vertex, (list = kind === PLAIN ? readBy(vertex) : precedentsOf(vertex)));
    if (n < list.length) return list[n];
    open.delete(vertex);
    return -1;
  }

  function readBy(vertex: number): Int32Array {
    const list = elements.readBy(vertex);
    countReads(list.length);
    return list;
  }

  function precedentsOf(vertex: number): number[] {
    if (vertex >= count) return precedentsInGraph(vertex - count);
    const { tensor, index } = elements.elementAt(vertex);
    return precedentsInGraph(over.get(tensor)!.get(index)!.index);
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

  /** The computed elements of a range. Formulas over elements are in the graph. */
  function addElements(range: Rectangle, into: number[]): void {
    if (range.sheet !== sheet.id) return;
    for (const { view, height, width } of layout.blocksIn(range)) {
      const { info, time } = tensors.get(view.tensor)!;
      if (info.role !== 'computed' || time < earliest) continue;
      countReads(height * width);
      const first = elements.startOf(view.tensor) + view.offset;
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

/** An element with the network's own formula, or a stored one; one that depends on no late formula; one with a formula
 *  over it. */
const [PLAIN, FREE, FORMULA] = [0, 1, 2];

/** When a formula over a tensor makes a difference. */
const turnOf = ({ info, time, turn }: Tensor) => (info.role === 'computed' ? time : turn);

class TooMany extends Error {}
