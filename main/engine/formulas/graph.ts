/** Which formulas read which. Ranges over many formulas share what they read, so that the running totals of a long
 *  column need few edges and not one for each pair. */
import { type CellRange, MAX_COLUMNS } from '../../../shared/address.ts';
import type { SheetId } from '../../../shared/places.ts';
import { inverted, type Lists, listsOf, orderOf } from './order.ts';

export type Rectangle = CellRange & { sheet: SheetId };

/** The cells that belong to a formula: its own, or all the cells that its array fills. */
export type Holder = { cell: Rectangle; reads: readonly Rectangle[] };

/** The first vertices are the formulas, in their order. Those after them stand for sets of formulas: a range, or a
 *  piece of a column. */
export type Graph = {
  /** The vertices so that each follows what it reads. */
  sequence: readonly number[];
  inCycle: Uint8Array;
  precedents: Lists;
  dependents: Lists;
  /** The ranges that are read, each once. */
  ranges: readonly Rectangle[];
  /** For each of these ranges the formulas that read it. */
  readers: Lists;
};

/** The formulas of a column by their rows. `tree`: the vertex of the tree's first inner node minus 1. A column has no
 *  tree until a range reads several of its formulas. */
type Column = { rows: number[]; holders: number[]; tree: number | undefined };

export function buildGraph(holders: readonly Holder[]): Graph {
  let vertices = holders.length;
  /** Pairs: a vertex, and one that it reads. */
  const edges: number[] = [];
  const sheets = columnsOf(holders);
  const ranges: Rectangle[] = [];
  /** The vertex of the formulas in each range; −1 if there are none. */
  const within: number[] = [];
  /** Pairs: the number of a range, and a formula that reads it. */
  const readers: number[] = [];
  const known = new Map<SheetId, Map<number | string, number>>();
  for (let reader = 0; reader < holders.length; reader++) {
    for (const range of holders[reader].reads) {
      const read = numberOf(range);
      readers.push(read, reader);
      if (within[read] >= 0) edges.push(reader, within[read]);
    }
  }
  const precedents = listsOf(vertices, edges);
  const { starts, items } = precedents;
  const order = orderOf(vertices, (vertex, n) =>
    starts[vertex] + n < starts[vertex + 1] ? items[starts[vertex] + n] : -1,
  );
  return { ...order, precedents, dependents: inverted(precedents), ranges, readers: listsOf(ranges.length, readers) };

  function numberOf(range: Rectangle): number {
    let own = known.get(range.sheet);
    if (!own) known.set(range.sheet, (own = new Map()));
    const corner = range.row * MAX_COLUMNS + range.column;
    const key = range.height === 1 && range.width === 1 ? corner : `${corner} ${range.height} ${range.width}`;
    const found = own.get(key);
    if (found !== undefined) return found;
    const added = ranges.length;
    own.set(key, added);
    ranges.push(range);
    within.push(vertexOf(range));
    return added;
  }

  /** A tree over a column's formulas: inner node n (from 1) stands for all of nodes 2n and 2n + 1, and the formulas are
   *  the nodes from their number on. */
  function plantTree({ holders }: Column): number {
    const count = holders.length;
    const tree = vertices - 1;
    vertices += count - 1;
    const nodeAt = (n: number) => (n < count ? tree + n : holders[n - count]);
    for (let n = 1; n < count; n++) edges.push(tree + n, nodeAt(2 * n), tree + n, nodeAt(2 * n + 1));
    return tree;
  }

  /** Adds the fewest vertices that stand for the formulas of a column from row `top` to before row `end`. */
  function addPieces(column: Column, top: number, end: number, into: number[]): void {
    const { rows, holders } = column;
    const count = holders.length;
    const [first, past] = [lowerBound(rows, top), lowerBound(rows, end)];
    if (past - first === 1) into.push(holders[first]);
    if (past - first < 2) return;
    const tree = (column.tree ??= plantTree(column));
    const nodeAt = (n: number) => (n < count ? tree + n : holders[n - count]);
    let [low, high] = [first + count, past + count];
    for (; low < high; low >>= 1, high >>= 1) {
      if (low % 2 === 1) into.push(nodeAt(low++));
      if (high % 2 === 1) into.push(nodeAt(--high));
    }
  }

  /** The vertex of a range, made where there are several formulas in it. One formula is its own. −1: there are none. */
  function vertexOf({ sheet, row, column, height, width }: Rectangle): number {
    const columns = sheets.get(sheet);
    if (!columns) return -1;
    if (height === 1 && width === 1) {
      const own = columns.get(column);
      const at = own ? lowerBound(own.rows, row) : -1;
      return own?.rows[at] === row ? own.holders[at] : -1;
    }
    const read: number[] = [];
    const look = (each: Column | undefined) => each && addPieces(each, row, row + height, read);
    if (width <= columns.size) for (let at = column; at < column + width; at++) look(columns.get(at));
    else for (const [at, each] of columns) if (at >= column && at < column + width) look(each);
    if (read.length < 2) return read[0] ?? -1;
    const made = vertices++;
    for (const vertex of read) edges.push(made, vertex);
    return made;
  }
}

/** The formulas of each sheet by column. An array stands in all the cells that it fills. */
function columnsOf(holders: readonly Holder[]): Map<SheetId, Map<number, Column>> {
  const sheets = new Map<SheetId, Map<number, Column>>();
  for (let holder = 0; holder < holders.length; holder++) {
    const { cell } = holders[holder];
    let columns = sheets.get(cell.sheet);
    if (!columns) sheets.set(cell.sheet, (columns = new Map()));
    for (let at = cell.column; at < cell.column + cell.width; at++) {
      let column = columns.get(at);
      if (!column) columns.set(at, (column = { rows: [], holders: [], tree: undefined }));
      for (let row = cell.row; row < cell.row + cell.height; row++) {
        column.rows.push(row);
        column.holders.push(holder);
      }
    }
  }
  for (const columns of sheets.values()) for (const column of columns.values()) sortByRow(column);
  return sheets;
}

function sortByRow(column: Column): void {
  const { rows, holders } = column;
  if (rows.every((row, i) => i === 0 || rows[i - 1] < row)) return;
  // As numbers, which sort ten times as fast as with a function that compares.
  const count = rows.length;
  const order = new Float64Array(rows.map((row, i) => row * count + i)).sort();
  column.rows = rows.map((_, i) => Math.floor(order[i] / count));
  column.holders = rows.map((_, i) => holders[order[i] % count]);
}

/** The position of the first number that isn't below `least`. */
function lowerBound(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
