/** Networks, values and batches for the tests of gradients: every kind of layer with every window, stride, padding and
 *  number of channels, and random networks. */
import {
  describeTensors,
  inferShapes,
  type LayerSettings,
  type NetworkSpec,
  type Pair,
  parseNetwork,
  sizeOf,
  type TensorId,
} from '../../../shared/network.ts';
import type { FormulaSettings } from '../../../shared/layers/formula.ts';
import { randomFormulaLayer } from '../../../shared/testing/formula-layers.ts';
import { elementwiseExamples, randomNetwork } from '../../../shared/testing/random-network.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import type { Batch } from '../batch/batch-network.ts';
import type { Ties } from '../formulas/ties.ts';
import { formulaCases } from './formula-cases.ts';
import { chain } from './example-network.ts';

/** How values are drawn. plain: N(0,1). ties: small whole numbers, so that windows contain their maximum several times.
 *  negative: nothing is above 0. */
type Flavour = 'plain' | 'ties' | 'negative';
export type GradientCase = {
  name: string;
  network: NetworkSpec;
  values: Map<TensorId, Float32Array>;
  batch: Batch;
  trained: Set<TensorId>;
  seed: number;
  /** Formulas over weights. */
  ties?: {
    has(tensor: TensorId, index: number): boolean;
    /** Gives tied elements their values, by hand and in doubles. */
    byHand(values: ReadonlyMap<TensorId, Float64Array>): void;
    /** The engine's formulas over these parameters. */
    over(parameters: ReadonlyMap<TensorId, Float32Array>): Ties;
  };
};

const PADDINGS = ['valid', 'same'] as const;
const CONV = { kind: 'conv2d', strides: [1, 1], padding: 'valid', useBias: true } as const;
/** Layers with parameters below and above the tested layer, so that its input needs a gradient, and its dy is like any
 *  other. */
const below = (filters: number, kernelSize: Pair = [2, 1]): LayerSettings => ({ ...CONV, filters, kernelSize });
const head: LayerSettings[] = [{ kind: 'flatten' }, { kind: 'dense', units: 3, useBias: true }, { kind: 'softmax' }];

function* convolutionCases(first = 0): Generator<GradientCase> {
  const channels: Pair[] = [
    [1, 1],
    [1, 8],
    [2, 5],
    [3, 4],
    [4, 2],
    [5, 13],
    [8, 16],
    [17, 3],
  ];
  const kernels: Pair[] = [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 4],
    [5, 2],
  ];
  const strides: Pair[] = [
    [1, 1],
    [2, 2],
    [1, 3],
    [3, 1],
  ];
  let seed = first;
  for (const kernelSize of kernels)
    for (const stride of strides)
      for (const padding of PADDINGS)
        for (const [inChannels, filters] of channels)
          for (const count of [1, 3]) {
            const layer = { ...CONV, filters, kernelSize, strides: stride, padding, useBias: seed % 3 > 0 };
            // A third of the layers have a ReLU and a pool above them, which make most of dy zero.
            const above: LayerSettings[] =
              seed % 3 === 0 ? [{ kind: 'relu' }, { kind: 'globalMaxPool2d' }, head[1], head[2]] : head;
            yield create(
              `conv2d ${inChannels}→${filters}, ${kernelSize.join('×')}, strides ${stride.join('×')}, ${padding}, ` +
                `batch ${count}`,
              chain({ kind: 'input', shape: [7, 6, 2] }, below(inChannels), layer, ...above),
              { seed: seed++, count },
            );
          }
}

function* sparseCases(first = 0): Generator<GradientCase> {
  let seed = first + 400;
  for (const dilationRate of [[1, 1] as Pair, [2, 2] as Pair, [1, 3] as Pair])
    for (const [groups, channels, filters] of [[1, 3, 4] as const, [2, 4, 2] as const, [4, 4, 8] as const])
      for (const kernelSize of [[2, 3] as Pair, [3, 1] as Pair])
        for (const padding of PADDINGS)
          for (const count of [1, 3]) {
            const strides: Pair = dilationRate.every(rate => rate === 1) ? [2, 1] : [1, 1];
            const layer = {
              ...CONV,
              filters,
              kernelSize,
              strides,
              padding,
              useBias: seed % 3 > 0,
              dilationRate,
              groups,
            };
            const above: LayerSettings[] = seed % 2 === 0 ? [{ kind: 'relu' }, ...head] : head;
            yield create(
              `conv2d ${channels}→${filters}, dilation ${dilationRate.join('×')}, ${groups} groups, ` +
                `${kernelSize.join('×')}, ${padding}, batch ${count}`,
              chain({ kind: 'input', shape: [7, 8, 2] }, below(channels), layer, ...above),
              { seed: seed++, count },
            );
          }
}

function* depthwiseCases(first = 0): Generator<GradientCase> {
  const kernels: Pair[] = [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 4],
    [5, 2],
  ];
  let seed = first + 500;
  for (const kernelSize of kernels)
    for (const stride of [1, 2, 3])
      for (const padding of PADDINGS)
        for (const channels of [1, 3, 4, 9, 16])
          for (const count of [1, 3]) {
            const useBias = seed % 3 > 0;
            yield create(
              `depthwiseConv2d of ${channels}, ${kernelSize.join('×')}, stride ${stride}, ${padding}, batch ${count}`,
              chain(
                { kind: 'input', shape: [7, 6, 2] },
                below(channels),
                { kind: 'depthwiseConv2d', kernelSize, strides: [stride, stride], padding, useBias },
                ...head,
              ),
              { seed: seed++, count },
            );
          }
}

function* poolCases(first = 0): Generator<GradientCase> {
  const windows: Pair[] = [
    [1, 1],
    [2, 2],
    [3, 3],
    [1, 3],
    [3, 2],
  ];
  const strides: Pair[] = [
    [1, 1],
    [2, 2],
    [3, 1],
    [2, 3],
  ];
  let seed = first + 1000;
  for (const kind of ['maxPool2d', 'averagePool2d'] as const)
    for (const poolSize of windows)
      for (const stride of strides)
        for (const padding of PADDINGS)
          for (const channels of [1, 3, 4, 9])
            for (const flavour of ['plain', 'ties', 'negative'] as const) {
              const pool = { kind, poolSize, strides: stride, padding } as const;
              // A bias far below zero gives windows with nothing above zero.
              yield create(
                `${kind} of ${channels}, ${poolSize.join('×')}, strides ${stride.join('×')}, ${padding}, ${flavour}`,
                chain({ kind: 'input', shape: [6, 5, 1] }, below(channels, [1, 1]), pool, ...head),
                { seed: seed++, count: 2, flavour },
              );
            }
}

function* reshapingCases(first = 0): Generator<GradientCase> {
  const layers: LayerSettings[] = [
    ...[[0, 0] as const, [1, 2] as const].flatMap(rows =>
      [[0, 1] as const, [3, 0] as const].map(
        (columns): LayerSettings => ({ kind: 'zeroPadding2d', padding: [rows, columns] }),
      ),
    ),
    ...([1, 2, 3] as const).flatMap(down =>
      ([1, 2, 5] as const).map((across): LayerSettings => ({ kind: 'upSampling2d', size: [down, across] })),
    ),
  ];
  let seed = first + 800;
  for (const layer of layers)
    for (const channels of [1, 3, 9])
      for (const count of [1, 3]) {
        const { kind, ...settings } = layer;
        yield create(
          `${kind} of ${channels}, ${JSON.stringify(settings)}, batch ${count}`,
          chain({ kind: 'input', shape: [4, 3, 2] }, below(channels), layer, ...head),
          { seed: seed++, count },
        );
      }
}

export function* otherCases(first = 0): Generator<GradientCase> {
  let seed = first + 2000;
  const between: LayerSettings[] = [
    { kind: 'globalMaxPool2d' },
    { kind: 'globalAveragePool2d' },
    // With ties the variance may be 0, and a number divided by √1e-7 may overflow float32.
    ...elementwiseExamples.flatMap(settings =>
      settings.filter(own => !('epsilon' in own && own.epsilon < 1e-6)).slice(0, 3),
    ),
  ];
  for (const layer of between)
    for (const channels of [1, 3, 4, 10])
      for (const count of [1, 2, 5])
        for (const flavour of ['plain', 'ties', 'negative'] as const)
          for (const end of ['softmax', 'sigmoid'] as const) {
            const maps = [{ kind: 'input', shape: [5, 4, 2] }, below(channels), layer] as const;
            const flat: LayerSettings[] = layer.kind.startsWith('global') ? [] : [{ kind: 'flatten' }];
            const above: LayerSettings[] = [...flat, { kind: 'dense', units: 4, useBias: count > 1 }, { kind: end }];
            const name = `${layer.kind} of ${channels}, batch ${count}, ${flavour}, ${end}`;
            yield create(name, chain(...maps, ...above), { seed: seed++, count, flavour, weighted: count === 5 });
            if (layer.kind.startsWith('global')) continue;
            const vectors: LayerSettings[] = [{ kind: 'flatten' }, { kind: 'dense', units: channels, useBias: true }];
            yield create(
              `${name}, on a vector`,
              chain(maps[0], maps[1], ...vectors, layer, ...above.slice(flat.length)),
              { seed: seed++, count: count + 3, flavour },
            );
            if (layer.kind !== 'batchNorm') continue;
            yield create(`${name}, frozen`, chain(...maps, ...above), {
              seed: seed++,
              count,
              flavour,
              frozen: 'batchNorm2',
            });
          }
}

/** Layers that several others read, and layers that read several others, or one of them twice. */
export function* branchedCases(first = 0): Generator<GradientCase> {
  const conv = { ...CONV, filters: 4, kernelSize: [3, 3], padding: 'same' } as const;
  const wired = (count: number, kind: 'add' | 'concatenate', summands: string[]) =>
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', inputs: [], kind: 'input', shape: [5, 4, 4] },
        { id: 'a', inputs: ['in'], ...conv },
        { id: 'r', inputs: ['a'], kind: 'relu' },
        { id: 'b', inputs: ['r'], ...conv, useBias: count > 1 },
        { id: 'c', inputs: ['r'], ...conv },
        { id: 't', inputs: ['c'], kind: 'tanh' },
        { id: 'sum', inputs: summands, kind },
        { id: 'dead', inputs: ['sum'], ...conv },
        { id: 'p', inputs: ['sum'], kind: 'globalAveragePool2d' },
        { id: 'd', inputs: ['p'], kind: 'dense', units: 3, useBias: true },
        { id: 's', inputs: ['d'], kind: 'softmax' },
      ].map(layer => ({ name: layer.id, ...layer })),
    });
  let seed = first + 9000;
  for (const summands of [
    ['r', 'b'],
    ['b', 'b'],
    ['in', 'b', 't'],
    ['b', 'r', 't', 'r'],
    ['a', 'a', 'a'],
  ])
    for (const kind of ['add', 'concatenate'] as const)
      for (const count of [1, 4])
        for (const flavour of ['plain', 'ties', 'negative'] as const)
          yield create(`${kind} of ${summands.join(', ')}, batch ${count}, ${flavour}`, wired(count, kind, summands), {
            seed: seed++,
            count,
            flavour,
          });
}

/** Formulas as layers: each of those that are built in, too, and many random ones. */
export function* formulaLayerCases(first = 0): Generator<GradientCase> {
  let seed = first + 700;
  const shape = [6, 5, 3];
  const around = (name: string, own: FormulaSettings, flavour: Flavour, count: number) => {
    const layer = (id: string, inputs: string[], settings: object) => ({ id, name: id, inputs, ...settings });
    const network = parseNetwork({
      version: 1,
      layers: [
        layer('in', [], { kind: 'input', shape: [6, 5, 2] }),
        layer('a', ['in'], { ...below(3), padding: 'same' }),
        layer('b', ['in'], { ...below(3, [1, 1]) }),
        layer('formula', own.besides ? ['a', 'b'] : ['a'], own),
        layer('flat', ['formula'], { kind: 'flatten' }),
        layer('dense', ['flat'], head[1]),
        layer('softmax', ['dense'], head[2]),
      ],
    });
    return create(`${name}, batch ${count}, ${flavour}`, network, { seed: seed++, count, flavour });
  };
  for (const flavour of ['plain', 'negative'] as const)
    for (const { name, formula } of formulaCases) yield around(name, formula(shape), flavour, 2);
  // The pool's gradient includes that of the ReLU in the formula.
  const { formula } = formulaCases.find(({ name }) => name.includes('and ReLU'))!;
  for (const flavour of ['plain', 'ties', 'negative'] as const)
    for (const pool of ['maxPool2d', 'averagePool2d'] as const) {
      const pooled: LayerSettings = { kind: pool, poolSize: [2, 2], strides: [1, 2], padding: 'same' };
      const input: LayerSettings = { kind: 'input', shape: [6, 5, 2] };
      const first: LayerSettings = { ...CONV, filters: 3, kernelSize: [2, 1], padding: 'same' };
      yield create(
        `a convolution and ReLU in one formula under ${pool}, ${flavour}`,
        chain(input, first, formula(shape), pooled, ...head),
        { seed: seed++, count: 2, flavour },
      );
    }
  for (let number = 0; number < 150; number++) {
    const random = createRandom(seed + 0.125);
    yield around(`random formula ${number}`, randomFormulaLayer(shape, random), 'plain', 1 + random.integer(3));
  }
}

/** All cases. Every suite draws all its numbers from a seed of its own. The suite of random networks never ends. */
export const suites = {
  convolutions: convolutionCases,
  'convolutions with dilation and groups': sparseCases,
  'depthwise convolutions': depthwiseCases,
  'zeros around maps and repeated numbers': reshapingCases,
  pools: poolCases,
  'activations, global pools, dropout and batch normalisation': otherCases,
  'layers read or reading several times': branchedCases,
  'formulas as layers': formulaLayerCases,
  'whole random networks': randomCases,
} as const;
type Suite = keyof typeof suites;

/** The distance between the seeds of two rounds. It is larger than the number of seeds of all suites. */
const SEEDS = 100_000;

/** The cases of a seed, in order. Every tenth is a random network. The others are the cases of all other suites,
 *  shuffled, so that the first ones are a sample. After the last one they come again with other numbers. */
export function* gradientCases(seed: number, count: number): Generator<GradientCase & { suite: Suite }> {
  const networks = randomCases(1000 * SEEDS * seed);
  let round: (GradientCase & { suite: Suite })[] = [];
  for (let number = 0, rounds = 0; number < count; number++) {
    if (number % 10 === 9) {
      yield { ...networks.next().value, suite: 'whole random networks' };
      continue;
    }
    if (round.length === 0) {
      const first = SEEDS * (1000 * seed + rounds++);
      round = createRandom(first).shuffle(
        (Object.keys(suites) as Suite[])
          .filter(suite => suite !== 'whole random networks')
          .flatMap(suite => Array.from(suites[suite](first), example => ({ ...example, suite }))),
      );
    }
    yield round.pop()!;
  }
}

/** Random networks, changed to end in a softmax or a sigmoid. Some layers are frozen, and some samples weighted. */
export function* randomCases(first = 0, count = Number.POSITIVE_INFINITY): Generator<GradientCase> {
  for (let seed = first; seed < first + count; seed++) {
    const random = createRandom(seed);
    const network = withEnd(randomNetwork(random), random);
    const flavour = (['plain', 'ties', 'negative'] as const)[random.integer(3)];
    const frozen = random.integer(3) === 0 ? network.layers[random.integer(network.layers.length)].id : undefined;
    const weighted = random.integer(2) === 0;
    yield create(`random network ${seed}, ${flavour}`, network, {
      seed,
      count: 4 + random.integer(3),
      flavour,
      frozen,
      weighted,
    });
  }
}

function withEnd({ layers }: NetworkSpec, random: Random): NetworkSpec {
  const end = layers.findIndex(({ kind }) => kind === 'softmax');
  const kept = [...(end < 0 ? layers : layers.slice(0, end))];
  const add = (settings: LayerSettings) => {
    const id = `end${kept.length}`;
    kept.push({ id, name: id, inputs: [kept.at(-1)!.id], ...settings });
  };
  if (inferShapes({ version: 1, layers: kept }).get(kept.at(-1)!.id)!.length === 3) add({ kind: 'flatten' });
  add({ kind: 'dense', units: 1 + random.integer(5), useBias: true });
  add({ kind: random.integer(2) === 0 ? 'softmax' : 'sigmoid' });
  return parseNetwork({ version: 1, layers: kept });
}

function create(
  name: string,
  network: NetworkSpec,
  options: { seed: number; count: number; flavour?: Flavour; frozen?: string; weighted?: boolean },
): GradientCase {
  const { seed, count, flavour = 'plain', frozen, weighted } = options;
  const random = createRandom(seed + 0.5);
  /** For ties the values are quarters, so that products and short sums are exact. */
  const draw = () => (flavour === 'ties' ? Math.round(random.normal()) : random.normal());
  const values = new Map<TensorId, Float32Array>();
  for (const { id, name: tensor, size, shape, role } of describeTensors(network)) {
    if (role !== 'parameter') continue;
    const scale = flavour === 'ties' ? 1 / 4 : 1 / Math.sqrt(sizeOf(shape.slice(0, -1)));
    values.set(
      id,
      Float32Array.from({ length: size }, () => {
        if (tensor === 'rate') return [0, 0.25, 0.5, 0.9][random.integer(4)];
        if (tensor === 'movingVariance') return 0.1 + Math.abs(random.normal());
        // Some gammas are negative, and betas are shifted.
        if (tensor === 'kernel') return draw() * scale;
        return tensor === 'bias' && flavour === 'negative' ? -Math.abs(draw()) - 1 : draw() / 2;
      }),
    );
  }
  const [input, last] = [network.layers[0], network.layers.at(-1)!];
  const shapes = inferShapes(network);
  const classes = sizeOf(shapes.get(last.id)!);
  const pixel = () => (flavour === 'negative' ? -Math.abs(draw()) : draw());
  const targets = new Float32Array(count * classes);
  for (let sample = 0; sample < count; sample++) {
    if (last.kind === 'softmax') targets[sample * classes + random.integer(classes)] = 1;
    else for (let i = 0; i < classes; i++) targets[sample * classes + i] = random.integer(2);
  }
  // As mixup and label smoothing make them.
  if (Math.floor(seed) % 2 === 1) {
    const hard = targets.slice();
    const other = last.kind === 'softmax' ? 1 / classes : 1 / 2;
    for (let i = 0; i < targets.length; i++)
      targets[i] = 0.9 * (0.75 * hard[i] + 0.25 * hard[(i + classes) % hard.length]) + 0.1 * other;
  }
  const batch: Batch = {
    images: Float32Array.from({ length: count * sizeOf(shapes.get(input.id)!) }, pixel),
    targets,
    count,
    weights: weighted ? Float32Array.from({ length: count }, () => random.integer(3) / 2) : undefined,
  };
  const trained = new Set(
    [...values.keys()].filter(id => /\/(kernel|bias|gamma|beta|weights)$/.test(id) && !id.startsWith(`${frozen}/`)),
  );
  return { name, network, values, batch, trained, seed };
}
