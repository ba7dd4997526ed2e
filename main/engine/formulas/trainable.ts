/** Finds which formulas over parameters can be followed in training, and why others can't. */
import { type Slope, slopesOf } from '../../../shared/formula/derivative.ts';
import { type LayerId, trainedTensors } from '../../../shared/network.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { Rectangle } from './graph.ts';
import { type Node, tensorsIn } from './nodes.ts';
import { foundAt, type Shared } from './references.ts';
import { needsLibrary, type Schedule } from './schedule.ts';
import type { Source } from './readers.ts';

/** Why the element under a formula stays as it is while a run trains.
 *  - values: it reads pixels, activations or the expected class, which are others for every image.
 *  - function: it has no derivative by the weights that it reads.
 *  - chance: it draws a random number or asks for the time.
 *  - untrained: it reads weights, but this run doesn't train its own layer or its own kind of parameter.
 *  - cycle: it depends on itself. */
export type Reason = 'values' | 'function' | 'chance' | 'untrained' | 'cycle';

/** How formulas take part in training. */
export type Trainable = {
  /** Formulas over parameters that are followed. Their values change with the weights that they read. */
  followed: ReadonlySet<Node>;
  /** Formulas over parameters that stay at the value they have now. */
  stays: ReadonlyMap<Node, Reason>;
  /** Formulas in cells whose values follow from weights, with a derivative. */
  passing: ReadonlySet<Node>;
};

/** What a formula's value depends on: pixels or activations; weights; weights, in a way that has no derivative. */
const MOVES = 1;
const WEIGHS = 2;
const ROUGH = 4;

const NEEDED: ReadonlySet<string> = new Set(['pixels', 'computed', 'actual']);

/** `frozen` are the layers that don't learn. */
export function findTrainable(
  source: Source,
  nodes: readonly Node[],
  { graph }: Schedule,
  frozen: ReadonlySet<LayerId>,
): Trainable {
  const { sheet, tensors } = source;
  const learning = new Set(learningTensors(sheet, frozen));
  const { sequence, precedents } = graph;
  const flags = new Uint8Array(graph.inCycle.length);
  const followed = new Set<Node>();
  const stays = new Map<Node, Reason>();
  const passing = new Set<Node>();

  for (const vertex of sequence) {
    let flag = 0;
    for (let at = precedents.starts[vertex]; at < precedents.starts[vertex + 1]; at++)
      flag |= flags[precedents.items[at]];
    flags[vertex] = vertex < nodes.length ? flagsAfter(nodes[vertex], flag) : flag;
  }
  return { followed, stays, passing };

  /** What those who read a formula's cell depend on. */
  function flagsAfter(node: Node, from: number): number {
    const { target, cyclic } = node;
    if (cyclic) {
      if (target?.tensor.info.role === 'parameter') stays.set(node, 'cycle');
      return 0;
    }
    let flag = from;
    for (const id of node.tensors) {
      if (NEEDED.has(tensors.get(id)!.info.role)) flag |= MOVES;
      else if (learning.has(id)) flag |= WEIGHS;
    }
    if ((flag & WEIGHS) > 0 && !hasDerivative(node)) flag |= ROUGH;
    if (target === undefined) {
      if (flag === WEIGHS) passing.add(node);
      return flag;
    }
    if (target.tensor.info.role !== 'parameter') return 0;
    const reason = reasonOf(node, flag);
    if (reason) stays.set(node, reason);
    else followed.add(node);
    return reason ? 0 : flag & WEIGHS;
  }

  function reasonOf(node: Node, flag: number): Reason | undefined {
    if ((flag & MOVES) > 0) return 'values';
    if ((flag & ROUGH) > 0) return 'function';
    if (node.shared?.volatile) return 'chance';
    return (flag & WEIGHS) > 0 && !learning.has(node.target!.tensor.info.id) ? 'untrained' : undefined;
  }

  function hasDerivative(node: Node): boolean {
    if (needsLibrary(node)) return false;
    if (!node.shared) return true;
    return slopesIn(node.shared).every(({ factor, place }) => factor !== undefined || !readsWeights(node, place));
  }

  function readsWeights(node: Node, place: number): boolean {
    const found = foundAt(
      node.shared!.reads[place],
      node.cell.row - node.from!.row,
      node.cell.column - node.from!.column,
    );
    if ('error' in found) return false;
    if ('tensor' in found) return learning.has(found.tensor);
    if ([...tensorsIn(source, found)].some(id => learning.has(id))) return true;
    return nodes.some(other => (flags[other.index] & WEIGHS) > 0 && meet(other.cell, found));
  }
}

/** The tensors that a run trains. */
function learningTensors({ network }: Sheet, frozen: ReadonlySet<LayerId>) {
  return trainedTensors(network)
    .filter(({ layer }) => !frozen.has(layer))
    .map(({ id }) => id);
}

export const meet = (one: Rectangle, other: Rectangle) =>
  one.sheet === other.sheet &&
  one.row < other.row + other.height &&
  other.row < one.row + one.height &&
  one.column < other.column + other.width &&
  other.column < one.column + one.width;

/** A slope with the place of its read in the formula. */
export type PlacedSlope = Slope & { place: number };
const slopesKnown = new WeakMap<Shared, readonly PlacedSlope[]>();

/** The derivatives of a formula, found once for all cells that it was copied to. */
export function slopesIn(shared: Shared): readonly PlacedSlope[] {
  let known = slopesKnown.get(shared);
  if (!known) {
    const places = new Map(shared.program!.reads.map((read, place) => [read, place]));
    known = slopesOf(shared.expression).map(slope => ({ ...slope, place: places.get(slope.read)! }));
    slopesKnown.set(shared, known);
  }
  return known;
}
