/** Random networks with random values, for tests that cross every layer kind with every window, stride and padding. */
import { outputSize } from '../geometry.ts';
import {
  describeTensors,
  formatShape,
  inferShapes,
  type Layer,
  type LayerSettings,
  type NetworkSpec,
  type Pair,
  parseNetwork,
  type Padding,
  type Shape,
  type TensorId,
} from '../network.ts';
import { createRandom, type Random } from '../random.ts';
import { kindOf } from '../layers/kinds.ts';
import { op, randomFormulaLayer, sameElementIn } from './formula-layers.ts';
import { buildSheet, type Sheet } from '../layout/sheet.ts';

export type Example = { sheet: Sheet; stored: Map<TensorId, Float32Array>; random: Random };

/** A random network with values. `random` can be used further. */
export function randomExample(seed: number, flavour: Flavour): Example {
  const random = createRandom(seed);
  const network = parseNetwork(randomNetwork(random));
  return { sheet: buildSheet(network), stored: randomValues(network, random, flavour), random };
}

/** A network of 300 input channels and 150 channels later on, with sums over both in groups. */
export function manyChannelsExample(): Example {
  const random = createRandom(300);
  const network = parseNetwork({
    version: 1,
    layers: [
      { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [5, 4, 300] },
      conv('a', 'in', 2, 3, 'same'),
      { id: 'r', name: 'relu', inputs: ['a'], kind: 'relu' },
      conv('b', 'r', 150, 1, 'valid'),
      { id: 'p', name: 'pool', inputs: ['b'], kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'same' },
      // With dilation, fewer channels are in one sum.
      { ...conv('c', 'p', 3, 2, 'same'), dilationRate: [1, 2] },
      { id: 'f', name: 'flatten', inputs: ['p'], kind: 'flatten' },
      { id: 'd', name: 'dense', inputs: ['f'], kind: 'dense', units: 3, useBias: true },
      { id: 's', name: 'softmax', inputs: ['d'], kind: 'softmax' },
    ],
  });
  return { sheet: buildSheet(network), stored: randomValues(network, random, 'plain'), random };
}

function conv(id: string, input: string, filters: number, size: number, padding: 'valid' | 'same') {
  const kernelSize = [size, size];
  return {
    id,
    name: id,
    inputs: [input],
    kind: 'conv2d',
    filters,
    kernelSize,
    strides: [1, 1],
    padding,
    useBias: true,
  };
}

/** Elementwise layers: for each kind, the settings to try. */
export const elementwiseExamples: readonly (readonly LayerSettings[])[] = [
  [{ kind: 'relu' }],
  [{ kind: 'sigmoid' }],
  [{ kind: 'tanh' }],
  [0, 0.3, 1.5, 0.01, 1].map(negativeSlope => ({ kind: 'leakyRelu', negativeSlope })),
  [1e-3, 1e-5, 1e-7].map(epsilon => ({ kind: 'batchNorm', epsilon, momentum: 0.9 })),
  [{ kind: 'dropout' }],
  [{ kind: 'elu' }],
  [{ kind: 'silu' }],
  [{ kind: 'softplus' }],
  [{ kind: 'gelu' }],
  [{ kind: 'hardSwish' }],
  [{ kind: 'selu' }],
  [1e-3, 1e-5].map(epsilon => ({ kind: 'layerNormalization', epsilon })),
];

/** The shape of a layer's output, if its input has this shape. */
function inferredAlone(shape: Shape, own: LayerSettings): Shape {
  return kindOf({ id: 'own', name: 'own', inputs: ['in'], ...own }).shapeOf(
    { id: 'own', name: 'own', inputs: ['in'], ...own },
    [{ name: 'in', shape }],
  );
}

/** What may come next after maps. Often named kinds come often. */
const KINDS_OF_MAPS = [
  ...(['conv2d', 'conv2d', 'conv2d', 'conv2d', 'conv2d', 'conv2d'] as const),
  ...(['depthwise', 'depthwise', 'pool', 'pool', 'activation', 'activation'] as const),
  ...(['zeros', 'repeated', 'formula'] as const),
] as const;

/** Input maps have 4 to 14 rows and columns and 1 to 4 channels. Up to five layers of 1 to 7 maps follow, with
 *  shortcuts where shapes allow. Most networks have a head: flatten or a global pool, dense layers, softmax (at the end
 *  or before another layer). */
export function randomNetwork(random: Random): NetworkSpec {
  const layers: Layer[] = [];
  const between = (low: number, high: number) => low + random.integer(high - low + 1);
  const pick = <T>(...choices: T[]) => choices[random.integer(choices.length)];
  const add = (settings: LayerSettings, inputs: readonly string[] = layers.slice(-1).map(({ id }) => id)): Shape => {
    const id = `l${layers.length}`;
    layers.push({ id, name: `${settings.kind}${layers.length}`, inputs, ...settings });
    return inferShapes({ version: 1, layers }).get(id)!;
  };
  /** Adds one elementwise layer. */
  const addElementwise = (): Shape => add(pick(...pick(...elementwiseExamples)));
  /** Formulas in place of a layer. Every third reads an earlier layer of the same shape besides. */
  const addFormulas = (): Shape => {
    const shapes = inferShapes({ version: 1, layers });
    const last = layers.at(-1)!;
    const shape = shapes.get(last.id)!;
    const own = randomFormulaLayer(shape, random);
    const alike = layers.filter(({ id }) => formatShape(shapes.get(id)!) === formatShape(shape));
    const isElementwise = JSON.stringify(inferredAlone(shape, own)) === JSON.stringify(shape);
    if (!isElementwise || own.formulas.length > 1 || random.integer(3) > 0) return add(own);
    const other = sameElementIn(shape, 1);
    return add({ ...own, formulas: [op('+', own.formulas[0], op('*', 0.5, other))], besides: 1 }, [
      last.id,
      pick(...alike).id,
    ]);
  };

  /** Adds one or two earlier layers of the same shape to the last one, if there are any. */
  const addShortcut = (): void => {
    const shapes = inferShapes({ version: 1, layers });
    const last = layers.at(-1)!;
    const alike = layers.filter(({ id }) => formatShape(shapes.get(id)!) === formatShape(shapes.get(last.id)!));
    if (alike.length < 2) return;
    const summands = Array.from({ length: between(1, 2) }, () => pick(...alike).id);
    add({ kind: 'add' }, random.shuffle([last.id, ...summands]));
  };

  /** Concatenates the last layer with one or two layers of few channels and the same height and width. */
  const addConcatenation = (): Shape => {
    const shapes = inferShapes({ version: 1, layers });
    const last = layers.at(-1)!;
    const sidesOf = ({ id }: Layer) => JSON.stringify(shapes.get(id)!.slice(0, -1));
    const alike = layers.filter(layer => sidesOf(layer) === sidesOf(last) && shapes.get(layer.id)!.at(-1)! <= 12);
    if (alike.length === 0) return shapes.get(last.id)!;
    const others = Array.from({ length: between(1, 2) }, () => pick(...alike).id);
    return add({ kind: 'concatenate' }, random.shuffle([last.id, ...others]));
  };

  /** A random window and strides that fit the maps. Window sides are from 1 to `largest`. */
  const window = ([height, width]: Shape, largest: number) => {
    const padding = pick<Padding>('valid', 'same');
    const size = [height, width].map(side => between(1, padding === 'same' ? largest : Math.min(largest, side)));
    // Large strides would leave too few cells to compare.
    const strides = size.map((side, axis) => {
      const stride = pick(1, 1, 1, 2, 2, 3);
      return outputSize([height, width][axis], side, stride, padding) > 1 ? stride : 1;
    });
    return { size: size as [number, number], strides: strides as [number, number], padding };
  };

  /** A dilation that fits the maps, or groups, or both. */
  const sparseSettings = ([height, width, channels]: Shape, size: Pair, padding: Padding) => {
    const dilationRate = [height, width].map((side, axis) => {
      const most = padding === 'same' || size[axis] === 1 ? 3 : Math.floor((side - 1) / (size[axis] - 1));
      return between(1, Math.min(3, most));
    }) as [number, number];
    const groups = pick(...[1, 2, 3, channels].filter(count => channels % count === 0));
    const dilated = random.integer(2) === 0 ? { dilationRate, strides: [1, 1] as const } : {};
    return { ...dilated, ...(groups > 1 ? { groups } : {}) };
  };

  let shape = add({ kind: 'input', shape: [between(4, 14), between(4, 14), between(1, 4)] });
  for (let count = between(1, 5); count > 0; count--) {
    const kind = pick(...KINDS_OF_MAPS);
    if (kind === 'conv2d') {
      const { size, strides, padding } = window(shape, 5);
      const useBias = random.integer(4) > 0;
      // Dense weights of few maps are placed side by side, of many in stacks. Both should occur.
      const filters = pick(shape[2], between(1, pick(4, 4, 7)));
      const sparse = random.integer(3) === 0 ? sparseSettings(shape, size, padding) : {};
      const { groups = 1 } = sparse;
      const own = { filters: groups * Math.ceil(filters / groups), kernelSize: size, strides, padding, useBias };
      shape = add({ kind, ...own, ...sparse });
      if (random.integer(2) === 0) addElementwise();
    } else if (kind === 'depthwise') {
      const { size, strides, padding } = window(shape, 5);
      const stride = Math.min(...strides);
      const useBias = random.integer(4) > 0;
      shape = add({ kind: 'depthwiseConv2d', kernelSize: size, strides: [stride, stride], padding, useBias });
    } else if (kind === 'pool') {
      const { size, strides, padding } = window(shape, 4);
      shape = add({ kind: pick('maxPool2d', 'averagePool2d'), poolSize: size, strides, padding });
    } else if (kind === 'zeros') {
      const sides = () => [between(0, 2), between(0, 2)] as const;
      shape = add({ kind: 'zeroPadding2d', padding: [sides(), sides()] });
    } else if (kind === 'repeated') {
      // Larger maps would take long.
      if (shape[0] * shape[1] <= 100) shape = add({ kind: 'upSampling2d', size: [between(1, 3), between(1, 2)] });
    } else if (kind === 'formula') shape = addFormulas();
    else addElementwise();
    if (random.integer(2) === 0) addShortcut();
    if (random.integer(6) === 0) shape = addConcatenation();
  }
  if (random.integer(8) === 0) return { version: 1, layers };

  shape = add({ kind: pick('flatten', 'flatten', 'flatten', 'globalMaxPool2d', 'globalAveragePool2d') });
  if (shape[0] <= 40 && layers.length % 3 === 0) {
    // The vector becomes maps of one cell, and a vector again.
    const [size] = shape;
    add({ kind: 'reshape', targetShape: [1, 1, size] });
    const window = { kernelSize: [3, 1], strides: [1, 1], padding: 'same', useBias: true } as const;
    add(
      layers.length % 2 === 0
        ? { kind: 'conv2d', filters: size, ...window }
        : { kind: 'layerNormalization', epsilon: 1e-3 },
    );
    shape = add({ kind: 'reshape', targetShape: [size] });
  }
  if (random.integer(6) === 0) addElementwise();
  for (let count = between(0, 2); count > 0; count--) {
    const units = shape[0] <= 12 ? pick(shape[0], between(1, 12)) : between(1, 12);
    shape = add({ kind: 'dense', units, useBias: random.integer(4) > 0 });
    if (random.integer(2) === 0) addShortcut();
    if (count > 1 && random.integer(4) === 0) addFormulas();
    else if (count > 1) addElementwise();
    if (random.integer(6) === 0) shape = addConcatenation();
  }
  if (shape[0] <= 200 && random.integer(3) > 0) {
    add({ kind: 'softmax' });
    if (random.integer(5) === 0) add({ kind: 'dense', units: between(1, 4), useBias: true });
  }
  return { version: 1, layers };
}

/** What the values are like. plain: N(0,1). ties: small whole pixels and kernels, so that many windows have their
 *  maximum several times. negative: most windows have negative pixels. broken: some pixels, and sometimes a parameter,
 *  are not finite. huge: some pixels are so large that sums overflow float32. */
export type Flavour = 'plain' | 'ties' | 'negative' | 'broken' | 'huge';

/** Random values for the stored tensors. `actual` is one-hot, soft or blank (NaN). */
export function randomValues(network: NetworkSpec, random: Random, flavour: Flavour): Map<TensorId, Float32Array> {
  const values = new Map<TensorId, Float32Array>();
  for (const { id, role, size, name } of describeTensors(network)) {
    if (role === 'computed') continue;
    const tensor = new Float32Array(size);
    if (role === 'actual') {
      const soft = random.integer(4) === 0;
      if (random.integer(3) === 0) tensor.fill(Number.NaN);
      else if (soft) tensor.forEach((_, i) => (tensor[i] = random.integer(4) / 4));
      else tensor[random.integer(size)] = 1;
    } else {
      const whole = flavour === 'ties' && name !== 'bias';
      tensor.forEach((_, i) => (tensor[i] = whole ? Math.round(random.normal()) : random.normal()));
      if (name === 'movingVariance') tensor.forEach((value, i) => (tensor[i] = Math.abs(value)));
      if (name === 'rate') tensor.fill(random.uniform());
    }
    if (role === 'pixels') disturb(tensor, flavour, random);
    if (role === 'parameter' && flavour === 'broken' && random.integer(6) === 0)
      tensor[random.integer(size)] = Number.NaN;
    values.set(id, tensor);
  }
  return values;
}

function disturb(pixels: Float32Array, flavour: Flavour, random: Random): void {
  const some = (count: number, value: () => number) => {
    for (let i = 0; i < count; i++) pixels[random.integer(pixels.length)] = value();
  };
  if (flavour === 'negative') pixels.forEach((pixel, i) => (pixels[i] = -Math.abs(pixel)));
  if (flavour === 'broken') some(1 + random.integer(2), () => Number.NaN);
  if (flavour === 'huge') some(2, () => (random.integer(2) === 0 ? 3e38 : -3e38));
}
