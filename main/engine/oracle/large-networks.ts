/** Random networks near every limit, for tests. Each has to be refused with a sentence that names a layer, or to show
 *  what plain loops in doubles calculate. */
import { UserError } from '../../../shared/errors.ts';
import { english } from '../../../shared/messages/render.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import {
  CHANNELS_PER_PARTIAL,
  coordinatesOf,
  describeTensors,
  inferShapes,
  type Layer,
  type LayerKind,
  type NetworkSpec,
  parseNetwork,
  type Shape,
  sizeOf,
  type TensorId,
} from '../../../shared/network.ts';
import { LIMITS } from '../../../shared/network-limits.ts';
import type { Random } from '../../../shared/random.ts';
import { fx, op, sameElementIn } from '../../../shared/testing/formula-layers.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { formulaElement } from './reference-trees.ts';
import { createForward } from '../show/forward.ts';

/** What happened to a network: the sentence that refused it, or how many numbers of which kinds of layers were
 *  compared, and what was wrong. */
type Trial = { refused?: string; compared: number; kinds: ReadonlySet<LayerKind>; fault?: string };

/** Kinds whose numbers are compared. The numbers of an input are given, and a flatten or reshape layer only hands them
 *  on. */
type ComparedKind = Exclude<LayerKind, 'input' | 'flatten' | 'reshape'>;
/** Kinds at the end of a network. */
type Last = 'globalMaxPool2d' | 'globalAveragePool2d' | 'dense' | 'softmax';

/** How many elements of each tensor are compared. */
const SAMPLES = 40;
/** Batches are compared only if one image takes no more multiplications than this. */
const BATCH_WORK = 3e8;

/** A network near the limits. About half of them are within. */
export function largeNetwork(random: Random): { version: 1; layers: Layer[] } {
  const between = (low: number, high: number) => Math.round(low * (high / low) ** random.uniform());
  const pick = <T>(...choices: T[]) => choices[random.integer(choices.length)];
  const layers: Layer[] = [];
  const add = (settings: object) => {
    const id = `l${layers.length}`;
    layers.push({ id, name: id, inputs: layers.slice(-1).map(layer => layer.id), ...settings } as unknown as Layer);
  };
  const extreme = random.integer(5) === 0;
  const side = extreme ? between(1, 16_384) : between(1, 512);
  const other = extreme ? between(1, 64) : between(1, 512);
  add({ kind: 'input', shape: [...random.shuffle([side, other]), between(1, pick(4, 300, 4000))] });
  const depth = random.integer(8) === 0 ? between(30, LIMITS.layers + 50) : between(1, 20);
  const window = () => random.shuffle([between(1, LIMITS.window), between(1, LIMITS.window)]);
  const strides = () => [pick(1, 1, 1, 2, 5, 64), pick(1, 1, 1, 2, 5, 64)];
  const padding = pick('same', 'same', 'valid');
  const isDeep = depth > 25;
  const pool = () => ({ poolSize: isDeep ? [2, 2] : window(), strides: isDeep ? [1, 1] : strides(), padding });
  const sides = () => (isDeep ? [1, 0] : [between(1, LIMITS.window) - 1, between(1, LIMITS.window)]);
  const kernel = () => ({ kernelSize: isDeep ? [3, 3] : window(), padding, useBias: true });
  /** Layers whose output has the same shape as the last one's. */
  let alike = [...layers];
  const merged = () => ({ inputs: [layers.at(-1)!.id, pick(...alike).id] });
  const x = sameElementIn([1, 1, 1]);
  const settingsOf = {
    conv2d: () => ({ ...kernel(), strides: isDeep ? [1, 1] : strides(), filters: between(1, pick(4, 64, 2000)) }),
    depthwiseConv2d() {
      const [stride] = isDeep ? [1] : strides();
      return { ...kernel(), strides: [stride, stride] };
    },
    zeroPadding2d: () => ({ padding: [sides(), sides()] }),
    upSampling2d: () => ({ size: isDeep ? [1, 1] : [pick(1, 2, 3), pick(1, 2, 2, 64)] }),
    maxPool2d: pool,
    averagePool2d: pool,
    add: merged,
    concatenate: merged,
    batchNorm: () => ({ epsilon: 1e-3, momentum: 0.9 }),
    layerNormalization: () => ({ epsilon: 1e-3 }),
    leakyRelu: () => ({ negativeSlope: pick(0.01, 0.3, 1.5) }),
    dropout: () => ({}),
    relu: () => ({}),
    elu: () => ({}),
    silu: () => ({}),
    softplus: () => ({}),
    selu: () => ({}),
    hardSwish: () => ({}),
    gelu: () => ({}),
    sigmoid: () => ({}),
    tanh: () => ({}),
    formula: () => ({ instead: { kind: 'relu' }, formulas: [fx('MAX', op('*', 0.1, x), x)] }),
  } satisfies { [K in Exclude<ComparedKind, Last>]: () => object };
  const windowed = [
    'conv2d',
    'conv2d',
    'maxPool2d',
    'averagePool2d',
    'depthwiseConv2d',
    'zeroPadding2d',
    'upSampling2d',
  ] as const;
  const elementwise = (Object.keys(settingsOf) as (keyof typeof settingsOf)[]).filter(
    kind => !(windowed as readonly string[]).includes(kind) && kind !== 'concatenate',
  );
  for (let count = 0; count < depth; count++) {
    // Deep networks would grow with every concatenation.
    const kind = pick(...windowed, pick(...elementwise), pick(...elementwise), isDeep ? 'relu' : 'concatenate');
    add({ kind, ...settingsOf[kind]() });
    if (!elementwise.includes(kind)) alike = [];
    alike.push(layers.at(-1)!);
  }
  if (random.integer(2) === 0) {
    add({ kind: pick('flatten', 'globalAveragePool2d', 'globalMaxPool2d') });
    add({ kind: 'dense', units: between(2, pick(10, 1000, LIMITS.channels)), useBias: true });
    add({ kind: 'softmax' });
  }
  return { version: 1, layers };
}

/** Opens a network with random values, and compares what is shown. */
export function tryNetwork(settings: unknown, random: Random): Trial {
  let network: NetworkSpec;
  try {
    network = parseNetwork(settings);
    buildSheet(network);
  } catch (error) {
    if (!(error instanceof UserError))
      return { compared: 0, kinds: new Set(), fault: `a defect: ${(error as Error).stack}` };
    const names = (settings as NetworkSpec).layers.map(({ name }) => name);
    const named = names.some(name => new RegExp(`\\b${name}\\b`).test(error.message));
    // A network with too many layers, which names no layer.
    const all = error.message.includes(english(sentences.network.expected.layers));
    return {
      refused: error.message,
      compared: 0,
      kinds: new Set(),
      fault: named || all ? undefined : `unclear: ${error.message}`,
    };
  }
  const stored = new Map<TensorId, Float32Array>();
  const shapes = inferShapes(network);
  const fanIn = (layer: Layer) => ('kernelSize' in layer ? sizeOf(layer.kernelSize) : 1);
  for (const { id, layer, name, role, shape, size } of describeTensors(network)) {
    if (role === 'computed') continue;
    const own = network.layers.find(each => each.id === layer)!;
    const inputs = name === 'kernel' ? (shape.length === 4 ? fanIn(own) * shape[2] : shape[0]) : 1;
    const values = numbers(size, random, role === 'actual' ? 0 : Math.sqrt(3 / inputs));
    stored.set(id, name === 'movingVariance' ? values.map(value => 0.5 + Math.abs(value)) : values);
  }
  const forward = createForward(network, stored);
  try {
    forward.update(stored.keys());
    const trial = compare(network, shapes, id => forward.value(id), random);
    return trial.fault ? trial : { ...trial, fault: compareBatch(network, shapes, stored, id => forward.value(id)) };
  } finally {
    forward.dispose();
  }
}

/** Random numbers from −scale to scale, made fast. */
function numbers(size: number, random: Random, scale: number): Float32Array {
  const values = new Float32Array(size);
  let state = random.integer(2 ** 31) | 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = (state / 2 ** 31) * scale;
  }
  return values;
}

type Value = (id: TensorId) => Float32Array;

function compare(network: NetworkSpec, shapes: ReadonlyMap<string, Shape>, value: Value, random: Random): Trial {
  const outputs = new Map<string, Float32Array>();
  const kinds = new Set<LayerKind>();
  let compared = 0;
  for (const layer of network.layers) {
    const inputs = layer.inputs.map(id => ({ shape: shapes.get(id)!, values: outputs.get(id)! }));
    const output =
      layer.kind === 'flatten' || layer.kind === 'reshape' ? inputs[0].values : value(`${layer.id}/output`);
    outputs.set(layer.id, output);
    if (layer.kind === 'input' || layer.kind === 'flatten' || layer.kind === 'reshape') continue;
    kinds.add(layer.kind);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const index = sample === 0 ? output.length - 1 : random.integer(output.length);
      const [expected, magnitude] = elementOf(layer, inputs, shapes.get(layer.id)!, index, value);
      compared++;
      if (Number.isNaN(output[index]) && !Number.isFinite(Math.fround(expected))) continue;
      // Partial sums of groups of channels are rounded once more.
      const groups = Math.ceil((inputs[0].shape[2] ?? 1) / CHANNELS_PER_PARTIAL);
      if (Math.abs(output[index] - expected) <= 1e-6 * Math.max(1, magnitude) * (1 + groups / 100)) continue;
      const fault = `${layer.kind} ${layer.id}[${index}] shows ${output[index]}, not ${expected}`;
      return { compared, kinds, fault };
    }
  }
  return { compared, kinds };
}

type Input = { shape: Shape; values: Float32Array };

/** One element of a layer by plain loops in doubles, and Σ|terms|. */
function elementOf(
  layer: Layer & { kind: ComparedKind },
  inputs: readonly Input[],
  output: Shape,
  index: number,
  value: Value,
): [expected: number, magnitude: number] {
  const [{ shape, values }] = inputs;
  const x = values[index];
  const channel = index % output.at(-1)!;
  switch (layer.kind) {
    case 'relu':
      return [Math.max(0, x), Math.abs(x)];
    case 'leakyRelu':
      return [x < 0 ? layer.negativeSlope * x : x, Math.abs(x) * Math.max(1, layer.negativeSlope)];
    case 'elu':
      return [x < 0 ? Math.exp(x) - 1 : x, Math.abs(x)];
    case 'silu':
      return [x / (1 + Math.exp(-x)), Math.abs(x)];
    case 'softplus':
      return [x > 700 ? x : Math.log(1 + Math.exp(x)), Math.abs(x)];
    case 'gelu':
      return [0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))), Math.abs(x)];
    case 'hardSwish':
      return [(x * Math.min(Math.max(x + 3, 0), 6)) / 6, Math.abs(x)];
    case 'selu':
      return [1.0507009873554805 * (x >= 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1)), Math.abs(x)];
    case 'sigmoid':
      return [1 / (1 + Math.exp(-x)), 1];
    case 'tanh':
      return [Math.tanh(x), 1];
    case 'dropout':
      return [x, Math.abs(x)];
    case 'add': {
      const terms = inputs.map(input => input.values[index]);
      return [terms.reduce((sum, term) => sum + term), terms.reduce((sum, term) => sum + Math.abs(term), 0)];
    }
    case 'concatenate': {
      const place = (index - channel) / output.at(-1)!;
      const first = shape.at(-1)!;
      const from = channel < first ? inputs[0] : inputs[1];
      const found = from.values[place * from.shape.at(-1)! + (channel < first ? channel : channel - first)];
      return [found, Math.abs(found)];
    }
    case 'batchNorm': {
      const [gamma, beta, mean, variance] = (['gamma', 'beta', 'movingMean', 'movingVariance'] as const).map(
        name => value(`${layer.id}/${name}`)[channel],
      );
      const scale = gamma / Math.sqrt(variance + layer.epsilon);
      return [(x - mean) * scale + beta, (Math.abs(x) + Math.abs(mean)) * Math.abs(scale) + Math.abs(beta)];
    }
    case 'layerNormalization': {
      const [gamma, beta] = (['gamma', 'beta'] as const).map(name => value(`${layer.id}/${name}`)[channel]);
      const pixel = Array.from(values.subarray(index - channel, index - channel + output.at(-1)!));
      const mean = pixel.reduce((sum, each) => sum + each, 0) / pixel.length;
      const variance = pixel.reduce((sum, each) => sum + (each - mean) ** 2, 0) / pixel.length;
      const scale = gamma / Math.sqrt(variance + layer.epsilon);
      const largest = pixel.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
      return [(x - mean) * scale + beta, 2 * largest * Math.abs(scale) + Math.abs(beta)];
    }
    case 'softmax': {
      const largest = values.reduce((one, another) => Math.max(one, another));
      const sum = values.reduce((total, score) => total + Math.exp(score - largest), 0);
      return [Math.exp(x - largest) / sum, 1];
    }
    case 'dense': {
      const kernel = value(`${layer.id}/kernel`);
      let sum = value(`${layer.id}/bias`)[index];
      let magnitude = Math.abs(sum);
      for (let feature = 0; feature < values.length; feature++) {
        const term = values[feature] * kernel[feature * layer.units + index];
        sum += term;
        magnitude += Math.abs(term);
      }
      return [sum, magnitude];
    }
    case 'globalAveragePool2d': {
      let sum = 0;
      for (let at = index; at < values.length; at += shape[2]) sum += values[at];
      return [(sum * shape[2]) / values.length, 1];
    }
    case 'globalMaxPool2d': {
      let largest = Number.NEGATIVE_INFINITY;
      for (let at = index; at < values.length; at += shape[2]) largest = Math.max(largest, values[at]);
      return [largest, Math.abs(largest)];
    }
    case 'zeroPadding2d':
    case 'upSampling2d': {
      const [y, column] = coordinatesOf(output, index);
      const [row, across] =
        layer.kind === 'upSampling2d'
          ? [Math.floor(y / layer.size[0]), Math.floor(column / layer.size[1])]
          : [y - layer.padding[0][0], column - layer.padding[1][0]];
      if (row < 0 || row >= shape[0] || across < 0 || across >= shape[1]) return [0, 0];
      const found = values[(row * shape[1] + across) * shape[2] + channel];
      return [found, Math.abs(found)];
    }
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'maxPool2d':
    case 'averagePool2d': {
      const [y, column, outC] = coordinatesOf(output, index);
      const size = 'kernelSize' in layer ? layer.kernelSize : layer.poolSize;
      const first = [y, column].map((at, axis) => {
        // 'same' puts half of the padding before the map, rounded down.
        const needed = Math.max(0, (output[axis] - 1) * layer.strides[axis] + size[axis] - shape[axis]);
        return at * layer.strides[axis] - (layer.padding === 'same' ? Math.floor(needed / 2) : 0);
      });
      const kernel = 'kernelSize' in layer ? value(`${layer.id}/kernel`) : undefined;
      // A convolution reads all channels, the others the one that they make.
      const readsAll = layer.kind === 'conv2d';
      let sum = kernel ? value(`${layer.id}/bias`)[outC] : 0;
      let magnitude = Math.abs(sum);
      let largest = Number.NEGATIVE_INFINITY;
      let cells = 0;
      for (let ky = 0; ky < size[0]; ky++) {
        for (let kx = 0; kx < size[1]; kx++) {
          const [row, across] = [first[0] + ky, first[1] + kx];
          if (row < 0 || row >= shape[0] || across < 0 || across >= shape[1]) continue;
          cells++;
          const cell = (row * shape[1] + across) * shape[2];
          const tap = ky * size[1] + kx;
          for (let inC = readsAll ? 0 : outC; inC < (readsAll ? shape[2] : outC + 1); inC++) {
            const number = values[cell + inC];
            const weight = (readsAll ? tap * shape[2] + inC : tap) * output[2] + outC;
            const term = kernel ? number * kernel[weight] : number;
            sum += term;
            magnitude += Math.abs(term);
            largest = Math.max(largest, term);
          }
        }
      }
      if (kernel) return [sum, magnitude];
      return layer.kind === 'maxPool2d' ? [largest, Math.abs(largest)] : [sum / cells, magnitude / cells];
    }
    case 'formula':
      return formulaElement(layer, of => inputs[of as number], output, index);
    default:
      return layer satisfies never;
  }
}

/** Batches of two equal images have to give what the sheet shows, or to be refused naming a layer. */
function compareBatch(
  network: NetworkSpec,
  shapes: ReadonlyMap<string, Shape>,
  stored: ReadonlyMap<TensorId, Float32Array>,
  value: Value,
): string | undefined {
  const last = network.layers.at(-1)!;
  if (last.kind !== 'softmax' || workOf(network, shapes) > BATCH_WORK) return undefined;
  const batch = createBatchNetwork(network, 'wasm');
  try {
    batch.setParameters(stored);
    const image = stored.get(`${network.layers[0].id}/output`)!;
    const images = new Float32Array(2 * image.length);
    for (const at of [0, image.length]) images.set(image, at);
    const found = batch.predict(images, 2);
    const shown = value(`${last.id}/output`);
    const wrong = found.findIndex((probability, at) => !(Math.abs(probability - shown[at % shown.length]) < 1e-3));
    return wrong < 0 ? undefined : `a batch gives ${found[wrong]}, the sheet ${shown[wrong % shown.length]}`;
  } catch (error) {
    if (error instanceof UserError && network.layers.some(({ name }) => error.message.includes(name))) return undefined;
    return `a batch failed: ${(error as Error).message}`;
  } finally {
    batch.dispose();
  }
}

function workOf({ layers }: NetworkSpec, shapes: ReadonlyMap<string, Shape>): number {
  return layers.reduce((sum, layer) => {
    const channels = layer.kind === 'conv2d' ? shapes.get(layer.inputs[0])![2] : 1;
    const window = 'kernelSize' in layer ? sizeOf(layer.kernelSize) * channels : 1;
    return sum + window * sizeOf(shapes.get(layer.id)!);
  }, 0);
}
