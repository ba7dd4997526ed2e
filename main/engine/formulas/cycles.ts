/** Finds formulas that depend on themselves through the network: a formula over an element of one layer that reads a
 *  later layer. The check goes element by element, so that a formula may well read a later element that doesn't depend
 *  on its own. */
import { type Box, boxAt, indexIn, type Part } from '../../../shared/formula/reads.ts';
import { partRead, rulesIn } from '../../../shared/formula/sources.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { CellPlace } from '../../../shared/places.ts';
import type { Node } from './nodes.ts';
import { orderOf } from './order.ts';
import type { Rectangle } from './graph.ts';
import type { Source } from './readers.ts';

/** Beyond so many elements, or so many reads of them, every late formula counts as one that depends on itself. */
const MOST_ELEMENTS = 30_000_000;
const MOST_READS = 60_000_000;

type Over = ReadonlyMap<TensorId, ReadonlyMap<number, Node>>;

export function dependingOnThemselves(source: Source, nodes: readonly Node[], over: Over): Node[] {
  const late = nodes.filter(node => node.late);
  const vertices = verticesOf(source, nodes, over);
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
export function loopOf(source: Source, nodes: readonly Node[], over: Over, node: Node): CellPlace[] {
  const vertices = verticesOf(source, nodes, over);
  if (!vertices) return [];
  const { vertexOf, precedentsOf, cellOf } = vertices;
  const start = vertexOf(node);
  const from = new Map<number, number | undefined>([[start, undefined]]);
  const queue = [start];
  try {
    for (const vertex of queue)
      for (const precedent of precedentsOf(vertex)) {
        if (precedent === start) {
          const loop: CellPlace[] = [];
          for (let at: number | undefined = vertex; at !== undefined; at = from.get(at)) loop.unshift(cellOf(at));
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
function verticesOf(source: Source, nodes: readonly Node[], over: Over) {
  const { sheet, tensors } = source;
  const { layout } = sheet;
  /** The first vertex of each tensor. The formulas in cells that are no elements come after all tensors. */
  const starts = new Map<TensorId, number>();
  let count = 0;
  for (const [id, { info }] of tensors) {
    starts.set(id, count);
    count += info.size;
  }
  if (count > MOST_ELEMENTS) return undefined;
  const ids = [...starts.keys()];
  const firsts = [...starts.values()];
  const inCells = nodes.filter(({ slot }) => slot !== undefined);
  const cellVertex = new Map(inCells.map((node, i) => [node, count + i]));
  const vertexOf = (node: Node): number =>
    node.target ? starts.get(node.target.tensor.info.id)! + node.target.index : cellVertex.get(node)!;
  const rules = new Map(
    [...sheet.layers.values()].flatMap(layer =>
      Object.entries(rulesIn(sheet, layer)).map(
        ([name, { reads }]) => [`${layer.id}/${name}`, { layer, reads }] as const,
      ),
    ),
  );

  let reads = 0;
  return { count: count + inCells.length, vertexOf, precedentsOf, cellOf };

  function elementOf(vertex: number): { id: TensorId; index: number } {
    let [low, high] = [0, firsts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (firsts[middle] <= vertex) low = middle;
      else high = middle - 1;
    }
    return { id: ids[low], index: vertex - firsts[low] };
  }

  function cellOf(vertex: number): CellPlace {
    if (vertex < count) {
      const { id, index } = elementOf(vertex);
      return { sheet: sheet.id, ...layout.cellOf(id, index) };
    }
    const { cell } = inCells[vertex - count];
    return { sheet: cell.sheet, row: cell.row, column: cell.column };
  }

  function precedentsOf(vertex: number): number[] {
    if (vertex >= count) return precedentsOfNode(inCells[vertex - count]);
    const { id, index } = elementOf(vertex);
    const node = over.get(id)?.get(index);
    if (node) return precedentsOfNode(node);
    const rule = rules.get(id);
    const { info } = tensors.get(id)!;
    if (!rule || info.role !== 'computed') return [];
    const into: number[] = [];
    const cell = boxAt(info.shape, index);
    for (const read of Object.values(rule.reads)) if (read) addPart(partRead(sheet, rule.layer, read, cell), into);
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

  function precedentsOfNode({ reads }: Node): number[] {
    const into: number[] = [];
    for (const range of reads) addRange(range, into);
    return into;
  }

  function addRange(range: Rectangle, into: number[]): void {
    for (const node of inCells) if (touches(node.cell, range)) into.push(cellVertex.get(node)!);
    countReads(1);
    if (range.sheet !== sheet.id) return;
    for (const { view, height, width } of layout.blocksIn(range)) {
      const { role } = tensors.get(view.tensor)!.info;
      if (role !== 'computed' && !over.has(view.tensor)) continue;
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

class TooMany extends Error {}

const sizeOfBox = (box: Box) => box.reduce((size, { start, end }) => size * Math.max(0, end - start), 1);

const touches = (one: Rectangle, other: Rectangle) =>
  one.sheet === other.sheet &&
  one.row < other.row + other.height &&
  other.row < one.row + one.height &&
  one.column < other.column + other.width &&
  other.column < one.column + one.width;
