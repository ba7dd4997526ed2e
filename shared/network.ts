/** What a network is: layers in order, each with its inputs. Plain data, as it stands in a file. */
import { UserError } from './errors.ts';
import { outputSize } from './geometry.ts';
import { messages } from './messages.ts';
import { LIMITS, parseSettings } from './network-schema.ts';
import { formatShape, type LayerId, type Padding, type Pair, type Shape, sizeOf } from './tensor.ts';
import type { TensorId, TensorInfo, TensorName, TensorRole } from './tensor.ts';

export * from './tensor.ts';

export type LayerSettings =
  | { kind: 'input'; shape: readonly [height: number, width: number, channels: number] }
  | { kind: 'conv2d'; filters: number; kernelSize: Pair; strides: Pair; padding: Padding; useBias: boolean }
  | { kind: 'maxPool2d' | 'averagePool2d'; poolSize: Pair; strides: Pair; padding: Padding }
  /** Maps [h,w,c] → vector [c]. */
  | { kind: 'globalMaxPool2d' | 'globalAveragePool2d' }
  | EachOf<'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'flatten'>
  /** x where x ≥ 0, negativeSlope·x below. */
  | { kind: 'leakyRelu'; negativeSlope: number }
  | { kind: 'dense'; units: number; useBias: boolean }
  /** Over the last axis, by its moving averages: gamma·(x − movingMean)/√(movingVariance + epsilon) + beta. In training
   *  each batch's own mean and variance take their place, and moving = momentum·moving + (1 − momentum)·batch. */
  | { kind: 'batchNorm'; epsilon: number; momentum: number }
  /** Hands on what it reads. In training each number is dropped with the probability in its `rate` cell, and the rest
   *  divided by 1 − rate. */
  | { kind: 'dropout' }
  /** The sum of two or more inputs of one shape. */
  | { kind: 'add' };

/** One type for each kind, so that a kind tells them apart. */
type EachOf<K extends string> = K extends string ? { kind: K } : never;

export type LayerKind = LayerSettings['kind'];

/** `id` is opaque and never changes; `name` is what the user sees; `inputs` are the layers it reads: none for the input
 *  layer, two or more for an add layer, one for every other. */
export type Layer = { id: LayerId; name: string; inputs: readonly LayerId[] } & LayerSettings;
export type LayerOf<K extends LayerKind> = Layer & Extract<LayerSettings, { kind: K }>;

export type NetworkSpec = { version: 1; layers: readonly Layer[] };

/** So many input channels fit one formula; a convolution with more goes through `partial` sums of this many. */
export const CHANNELS_PER_PARTIAL = 128;

/** A network from outside (a file, a message), checked through and through. Throws UserError naming the layer, the
 *  shapes and the remedy. */
export function parseNetwork(value: unknown): NetworkSpec {
  const network = parseSettings(value);
  checkConnections(network);
  describeTensors(network);
  checkWork(network);
  return network;
}

/** One input layer, first; ids and names unique; every other layer reads exactly one earlier layer, an add layer
 *  several. */
function checkConnections({ layers }: NetworkSpec): void {
  const all = new Map(layers.map(layer => [layer.id, layer]));
  const seen = new Map<LayerId, Layer>();
  const names = new Set<string>();
  for (const [position, layer] of layers.entries()) {
    if (seen.has(layer.id)) throw new UserError(messages.network.duplicateId(layer.id));
    // The name box finds names whatever their case.
    if (names.has(layer.name.toLowerCase())) throw new UserError(messages.network.duplicateName(layer.name));
    if ((layer.kind === 'input') !== (position === 0)) {
      throw new UserError(
        position === 0 ? messages.network.inputMissing(layer.name) : messages.network.secondInput(layer.name),
      );
    }
    checkInputCount(layer);
    for (const id of layer.inputs) {
      const source = all.get(id);
      if (!source) throw new UserError(messages.network.unknownInput(layer.name, id));
      if (!seen.has(id)) throw new UserError(messages.network.laterInput(layer.name, source.name));
    }
    seen.set(layer.id, layer);
    names.add(layer.name.toLowerCase());
  }
}

function checkInputCount({ kind, name, inputs: { length } }: Layer): void {
  if (kind === 'add') {
    if (length >= 2 && length <= LIMITS.inputs) return;
    throw new UserError(messages.layers.addInputCount(name, length, LIMITS.inputs));
  }
  const wanted = kind === 'input' ? 0 : 1;
  if (length !== wanted) throw new UserError(messages.network.inputCount(name, length, wanted));
}

/** The shape of every layer's output, in network order. Throws UserError where a layer can't work on what it reads. */
export function inferShapes({ layers }: NetworkSpec): Map<LayerId, Shape> {
  const shapes = new Map<LayerId, Shape>();
  const names = new Map(layers.map(layer => [layer.id, layer.name]));
  for (const layer of layers) {
    const inputs = layer.inputs.map((id): Input => ({ name: names.get(id)!, shape: shapes.get(id)! }));
    shapes.set(layer.id, layer.kind === 'input' ? layer.shape : outputShape(layer, inputs));
  }
  return shapes;
}

type Input = { name: string; shape: Shape };

function outputShape(layer: Exclude<Layer, LayerOf<'input'>>, inputs: readonly Input[]): Shape {
  const [{ name: source, shape: input }] = inputs;
  const refuse = (sentence: (layer: string, source: string, shape: string) => string) =>
    new UserError(sentence(layer.name, source, formatShape(input)));
  const maps = input.length === 3;
  switch (layer.kind) {
    case 'conv2d':
    case 'maxPool2d':
    case 'averagePool2d': {
      if (!maps) throw refuse(messages.network.needsMaps);
      const window = layer.kind === 'conv2d' ? layer.kernelSize : layer.poolSize;
      const size = [0, 1].map(axis => outputSize(input[axis], window[axis], layer.strides[axis], layer.padding));
      if (size[0] < 1 || size[1] < 1) {
        const what = layer.kind === 'conv2d' ? 'kernel' : 'window';
        throw new UserError(
          messages.network.windowTooLarge(layer.name, what, formatShape(window), source, formatShape(input)),
        );
      }
      return [size[0], size[1], layer.kind === 'conv2d' ? layer.filters : input[2]];
    }
    case 'globalMaxPool2d':
    case 'globalAveragePool2d':
      if (!maps) throw refuse(messages.network.needsMaps);
      return [input[2]];
    case 'dense':
      if (maps) throw refuse(messages.network.denseNeedsVector);
      return [layer.units];
    case 'softmax':
      if (maps) throw refuse(messages.network.softmaxNeedsVector);
      return input;
    case 'flatten':
      return [sizeOf(input)];
    case 'add': {
      const other = inputs.find(({ shape }) => formatShape(shape) !== formatShape(input));
      if (!other) return input;
      const [shape, otherShape] = [formatShape(input), formatShape(other.shape)];
      throw new UserError(messages.layers.shapesDiffer(layer.name, source, shape, other.name, otherShape));
    }
    default:
      return input;
  }
}

/** The layer whose output this layer reads (as its first input, or at another position), flatten layers passed through:
 *  they only read their input's cells in another order (the same, row-major). */
export function sourceOf(layers: ReadonlyMap<LayerId, Layer>, layer: Layer, position = 0): Layer {
  let source = layers.get(layer.inputs[position])!;
  while (source.kind === 'flatten') source = layers.get(source.inputs[0])!;
  return source;
}

/** Every layer that `layer` reads, flatten layers passed through; in the order of its inputs, one that it reads twice
 *  standing twice. */
export function sourcesOf(layers: ReadonlyMap<LayerId, Layer>, layer: Layer): Layer[] {
  return layer.inputs.map((_, position) => sourceOf(layers, layer, position));
}

const UNITWISE: ReadonlySet<LayerKind> = new Set<LayerKind>([
  'softmax',
  'relu',
  'leakyRelu',
  'sigmoid',
  'tanh',
  'batchNorm',
  'dropout',
]);

/** The layer whose units the layer's own units are, activations, batchNorm, dropout and softmax passed through. */
export function unitsLayer(layers: ReadonlyMap<LayerId, Layer>, layer: Layer): Layer {
  let units = layer;
  while (UNITWISE.has(units.kind)) units = layers.get(units.inputs[0])!;
  return units;
}

/** The layer whose units are the classes: the last, before any activations and softmax; undefined where the network
 *  ends otherwise. */
export function scoresLayer({ layers }: NetworkSpec): Layer | undefined {
  const byId = new Map(layers.map(layer => [layer.id, layer]));
  const units = unitsLayer(byId, layers.at(-1)!);
  // A sum is one of vectors where what it adds comes from one.
  let summand = units;
  while (summand.kind === 'add') summand = unitsLayer(byId, byId.get(summand.inputs[0])!);
  return ['dense', 'globalMaxPool2d', 'globalAveragePool2d'].includes(summand.kind) ? units : undefined;
}

/** Every tensor of the network, in network order. A flatten layer has none: its output is its input's tensor, element
 *  for element. Throws UserError where a shape is impossible or the tensors together too large. */
export function describeTensors(network: NetworkSpec): TensorInfo[] {
  const shapes = inferShapes(network);
  const tensors = network.layers.flatMap((layer, position) => {
    const last = position === network.layers.length - 1;
    const all = tensorsOf(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!, last);
    return all.map(([name, role, shape]) => {
      const id: TensorId = `${layer.id}/${name}`;
      return { id, layer: layer.id, name, role, shape, size: sizeOf(shape) };
    });
  });
  const { tooManyElements, tooManyStored } = messages.network;
  checkCount(network, tensors, LIMITS.elements, tooManyElements);
  const stored = tensors.filter(({ role }) => role !== 'computed');
  checkCount(network, stored, LIMITS.stored, tooManyStored);
  return tensors;
}

/** Throws UserError naming the largest tensor where there are more numbers than `most` in all of them. */
function checkCount(
  { layers }: NetworkSpec,
  tensors: readonly TensorInfo[],
  most: number,
  sentence: typeof messages.network.tooManyElements,
): void {
  const total = tensors.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return;
  const largest = tensors.reduce((one, other) => (other.size > one.size ? other : one));
  const { name } = layers.find(({ id }) => id === largest.layer)!;
  throw new UserError(sentence(name, largest.name, formatShape(largest.shape), total, most));
}

/** Throws UserError where one forward pass would take so long that an edit couldn't be followed by what it changes. */
function checkWork(network: NetworkSpec): void {
  const shapes = inferShapes(network);
  const work = network.layers.map(layer => workOf(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!));
  const total = work.reduce((sum, own) => sum + own, 0);
  if (total <= LIMITS.work) return;
  const largest = Math.max(...work);
  const { name } = network.layers[work.indexOf(largest)];
  throw new UserError(messages.network.tooMuchWork(name, largest, total, LIMITS.work));
}

/** How many multiplications a layer takes for one image, or what takes as long: reading a pool's cell takes four times
 *  that. */
function workOf(layer: Layer, input: Shape, output: Shape): number {
  switch (layer.kind) {
    case 'conv2d':
      return sizeOf(output) * sizeOf(layer.kernelSize) * input[2];
    case 'maxPool2d':
    case 'averagePool2d':
      return sizeOf(output) * sizeOf(layer.poolSize) * 4;
    case 'dense':
      return sizeOf(input) * layer.units;
    default:
      return sizeOf(output);
  }
}

const TRAINED: ReadonlySet<TensorName> = new Set<TensorName>(['kernel', 'bias', 'gamma', 'beta']);

/** The parameters that gradients train, in network order. The others, movingMean, movingVariance and rate, follow from
 *  statistics or are set. */
export function trainedTensors(network: NetworkSpec): TensorInfo[] {
  return describeTensors(network).filter(isTrained);
}

/** Whether gradients train a tensor. */
export function isTrained({ name }: Pick<TensorInfo, 'name'>): boolean {
  return TRAINED.has(name);
}

/** Whether a parameter can hold a finite number: a variance isn't below 0, and not everything can be dropped. */
export function canHold(name: TensorName, value: number): boolean {
  if (name === 'movingVariance') return value >= 0;
  return name !== 'rate' || (value >= 0 && value < 1);
}

function tensorsOf(layer: Layer, input: Shape, output: Shape, last: boolean): [TensorName, TensorRole, Shape][] {
  const bias: [TensorName, TensorRole, Shape] = ['bias', 'parameter', output.slice(-1)];
  switch (layer.kind) {
    case 'input':
      return [['output', 'pixels', output]];
    case 'conv2d': {
      const groups = Math.ceil(input[2] / CHANNELS_PER_PARTIAL);
      return [
        ['kernel', 'parameter', [...layer.kernelSize, input[2], layer.filters]],
        ...(layer.useBias ? [bias] : []),
        ...(groups > 1 ? [['partial', 'computed', [groups, ...output]] as [TensorName, TensorRole, Shape]] : []),
        ['output', 'computed', output],
      ];
    }
    case 'dense':
      return [
        ['kernel', 'parameter', [input[0], layer.units]],
        ...(layer.useBias ? [bias] : []),
        ['output', 'computed', output],
      ];
    case 'batchNorm':
      return [
        ...(['gamma', 'beta', 'movingMean', 'movingVariance'] as const).map((name): [TensorName, TensorRole, Shape] => [
          name,
          'parameter',
          output.slice(-1),
        ]),
        ['output', 'computed', output],
      ];
    case 'dropout':
      return [
        ['rate', 'parameter', [1]],
        ['output', 'computed', output],
      ];
    case 'softmax': {
      const columns: TensorName[] = [
        'shifted',
        'exp',
        'output',
        ...(last ? (['actual', 'crossEntropy'] as const) : []),
      ];
      return columns.map(name => [name, name === 'actual' ? 'actual' : 'computed', output]);
    }
    case 'flatten':
      return [];
    default:
      return [['output', 'computed', output]];
  }
}
