/** Advice about a network: what in its shapes and weights probably isn't meant, why, and one remedy. */
import type { AskedChange } from './change.ts';
import { addLayer, freshName, readersOf, removeLayer, setLayer } from './layer-edits/edits.ts';
import { dilationOf } from './layers/conv2d.ts';
import { kindOf, type Layer, type LayerSettings } from './layers/kinds.ts';
import { parameterOf } from './layers/parameters.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import { describeTensors, inferShapes, parseNetwork } from './network.ts';
import type { NetworkSpec } from './network-schema.ts';
import { createRandom } from './random.ts';
import type { LayerId, Pair, Shape, TensorId } from './tensor.ts';
import { UserError } from './errors.ts';

/** In the order in which they are told. */
export const findingKinds = [
  'unread',
  'skipped',
  'noActivation',
  'biasBeforeNorm',
  'softmaxTwice',
  'sigmoidForClasses',
  'heavyDense',
  'zeroKernel',
  'dead',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** A finding about a layer. Without a remedy, there is none that one press can take. */
export type Finding = { kind: FindingKind; layer: LayerId; what: Sentence; why: Sentence; remedy?: Remedy };
/** Changes that are made in one step. `label` says what they do. */
export type Remedy = { label: Sentence; changes: readonly AskedChange[] };

/** What only the engine knows. */
export type Facts = {
  /** ReLUs with maps or units that are 0 for all images of a sample: how many of how many. */
  dead: readonly { layer: LayerId; count: number; of: number }[];
  /** Given if there are ReLUs, and the network takes too long to run images through it in passing. */
  unlooked?: true;
  /** Layers with filters or units whose weights are all 0. */
  zeros: readonly { layer: LayerId; filters: readonly number[] }[];
  /** The biases and moving means where a layer with a bias is normalised. */
  vectors: readonly { tensor: TensorId; values: Float32Array }[];
  /** Whether each image of the data set has exactly one class. Left out if that isn't known. */
  exclusive?: boolean;
};

/** Names a finding, so that a user can ask not to be told again. */
export const keyOf = ({ kind, layer }: Pick<Finding, 'kind' | 'layer'>): string => `${kind} ${layer}`;

/** The findings in the order of the layers. Without facts only those that follow from the network alone. */
export function lint(network: NetworkSpec, facts?: Facts): Finding[] {
  const found = [
    ...network.layers.flatMap(layer => aboutLayer(network, layer, facts)),
    ...(facts ? aboutValues(network, facts) : []),
  ];
  const place = new Map(network.layers.map(({ id }, at) => [id, at]));
  return found
    .filter(({ layer }) => place.has(layer))
    .sort(
      (one, other) =>
        place.get(one.layer)! - place.get(other.layer)! ||
        findingKinds.indexOf(one.kind) - findingKinds.indexOf(other.kind),
    );
}

const text = sentences.lint;

function aboutLayer(network: NetworkSpec, layer: Layer, facts: Facts | undefined): Finding[] {
  return [
    windowFinding(network, layer),
    activationFinding(network, layer),
    softmaxFinding(network, layer),
    denseFinding(network, layer),
    biasFinding(network, layer, facts?.vectors ?? []),
  ].filter(finding => finding !== undefined);
}

function aboutValues(network: NetworkSpec, { dead, zeros, exclusive }: Facts): Finding[] {
  const byId = new Map(network.layers.map(layer => [layer.id, layer]));
  const found: (Finding | undefined)[] = [
    ...dead.map(({ layer, count, of }) => deadFinding(network, byId.get(layer), count, of)),
    ...zeros.map(({ layer, filters }) => zeroFinding(network, byId.get(layer), filters)),
    exclusive === true ? sigmoidFinding(network) : undefined,
  ];
  return found.filter(finding => finding !== undefined);
}

/** A layers change to this network. undefined if there can't be such a network. */
function edited(make: () => NetworkSpec): AskedChange | undefined {
  try {
    return { kind: 'layers', network: make(), beginning: 'identity', seed: 1 };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function finding(
  kind: FindingKind,
  { id }: Layer,
  [what, why, label]: readonly [what: Sentence, why: Sentence, label?: Sentence],
  ...changes: (AskedChange | undefined)[]
): Finding {
  const all = changes.filter(change => change !== undefined);
  const isWhole = all.length > 0 && all.length === changes.length;
  return { kind, layer: id, what, why, ...(label !== undefined && isWhole && { remedy: { label, changes: all } }) };
}

/** For both directions: how many cells there are, how far a window reaches, and its stride. undefined for layers that
 *  read every cell. */
function windowOf(network: NetworkSpec, layer: Layer) {
  if (!('strides' in layer)) return undefined;
  const size = 'kernelSize' in layer ? layer.kernelSize : layer.poolSize;
  const dilation: Pair = layer.kind === 'conv2d' ? dilationOf(layer) : [1, 1];
  const [height, width] = inferShapes(network).get(layer.inputs[0])!;
  return [height, width].map((cells, axis) => {
    const reach = (size[axis] - 1) * dilation[axis] + 1;
    const stride = layer.strides[axis];
    // With the padding 'same' the last window reaches the last cell.
    const unread = layer.padding === 'same' || stride > reach ? 0 : (cells - reach) % stride;
    return { size: size[axis], stride, skips: Math.max(0, stride - reach), unread };
  });
}

function windowFinding(network: NetworkSpec, layer: Layer): Finding | undefined {
  const window = windowOf(network, layer);
  if (!window || !('strides' in layer)) return undefined;
  const [down, across] = window;
  const skips = window.some(axis => axis.skips > 0);
  if (!skips && window.every(axis => axis.unread === 0)) return undefined;
  // What another layer reads is not lost, as beside the 1×1 shortcut of a residual block.
  const others = readersOf(network, layer.inputs[0]).filter(({ id }) => id !== layer.id);
  const readsAll = (other: Layer) =>
    windowOf(network, other)?.every(axis => axis.skips === 0 && axis.unread === 0) ?? true;
  if (others.some(readsAll)) return undefined;
  const { name } = layer;
  const { unread, skipped } = text;
  if (skips) {
    const strides = window.map(({ stride, skips }) => stride - skips) as unknown as Pair;
    return finding(
      'skipped',
      layer,
      [
        skipped.what(name, layer.strides.join('×'), window.map(axis => axis.size).join('×')),
        skipped.why,
        skipped.remedy(name, strides.join('×')),
      ],
      edited(() => setLayer(network, layer.id, { strides })),
    );
  }
  return finding(
    'unread',
    layer,
    [unread.what(name, down.unread, across.unread), unread.why, unread.remedy(name)],
    edited(() => setLayer(network, layer.id, { padding: 'same' })),
  );
}

/** Kinds after which a sum is still a sum of what was read. */
const LINEAR: ReadonlySet<Layer['kind']> = new Set([
  'batchNorm',
  'dropout',
  'zeroPadding2d',
  'upSampling2d',
  'averagePool2d',
]);

function activationFinding(network: NetworkSpec, layer: Layer): Finding | undefined {
  if (layer.kind !== 'conv2d' && layer.kind !== 'depthwiseConv2d') return undefined;
  const [input] = layer.inputs;
  let source = layerIn(network, input);
  while (LINEAR.has(source.kind)) source = layerIn(network, source.inputs[0]);
  if (source.kind !== 'conv2d' && source.kind !== 'depthwiseConv2d') return undefined;
  // A separable convolution has nothing between its two halves.
  const isPoint = layer.kind === 'conv2d' && layer.kernelSize.every(side => side === 1);
  if (source.kind === 'depthwiseConv2d' && isPoint) return undefined;
  const { what, why, remedy } = text.noActivation;
  const { name } = layerIn(network, input);
  return finding(
    'noActivation',
    layer,
    [what(layer.name, source.name), why, remedy(name)],
    edited(() => addLayer(network, input, { kind: 'relu' }).network),
  );
}

function biasFinding(network: NetworkSpec, layer: Layer, vectors: Facts['vectors']): Finding | undefined {
  if (!('useBias' in layer) || !layer.useBias) return undefined;
  const readers = readersOf(network, layer.id);
  if (readers.length === 0 || readers.some(({ kind }) => kind !== 'batchNorm')) return undefined;
  const { what, why, remedy } = text.biasBeforeNorm;
  const valuesOf = (tensor: TensorId) => vectors.find(each => each.tensor === tensor)?.values;
  const bias = valuesOf(`${layer.id}/bias`);
  const edits = readers.flatMap(({ id }) => {
    const tensor: TensorId = `${id}/movingMean`;
    const mean = valuesOf(tensor);
    // The mean takes the bias over, so that the result stays.
    return bias && mean?.length === bias.length
      ? [{ tensor, values: mean.map((value, channel) => value - bias[channel]) }]
      : [];
  });
  return finding(
    'biasBeforeNorm',
    layer,
    [what(layer.name, readers[0].name), why, remedy(layer.name)],
    edited(() => setLayer(network, layer.id, { useBias: false })),
    ...(edits.length > 0 ? [{ kind: 'values' as const, edits }] : []),
  );
}

function softmaxFinding(network: NetworkSpec, layer: Layer): Finding | undefined {
  if (layer.kind !== 'softmax') return undefined;
  let source = layerIn(network, layer.inputs[0]);
  while (source.kind !== 'softmax' && passesUnits(source)) source = layerIn(network, source.inputs[0]);
  if (source.kind !== 'softmax') return undefined;
  const { what, why, remedy } = text.softmaxTwice;
  return finding(
    'softmaxTwice',
    source,
    [what(source.name, layer.name), why, remedy(source.name)],
    edited(() => removeLayer(network, source.id)),
  );
}

const passesUnits = (layer: Layer) => kindOf(layer).units === 'inputs' || kindOf(layer).reshapes === true;

function sigmoidFinding(network: NetworkSpec): Finding | undefined {
  const last = network.layers.at(-1)!;
  const scores = inferShapes(network).get(last.id)!;
  if (last.kind !== 'sigmoid' || scores.length !== 1 || scores[0] < 2) return undefined;
  const { what, why, remedy } = text.sigmoidForClasses;
  return finding(
    'sigmoidForClasses',
    last,
    [what(last.name), why, remedy(last.name)],
    edited(() => withKind(network, last, { kind: 'softmax' })),
  );
}

/** A small dense layer is no burden, whatever its share is. */
const SMALL = 10_000;
const SHARE = 0.9;

/** What share of the parameters a layer holds. undefined if that isn't worth telling. */
function heavyShare(network: NetworkSpec, id: LayerId): number | undefined {
  let [own, all] = [0, 0];
  for (const { role, layer, size } of describeTensors(network)) {
    if (role !== 'parameter') continue;
    all += size;
    if (layer === id) own += size;
  }
  return own > SMALL && own > SHARE * all ? own / all : undefined;
}

function denseFinding(network: NetworkSpec, layer: Layer): Finding | undefined {
  const share = layer.kind === 'dense' ? heavyShare(network, layer.id) : undefined;
  if (share === undefined) return undefined;
  // Without convolutions, dense layers are all there is.
  if (!network.layers.some(({ kind }) => kind === 'conv2d' || kind === 'depthwiseConv2d')) return undefined;
  const { what, why, remedy, remedyMean } = text.heavyDense;
  let flat = layerIn(network, layer.inputs[0]);
  while (!kindOf(flat).reshapes && passesUnits(flat)) flat = layerIn(network, flat.inputs[0]);
  const maps = flat.inputs.length > 0 ? layerIn(network, flat.inputs[0]) : flat;
  const shape: Shape = inferShapes(network).get(maps.id)!;
  const sentence = [what(layer.name, Math.floor(100 * share)), why] as const;
  if (flat.kind !== 'flatten' || shape.length !== 3 || readersOf(network, maps.id).length > 1)
    return finding('heavyDense', layer, sentence);
  for (let side = 2; side <= Math.min(shape[0], shape[1]); side++) {
    const window: Pair = [side, side];
    const pool = { kind: 'maxPool2d', poolSize: window, strides: window, padding: 'same' } as const;
    const change = edited(() => addLayer(network, maps.id, pool).network);
    if (change?.kind === 'layers' && heavyShare(change.network, layer.id) === undefined)
      return finding('heavyDense', layer, [...sentence, remedy(`${side}×${side}`, flat.name)], change);
  }
  return finding(
    'heavyDense',
    layer,
    [...sentence, remedyMean(flat.name)],
    edited(() => withKind(network, flat, { kind: 'globalAveragePool2d' })),
  );
}

function zeroFinding(network: NetworkSpec, layer: Layer | undefined, filters: readonly number[]): Finding | undefined {
  const kernel = describeTensors(network).find(({ id }) => id === `${layer?.id}/kernel`);
  if (!layer || !kernel || filters.length === 0) return undefined;
  const count = kernel.shape.at(-1)!;
  const fresh = new Float32Array(kernel.size);
  const { fill: begin } = parameterOf('kernel')!;
  begin?.(fresh, kernel.shape, createRandom(1));
  const zero = new Set(filters);
  const indices = Uint32Array.from({ length: kernel.size }, (_, i) => i).filter(index => zero.has(index % count));
  const edit = { tensor: kernel.id, indices, values: Float32Array.from(indices, index => fresh[index]) };
  const { what, why, remedy } = text.zeroKernel;
  return finding(
    'zeroKernel',
    layer,
    [what(layer.name, filters.length, count), why, remedy(layer.name, filters.length)],
    { kind: 'values', edits: [edit] },
  );
}

/** A ReLU is dead if at least this share of its maps or units is. Single ones are usual. */
const DEAD = 0.25;

function deadFinding(network: NetworkSpec, layer: Layer | undefined, count: number, of: number): Finding | undefined {
  if (layer?.kind !== 'relu' || count < DEAD * of) return undefined;
  const { what, why, remedy } = text.dead;
  return finding(
    'dead',
    layer,
    [what(layer.name, count, of), why, remedy(layer.name)],
    edited(() => withKind(network, layer, { kind: 'leakyRelu', negativeSlope: 0.1 })),
  );
}

/** The network, in which a layer is of another kind. A layer that was named after its kind is renamed. */
function withKind(network: NetworkSpec, layer: Layer, settings: LayerSettings): NetworkSpec {
  const { id, inputs, kind, name } = layer;
  const named = name === kind || name.startsWith(`${kind}_`) ? freshName(network, settings.kind) : name;
  const layers = network.layers.map(each => (each.id === id ? { id, name: named, inputs, ...settings } : each));
  return parseNetwork({ version: 1, layers });
}

function layerIn({ layers }: NetworkSpec, id: LayerId): Layer {
  return layers.find(layer => layer.id === id)!;
}
