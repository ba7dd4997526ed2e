/** Places a network's layers as boxes from left to right, and finds ways for the wires between them. The longest way
 *  through the network is the first row. What branches off stands in rows below. Lengths are in pixels. */
import type { LayerId } from '../../shared/tensor.ts';

type Node = { readonly id: LayerId; readonly inputs: readonly LayerId[] };
export type Box = { layer: LayerId; column: number; row: number; x: number; y: number; width: number; height: number };
export type Point = readonly [x: number, y: number];
/** `input`: the place of `from` among the inputs of `to`. `points`: the corners of its way. */
export type Wire = { from: LayerId; to: LayerId; input: number; points: readonly Point[] };
export type GraphPicture = { boxes: ReadonlyMap<LayerId, Box>; wires: readonly Wire[]; width: number; height: number };

export const BOX_HEIGHT = 60;
/** Between two columns; the room around the picture; between a row and its first lane; between two lanes. */
const GAP = 20;
const MARGIN = 12;
const LANE_FIRST = 14;
const LANE_STEP = 10;
/** Between the last lane under a row, or the row itself, and the next row. */
const ROW_GAP = 16;

/** `layers` are in the order of the network, in which each reads earlier ones. `widthOf` gives the widths of boxes. */
export function placeGraph(layers: readonly Node[], widthOf: (layer: LayerId) => number): GraphPicture {
  const places = placesOf(layers);
  const wires = layers.flatMap(({ id, inputs }) => inputs.map((from, input) => ({ from, to: id, input })));
  const columns = 1 + Math.max(...[...places.values()].map(({ column }) => column));
  const widths = new Float64Array(columns);
  for (const [id, { column }] of places) widths[column] = Math.max(widths[column], widthOf(id));
  const lefts = new Float64Array(columns + 1).fill(MARGIN);
  for (let column = 0; column < columns; column++) lefts[column + 1] = lefts[column] + widths[column] + GAP;

  const taken = takenIn(places);
  const routed = wires.map(wire => ({ ...wire, way: wayOf(places.get(wire.from)!, places.get(wire.to)!, taken) }));
  const ports = portsOf(routed, places, id => {
    const { column } = places.get(id)!;
    const width = widthOf(id);
    return { x: lefts[column] + (widths[column] - width) / 2, width };
  });
  const lanes = lanesOf(routed, ports);

  const rows = 1 + Math.max(...[...places.values()].map(({ row }) => row));
  const tops: number[] = [];
  let top = MARGIN;
  for (let row = 0; row < rows; row++) {
    tops.push(top);
    const count = lanes.counts.get(row) ?? 0;
    top += BOX_HEIGHT + ROW_GAP + (count > 0 ? LANE_FIRST + (count - 1) * LANE_STEP : 0);
  }
  const boxes = new Map<LayerId, Box>();
  for (const [id, { column, row }] of places) {
    const width = widthOf(id);
    const x = lefts[column] + (widths[column] - width) / 2;
    boxes.set(id, { layer: id, column, row, x, y: tops[row], width, height: BOX_HEIGHT });
  }
  const drawn = routed.map((wire, at): Wire => {
    const { from, to, input, way } = wire;
    const points = pointsOf(
      way,
      boxes.get(from)!,
      boxes.get(to)!,
      ports[at],
      lane => tops[lane] + BOX_HEIGHT + LANE_FIRST + lanes.at[at] * LANE_STEP,
    );
    return { from, to, input, points };
  });
  return { boxes, wires: drawn, width: lefts[columns] - GAP + MARGIN, height: top - ROW_GAP + MARGIN };
}

type Place = { column: number; row: number };

/** The column and row of each layer. */
function placesOf(layers: readonly Node[]): Map<LayerId, Place> {
  const byId = new Map(layers.map(layer => [layer.id, layer]));
  const columns = new Map<LayerId, number>();
  for (const { id, inputs } of layers)
    columns.set(
      id,
      inputs.reduce((most, input) => Math.max(most, columns.get(input)! + 1), 0),
    );
  const readers = new Map<LayerId, LayerId[]>();
  for (const { id, inputs } of layers)
    for (const input of inputs) readers.set(input, [...(readers.get(input) ?? []), id]);

  const rows = new Map<LayerId, number>();
  /** A chain that ends at a layer: back along the latest inputs that have no chain yet. */
  const chainTo = (last: LayerId): LayerId[] => {
    const chain: LayerId[] = [];
    let next: LayerId | undefined = last;
    while (next !== undefined) {
      chain.unshift(next);
      rows.set(next, 0);
      next = undefined;
      for (const input of byId.get(chain[0])!.inputs)
        if (!rows.has(input) && (next === undefined || columns.get(input)! > columns.get(next)!)) next = input;
    }
    return chain;
  };
  chainTo(layers.at(-1)!.id);
  const branches = layers.toReversed().flatMap(({ id }) => {
    if (rows.has(id)) return [];
    const chain = chainTo(id);
    const start = Math.max(-1, ...byId.get(chain[0])!.inputs.map(input => columns.get(input)!));
    const end = Math.min(...(readers.get(id) ?? []).map(reader => columns.get(reader)!), Number.MAX_SAFE_INTEGER);
    return { chain, start, end: end === Number.MAX_SAFE_INTEGER ? columns.get(id)! + 1 : end };
  });
  /** In each row: the columns that boxes and wires have, and those that only wires cross. */
  const used: { spans: (readonly [from: number, to: number])[]; crossed: Set<number>; boxes: Set<number> }[] = [];
  used[0] = { spans: [], crossed: new Set(), boxes: new Set() };
  const rowAt = (row: number) => (used[row] ??= { spans: [], crossed: new Set(), boxes: new Set() });
  branches.sort((a, b) => a.end - a.start - (b.end - b.start));
  for (const { chain, start, end } of branches) {
    centre(chain, start, end, columns, readers);
    const own = chain.map(id => columns.get(id)!);
    const isFree = (row: number) => {
      const { spans, crossed } = rowAt(row);
      return spans.every(([from, to]) => start >= to || from >= end) && !own.some(column => crossed.has(column));
    };
    /** Whether wires from above reach a row without crossing a box. */
    const isOpen = (row: number) => used.slice(1, row).every(({ boxes }) => !boxes.has(start) && !boxes.has(end));
    const candidates = Array.from({ length: used.length + 1 }, (_, i) => i + 1).filter(isFree);
    const row = candidates.find(isOpen) ?? candidates[0];
    rowAt(row).spans.push([start, end]);
    for (const [i, id] of chain.entries()) {
      rows.set(id, row);
      rowAt(row).boxes.add(own[i]);
    }
    for (let between = 1; between < row; between++) rowAt(between).crossed.add(start).add(end);
  }
  return new Map(layers.map(({ id }) => [id, { column: columns.get(id)!, row: rows.get(id)! }]));
}

/** Moves a chain to the middle between the columns where it begins and ends, as far as those that read it allow. */
function centre(
  chain: readonly LayerId[],
  start: number,
  end: number,
  columns: Map<LayerId, number>,
  readers: ReadonlyMap<LayerId, readonly LayerId[]>,
): void {
  let step = Math.floor((end - 1 - columns.get(chain.at(-1)!)!) / 2);
  for (const id of chain)
    for (const reader of readers.get(id) ?? [])
      if (!chain.includes(reader)) step = Math.min(step, columns.get(reader)! - 1 - columns.get(id)!);
  if (start < 0 || step <= 0) return;
  for (const id of chain) columns.set(id, columns.get(id)! + step);
}

/** The columns of the boxes in each row. */
function takenIn(places: ReadonlyMap<LayerId, Place>): Set<number>[] {
  const taken: Set<number>[] = [];
  for (const { column, row } of places.values()) (taken[row] ??= new Set()).add(column);
  return taken;
}

/** How a wire goes. straight: to the right. down: out of the box, down to the other row, and right. up: right, and up.
 *  lane: along a lane under a row. */
type Way = { kind: 'straight' } | { kind: 'down' } | { kind: 'up' } | { kind: 'lane'; row: number };

function wayOf(from: Place, to: Place, taken: readonly ReadonlySet<number>[]): Way {
  const isFree = (row: number, first: number, last: number) => {
    for (let column = first; column <= last; column++) if (taken[row].has(column)) return false;
    return true;
  };
  const isFreeDown = (column: number, first: number, last: number) => {
    for (let row = first; row <= last; row++) if (taken[row].has(column)) return false;
    return true;
  };
  if (from.row === to.row)
    return isFree(from.row, from.column + 1, to.column - 1) ? { kind: 'straight' } : { kind: 'lane', row: from.row };
  if (from.row < to.row) {
    const free = isFree(to.row, from.column, to.column - 1) && isFreeDown(from.column, from.row + 1, to.row - 1);
    return free ? { kind: 'down' } : { kind: 'lane', row: from.row };
  }
  const free = isFree(from.row, from.column + 1, to.column) && isFreeDown(to.column, to.row + 1, from.row - 1);
  return free ? { kind: 'up' } : { kind: 'lane', row: to.row };
}

type Ports = { out: number; into: number };
type Routed = { from: LayerId; to: LayerId; way: Way };

/** Where wires leave and enter boxes above or below. Those that enter are on the left half, those that leave on the
 *  right half. */
function portsOf(
  wires: readonly Routed[],
  places: ReadonlyMap<LayerId, Place>,
  boxOf: (layer: LayerId) => { x: number; width: number },
): Ports[] {
  const leaving = new Map<LayerId, number[]>();
  const entering = new Map<LayerId, number[]>();
  for (const [at, { from, to, way }] of wires.entries()) {
    if (way.kind === 'down' || way.kind === 'lane') leaving.set(from, [...(leaving.get(from) ?? []), at]);
    if (way.kind === 'up' || way.kind === 'lane') entering.set(to, [...(entering.get(to) ?? []), at]);
  }
  const ports: Ports[] = wires.map(() => ({ out: 0, into: 0 }));
  const column = (id: LayerId) => places.get(id)!.column;
  for (const [id, own] of leaving) {
    const { x, width } = boxOf(id);
    // The wire that ends first leaves furthest to the right, so that wires of one box don't cross.
    own.sort((a, b) => column(wires[b].to) - column(wires[a].to));
    for (const [i, at] of own.entries()) ports[at].out = x + width * (0.54 + (0.4 * (i + 1)) / (own.length + 1));
  }
  for (const [id, own] of entering) {
    const { x, width } = boxOf(id);
    own.sort((a, b) => column(wires[b].from) - column(wires[a].from));
    for (const [i, at] of own.entries()) ports[at].into = x + width * (0.06 + (0.4 * (i + 1)) / (own.length + 1));
  }
  return ports;
}

/** The lane of each wire that has one, from the top, and how many each row has. Short wires get the upper lanes. */
function lanesOf(wires: readonly Routed[], ports: readonly Ports[]): { at: number[]; counts: Map<number, number> } {
  const lane = wires.map(() => 0);
  const counts = new Map<number, number>();
  const used = new Map<number, (readonly [from: number, to: number])[][]>();
  const order = wires.flatMap(({ way }, at) => (way.kind === 'lane' ? [{ at, row: way.row }] : []));
  const length = (at: number) => Math.abs(ports[at].into - ports[at].out);
  order.sort((a, b) => length(a.at) - length(b.at));
  for (const { at, row } of order) {
    const { out, into } = ports[at];
    const [from, to] = [Math.min(out, into), Math.max(out, into)];
    const rows = used.get(row) ?? [];
    used.set(row, rows);
    let free = rows.findIndex(spans => spans.every(span => span[1] < from || to < span[0]));
    if (free < 0) free = rows.push([]) - 1;
    rows[free].push([from, to]);
    lane[at] = free;
    counts.set(row, rows.length);
  }
  return { at: lane, counts };
}

function pointsOf(way: Way, from: Box, to: Box, { out, into }: Ports, laneOf: (row: number) => number): Point[] {
  const middle = (box: Box) => box.y + box.height / 2;
  const start: Point = [from.x + from.width, middle(from)];
  const end: Point = [to.x, middle(to)];
  if (way.kind === 'straight') return [start, end];
  if (way.kind === 'down') return [[out, from.y + from.height], [out, middle(to)], end];
  if (way.kind === 'up') return [start, [into, middle(from)], [into, to.y + to.height]];
  const lane = laneOf(way.row);
  return [
    [out, from.row > way.row ? from.y : from.y + from.height],
    [out, lane],
    [into, lane],
    [into, to.row > way.row ? to.y : to.y + to.height],
  ];
}
