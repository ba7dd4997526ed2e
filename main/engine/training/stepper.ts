/** Training steps in ONNX Runtime: forward, backward and the optimizer are one graph. Weights and slots stay in memory
 *  that the graph reads and writes in place, and come out only when somebody asks for them. */
import {
  describeTensors,
  inferShapes,
  type LayerId,
  type NetworkSpec,
  type ParameterName,
  type Shape,
  sizeOf,
  type TensorId,
  type TensorInfo,
} from '../../../shared/network.ts';
import { parameters as parametersOf } from '../../../shared/layers/parameters.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import { type Batch, layersToTrain, layersUnder } from '../batch/batch-network.ts';
import { createBounds, isProvenSafe } from '../batch/bounds.ts';
import { type LossKind, lossesOf, probabilitiesOf } from '../batch/loss.ts';
import { largestAbsolute } from '../layers/bounding.ts';
import { drawMasks } from '../layers/dropout.ts';
import { createGraph, type Value } from '../onnx/graph.ts';
import { emitLossGradient, emitNetwork } from '../onnx/network-graph.ts';
import { createSession, createTensor, type Session, type Tensor, tensorOf } from '../backend/onnx.ts';
import { isFinite } from '../show/activations.ts';
import type { OptimizerState } from './optimizers.ts';
import { slotNamesOf } from './optimizers.ts';
import {
  emitStep,
  type Group,
  groupsOf,
  nextOf,
  type Numbers,
  numberOf,
  numbersOf,
  type Piece,
  piecesOf,
  shapeOf,
  slopesOf,
  slotsOf,
  squaresOf,
  type StepSettings,
  tensorsOf,
} from './step-graph.ts';

type Values = ReadonlyMap<TensorId, Float32Array>;

export type StepperOptions = {
  network: NetworkSpec;
  settings: StepSettings;
  /** The tensors that learn, and the part of the learning rate that each learns at. */
  tensors: readonly TensorInfo[];
  factorOf: (tensor: TensorInfo) => number;
  /** All parameters, and the optimizer's state. They are copied. */
  parameters: Values;
  state: OptimizerState;
  /** The loss as wasm calculates it with these parameters. It is asked for if a number may have overflowed, which a
   *  graph could hide. */
  verify: (batch: Batch, random: Random, parameters: Values) => number;
};

export type Stepper = {
  /** Makes a step if the loss is finite. `finite`: after it, all parameters and slots are. */
  step(
    batch: Batch,
    random: Random,
    at: { rate: number; momentum: number },
  ): { loss: number; probabilities: Float32Array; finite: boolean };
  /** The gradients of the last step, calculated once more. */
  gradients(): Map<TensorId, Float32Array>;
  /** Brings the parameters back to what they were before the last step. */
  back(): void;
  /** All parameters. The arrays change with the steps after the next one. */
  parameters(): Map<TensorId, Float32Array>;
  /** Copies other values into some parameters. `back` leaves them as they are. */
  write(values: Values): void;
  /** The optimizer's state. Its arrays change like those of the parameters. */
  state(): OptimizerState;
  dispose(): void;
};

/** Numbers that the graph is given under a name. A step reads them on one side and writes the next side, in turn. */
type Kept = { name: string; sides: readonly Tensor[] };

/** The weights before the last step are kept, so that a failed run can go back to them. */
const SIDES = { parameters: 3, slots: 2 };

/** ONNX Runtime has to be there, and a graph has to hold the network. */
export function createStepper(options: StepperOptions): Stepper {
  const { network, settings, tensors, factorOf, parameters: initial, state, verify } = options;
  const last = network.layers.at(-1)!;
  const kind = last.kind as LossKind;
  const shapes = inferShapes(network);
  const [imageShape, [classes]] = [network.layers[0], last].map(({ id }) => shapes.get(id)!);
  const layers = layersUnder(network, last);
  const trained = new Set(tensors.map(({ id }) => id));
  const { learning } = layersToTrain(layers, trained);
  const slotNames = slotNamesOf(settings.optimizer);

  const groups = groupsOf(tensors, factorOf);
  const keep = (name: string, shape: Shape, sides: number): Kept => ({
    name,
    sides: Array.from({ length: sides }, () => createTensor(shape)),
  });
  /** The pieces of what is kept of a group, in the memory of the whole. */
  const inPieces = (group: Group, whole: Kept, nameOf: (piece: Piece) => string): Kept[] =>
    piecesOf(group).map(piece => ({
      name: nameOf(piece),
      sides: whole.sides.map(({ data }) =>
        tensorOf(data.subarray(piece.first, piece.first + sizeOf(piece.shape)), piece.shape),
      ),
    }));
  const slots = groups.map(group => slotNames.map(name => keep(name, shapeOf(group), SIDES.slots)));
  const slotPieces = groups.flatMap((group, at) =>
    slots[at].flatMap((whole, n) => inPieces(group, whole, piece => slotsOf(settings.optimizer, piece)[n])),
  );
  /** Where each parameter is: from `first` on in a group, or alone. */
  const places = new Map<TensorId, { kept: Kept; first: number; size: number }>();
  /** What a step moves: pieces of groups, and moving averages. */
  const moving: Kept[] = [];
  for (const group of groups) {
    const kept = keep(group.name, shapeOf(group), SIDES.parameters);
    moving.push(...inPieces(group, kept, ({ name }) => name));
    for (const { id, first, size } of spread(group)) places.set(id, { kept, first, size });
  }
  for (const { id, layer, name, shape, size, role } of describeTensors(network)) {
    if (role !== 'parameter' || places.has(id)) continue;
    const moves = learning.has(layer) && !parametersOf[name as ParameterName].trained;
    const kept = keep(id, shape, moves ? SIDES.parameters : 1);
    if (moves) moving.push(kept);
    places.set(id, { kept, first: 0, size });
  }
  const keptParameters = [...new Set([...places.values()].map(({ kept }) => kept))];
  const turns = { parameters: 0, slots: 0 };
  const sideOf = ({ sides }: Kept, turn: number): Tensor => sides[turn % sides.length];
  const valuesAt = (id: TensorId, turn: number): Float32Array => {
    const { kept, first, size } = places.get(id)!;
    return sideOf(kept, turn).data.subarray(first, first + size);
  };
  const before = () => turns.parameters + SIDES.parameters - 1;

  /** A bound on the largest weight of a group of one tensor, from the sum of the squares that the graph has made. */
  const largest = new Map<TensorId, number>();
  const bounds = createBounds(
    shapes,
    id => valuesAt(id, turns.parameters),
    id => largest.get(id) ?? largestAbsolute(valuesAt(id, turns.parameters)),
  );

  const sessions = new Map<number, Session>();
  let steps = state.step;
  let lastFeeds: Record<string, Tensor> | undefined;
  let found: Map<TensorId, Float32Array> | undefined;

  const write = (values: Values) => {
    for (const [id, own] of values) {
      for (const turn of [turns.parameters, before()]) valuesAt(id, turn).set(own);
      largest.delete(id);
    }
    for (const { id } of layers) bounds.forget(id);
  };
  write(initial);
  for (const [at, group] of groups.entries())
    for (const { id, first } of spread(group))
      for (const [n, kept] of slots[at].entries())
        sideOf(kept, 0).data.set(state.slots.get(`${id}/${slotNames[n]}`)!, first);

  /** Whether graphs tell the largest number of each layer's output, because bounds alone have proved too little. */
  let isWatched = false;

  /** The graph of a step for batches of `count` images. */
  function build(count: number): Session {
    const graph = createGraph();
    const inputs = groups.map(group => ({ group, weights: graph.input(group.name, shapeOf(group)) }));
    const values = new Map(inputs.flatMap(({ group, weights }) => tensorsOf(graph, group, weights)));
    const parameter = (id: TensorId): Value => {
      const value = values.get(id) ?? graph.input(id, places.get(id)!.kept.sides[0].dims);
      values.set(id, value);
      return value;
    };
    const { logits, outputs, statistics, backward } = emitNetwork(graph, network, {
      images: graph.input('images', [count, ...imageShape]),
      parameter,
      trained,
      masks: layer => graph.input(masksOf(layer), [count, ...shapes.get(layer)!]),
    });
    graph.output('logits', logits);
    if (isWatched) for (const [id, value] of outputs) graph.output(largestOf(id), graph.largest(value));
    const [targets, shares] = [graph.input('targets', [count, classes]), graph.input('shares', [count, 1])];
    const gradients = backward(emitLossGradient(graph, kind, logits, targets, shares));
    // A layer that the last one doesn't depend on has a gradient of 0.
    for (const { id, shape } of tensors) if (!gradients.has(id)) gradients.set(id, graph.zeros(shape));
    emitStep(graph, settings, inputs, gradients);
    for (const { id } of tensors) graph.output(gradientOf(id), gradients.get(id)!);
    for (const [id, value] of statistics) graph.output(nextOf(id), value);
    return createSession(graph.finish().bytes);
  }

  const feedsOf = ({ images, targets, weights, count }: Batch, random: Random): Record<string, Tensor> => {
    const shares = new Float32Array(count);
    for (let sample = 0; sample < count; sample++)
      shares[sample] = (weights?.[sample] ?? 1) / count / (kind === 'sigmoid' ? classes : 1);
    const feeds: Record<string, Tensor> = {
      images: tensorOf(images, [count, ...imageShape]),
      targets: tensorOf(targets, [count, classes]),
      shares: tensorOf(shares, [count, 1]),
    };
    for (const { id, kind: layerKind } of layers) {
      if (layerKind !== 'dropout') continue;
      const masks = { count, size: sizeOf(shapes.get(id)!), first: 0 };
      const drawn = drawMasks(masks, valuesAt(`${id}/rate`, turns.parameters)[0], random);
      feeds[masksOf(id)] = tensorOf(drawn, [count, ...shapes.get(id)!]);
    }
    for (const kept of [...keptParameters, ...moving]) feeds[kept.name] = sideOf(kept, turns.parameters);
    for (const kept of slotPieces) feeds[kept.name] = sideOf(kept, turns.slots);
    return feeds;
  };

  function forgetSessions(): void {
    for (const session of sessions.values()) session.dispose();
    sessions.clear();
  }

  const parameters = () => new Map([...places.keys()].map(id => [id, valuesAt(id, turns.parameters)]));

  return {
    step(batch, random, { rate, momentum }) {
      const { count, images, targets, weights } = batch;
      const training = { count, learning };
      const isSafe = (measured?: (layer: LayerId) => number) =>
        isProvenSafe(bounds, layers, largestAbsolute(images), training, measured);
      let isProven = isSafe();
      if (!isProven && !isWatched) {
        isWatched = true;
        forgetSessions();
      }
      if (!sessions.has(count)) sessions.set(count, build(count));
      const drawn = random.state();
      const feeds = feedsOf(batch, random);
      for (const factor of new Set(groups.map(group => group.factor))) {
        const numbers = numbersOf(settings, { rate: rate * factor, momentum, step: steps + 1 });
        for (const [name, value] of Object.entries(numbers))
          feeds[numberOf(name as keyof Numbers, factor)] = tensorOf(Float32Array.of(value), []);
      }
      const fetches: Record<string, Tensor | null> = { logits: null };
      for (const kept of moving) fetches[nextOf(kept.name)] = sideOf(kept, turns.parameters + 1);
      for (const kept of slotPieces) fetches[nextOf(kept.name)] = sideOf(kept, turns.slots + 1);
      for (const { name } of groups) for (const each of [squaresOf(name), slopesOf(name)]) fetches[each] = null;

      if (!isProven) for (const { id } of layers) fetches[largestOf(id)] = null;
      const made = sessions.get(count)!.run(feeds, fetches);
      isProven ||= isSafe(id => made[largestOf(id)].data[0]);
      const logits = made.logits.data;
      const probabilities = probabilitiesOf(kind, logits, classes);
      const losses = lossesOf(kind, logits, targets, classes);
      const total = losses.reduce((sum, value, sample) => sum + value * (weights?.[sample] ?? 1), 0);
      const loss = isProven ? total / count : verify(batch, createRandom(drawn), parameters());
      if (!Number.isFinite(loss)) return { loss, probabilities, finite: true };

      lastFeeds = feeds;
      found = undefined;
      steps++;
      turns.parameters++;
      turns.slots++;
      for (const layer of learning) bounds.forget(layer);
      for (const { name, tensors: own } of groups)
        if (own.length === 1) largest.set(own[0].id, Math.sqrt(made[squaresOf(name)].data[0]));
      const sums = groups.flatMap(({ name }) => [squaresOf(name), slopesOf(name)]);
      const isSure = sums.every(name => Number.isFinite(made[name].data[0]));
      const isKeptFinite = (kept: readonly Kept[], turn: number) =>
        kept.every(each => isFinite(sideOf(each, turn).data));
      const averages = moving.filter(({ name }) => places.has(name as TensorId));
      const finite =
        isKeptFinite(isSure ? averages : moving, turns.parameters) && (isSure || isKeptFinite(slotPieces, turns.slots));
      return { loss, probabilities, finite };
    },
    gradients() {
      if (!lastFeeds) return new Map();
      if (!found) {
        const fetches = Object.fromEntries(tensors.map(({ id }) => [gradientOf(id), null]));
        const made = sessions.get(lastFeeds.images.dims[0])!.run(lastFeeds, fetches);
        found = new Map(tensors.map(({ id }) => [id, made[gradientOf(id)].data]));
      }
      return found;
    },
    back() {
      turns.parameters = before();
      largest.clear();
      for (const { id } of layers) bounds.forget(id);
    },
    parameters,
    write,
    state() {
      const all = groups.flatMap((group, at) =>
        spread(group).flatMap(({ id, first, size }) =>
          slots[at].map((kept, n): [string, Float32Array] => [
            `${id}/${slotNames[n]}`,
            sideOf(kept, turns.slots).data.subarray(first, first + size),
          ]),
        ),
      );
      return { step: steps, slots: new Map(all) };
    },
    dispose: forgetSessions,
  };
}

/** A group's tensors with their places in it. */
function spread({ tensors }: Group): { id: TensorId; first: number; size: number }[] {
  let end = 0;
  return tensors.map(({ id, size }) => ({ id, first: (end += size) - size, size }));
}

const masksOf = (layer: LayerId) => `masks:${layer}`;
const largestOf = (layer: LayerId) => `largest:${layer}`;
const gradientOf = (id: TensorId) => `gradient:${id}`;
