/** When each formula is calculated in a pass. */
import { buildGraph, type Graph, type Rectangle } from './graph.ts';
import type { Node } from './nodes.ts';
import { BEFORE, type Tensor } from './tensors.ts';
import type { TensorId } from '../../../shared/network.ts';

export type Schedule = {
  graph: Graph;
  /** The formulas in their order: by time, by depth, each after those that it reads, the library's last. */
  order: readonly Node[];
  /** The formulas that read elements of a tensor. */
  readers: ReadonlyMap<TensorId, readonly Node[]>;
  /** The tensors with formulas over them that read what is only there within the layer. */
  within: ReadonlySet<TensorId>;
};

/** Puts the formulas into their order, and tells each its time, and whether it depends on itself through cells. */
export function schedule(nodes: readonly Node[], tensors: ReadonlyMap<TensorId, Tensor>): Schedule {
  const graph = buildGraph(nodes);
  const { sequence, inCycle, precedents } = graph;
  const times = new Int32Array(inCycle.length).fill(BEFORE);
  const depths = new Int32Array(inCycle.length);
  const readers = new Map<TensorId, Node[]>();
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    node.index = index;
    node.cyclic = inCycle[index] === 1;
    for (const id of node.tensors) {
      times[index] = Math.max(times[index], tensors.get(id)!.time);
      const own = readers.get(id);
      if (own) own.push(node);
      else readers.set(id, [node]);
    }
  }
  for (const vertex of sequence) {
    for (let at = precedents.starts[vertex]; at < precedents.starts[vertex + 1]; at++) {
      const precedent = precedents.items[at];
      const depth = depths[precedent] + (precedent < nodes.length && needsLibrary(nodes[precedent]) ? 1 : 0);
      times[vertex] = Math.max(times[vertex], times[precedent]);
      depths[vertex] = Math.max(depths[vertex], depth);
    }
  }
  const within = new Set<TensorId>();
  for (const node of nodes) {
    node.time = times[node.index];
    node.depth = depths[node.index];
    const { target } = node;
    node.late = target !== undefined && node.time > latest(target.tensor);
    if (target && !node.late && node.time >= target.tensor.turn) within.add(target.tensor.info.id);
  }
  return { graph, order: inOrder(nodes, sequence), readers, within };
}

/** The formulas by time, by depth, the library's last, and otherwise in this sequence. */
function inOrder(nodes: readonly Node[], sequence: readonly number[]): Node[] {
  const steps = new Map<number, Node[]>();
  const depths = 1 + nodes.reduce((most, { depth }) => Math.max(most, depth), 0);
  for (const vertex of sequence) {
    if (vertex >= nodes.length) continue;
    const node = nodes[vertex];
    const step = 2 * (node.time * depths + node.depth) + (needsLibrary(node) ? 1 : 0);
    const own = steps.get(step);
    if (own) own.push(node);
    else steps.set(step, [node]);
  }
  return [...steps].sort(([a], [b]) => a - b).flatMap(([, own]) => own);
}

/** Whether a formula can't be compiled. */
export const needsLibrary = ({ shared, cyclic }: Node): boolean => shared !== undefined && !shared.program && !cyclic;

/** The latest time at which a formula over this tensor may be known. A computed tensor takes it while it is written,
 *  every other one before its layer's turn, and the expected class before the cross-entropy. */
function latest({ info, time, turn }: Tensor): number {
  if (info.role === 'computed') return time;
  return info.role === 'actual' ? turn + 3 : turn - 1;
}

/** Calls `found` for the formulas that read a vertex's value directly. `passed` marks the sets of formulas that were
 *  gone through already. */
export function eachReader(
  { dependents }: Graph,
  count: number,
  vertex: number,
  passed: Uint8Array,
  found: (index: number) => void,
): void {
  // Most formulas are read by no other.
  if (dependents.starts[vertex] === dependents.starts[vertex + 1]) return;
  const stack = [vertex];
  while (stack.length > 0) {
    const from = stack.pop()!;
    for (let at = dependents.starts[from]; at < dependents.starts[from + 1]; at++) {
      const dependent = dependents.items[at];
      if (dependent < count) found(dependent);
      else if (passed[dependent] === 0) {
        passed[dependent] = 1;
        stack.push(dependent);
      }
    }
  }
}

/** Calls `found` for the formulas that read any of these cells. */
export function eachReaderOfCells(graph: Graph, cells: readonly Rectangle[], found: (index: number) => void): void {
  const { starts, items } = graph.readers;
  if (cells.length === 0) return;
  for (const [read, range] of graph.ranges.entries()) {
    const isRead = cells.some(
      ({ sheet, row, column, height, width }) =>
        sheet === range.sheet &&
        row < range.row + range.height &&
        range.row < row + height &&
        column < range.column + range.width &&
        range.column < column + width,
    );
    if (!isRead) continue;
    for (let at = starts[read]; at < starts[read + 1]; at++) found(items[at]);
  }
}

/** The shortest way from a formula over what it reads back to itself: the formulas on it, from this one on. Empty if it
 *  doesn't depend on itself through cells alone. */
export function loopThrough({ precedents, inCycle }: Graph, count: number, index: number): number[] {
  if (inCycle[index] === 0) return [];
  /** Where each vertex was reached from. */
  const from = new Map<number, number>();
  const open = [index];
  for (const vertex of open) {
    for (let at = precedents.starts[vertex]; at < precedents.starts[vertex + 1]; at++) {
      const precedent = precedents.items[at];
      if (precedent === index) return wayBack(from, vertex).filter(each => each < count);
      if (inCycle[precedent] === 0 || from.has(precedent)) continue;
      from.set(precedent, vertex);
      open.push(precedent);
    }
  }
  return [];
}

/** The vertices from the first one, which was reached from nowhere, to this one. */
function wayBack(from: ReadonlyMap<number, number>, last: number): number[] {
  const way: number[] = [];
  for (let vertex: number | undefined = last; vertex !== undefined; vertex = from.get(vertex)) way.unshift(vertex);
  return way;
}
