/** What a network is: layers in order, each with its inputs. Plain data, as it stands in a file. */
import * as v from 'valibot';
import { UserError } from './errors.ts';
import { outputSize } from './geometry.ts';
import { messages } from './messages.ts';

export type LayerId = string;
export type Pair = readonly [height: number, width: number];
export type Padding = 'valid' | 'same';
/** [height, width, channels] of maps, or [units] of a vector. */
export type Shape = readonly number[];

export type LayerSettings =
  | { kind: 'input'; shape: readonly [height: number, width: number, channels: number] }
  | { kind: 'conv2d'; filters: number; kernelSize: Pair; strides: Pair; padding: Padding; useBias: boolean }
  | { kind: 'maxPool2d' | 'averagePool2d'; poolSize: Pair; strides: Pair; padding: Padding }
  /** Maps [h,w,c] → vector [c]. */
  | { kind: 'globalMaxPool2d' | 'globalAveragePool2d' }
  | { kind: 'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'flatten' }
  | { kind: 'dense'; units: number; useBias: boolean };

export type LayerKind = LayerSettings['kind'];

/** `id` is opaque and never changes; `name` is what the user sees; `inputs` are the layers it reads (one, none for the input layer). */
export type Layer = { id: LayerId; name: string; inputs: readonly LayerId[] } & LayerSettings;
export type LayerOf<K extends LayerKind> = Layer & Extract<LayerSettings, { kind: K }>;

export type NetworkSpec = { version: 1; layers: readonly Layer[] };

/** What one tensor of a layer is called. kernel: conv2d [kernelHeight, kernelWidth, inChannels, outChannels], dense [inFeatures, units];
 *  bias [outChannels]; output: the layer's activations; partial: sums over groups of input channels [groups, height, width, outChannels], where
 *  one formula can't hold them all; shifted, exp, actual, crossEntropy: the columns beside a softmax, each [units]. */
export type TensorName = 'kernel' | 'bias' | 'output' | 'partial' | 'shifted' | 'exp' | 'actual' | 'crossEntropy';
export type TensorId = `${LayerId}/${TensorName}`;

/** pixels: the input layer's output; parameter: kernel or bias; actual: the expected class, one-hot, NaN where blank; computed: everything else. */
export type TensorRole = 'pixels' | 'parameter' | 'actual' | 'computed';
export type TensorInfo = {
  id: TensorId;
  layer: LayerId;
  name: TensorName;
  role: TensorRole;
  shape: Shape;
  size: number;
};

/** So many input channels fit one formula; a convolution with more goes through `partial` sums of this many. */
export const CHANNELS_PER_PARTIAL = 128;

/** What a network may have at most. A sheet has 16,384 columns and 1,048,576 rows; tensors are indexed by 32-bit numbers. */
export const LIMITS = {
  layers: 1000,
  height: 1_048_574,
  width: 16_384,
  channels: 65_536,
  window: 64,
  /** Of all tensors together. */
  elements: 2 ** 31,
} as const;

// A schema's message is what belongs there, for the sentence that says so.
const { expected } = messages.network;
const whole = (maximum: number) => {
  const message = expected.whole(maximum.toLocaleString('en'));
  return v.pipe(v.number(message), v.integer(message), v.minValue(1, message), v.maxValue(maximum, message));
};
const pair = (maximum: number) => v.strictTuple([whole(maximum), whole(maximum)], expected.pair);
const flag = v.boolean(expected.flag);
const padding = v.picklist(['valid', 'same'], expected.padding);
const identity = {
  id: v.pipe(v.string(expected.id), v.regex(/^[\p{L}\p{N}_-]{1,64}$/u, expected.id)),
  name: v.pipe(
    v.string(expected.name),
    v.regex(/^[\p{L}\p{N}_-]([\p{L}\p{N}_ -]{0,62}[\p{L}\p{N}_-])?$/u, expected.name),
  ),
  inputs: v.array(v.string(expected.id), expected.inputs),
};
const pool = { poolSize: pair(LIMITS.window), strides: pair(LIMITS.window), padding };
const layerSchema = v.variant(
  'kind',
  [
    v.strictObject({
      ...identity,
      kind: v.literal('input'),
      shape: v.strictTuple([whole(LIMITS.height), whole(LIMITS.width), whole(LIMITS.channels)], expected.shape),
    }),
    v.strictObject({
      ...identity,
      kind: v.literal('conv2d'),
      filters: whole(LIMITS.channels),
      kernelSize: pair(LIMITS.window),
      strides: pair(LIMITS.window),
      padding,
      useBias: flag,
    }),
    v.strictObject({ ...identity, kind: v.picklist(['maxPool2d', 'averagePool2d']), ...pool }),
    v.strictObject({ ...identity, kind: v.picklist(['globalMaxPool2d', 'globalAveragePool2d']) }),
    v.strictObject({ ...identity, kind: v.picklist(['relu', 'sigmoid', 'tanh', 'softmax', 'flatten']) }),
    v.strictObject({ ...identity, kind: v.literal('dense'), units: whole(LIMITS.channels), useBias: flag }),
  ],
  expected.layer,
);
const networkSchema = v.strictObject(
  {
    version: v.literal(1, expected.version),
    layers: v.pipe(
      v.array(layerSchema, expected.layers),
      v.minLength(1, expected.layers),
      v.maxLength(LIMITS.layers, expected.layers),
    ),
  },
  expected.network,
);

/** A network from outside (a file, a message), checked through and through. Throws UserError naming the layer, the shapes and the remedy. */
export function parseNetwork(value: unknown): NetworkSpec {
  const parsed = v.safeParse(networkSchema, value, { abortEarly: true });
  if (!parsed.success) throw new UserError(malformed(value, parsed.issues[0]));
  const network: NetworkSpec = parsed.output;
  checkConnections(network);
  describeTensors(network);
  return network;
}

/** What is wrong first, in a sentence that names the layer and the setting. */
function malformed(value: unknown, issue: v.InferIssue<typeof networkSchema>): string {
  const keys = (issue.path ?? []).map(item => item.key as string | number);
  const found = describeValue(issue.input);
  const missing = issue.input === undefined && keys.length > 0;
  const [list, position, ...setting] = keys;
  if (list !== 'layers' || typeof position !== 'number') {
    if (missing) return messages.network.missingSetting(formatPath(keys), messages.network.theNetwork);
    if (issue.expected === 'never')
      return messages.network.unknownSetting(formatPath(keys), messages.network.theNetwork);
    return messages.network.malformed(formatPath(keys), found, issue.message);
  }
  const name: unknown = (value as { layers: { name?: unknown }[] }).layers[position]?.name;
  const layer =
    typeof name === 'string' && setting[0] !== 'name' ? name.slice(0, 64) : messages.network.layerAt(position + 1);
  if (setting.length === 0) return messages.network.malformed(layer, found, issue.message);
  if (missing) return messages.network.missingSetting(formatPath(setting), layer);
  if (setting[0] === 'kind') return messages.network.unknownKind(layer, found);
  if (issue.expected === 'never') return messages.network.unknownSetting(formatPath(setting), layer);
  return messages.network.invalidSetting(formatPath(setting), layer, found, issue.message);
}

/** kernelSize[0] */
function formatPath(keys: readonly (string | number)[]): string {
  return keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return messages.network.found.list(value.length);
  if (typeof value === 'string') return `“${value.slice(0, 40)}”`;
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : messages.network.found.other;
}

/** One input layer, first; ids and names unique; every other layer reads exactly one earlier layer. */
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
    const wanted = layer.kind === 'input' ? 0 : 1;
    if (layer.inputs.length !== wanted) {
      throw new UserError(messages.network.inputCount(layer.name, layer.inputs.length, wanted));
    }
    for (const id of layer.inputs) {
      const source = all.get(id);
      if (!source) throw new UserError(messages.network.unknownInput(layer.name, id));
      if (!seen.has(id)) throw new UserError(messages.network.laterInput(layer.name, source.name));
    }
    seen.set(layer.id, layer);
    names.add(layer.name.toLowerCase());
  }
}

/** The shape of every layer's output, in network order. Throws UserError where a layer can't work on what it reads. */
export function inferShapes({ layers }: NetworkSpec): Map<LayerId, Shape> {
  const shapes = new Map<LayerId, Shape>();
  const names = new Map(layers.map(layer => [layer.id, layer.name]));
  for (const layer of layers) {
    const source = layer.inputs[0];
    const shape = layer.kind === 'input' ? layer.shape : outputShape(layer, shapes.get(source)!, names.get(source)!);
    shapes.set(layer.id, shape);
  }
  return shapes;
}

function outputShape(layer: Exclude<Layer, LayerOf<'input'>>, input: Shape, source: string): Shape {
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
    default:
      return input;
  }
}

/** How many elements a tensor of this shape has. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** 26×26×2; a vector of 10 is just 10. */
export function formatShape(shape: Shape): string {
  return shape.join('×');
}

/** The layer whose output this layer reads, flatten layers passed through: they only read their input's cells in another order (the same, row-major). */
export function sourceOf(layers: ReadonlyMap<LayerId, Layer>, layer: Layer): Layer {
  let source = layers.get(layer.inputs[0])!;
  while (source.kind === 'flatten') source = layers.get(source.inputs[0])!;
  return source;
}

/** The layer whose units are the classes: the last, before any activations and softmax; undefined where the network ends otherwise. */
export function scoresLayer({ layers }: NetworkSpec): Layer | undefined {
  const byId = new Map(layers.map(layer => [layer.id, layer]));
  let layer = layers.at(-1)!;
  while (['softmax', 'relu', 'sigmoid', 'tanh'].includes(layer.kind)) layer = byId.get(layer.inputs[0])!;
  return ['dense', 'globalMaxPool2d', 'globalAveragePool2d'].includes(layer.kind) ? layer : undefined;
}

/** The coordinates of an element: 5 in a shape of [2, 3] is [1, 2]. */
export function coordinatesOf(shape: Shape, index: number): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map(size => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
}

/** The element at these coordinates; undefined where they are not as many as the shape's, not whole or outside. */
export function indexOf(shape: Shape, coordinates: readonly number[]): number | undefined {
  if (coordinates.length !== shape.length) return undefined;
  let index = 0;
  for (const [axis, at] of coordinates.entries()) {
    if (!Number.isInteger(at) || at < 0 || at >= shape[axis]) return undefined;
    index = index * shape[axis] + at;
  }
  return index;
}

/** Every tensor of the network, in network order. A flatten layer has none: its output is its input's tensor, element for element.
 *  Throws UserError where a shape is impossible or the tensors together too large. */
export function describeTensors(network: NetworkSpec): TensorInfo[] {
  const shapes = inferShapes(network);
  let total = 0;
  return network.layers.flatMap((layer, position) => {
    const last = position === network.layers.length - 1;
    const all = tensorsOf(layer, shapes.get(layer.inputs[0]) ?? [], shapes.get(layer.id)!, last);
    return all.map(([name, role, shape]) => {
      const size = sizeOf(shape);
      total += size;
      if (total > LIMITS.elements) {
        throw new UserError(messages.network.tooManyElements(layer.name, name, formatShape(shape)));
      }
      return { id: `${layer.id}/${name}` as const, layer: layer.id, name, role, shape, size };
    });
  });
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
