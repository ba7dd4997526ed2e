/** An optimizer's step as operators of an ONNX graph, with the formulas of optimizers.ts. */
import { sizeOf, type TensorId, type TensorInfo } from '../../../shared/network.ts';
import type { OptimizerSettings, TrainingConfig } from '../../../shared/training.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { slotNamesOf } from './optimizers.ts';
import { alphaOf } from './shared-steps.ts';

export type StepSettings = Pick<TrainingConfig, 'optimizer' | 'weightDecay' | 'clipNorm'>;

/** Tensors that are moved together, one after the other in one vector. */
export type Group = {
  /** The name of its weights in the graph. */
  name: string;
  tensors: readonly TensorInfo[];
  /** Its part of the learning rate. */
  factor: number;
  decays: boolean;
};

/** Tensors with fewer elements than this are moved together: an operation costs some microseconds. Larger ones stay
 *  alone, because putting them together costs a copy. */
const SMALL = 60_000;

export function groupsOf(tensors: readonly TensorInfo[], factorOf: (tensor: TensorInfo) => number): Group[] {
  const groups = new Map<string, { tensors: TensorInfo[]; factor: number; decays: boolean }>();
  for (const tensor of tensors) {
    const [factor, decays] = [factorOf(tensor), tensor.name === 'kernel'];
    const key = tensor.size < SMALL ? `${factor} ${decays}` : tensor.id;
    const group = groups.get(key);
    if (group) group.tensors.push(tensor);
    else groups.set(key, { tensors: [tensor], factor, decays });
  }
  return [...groups.values()].map((group, index) => ({ ...group, name: `weights${index}` }));
}

/** The shape in which a group's weights are stored: that of its tensor, or a vector of all its tensors. */
export function shapeOf({ tensors }: Group): readonly number[] {
  return tensors.length === 1 ? tensors[0].shape : [tensors.reduce((sum, { size }) => sum + size, 0)];
}

/** A part of a group's vector, of which the graph knows weights and slots by this name. */
export type Piece = { name: string; first: number; shape: readonly number[] };

/** Most elements that are moved at a time. All that the optimizer reads and makes of them stays in a core's cache. */
const PIECE = 2 ** 14;

/** A group in pieces; one alone is the group itself. */
export function piecesOf(group: Group): Piece[] {
  const size = sizeOf(shapeOf(group));
  if (group.tensors.length > 1 || size < 2 * PIECE) return [{ name: group.name, first: 0, shape: shapeOf(group) }];
  return Array.from({ length: Math.ceil(size / PIECE) }, (_, at) => ({
    name: `${group.name}/${at}`,
    first: at * PIECE,
    shape: [Math.min(PIECE, size - at * PIECE)],
  }));
}

/** The group's tensors, in their own shapes. */
export function tensorsOf(graph: Graph, { tensors }: Group, weights: Value): [TensorId, Value][] {
  if (tensors.length === 1) return [[tensors[0].id, weights]];
  const parts = graph.split(
    weights,
    0,
    tensors.map(({ size }) => size),
  );
  return tensors.map(({ id, shape }, at) => [id, graph.reshape(parts[at], shape)]);
}

/** The numbers of a step that are no part of the graph: the rate that the update multiplies by, the momentum (Adam's
 *  beta1), 1 − momentum, and what weight decay leaves of a weight. */
export type Numbers = { rate: number; momentum: number; rest: number; kept: number };

/** The numbers for tensors that learn at this rate. `step` counts from 1. */
export function numbersOf(
  { optimizer, weightDecay }: StepSettings,
  { rate, momentum, step }: { rate: number; momentum: number; step: number },
): Numbers {
  const found = { rate, momentum, rest: 1 - momentum, kept: 1 - weightDecay * rate };
  if (!isAdam(optimizer)) return found;
  return { ...found, rate: alphaOf(rate, momentum, optimizer.beta2, step) };
}

/** The names in the graph: of what something becomes by the step, of the sums of the squares of a group's new weights
 *  and of its gradients, and of a number for all groups with this part of the rate. */
export const nextOf = (name: string) => `next:${name}`;
export const squaresOf = (group: string) => `squares:${group}`;
export const slopesOf = (group: string) => `slopes:${group}`;
export const numberOf = (name: keyof Numbers, factor: number) => `${name}:${factor}`;

/** Adds the step of all groups. `gradients` has the gradient of every tensor. The graph is given each group's slots
 *  and the numbers by their names. What comes out has names too. If the sums of squares are finite, so are all new
 *  weights and slots. */
export function emitStep(
  graph: Graph,
  settings: StepSettings,
  groups: readonly { group: Group; weights: Value }[],
  gradients: ReadonlyMap<TensorId, Value>,
): void {
  const { optimizer, weightDecay, clipNorm } = settings;
  const decoupled = optimizer.kind === 'adamw';
  const flat = (each: Value) => graph.reshape(each, [sizeOf(each.shape)]);
  const parts = groups.map(({ group, weights }) => {
    const own = group.tensors.map(({ id }) => gradients.get(id)!);
    const gradient = own.length === 1 ? own[0] : graph.concatenate(own.map(flat), 0);
    const decay = group.decays && !decoupled ? weightDecay : 0;
    const all = piecesOf(group);
    const sizes = all.map(({ shape }) => shape[0]);
    const slopes = all.length === 1 ? [gradient] : graph.split(flat(gradient), 0, sizes);
    const pieces = all.map((piece, at) => {
      const before = all.length === 1 ? weights : graph.input(piece.name, piece.shape);
      const slope = decay > 0 ? graph.add(slopes[at], graph.multiply(before, decay)) : slopes[at];
      return { piece, before, slope };
    });
    const squares = graph.total(pieces.map(({ slope }) => graph.sumOfSquares(slope)));
    graph.output(slopesOf(group.name), squares);
    return { group, pieces, squares };
  });
  const scale =
    clipNorm > 0
      ? clipScale(
          graph,
          parts.map(({ squares }) => squares),
          clipNorm,
        )
      : undefined;
  const numbers = new Map<string, Value>();
  const scalar = (number: keyof Numbers, { factor }: Group): Value => {
    const name = numberOf(number, factor);
    const known = numbers.get(name) ?? graph.input(name, []);
    numbers.set(name, known);
    return known;
  };
  for (const { group, pieces } of parts) {
    const decays = decoupled && group.decays && weightDecay > 0;
    const squares = pieces.map(({ piece, before, slope }) => {
      const slots = slotsOf(optimizer, piece).map(name => graph.input(name, piece.shape));
      const moved = update(graph, optimizer, {
        weights: decays ? graph.multiply(before, scalar('kept', group)) : before,
        slope: scale ? graph.multiply(slope, scale) : slope,
        slots,
        number: name => scalar(name, group),
      });
      graph.output(nextOf(piece.name), moved.weights);
      for (const [at, slot] of slots.entries()) graph.output(nextOf(slot.name), moved.slots[at]);
      return graph.sumOfSquares(moved.weights);
    });
    graph.output(squaresOf(group.name), graph.total(squares));
  }
}

/** The names of a piece's slots in the graph, in the order of `slotNamesOf`. */
export const slotsOf = (optimizer: OptimizerSettings, { name }: Pick<Piece, 'name'>): string[] =>
  slotNamesOf(optimizer).map(slot => `${slot}:${name}`);

const isAdam = (optimizer: OptimizerSettings) => optimizer.kind === 'adam' || optimizer.kind === 'adamw';

/** What scales all gradients to a norm of at most clipNorm together. */
function clipScale(graph: Graph, squares: readonly Value[], clipNorm: number): Value {
  const norm = graph.each('Sqrt', graph.total(squares));
  return graph.divide(1, graph.larger(1, graph.divide(norm, clipNorm)));
}

type Update = {
  weights: Value;
  slope: Value;
  slots: readonly Value[];
  number: (name: keyof Numbers) => Value;
};

/** The new weights and slots of one group. */
function update(graph: Graph, optimizer: OptimizerSettings, of: Update): { weights: Value; slots: Value[] } {
  const { weights, slope, slots, number } = of;
  const { add, subtract, multiply, divide } = graph;
  const root = (x: Value) => graph.each('Sqrt', x);
  switch (optimizer.kind) {
    case 'sgd':
      return { weights: subtract(weights, multiply(slope, number('rate'))), slots: [] };
    case 'momentum': {
      const move = multiply(slope, number('rate'));
      const moved = subtract(multiply(slots[0], number('momentum')), move);
      if (!optimizer.nesterov) return { weights: add(weights, moved), slots: [moved] };
      return { weights: add(weights, subtract(multiply(moved, number('momentum')), move)), slots: [moved] };
    }
    case 'rmsprop': {
      const { rho, epsilon } = optimizer;
      const velocity = add(multiply(slots[0], rho), multiply(multiply(slope, slope), 1 - rho));
      const move = divide(multiply(slope, number('rate')), root(add(velocity, epsilon)));
      if (slots.length === 1) return { weights: subtract(weights, move), slots: [velocity] };
      const moved = add(multiply(slots[1], number('momentum')), move);
      return { weights: subtract(weights, moved), slots: [velocity, moved] };
    }
    default: {
      const { beta2, epsilon } = optimizer;
      const mean = add(multiply(slots[0], number('momentum')), multiply(slope, number('rest')));
      const velocity = add(multiply(slots[1], beta2), multiply(multiply(slope, slope), 1 - beta2));
      const move = divide(multiply(mean, number('rate')), add(root(velocity), epsilon));
      return { weights: subtract(weights, move), slots: [mean, velocity] };
    }
  }
}
